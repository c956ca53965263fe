#pragma once
// The slow oracle for Cilium's policies: one flow at a time, straight from the text of
// docs/semantics/cilium.md. What nobody knows is tried out: every question that the rules leave
// open is asked by name, and all ways to answer are gone through.
#include <cstdint>
#include <string>
#include <variant>

#include "core/model/platform.h"
#include "core/model/snapshot.h"

namespace podmoat::test {

enum class NodeKind : std::uint8_t { own, other };

/// A flow to an address that is no Pod's and no node's, to a Pod that is not on the host network
/// (an index into Snapshot::pods), or to a node. `port` is 0 for Protocol::other.
struct CiliumFlow {
  std::variant<Address, std::uint32_t, NodeKind> to;
  Protocol protocol = Protocol::tcp;
  std::uint16_t port = 0;
  std::string str() const;
};

enum class CiliumAnswer : std::uint8_t { no, yes, unknown };

/// Whether `pod`, which is not on the host network, may send `flow`: unknown if that hangs on an
/// answer to some question. `always` is the enforcement mode. An object whose name begins with
/// "odd" counts as one that cannot be read. Blocks hold no nodes (the default of
/// policy-cidr-match-mode).
CiliumAnswer slow_cilium(const model::Snapshot& snapshot, const model::Pod& pod,
                         const CiliumFlow& flow, bool always);

}  // namespace podmoat::test
