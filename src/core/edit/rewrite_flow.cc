// Edits of flow style, which is all of JSON and what stands in {} and [] in YAML. If every item
// has lines of its own, lines come and go, else what is between two commas.
#include <algorithm>
#include <ranges>
#include <utility>

#include "core/edit/rewriter.h"

namespace podmoat::edit {
namespace {

using model::Value;

bool is_kept(const Step& step) { return step.old.has_value() && step.after != nullptr; }

}  // namespace

Result<Rewriter::Entries> Rewriter::flow_entries(Cursor list_or_map) const {
  Entries entries;
  for (const Cursor node : list_or_map) {
    Entry entry{node, node->begin, node->begin, node->end, {}};
    if (list_or_map.is(Kind::map)) {
      entry.begin = node->key_begin;
      if (node->shared && (entry.begin < list_or_map->begin || entry.begin >= list_or_map->end))
        return refuse(list_or_map->begin, "the map takes members from another one ('<<')");
      const std::size_t colon = edits_.skip_blank(node->key_end);
      entry.lead = edits_[colon] == ':' ? colon + 1 : node->key_end;
      if (node->begin == node->end) entry.end = entry.lead;
    }
    if (const std::size_t next = edits_.skip_blank(entry.end); edits_[next] == ',')
      entry.comma = next;
    entries.push_back(std::move(entry));
  }
  return entries;
}

FlowStyle Rewriter::flow_style(Cursor list_or_map, const Entries& entries) const {
  FlowStyle style = flow_;
  style.quotes = quotes_in(list_or_map);
  style.step = 0;
  if (entries.empty()) return style;
  const Entry& first = entries.front();
  if (json_ && edits_.leads_line(first.begin))
    style.step = edits_.indent(first.begin) -
                 std::min(edits_.indent(first.begin), edits_.indent(list_or_map->begin));
  if (entries.size() > 1 && first.comma) {
    const std::string_view between =
        edits_.text().substr(*first.comma, entries[1].begin - *first.comma);
    if (between.find_first_of("\r\n#") == between.npos) style.comma = between;
  }
  return style;
}

Result<void> Rewriter::change_flow(Cursor list_or_map, const Plan& plan) {
  const Result<Entries> entries = flow_entries(list_or_map);
  if (!entries) return std::unexpected(entries.error());
  const bool list = list_or_map.is(Kind::list);
  for (const Step& step : plan) {
    if (!is_kept(step)) continue;
    const Entry& entry = (*entries)[*step.old];
    const auto parent = list ? Slot::Parent::item : Slot::Parent::member;
    if (auto done = change(entry.node, *step.after, {parent, true, entry.lead, 0}); !done)
      return done;
  }
  const FlowStyle style = flow_style(list_or_map, *entries);
  const bool lines = edits_.leads_line(list_or_map->end - 1) &&
                     std::ranges::all_of(*entries, [&](const Entry& entry) {
                       return edits_.leads_line(entry.begin);
                     });
  lines ? change_lines(*entries, plan, style) : change_line(*entries, plan, style);
  return {};
}

/// Every entry, and the closing bracket, has a line of its own.
void Rewriter::change_lines(const Entries& entries, const Plan& plan, const FlowStyle& style) {
  const std::size_t column = edits_.column(entries[0].begin);
  const std::string indent(edits_.text().substr(edits_.line_start(entries[0].begin), column));
  const bool trailing = entries.back().comma.has_value();  // YAML allows a last comma
  const auto last = std::ranges::find_if(plan.rbegin(), plan.rend(),
                                         [](const Step& step) { return step.after != nullptr; })
                        .base() -
                    1;
  std::size_t at = edits_.line_start(entries[0].begin);
  for (auto step = plan.begin(); step != plan.end(); ++step) {
    const bool comma = trailing || step != last;
    if (!step->old) {
      const std::string text =
          step->key.data() == nullptr
              ? flow(*step->after, column, style)
              : flow_member(std::string(step->key), *step->after, column, style);
      edits_.insert(at, indent + text + (comma ? ",\n" : "\n"));
      continue;
    }
    const Entry& entry = entries[*step->old];
    at = edits_.next_line(entry.comma.value_or(entry.end));
    if (step->after == nullptr) {
      edits_.erase(edits_.line_start(entry.begin), at);
    } else if (comma && !entry.comma) {
      edits_.insert(entry.end, ",");
    } else if (!comma && entry.comma) {
      edits_.erase(*entry.comma, *entry.comma + 1);
    }
  }
}

/// Entries share lines; one is kept at least.
void Rewriter::change_line(const Entries& entries, const Plan& plan, const FlowStyle& style) {
  const std::size_t column = edits_.indent(entries[0].begin);
  std::optional<std::size_t> kept;     // the last entry that stays, so far
  std::optional<std::size_t> removed;  // the first one that goes, behind `kept`
  for (const Step& step : plan) {
    if (!step.old) {
      const std::string text = step.key.data() == nullptr
                                   ? flow(*step.after, column, style)
                                   : flow_member(std::string(step.key), *step.after, column, style);
      if (kept)
        edits_.insert(entries[*kept].end, style.comma + text);
      else
        edits_.insert(entries[0].begin, text + style.comma);
    } else if (step.after == nullptr) {
      if (!removed) removed = step.old;
    } else {
      kept = step.old;
      if (removed) edits_.erase(entries[*removed].begin, entries[*kept].begin);
      removed.reset();
    }
  }
  if (removed) edits_.erase(entries[*kept].end, entries.back().end);
}

Result<void> Rewriter::replace_flow(Cursor node, const Value& after, const Slot& slot) {
  FlowStyle style = flow_;
  style.quotes = quotes_in(node);
  if (!json_) style.step = 0;
  const std::string fresh = flow(after, edits_.indent(node->begin), style);
  if (node->begin != node->end) {
    edits_.replace(node->begin, node->end, fresh);
    return {};
  }
  const std::size_t next = edits_.text().find_first_not_of(' ', slot.lead);
  const std::size_t end = edits_[next] == ',' ? next : slot.lead;
  edits_.replace(slot.lead, end, (edits_[slot.lead - 1] == ':' ? " " : ": ") + fresh);
  return {};
}

}  // namespace podmoat::edit
