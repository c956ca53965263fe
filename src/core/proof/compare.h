#pragma once
// Judge: two Ladders of one Pod against the Guard.
#include <cstddef>
#include <initializer_list>
#include <utility>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/flow/ladder.h"
#include "core/policy/policies.h"
#include "core/proof/proof.h"

namespace podmoat::proof {

/// What one class of label sets loses and gains.
struct Change {
  /// The flows of each Breach, in the order of Breach.
  std::vector<std::pair<Breach, flow::Known>> breaches;
  std::size_t rows_cut = 0;  ///< rows of Guard::must that were open and are closed
  bool collateral = false;   ///< see Proof::collateral
};

/// Guarded flows that an Exception leaves to one class.
struct Spare {
  flow::FlowSet sure;
  flow::FlowSet possible;
};

/// `flows` and, on `lines`, the names of a protocol wherever all its numbers are (PR-4).
flow::FlowSet closed(const flow::FlowSet& flows, const policy::NamedPorts& names,
                     std::initializer_list<flow::Line> lines);

/// What two Ladders share, as likeness() in essence.h finds it.
struct Likeness {
  /// Every flow that may not go is decided by the same rules on both sides.
  bool same_beside = false;
  /// AFTER is BEFORE with more denies, so that nothing can pass that did not.
  bool denies_more = false;
};

class Judge {
 public:
  /// Keeps references. `names` holds the port names of both sides.
  Judge(const catalog::Guard& guard, const model::Platform& platform,
        const policy::NamedPorts& names);

  /// Every flow that there is when `receivers` classes of Pods are at the other end.
  flow::FlowSet universe(std::size_t receivers) const;
  /// What `ladder` lets through of `universe`, closed under the meaning of port names (PR-4).
  flow::Known flows(const flow::Ladder& ladder, const flow::FlowSet& universe) const;
  /// A measure of what flows() looked at.
  std::size_t rows(const flow::Ladder& ladder, const flow::Known& result) const;
  Change compare(const flow::Known& before, const flow::Known& after, const Spare& spare = {},
                 const Likeness& alike = {}) const;
  /// What may be cut from a class to which `spare` leaves something.
  flow::FlowSet may(const Spare& spare) const;
  /// A flow of `flows` to show: HTTPS to somewhere that everybody knows, to a Pod or to a node,
  /// else the least one, on another port than 0 if there is one. Requires that it is not empty.
  flow::Flow witness(const flow::FlowSet& flows) const;

 private:
  flow::Known doubted(flow::Known breach) const;
  std::size_t rows_cut(const flow::Known& before, const flow::FlowSet& still_open) const;

  const catalog::Guard& guard_;
  const model::Platform& platform_;
  const policy::NamedPorts& names_;
  flow::FlowSet may_;     ///< what may be cut
  flow::FlowSet beside_;  ///< may_ without what must be cut
};

}  // namespace podmoat::proof
