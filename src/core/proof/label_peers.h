#pragma once
// LabelPeers: the Pods at the other end of a flow, for every label set that they and their
// namespaces could have.
#include <cstddef>
#include <expected>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/network_policy.h"
#include "core/policy/peers.h"
#include "core/proof/label_classes.h"

namespace podmoat::proof {

/// Peer classes for the policies of each namespace on its own: which index means what depends on
/// the namespace that the policy stands in.
class LabelPeers : public policy::Peers {
 public:
  /// Makes the classes that the egress peers of `policies`, all of namespace `own`, tell apart.
  /// Their number, or a number above `bound` (see LabelClasses); then `own` has no class.
  std::expected<std::size_t, std::size_t> add(std::string_view own,
                                              std::span<const model::NetworkPolicy* const> policies,
                                              std::size_t bound);

  /// Exact. Nothing for a namespace that was not added.
  policy::PeerSpans match(std::string_view own, const model::PodPeer& peer) const override;

  /// A Pod that could exist, and its namespace.
  struct Example {
    model::Labels ns;
    model::Labels pod;
  };
  /// One of the class `index` of `own`.
  Example example(std::string_view own, std::size_t index) const;

 private:
  struct Classes {
    LabelClasses classes;
    std::map<model::PodPeer, std::vector<flow::Span>> spans;
  };
  std::map<std::string, Classes, std::less<>> by_namespace_;
};

}  // namespace podmoat::proof
