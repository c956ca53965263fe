#pragma once
// Peers: the Pods at the other end of a flow, as classes on the line flow::Line::peer. Who asks
// decides what the classes are: nobody (only addresses matter), the Pods of the Snapshot, or every
// label set that could be.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/flow/flow_set.h"
#include "core/language/policy.h"
#include "core/model/platform.h"
#include "core/model/snapshot.h"

namespace podmoat::policy {

/// Runs of peer classes: `sure` match whatever the unknown labels are, `possible` may.
struct PeerSpans {
  std::vector<flow::Span> sure;
  std::vector<flow::Span> possible;
  /// Where the two differ: what would decide, one clause for people.
  std::string deciding{};
};

class Peers {
 public:
  virtual ~Peers() = default;
  /// The classes that `term` holds.
  virtual PeerSpans match(const language::PodTerm& term) const = 0;
  /// The classes whose address lies in `places`, as far as rules on addresses hold Pods on this
  /// platform (NP-POD); none where classes have no addresses.
  virtual PeerSpans at(const flow::FlowSet& places) const;
  /// Whether the names of ports have numbers here, as each Pod is known; else they are symbols, on
  /// Protocol::named.
  virtual bool resolves() const { return false; }
  /// Where resolves(): the flows to the ports of that name (NP-14), wherever a class has it.
  virtual flow::FlowSet ports(const language::PortName& name) const;
};

/// No classes: for questions about addresses only.
const Peers& no_peers();

/// Class i is the i-th of `pods` (indices into Snapshot::pods). Pods on the host network are
/// selected by nothing. What depends on a label of a namespace that the Snapshot does not hold is
/// possible and not sure. match() is O(namespaces + Pods of those that match).
/// Source: docs/semantics/networkpolicy.md NP-10, NP-11, NP-NS.
class PodPeers : public Peers {
 public:
  PodPeers(const model::Snapshot& snapshot, std::vector<std::uint32_t> pods);
  /// Class i is asked for under addresses[i], which may be one of several of its Pod.
  PodPeers(const model::Snapshot& snapshot, std::vector<std::uint32_t> pods,
           std::vector<Address> addresses, const model::Fact& cidr_matches_pods);
  PeerSpans match(const language::PodTerm& term) const override;
  PeerSpans at(const flow::FlowSet& places) const override;
  bool resolves() const override { return true; }
  flow::FlowSet ports(const language::PortName& name) const override;

 private:
  /// The classes of one namespace, ascending.
  struct Group {
    model::Namespace ns;
    std::vector<std::uint32_t> classes;
  };

  const model::Snapshot& snapshot_;
  std::vector<std::uint32_t> pods_;
  std::vector<Address> addresses_;  ///< none, or one for each class
  const model::Fact* cidr_matches_pods_ = nullptr;
  std::vector<Group> groups_;
};

/// The namespace `name` with what the Snapshot tells of it; if that is nothing, with its name
/// alone. O(log namespaces).
model::Namespace namespace_of(const model::Snapshot& snapshot, std::string_view name);

/// Whether `selector` matches the labels of `ns`: unknown when that hangs on a label that the
/// Snapshot does not tell; then `*deciding` (if given) names the first such key. Source:
/// docs/semantics/networkpolicy.md NP-NS.
enum class Match : std::uint8_t { no, yes, unknown };
Match matches(const model::Selector& selector, const model::Namespace& ns,
              std::string* deciding = nullptr);

}  // namespace podmoat::policy
