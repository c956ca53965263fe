#pragma once
// Joint: Pods that rules on addresses hold too, where rules stand in an order.
#include <cstddef>
#include <optional>

#include "core/proof/compare.h"
#include "core/proof/witness.h"

namespace podmoat::proof {

/// A flow to a Pod of one class under one address.
struct JointFlow {
  flow::Flow flow;  ///< on the line `peer`
  Address address;
};

/// What comparing line by line cannot tell (docs/semantics/proof.md PR-6).
class Joint {
 public:
  /// Keeps references. `receivers`: classes of Pods at the other end.
  Joint(const catalog::Guard& guard, const model::Platform& platform,
        const policy::NamedPorts& names, std::size_t receivers);

  /// Whether the order of rules can make a difference that the lines do not show. False where
  /// rules only allow, and where both Ladders say the same beside the guarded addresses.
  bool needed(const Side& before, const Side& after) const;

  struct Answer {
    std::optional<JointFlow> cut;
    std::optional<JointFlow> widened;
    bool doubtful = false;  ///< a breach that is possible and not sure
    std::size_t rows = 0;   ///< looked at
  };
  /// O(receivers x rules), two FlowSet operations each.
  Answer compare(const flow::Ladder& before, const flow::Ladder& after) const;

 private:
  flow::Known at(const flow::Ladder& ladder, std::size_t receiver, std::size_t& rows) const;

  const model::Platform& platform_;
  const policy::NamedPorts& names_;
  std::size_t receivers_;
  flow::FlowSet guarded_;   ///< addresses of Guard::may, which no Pod has, on every port
  flow::FlowSet universe_;  ///< every other address
};

}  // namespace podmoat::proof
