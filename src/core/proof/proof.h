#pragma once
// Proof: that AFTER cuts the guarded flows of BEFORE and changes nothing else, for every label set
// that a Pod of each namespace could have, now or later. It knows nothing of how AFTER came about.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/flow/flow_set.h"
#include "core/model/platform.h"
#include "core/model/snapshot.h"

namespace podmoat::proof {

enum class Outcome : std::uint8_t { proven, refuted, undecided };

enum class Breach : std::uint8_t {
  still_open,  ///< a guarded flow passes after the change
  cut,         ///< a flow that is not guarded passed before and does not after
  widened,     ///< a flow passes after that did not before
};

/// A Pod that could exist, or a node, and a flow of it, for which the claim is false.
struct Counterexample {
  Breach breach = Breach::cut;
  std::string ns;                 ///< "" for what shares the network of a node (PR-9)
  model::Labels labels;           ///< of the Pod that sends
  std::string service_account{};  ///< its name, where it matters and is not "default"
  /// On the line `peer` the index is the proof's own; `receiver` says which Pod it stands for.
  flow::Flow flow;
  /// The Pod at the other end, for a flow on the line `peer`.
  struct Receiver {
    model::Labels ns;  ///< without kNamespaceNameLabel: in any namespace
    model::Labels pod;
    std::string port;  ///< the port's name ("http"), for Protocol::named
    Protocol protocol = Protocol::tcp;
  };
  std::optional<Receiver> receiver;
  /// The flow in words: "10.0.0.1:443/TCP", "Pods with app=db in namespaces with team=a, port
  /// http/TCP".
  std::string to;
  /// What decided on the side that allows: "NetworkPolicy shop/allow egress[0].to[0]".
  std::vector<std::string> because;
};

struct Proof {
  Outcome outcome = Outcome::undecided;
  /// At most one for each namespace and Breach, in that order; those of nodes are last.
  std::vector<Counterexample> counterexamples;
  /// Why it is undecided: too many label classes in a namespace, an unread policy, other ingress,
  /// or nothing to guard.
  std::vector<std::string> open_questions;
  std::size_t namespaces = 0;
  std::size_t classes = 0;    ///< label classes that were compared, up to the last Counterexample
  std::size_t flows_cut = 0;  ///< distinct (class, guarded row) pairs that were open and are closed
  std::size_t exceptions = 0;  ///< that spare guarded flows, which the Claim leaves out (PR-7)
  /// What the Proof does not speak of: Pods on the host network, nodes whose addresses are unknown.
  std::vector<std::string> beyond;
  bool anywhere = false;  ///< some Aim is Aim::anywhere: only known addresses are spoken of
  /// Something of Guard::may that is not in Guard::must, or port 0 beside it (PR-5), passed before
  /// and may not pass after.
  bool collateral = false;
};

struct Claim {
  const model::Snapshot& before;
  const model::Snapshot& after;
  const model::Platform& platform;
  const catalog::Guard& guard;
  std::vector<std::string> namespaces;  ///< in scope; empty: every one that either side mentions
  /// Label classes per namespace, of the Pods that send and of those that receive, beyond which it
  /// gives up and says so. Comparing them may take kRowsPerClass times as many rows.
  std::size_t bound = std::size_t{1} << 18;
};

/// Rows of FlowSets that may be looked at in one namespace, for each class that Claim::bound
/// allows.
inline constexpr std::size_t kRowsPerClass = 32;

/// Decides the Claim exactly or says that it cannot; it never samples.
Proof verify(const Claim& claim);

}  // namespace podmoat::proof
