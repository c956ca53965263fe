// PM-005: policies that say "everywhere" in IPv4 and nothing of IPv6. ipBlocks that together are
// the whole IPv4 line (exceptions aside) cut every IPv6 destination from the Pods it isolates
// (NP-CIDR). A policy with a block of IPv6 has thought of it; a rule without `to` opens its ports
// in IPv6 too, and no more.
#include <algorithm>
#include <utility>

#include "core/audit/rules/shared.h"

namespace podmoat::audit {
namespace {

/// Whether the input shows that no Pod has an IPv6 address: then nothing is lost.
bool only_ipv4(const model::Snapshot& snapshot) {
  const auto all_v4 = [](const auto& objects, bool& any) {
    for (const auto& object : objects)
      for (const Address& address : object.addresses) {
        any = true;
        if (address.family == Family::v6) return false;
      }
    return true;
  };
  bool pods = false;
  bool nodes = false;
  const bool pods_v4 = all_v4(snapshot.pods, pods);
  return pods ? pods_v4 : all_v4(snapshot.nodes, nodes) && nodes;
}

/// The ports that rules without `to` open, in both families.
flow::PortSet open_everywhere(const Survey& survey, const policy::Subject& subject) {
  flow::PortSet out;
  for (const model::NetworkPolicy* policy : survey.isolating(subject))
    for (const model::PolicyRule& rule : policy->egress)
      if (rule.peers.empty()) out = out | BlockPeer{policy, &rule, nullptr, nullptr, {}}.ports();
  return out;
}

/// Whether every rule on the Ladder is one that is known.
bool exact(const flow::Ladder& ladder) {
  return std::all_of(ladder.tiers.begin(), ladder.tiers.end(), [](const flow::Tier& tier) {
    return std::all_of(tier.rules.begin(), tier.rules.end(),
                       [](const auto& rule) { return rule->match.exact(); });
  });
}

/// The blocks that together are the whole IPv4 line, without regard to what they except; one is
/// enough if it is the line itself. None if there are no such. Only blocks count whose rules open
/// more than `open`.
std::vector<const BlockPeer*> whole_v4(const std::vector<BlockPeer>& peers,
                                       const flow::PortSet& open) {
  std::vector<const BlockPeer*> out;
  std::vector<flow::FlowSet::Box> boxes;
  for (const BlockPeer& peer : peers) {
    if (peer.block->cidr.family() == Family::v6 || (peer.ports() - open).empty()) continue;
    if (peer.block->cidr.prefix == 0) return {&peer};
    out.push_back(&peer);
    boxes.push_back({flow::span_of(peer.block->cidr), flow::PortSet::all()});
  }
  const auto line = flow::FlowSet::box(flow::whole(flow::Line::v4), flow::PortSet::all());
  if (!flow::FlowSet::of(std::move(boxes)).contains(line)) out.clear();
  return out;
}

Findings patterns(const Survey& survey, const policy::Subject& subject,
                  const flow::Ladder& ladder) {
  const std::vector<BlockPeer> peers = blocks_of(survey, subject);
  const auto v6 = [](const BlockPeer& peer) { return peer.block->cidr.family() == Family::v6; };
  if (std::any_of(peers.begin(), peers.end(), v6)) return {};
  const flow::PortSet open = open_everywhere(survey, subject);
  const std::vector<const BlockPeer*> whole = whole_v4(peers, open);
  if (whole.empty() || !exact(ladder)) return {};
  Finding made = finding("PM-005");
  std::vector<std::string> policies;
  for (const BlockPeer* peer : whole) {
    made.because.push_back(
        peer->because("allows " + peer->block->cidr.str() + " and no IPv6 address"));
    const std::string name = peer->policy->object.str();
    if (policies.empty() || policies.back() != name) policies.push_back(name);
  }
  made.message = (open.empty() ? "every IPv6 destination is cut off: "
                               : "IPv6 destinations are cut off but for " + open.str() + ": ") +
                 joined(policies, 2) + (policies.size() == 1 ? " allows" : " allow") +
                 " everything in IPv4 only";
  return {std::move(made)};
}

}  // namespace

void check_ipv6_cut(const Survey& survey, Findings& out) {
  if (only_ipv4(survey.question().snapshot)) return;
  add_by_ladder(
      survey,
      [&](const auto& subject, const auto& ladder) { return patterns(survey, subject, ladder); },
      out);
}

}  // namespace podmoat::audit
