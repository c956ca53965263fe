// The three questions of the Claim as set operations. Each has a sure and a possible answer, as the
// two sides have; on exact sides they are the same.
#include "core/proof/compare.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace podmoat::proof {
namespace {

using flow::FlowSet;
using flow::Known;
using flow::Line;
using flow::PortSet;

constexpr std::array kNumbered{Protocol::tcp, Protocol::udp, Protocol::sctp};

/// Port 0 of every protocol, which no policy can name and no program can listen on (PR-5).
PortSet port_zero() {
  PortSet ports;
  for (const Protocol protocol : kNumbered) ports = ports | PortSet::of(protocol, {0, 0});
  return ports;
}

/// `may` and port 0 of the same destinations.
FlowSet with_port_zero(const FlowSet& may) {
  std::vector<FlowSet::Box> boxes;
  for (const FlowSet::Row& row : may.rows()) boxes.push_back({row.span, row.ports | port_zero()});
  return FlowSet::of(std::move(boxes));
}

/// Whether some row of `flows` has a part of `span`. O(log n).
bool any_at(const FlowSet& flows, const flow::Span& span) {
  const auto& rows = flows.rows();
  const auto end = [](const FlowSet::Row& row) {
    return flow::Destination{row.span.line, row.span.last};
  };
  const auto row =
      std::ranges::lower_bound(rows, flow::Destination{span.line, span.first}, {}, end);
  return row != rows.end() && row->span.line == span.line && row->span.first <= span.last;
}

/// Flows that anybody would miss, the ones that say most first.
const std::vector<FlowSet>& familiar() {
  static const std::vector<FlowSet> all = [] {
    const PortSet https = PortSet::of(Protocol::tcp, {443, 443});
    const auto to = [&](std::string_view address) {
      return FlowSet::box(flow::span_of(*parse_address(address)), https);
    };
    return std::vector<FlowSet>{to("1.1.1.1"), FlowSet::box(flow::whole(Line::peer), https),
                                FlowSet::box(flow::whole(Line::node), https),
                                to("2606:4700:4700::1111")};
  }();
  return all;
}

}  // namespace

Judge::Judge(const catalog::Guard& guard, const model::Platform& platform,
             const policy::NamedPorts& names)
    : guard_(guard),
      platform_(platform),
      names_(names),
      may_(with_port_zero(guard.may)),
      beside_(may_ - guard.must) {}

FlowSet Judge::universe(std::size_t receivers) const {
  const PortSet numbers = PortSet::all() - PortSet::all(Protocol::named);
  PortSet at_pods = names_.shared() ? PortSet::all() : numbers;
  for (const Protocol protocol : kNumbered) at_pods = at_pods | names_.all(protocol);
  PODMOAT_CHECK(receivers > 0);
  std::vector<FlowSet::Box> boxes{{flow::whole(Line::v4), numbers},
                                  {flow::whole(Line::v6), numbers},
                                  {{Line::peer, 0, receivers - 1}, at_pods}};
  // Where a node is surely reached at its addresses, its line is nowhere.
  if (platform_.cidr_matches_nodes.answer != model::Answer::yes)
    boxes.push_back({flow::whole(Line::node), numbers});
  return FlowSet::of(std::move(boxes));
}

Known Judge::flows(const flow::Ladder& ladder, const FlowSet& universe) const {
  Known known = flow::evaluate(ladder, universe);
  if (names_.entries().empty()) return known;
  if (known.exact()) return Known::exactly(closed(known.sure, names_, {Line::peer}));
  return {closed(known.sure, names_, {Line::peer}), closed(known.possible, names_, {Line::peer})};
}

// A name stands for some port from 1 to 65535 of a Pod; where all of them pass, the name passes.
FlowSet closed(const FlowSet& flows, const policy::NamedPorts& all_names,
               std::initializer_list<Line> lines) {
  std::vector<FlowSet::Box> boxes;
  for (const FlowSet::Row& row : flows.rows()) {
    if (std::ranges::find(lines, row.span.line) == lines.end()) continue;
    for (const Protocol protocol : kNumbered) {
      const PortSet numbers = PortSet::of(protocol, {1, 65535});
      const PortSet names = all_names.all(protocol);
      if (!names.empty() && (numbers - row.ports).empty() && !(names - row.ports).empty())
        boxes.push_back({row.span, names});
    }
  }
  return boxes.empty() ? flows : flows | FlowSet::of(std::move(boxes));
}

std::size_t Judge::rows(const flow::Ladder& ladder, const Known& result) const {
  std::size_t rows = result.possible.rows().size();
  for (const flow::Tier& tier : ladder.tiers)
    for (std::size_t i = 0; i < tier.rules.size(); ++i) {
      rows += tier.rules[i]->match.possible.rows().size();
      // Rules of one action in a row are taken at once.
      if (i == 0 || tier.rules[i]->action != tier.rules[i - 1]->action)
        rows += result.possible.rows().size();
    }
  return rows;
}

// What an Exception spares need not go and must not be cut.
FlowSet Judge::may(const Spare& spare) const {
  return spare.sure.empty() ? may_ : may_ - spare.sure;
}

Change Judge::compare(const Known& before, const Known& after, const Spare& spare,
                      const Likeness& alike) const {
  Change change;
  const FlowSet must = spare.possible.empty() ? guard_.must : guard_.must - spare.possible;
  const FlowSet may = this->may(spare);
  // A flow that may lead to no Target is no breach for sure (PF-53).
  const Known open{catalog::leading(after.sure & must, guard_.doubts), after.possible & must};
  // What an Exception spares is in no breach, and is not closed either.
  change.rows_cut = rows_cut(before, after.possible & guard_.must);
  change.breaches.emplace_back(Breach::still_open, open);
  if (before == after && before.exact()) return change;
  const FlowSet beside = before.possible & beside_;
  change.collateral = !beside.empty() && !(beside - after.sure).empty();
  // Sets of flows in doubt say less than the rules that both sides share (PR-8).
  const Known lost{before.sure - after.possible, before.possible - after.sure};
  const Known gained{after.sure - before.possible, after.possible - before.sure};
  if (!alike.same_beside)
    change.breaches.emplace_back(Breach::cut, doubted({lost.sure - may, lost.possible - may}));
  if (alike.denies_more) return change;
  change.breaches.emplace_back(
      Breach::widened,
      doubted(alike.same_beside ? Known{gained.sure & may, gained.possible & may} : gained));
  return change;
}

// Where blocks hold Pods too, a flow to a Pod may pass by its address instead, and one to a node
// where they hold nodes (PR-3).
Known Judge::doubted(Known breach) const {
  if (platform_.cidr_matches_pods.answer == model::Answer::yes)
    breach.sure = breach.sure - FlowSet::box(flow::whole(Line::peer), PortSet::all());
  if (platform_.cidr_matches_nodes.answer == model::Answer::unknown)
    breach.sure = breach.sure - FlowSet::box(flow::whole(Line::node), PortSet::all());
  return breach;
}

std::size_t Judge::rows_cut(const Known& before, const FlowSet& still_open) const {
  const FlowSet was_open = before.sure & guard_.must;
  if (was_open.empty()) return 0;
  if (still_open.empty() && was_open == guard_.must) return guard_.must.rows().size();
  // Both are parts of the guarded flows, so that one of their rows at a place is enough.
  return static_cast<std::size_t>(
      std::ranges::count_if(guard_.must.rows(), [&](const FlowSet::Row& row) {
        return any_at(was_open, row.span) && !any_at(still_open, row.span);
      }));
}

flow::Flow Judge::witness(const FlowSet& flows) const {
  for (const FlowSet& some : familiar())
    if (const auto witness = (flows & some).witness()) return *witness;
  std::vector<FlowSet::Box> zero;
  for (const Line line : {Line::v4, Line::v6, Line::peer, Line::node})
    zero.push_back({flow::whole(line), port_zero()});
  const FlowSet plain = flows - FlowSet::of(std::move(zero));
  const auto witness = (plain.empty() ? flows : plain).witness();
  PODMOAT_CHECK(witness.has_value());
  return *witness;
}

}  // namespace podmoat::proof
