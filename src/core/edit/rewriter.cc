// The walk: equal parts are left alone, lists and maps are compared piece by piece, and what has
// nothing in common with what it is to become is replaced.
#include "core/edit/rewriter.h"

#include <fmt/format.h>

#include <algorithm>

namespace podmoat::edit {
namespace {

using model::Value;

bool is_kept(const Step& step) { return step.old.has_value() && step.after != nullptr; }

/// Counts the ways in which strings at and below `node` are quoted.
void count_quotes(Cursor node, const Edits& edits, std::size_t (&count)[3]) {
  if (node.is(Kind::string)) {
    const char first = edits[node->begin];
    if (first != '|' && first != '>') ++count[first == '\'' ? 1 : first == '"' ? 2 : 0];
  }
  for (const Cursor child : node) count_quotes(child, edits, count);
}

}  // namespace

Rewriter::Rewriter(Edits& edits, Cursor document, bool json)
    : edits_(edits), document_(document), json_(json) {
  flow_.json = json;
  if (!json || !document.is(Kind::map) || document->count == 0) return;
  const Cursor first = *document.begin();
  const std::size_t colon = edits.skip_blank(first->key_end);
  if (edits[colon] == ':') flow_.colon = edits.text().substr(colon, first->begin - colon);
  if (flow_.colon == ":") flow_.comma = ",";
  if (!edits.leads_line(first->key_begin)) return;
  const std::size_t indent = edits.indent(first->key_begin);
  flow_.step = indent - std::min(indent, edits.indent(document->begin));
  if (indent > 0) flow_.blank = edits[first->key_begin - 1];
}

std::unexpected<Error> Rewriter::refuse(std::size_t at, std::string_view why) const {
  return fail(fmt::format("line {}: {}", edits_.line_number(at), why));
}

Quotes Rewriter::quotes_in(Cursor around) const {
  std::size_t count[3] = {0, 0, 0};
  count_quotes(around, edits_, count);
  if (count[0] > 0 || (count[1] > 0) == (count[2] > 0)) return Quotes::none;
  return count[1] > 0 ? Quotes::single : Quotes::twice;
}

Result<void> Rewriter::change(Cursor object, const Value& after) {
  const std::size_t column = edits_.column(object->begin);
  return change(object, after, {Slot::Parent::none, json_ || object->flow, object->begin, column});
}

Result<void> Rewriter::change(Cursor node, const Value& after, const Slot& slot) {
  const Value before = value_of(node, 0);
  if (same(before, after)) return {};
  if (node->shared)
    return refuse(node->begin, "the value is shared through an anchor, an alias or a merge key");
  std::optional<Plan> plan = Plan{};
  if (before.map() != nullptr && after.map() != nullptr)
    plan = plan_members(*before.map(), *after.map());
  else if (before.list() != nullptr && after.list() != nullptr)
    plan = plan_items(*before.list(), *after.list());
  if (!plan) return refuse(node->begin, "the list is too long to be changed in so many places");
  const bool flow = json_ || node->flow;
  if (std::ranges::any_of(*plan, is_kept))
    return flow ? change_flow(node, *plan) : change_block(node, *plan);
  const bool stays_flow = node->flow && node->count > 0 && !is_inline(after);
  return slot.in_flow || stays_flow ? replace_flow(node, after, slot)
                                    : replace_block(node, after, slot);
}

}  // namespace podmoat::edit
