#pragma once
// What several rules look at: the ipBlocks of a Subject's policies, and Findings that are the same
// for all Subjects on one Ladder.
#include <functional>
#include <string>
#include <vector>

#include "core/audit/rules/rules.h"

namespace podmoat::audit {

/// An ipBlock in the egress rules of a policy.
struct BlockPeer {
  const model::NetworkPolicy* policy = nullptr;
  const model::PolicyRule* rule = nullptr;
  const model::Peer* peer = nullptr;
  const model::IpBlock* block = nullptr;
  std::string path;  ///< "egress[0].to[1]"

  /// The ports that the rule opens at addresses: NP-8, NP-12, NP-13, NP-15.
  flow::PortSet ports() const;
  Because because(std::string text) const;
};

/// Those of the policies that isolate the Subject, in order.
std::vector<BlockPeer> blocks_of(const Survey& survey, const policy::Subject& subject);

/// What `peer` would allow of `flows` if it had no `except`.
flow::FlowSet excepted(const BlockPeer& peer, const flow::FlowSet& flows);
/// The first `except` of `peer` that holds the destination of `flow`: "excepts 169.254.0.0/16".
std::string words_for_hole(const BlockPeer& peer, const flow::Flow& flow);

/// "a, b, c and 2 more".
std::string joined(const std::vector<std::string>& names, std::size_t most);

/// What the Exception says, as the cause of what it leaves open.
Because permission(const catalog::Spared& spared);

/// Appends, for every Subject that policies can isolate, the Findings that `patterns` makes of its
/// Ladder. Asked once for each Ladder and for what Exceptions leave to those on it.
using Patterns = std::function<Findings(const policy::Subject&, const flow::Ladder&)>;
void add_by_ladder(const Survey& survey, const Patterns& patterns, Findings& out);

}  // namespace podmoat::audit
