// Edits of block style. Items and members are put in and taken out as whole lines; only the first
// one may share its line with a dash ("- a: 1"), and is then changed within it.
#include <algorithm>
#include <ranges>
#include <utility>

#include "core/edit/rewriter.h"

namespace podmoat::edit {
namespace {

using model::Value;

std::string blanks(std::size_t count) { return std::string(count, ' '); }

bool is_collection(Cursor node) { return !node->is_scalar() && node->count > 0; }

/// What kubectl's style leaves open, as far as the text has been seen to answer it.
struct Layout {
  std::optional<bool> indent_lists;
  std::optional<std::size_t> step;
};

/// Looks at the members of all maps at and below `node` until both questions are answered.
void look_at(Cursor node, const Edits& edits, Layout& layout) {
  for (const Cursor child : node) {
    if (layout.indent_lists && layout.step) return;
    if (child->flow || child->shared || !is_collection(child)) continue;
    const std::size_t column = edits.column(child->begin);
    const std::size_t key = edits.column(child->key_begin);
    if (node.is(Kind::map) && column >= key) {
      if (child.is(Kind::list) && !layout.indent_lists) layout.indent_lists = column > key;
      if (child.is(Kind::map) && !layout.step && column > key) layout.step = column - key;
    }
    look_at(child, edits, layout);
  }
}

}  // namespace

YamlStyle Rewriter::block_style(Cursor around) const {
  Layout layout;
  look_at(around, edits_, layout);
  look_at(document_, edits_, layout);
  YamlStyle style;
  style.indent_lists = layout.indent_lists.value_or(style.indent_lists);
  style.step = layout.step.value_or(style.step);
  style.quotes = quotes_in(around);
  return style;
}

Result<Rewriter::Entries> Rewriter::block_entries(Cursor list_or_map) const {
  const bool list = list_or_map.is(Kind::list);
  Entries entries;
  for (const Cursor node : list_or_map) {
    Entry entry{node, 0, 0, 0, {}};
    if (list) {
      entry.begin = entries.empty() ? list_or_map->begin : edits_.skip_blank(entries.back().end);
      if (edits_[entry.begin] != '-') return refuse(entry.begin, "cannot see where an item starts");
      entry.lead = entry.begin + 1;
    } else {
      entry.begin = node->key_begin;
      if (node->shared && (entry.begin < list_or_map->begin || entry.begin >= list_or_map->end))
        return refuse(list_or_map->begin, "the map takes members from another one ('<<')");
      entry.lead = edits_.skip_blank(node->key_end) + 1;
      if (edits_[entry.lead - 1] != ':') return refuse(entry.begin, "cannot see where a key ends");
    }
    entry.end = std::max<std::size_t>(entry.lead, node->begin == node->end ? 0 : node->end);
    while (entry.end > entry.lead && std::string_view(" \t\r\n").contains(edits_[entry.end - 1]))
      --entry.end;
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::string Rewriter::block_text(const Step& step, const Entry& sibling,
                                 const YamlStyle& style) const {
  const std::size_t column = edits_.column(sibling.begin);
  if (edits_[sibling.begin] != '-' || sibling.node->key_end > sibling.node->key_begin)
    return yaml_member(std::string(step.key), *step.after, column, style);
  const std::size_t content = std::max<std::size_t>(sibling.node->begin, sibling.lead);
  const bool same_line = edits_.line_start(content) == edits_.line_start(sibling.begin);
  if (!same_line && !is_inline(*step.after)) {
    const std::size_t inner = std::max(edits_.column(content), column + 1);
    return "-\n" + blanks(inner) + yaml_block(*step.after, inner, style);
  }
  const std::string_view between =
      edits_.text().substr(sibling.lead, same_line ? content - sibling.lead : 0);
  const bool clear = !between.empty() && between.find_first_not_of(' ') == between.npos;
  const std::size_t gap = clear ? between.size() : 1;
  return '-' + blanks(gap) + yaml_block(*step.after, column + 1 + gap, style);
}

/// Puts `text` before everything else in its list or map.
void Rewriter::insert_first(const Entry& first, std::string text) {
  const std::size_t column = edits_.column(first.begin);
  if (!edits_.leads_line(first.begin)) {
    edits_.insert(first.begin, std::move(text) + '\n' + blanks(column));
    return;
  }
  std::size_t at = edits_.line_start(first.begin);
  // Comments right above an item are about it, those above a map's first key about the map.
  while (edits_[first.begin] == '-' && at > 0 && edits_.indent(at - 1) == column &&
         edits_[edits_.line_start(at - 1) + column] == '#')
    at = edits_.line_start(at - 1);
  edits_.insert(at, blanks(column) + std::move(text) + '\n');
}

/// Takes out the first `count` entries, of which the very first shares its line with a dash.
/// `something_first`: a new entry takes its place there.
void Rewriter::remove_leading(const Entries& entries, std::size_t count, bool something_first) {
  bool tight = true;
  for (std::size_t i = 0; i < count; ++i)
    tight = tight && edits_.next_line(entries[i].end) == edits_.line_start(entries[i + 1].begin);
  if (tight) {
    edits_.erase(entries[0].begin, entries[count].begin);
    return;
  }
  // Lines of comments are to stay: what goes is the rest of the dash's line, then lines.
  std::size_t begin = entries[0].begin;
  while (!something_first && edits_[begin - 1] == ' ') --begin;
  const std::size_t end = edits_.text().find_first_of("\r\n", entries[0].end);
  edits_.erase(begin, end);
  for (std::size_t i = 1; i < count; ++i)
    edits_.erase(edits_.line_start(entries[i].begin), edits_.next_line(entries[i].end));
}

Result<void> Rewriter::change_block(Cursor list_or_map, const Plan& plan) {
  const Result<Entries> found = block_entries(list_or_map);
  if (!found) return std::unexpected(found.error());
  const Entries& entries = *found;
  const YamlStyle style = block_style(list_or_map);
  const std::size_t column = edits_.column(entries[0].begin);
  const bool own_line = edits_.leads_line(entries[0].begin);
  const auto kept = std::ranges::find_if(
      plan, [](const Step& step) { return step.old.has_value() && step.after != nullptr; });
  // Entries before this one cannot be taken out as lines.
  const std::size_t bound = own_line ? 0 : *kept->old;

  std::vector<std::string> first;
  std::optional<std::size_t> behind;
  for (const Step& step : plan) {
    if (!step.old) {
      const std::string text = block_text(step, entries[behind.value_or(0)], style);
      if (behind && *behind >= bound)
        edits_.insert(edits_.next_line(entries[*behind].end), blanks(column) + text + '\n');
      else
        first.push_back(text);
      continue;
    }
    behind = step.old;
    const Entry& entry = entries[*behind];
    if (step.after != nullptr) {
      const auto parent = list_or_map.is(Kind::list) ? Slot::Parent::item : Slot::Parent::member;
      if (auto done = change(entry.node, *step.after, {parent, false, entry.lead, column}); !done)
        return done;
    } else if (*behind >= bound) {
      edits_.erase(edits_.line_start(entry.begin), edits_.next_line(entry.end));
    }
  }
  if (bound > 0) remove_leading(entries, bound, !first.empty());
  for (std::string& text : first) insert_first(entries[0], std::move(text));
  return {};
}

/// What stands at [begin, end) behind `lead` becomes `head`, and `lines` follow on lines of their
/// own. Empty `head`: the blanks before it go as well.
void Rewriter::replace_behind(std::size_t lead, std::size_t begin, std::size_t end,
                              std::string head, const std::string& lines) {
  if (head.empty())
    edits_.erase(lead, end);
  else if (begin == end)
    edits_.insert(lead, ' ' + std::move(head));
  else
    edits_.replace(begin, end, std::move(head));
  if (!lines.empty()) edits_.insert(edits_.next_line(end), lines);
}

Result<void> Rewriter::replace_block(Cursor node, const Value& after, const Slot& slot) {
  const bool empty = node->begin == node->end;
  const std::size_t begin = empty ? slot.lead : node->begin;
  std::size_t end = empty ? slot.lead : node->end;
  while (end > begin && std::string_view(" \t\r\n").contains(edits_[end - 1])) --end;

  const YamlStyle style = block_style(node);
  const bool member = slot.parent == Slot::Parent::member;
  std::string fresh;
  if (member)
    fresh = yaml_after_colon(after, slot.column, style);
  else
    fresh = ' ' + yaml_block(after, empty ? slot.column + 2 : edits_.column(begin), style);
  const std::size_t cut = std::min(fresh.find('\n'), fresh.size());
  const std::string head = cut == 0 ? "" : fresh.substr(1, cut - 1);
  const std::string lines = cut == fresh.size() ? "" : fresh.substr(cut + 1) + '\n';

  if (node->is_scalar() && !empty && (edits_[begin] == '|' || edits_[begin] == '>')) {
    const std::size_t header = edits_.text().find_first_of(" \t\r\n", begin);
    edits_.erase(edits_.next_line(begin), edits_.next_line(end));
    replace_behind(slot.lead, begin, header, head, lines);
  } else if (node->is_scalar() || node->flow) {
    replace_behind(slot.lead, begin, end, head, lines);
  } else if (!member) {
    // A comment behind the last line goes behind the first: the new last one may be a literal's.
    const std::size_t line_end = edits_.text().find_first_of("\r\n", end);
    const std::string comment(edits_.text().substr(end, line_end - end));
    edits_.replace(begin, edits_.next_line(end), head + comment + '\n' + lines);
  } else if (!edits_.leads_line(begin)) {
    return refuse(begin, "a value stands where we cannot replace it");
  } else {
    const bool literal = !lines.empty() && !head.empty();  // takes every line below for its own
    const std::size_t first = literal ? edits_.next_line(slot.lead) : edits_.line_start(begin);
    if (!head.empty()) edits_.insert(slot.lead, ' ' + head);
    edits_.replace(first, edits_.next_line(end), lines);
  }
  return {};
}

}  // namespace podmoat::edit
