// PM-005: policies that say "everywhere" in IPv4 and nothing of IPv6. An ipBlock of the whole IPv4
// line cuts every IPv6 destination from the Pods it isolates (NP-CIDR). A policy with a block of
// IPv6 has thought of it; a rule without `to` opens its ports in IPv6 too, and no more.
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

Findings patterns(const Survey& survey, const policy::Subject& subject,
                  const flow::Ladder& ladder) {
  const std::vector<BlockPeer> peers = blocks_of(survey, subject);
  const auto v6 = [](const BlockPeer& peer) { return peer.block->cidr.family() == Family::v6; };
  const auto whole_v4 = std::find_if(peers.begin(), peers.end(), [&](const BlockPeer& peer) {
    return !v6(peer) && peer.block->cidr.prefix == 0;
  });
  if (whole_v4 == peers.end() || std::any_of(peers.begin(), peers.end(), v6)) return {};
  const flow::PortSet open = open_everywhere(survey, subject);
  if ((whole_v4->ports() - open).empty() || !exact(ladder)) return {};
  Finding made = finding("PM-005");
  made.because = {
      whole_v4->because("allows " + whole_v4->block->cidr.str() + " and no IPv6 address")};
  made.message = (open.empty() ? "every IPv6 destination is cut off: "
                               : "IPv6 destinations are cut off but for " + open.str() + ": ") +
                 whole_v4->policy->object.str() + " allows everything in IPv4 only";
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
