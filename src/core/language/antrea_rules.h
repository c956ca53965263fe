#pragma once
// One egress rule of Antrea: what it matches, and the Clauses that say so for the Pods of one
// namespace. Rules: docs/semantics/antrea.md AN-14 to AN-27.
#include <string>
#include <string_view>
#include <vector>

#include "core/language/antrea_groups.h"

namespace podmoat::language::antrea_parts {

/// An entry of `to`.
struct Peer {
  Destinations to;
  std::string rule;  ///< "egress[0].to[1]"
  Place place;
  std::string words;
  std::string doubt;
  /// `namespaces`: Pods that hang on the namespace of the Pod that the rule concerns.
  bool self = false;
  std::vector<std::string> same_labels;
  model::Selector pods;

  bool relative() const { return self || !same_labels.empty(); }
};

struct Rule {
  flow::Action action = flow::Action::allow;
  std::string verb;  ///< "allows"
  bool layer7 = false;
  PortMatch ports;
  std::string on;  ///< "TCP 80"
  std::vector<Peer> peers;

  bool relative() const;
};

/// The namespace of the Pods that a rule concerns.
struct Home {
  const model::Namespace* ns = nullptr;  ///< nothing: one that is not in the input
  bool doubtful = false;                 ///< AN-16: the peers match perhaps
};

/// What reading a rule needs.
struct RuleSource {
  const model::Snapshot& snapshot;
  Groups& groups;
  std::string_view own;   ///< the namespace of a NetworkPolicy; "" for a ClusterNetworkPolicy
  bool baseline = false;  ///< Pass is refused
  bool* igmp = nullptr;   ///< whether a rule of the policy named IGMP
};

/// Reads `field`, an item of `egress`; its appliedTo is for others.
Rule rule_of(const Field& field, const RuleSource& source);

/// The clauses of `rule` for Pods of `home`, in order. Without relative peers they are the same
/// for every home.
std::vector<Clause> clauses_of(const Rule& rule, const Home& home);

}  // namespace podmoat::language::antrea_parts
