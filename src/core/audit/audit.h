#pragma once
// The audit: every Subject against every guarded Target, and the other rules, as one list of calls.
#include "core/audit/finding.h"

namespace podmoat::audit {

/// Which Subjects and namespaces an answer is about. Empty lists: all.
struct Scope {
  std::vector<std::string> namespaces;
  std::vector<std::string> include;  ///< namespaces by glob: "team-*"
  std::vector<std::string> exclude;
  model::Selector pods;  ///< -l

  bool covers(std::string_view ns) const;
  /// Whether nothing is left out.
  bool covers_all() const;
};

/// The Subjects in scope, each with those of its Pods that are: policies see no difference between
/// the Pods of one Subject, a selector of a Scope may. In the order of policy::subjects.
/// `reading` is what the policies say; `keys` as policy::subjects takes them.
std::vector<policy::Subject> subjects_in(const model::Snapshot& snapshot,
                                         const language::Reading& reading, const Scope& scope,
                                         const std::vector<std::string>& keys = {});

/// What is known of how metadata services hand out credentials, beside the network. It never
/// changes a Verdict: docs/semantics/platforms.md PF-70.
struct Credentials {
  std::optional<unsigned> hop_limit{};      ///< HttpPutResponseHopLimit of the instances
  bool v2_only = false;                     ///< HttpTokens is required
  std::optional<bool> workload_identity{};  ///< of GKE

  /// Why a Pod that is not on the host network gets no credentials of the node from `target` even
  /// if it reaches it; "" if it may. `on_fargate`: whether it surely runs there.
  std::string withheld(const catalog::Target& target, bool on_fargate) const;
};

struct Question {
  const model::Snapshot& snapshot;
  const model::Platform& platform;
  model::Basis basis;
  const catalog::Catalog& catalog;
  const catalog::Guard& guard;
  std::vector<std::string> providers;
  Scope scope;
  Credentials credentials{};
};

/// O(Pods + policies + Subjects), plus one evaluation for each distinct Ladder.
Report audit(const Question& question);

/// One line of can-reach and who-can-reach.
struct Answer {
  policy::Subject subject;
  Verdict verdict;
};

/// DEST of can-reach: a Target's Aim, an address that no Pod has, or a Pod's address.
struct Destination {
  std::string text;                      ///< as shown: "aws-imds", "169.254.169.254:80/TCP"
  flow::FlowSet flows;                   ///< on the lines of addresses and nodes
  bool anywhere = false;                 ///< see catalog::Aim
  std::vector<catalog::Doubt> doubts{};  ///< see catalog::Aim
  bool node = false;      ///< the addresses are nodes', so a Pod's own node may be exempt
  bool one_node = false;  ///< one node of several, by its address
  /// Perhaps a node has the address, which the input does not tell, or perhaps policies know the
  /// node that has it by what it is: `flows` then holds the address and what it is as a node.
  bool maybe_node = false;
  /// A private address that nothing in the input has, though it tells of nodes: one may have it all
  /// the same (VD-11).
  bool unclaimed = false;
  bool host_only = false;  ///< see catalog::Aim
  bool loopback = false;   ///< every Pod's own, unless it is on the host network
  /// Some Service has the address. Whether policies see it before or after it is translated to that
  /// of a backend is not defined (NP-18).
  bool service = false;
  /// The Pods that have the address (indices into Snapshot::pods), if any.
  std::vector<std::uint32_t> pods;
};

/// What `destination` is on the line of peer classes, class i being its i-th Pod.
flow::FlowSet at_pods(const Destination& destination);

/// The Verdict of every Subject in scope, in the order of subjects_in.
std::vector<Answer> who_can_reach(const Question& question, const Destination& destination);

}  // namespace podmoat::audit
