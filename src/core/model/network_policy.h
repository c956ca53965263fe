#pragma once
// NetworkPolicy (networking.k8s.io/v1) as the API has it, without judgement. Rules in
// docs/semantics/networkpolicy.md.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/address.h"
#include "base/protocol.h"
#include "core/model/labels.h"
#include "core/model/object.h"
#include "core/model/value.h"

namespace podmoat::model {

/// ipBlock: the addresses of `cidr` that are in none of `except`.
struct IpBlock {
  Block cidr;
  std::vector<Block> except;
};

/// podSelector and namespaceSelector: Pods by their labels. At least one of the two is present.
struct PodPeer {
  std::optional<Selector> pods;        ///< absent: all Pods of the selected namespaces
  std::optional<Selector> namespaces;  ///< absent: the policy's own namespace
  auto operator<=>(const PodPeer&) const = default;
};

struct Peer {
  std::variant<IpBlock, PodPeer> is;
  Place place;
};

/// One entry of `ports`. Without a port: every port of the protocol.
struct PolicyPort {
  Protocol protocol = Protocol::tcp;
  std::variant<std::monostate, Ports, std::string> port;  ///< all, numbers, or a name
  Place place;
};

/// One rule of egress (its `to`) or of ingress (its `from`). An empty list, like an absent one,
/// means every peer, or every port of every protocol.
struct PolicyRule {
  std::vector<Peer> peers;
  std::vector<PolicyPort> ports;
  Place place;
};

/// A policy that the API server would accept. Refused ones are Diagnostics in the Snapshot.
struct NetworkPolicy {
  Object object;
  Selector pods;
  bool isolates_ingress = false;  ///< effective policyTypes, defaults applied
  bool isolates_egress = false;
  bool types_given = false;  ///< policyTypes stood in the object
  std::vector<PolicyRule> egress;
  std::vector<PolicyRule> ingress;
  /// The whole object as it was read, for whoever writes a changed one.
  std::shared_ptr<const Value> source;
};

}  // namespace podmoat::model
