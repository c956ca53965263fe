// A Pod of a class under an address is held by a rule that holds the class or the address. For each
// class the rules are laid on the address lines, each widened by what it says of the class, and the
// two Ladders are folded there. The addresses of Guard::may are left out: no Pod has them.
#include "core/proof/joint.h"

#include <algorithm>
#include <utility>

#include "core/proof/essence.h"

namespace podmoat::proof {
namespace {

using flow::FlowSet;
using flow::Known;
using flow::Line;
using flow::PortSet;

FlowSet on_both_lines(const PortSet& ports) {
  return FlowSet::of({{flow::whole(Line::v4), ports}, {flow::whole(Line::v6), ports}});
}

FlowSet addresses_of(const FlowSet& flows) {
  std::vector<FlowSet::Box> boxes;
  for (const FlowSet::Row& row : flows.rows())
    if (row.span.line == Line::v4 || row.span.line == Line::v6)
      boxes.push_back({row.span, PortSet::all()});
  return FlowSet::of(std::move(boxes));
}

bool only_allows(const flow::Ladder& ladder) {
  return std::ranges::all_of(ladder.tiers, [](const flow::Tier& tier) {
    return std::ranges::all_of(
        tier.rules, [](const auto& rule) { return rule->action == flow::Action::allow; });
  });
}

/// `flows` as they are for a Pod of class `receiver`, on the address lines.
FlowSet seen_by(const FlowSet& flows, std::size_t receiver, const FlowSet& universe) {
  const PortSet ports = flows.ports_at(flow::peer(static_cast<std::uint32_t>(receiver)));
  return ((ports.empty() ? flows : flows | on_both_lines(ports))) & universe;
}

}  // namespace

Joint::Joint(const catalog::Guard& guard, const model::Platform& platform,
             const policy::NamedPorts& names, std::size_t receivers)
    : platform_(platform),
      names_(names),
      receivers_(receivers),
      guarded_(addresses_of(guard.may)),
      universe_(on_both_lines(PortSet::all()) - guarded_) {}

bool Joint::needed(const Side& before, const Side& after) const {
  if (platform_.cidr_matches_pods.answer == model::Answer::no) return false;
  if (only_allows(before.ladder) && only_allows(after.ladder)) return false;
  return !same_beside(before, after, guarded_);
}

Known Joint::at(const flow::Ladder& ladder, std::size_t receiver, std::size_t& rows) const {
  flow::Ladder seen;
  for (const flow::Tier& tier : ladder.tiers) {
    flow::Tier& copy = seen.tiers.emplace_back(
        flow::Tier{.name = tier.name, .rules = {}, .end = tier.end, .end_origins = {}});
    copy.stage = tier.stage;
    for (const auto& rule : tier.rules) {
      flow::Rule laid = *rule;
      laid.match = {seen_by(rule->match.sure, receiver, universe_),
                    seen_by(rule->match.possible, receiver, universe_)};
      rows += laid.match.possible.rows().size() + 1;
      copy.rules.push_back(std::make_shared<const flow::Rule>(std::move(laid)));
    }
  }
  const Known known = flow::evaluate(seen, universe_);
  return {closed(known.sure, names_, {Line::v4, Line::v6}),
          closed(known.possible, names_, {Line::v4, Line::v6})};
}

Joint::Answer Joint::compare(const flow::Ladder& before, const flow::Ladder& after) const {
  Answer out;
  for (std::size_t r = 0; r < receivers_ && !(out.cut && out.widened); ++r) {
    const Known old = at(before, r, out.rows);
    const Known now = at(after, r, out.rows);
    const auto look = [&](const Known& from, const Known& to, std::optional<JointFlow>& found) {
      const FlowSet sure = from.sure - to.possible;
      if (sure.empty()) {
        out.doubtful = out.doubtful || !(from.possible - to.sure).empty();
      } else if (!found) {
        const flow::Flow flow = *sure.witness();
        const Family family = flow.to.line == Line::v4 ? Family::v4 : Family::v6;
        found = JointFlow{{flow::peer(static_cast<std::uint32_t>(r)), flow.protocol, flow.port},
                          {family, flow.to.at}};
      }
    };
    look(old, now, out.cut);
    look(now, old, out.widened);
  }
  return out;
}

}  // namespace podmoat::proof
