#pragma once
// Where Cilium's identities lie on the lines of a FlowSet.
#include <string>
#include <vector>

#include "base/address.h"
#include "core/flow/ladder.h"
#include "core/model/labels.h"
#include "core/model/platform.h"
#include "core/model/snapshot.h"

namespace podmoat::language {

/// Places of nodes, of the world and of blocks: docs/semantics/cilium.md CL-1, CL-14, CL-16. Every
/// answer holds all ports.
class CiliumGround {
 public:
  CiliumGround(const model::Snapshot& snapshot, const model::Platform& platform);

  flow::Known own_node() const;
  flow::Known other_nodes() const;
  /// Both of them: surer than the union of the two.
  flow::Known nodes() const;
  flow::Known world() const;
  /// What a block, or a set of them, holds of `within`; `whole`: a block of length 0.
  flow::Known block(const flow::Known& within, bool whole) const;
  /// What would decide where a place is only possible: "which addresses nodes have".
  const char* doubt() const;
  /// CL-19. `surely` becomes whether the input tells the addresses.
  flow::Known kube_apiserver(bool& surely) const;

 private:
  flow::Known known_nodes(const flow::FlowSet& line, const flow::FlowSet& addresses) const;

  bool by_identity_;
  model::Answer blocks_hold_nodes_;
  bool blocks_hold_pods_;                   ///< or may
  std::vector<std::vector<Address>> pods_;  ///< the addresses of each Pod that has several
  flow::FlowSet nodes_;                     ///< the addresses that the Node objects tell
  std::vector<flow::FlowSet> each_node_;    ///< the same, node by node
  std::vector<Address> apiserver_;
  bool apiserver_on_node_ = false;
};

/// Every address of both families.
const flow::FlowSet& all_addresses();
flow::Known operator|(const flow::Known& a, const flow::Known& b);
flow::Known operator&(const flow::Known& a, const flow::Known& b);
/// What is not in it, among the addresses.
flow::Known other_addresses(const flow::Known& known);

/// CiliumCIDRGroup: blocks under a name and labels (CL-17).
struct CiliumGroup {
  std::string name;
  model::Labels labels;
  flow::Known blocks;
  bool read = true;  ///< false: it may hold any address
};

/// What `selector` over the labels of groups holds among the addresses.
flow::Known groups_with(const std::vector<CiliumGroup>& groups, const model::Selector& selector);

}  // namespace podmoat::language
