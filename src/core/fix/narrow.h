#pragma once
// One egress rule of a NetworkPolicy, narrowed to what is not guarded.
#include <optional>
#include <string>
#include <vector>

#include "core/fix/plan.h"
#include "core/fix/zones.h"
#include "core/model/network_policy.h"

namespace podmoat::fix {

struct Narrowed {
  std::vector<model::Value> become;  ///< the rules to put in its place
  std::string why;                   ///< Edit::why
};

/// Nothing if `rule` lets no guarded flow through. `source` is the same rule as it was read; what
/// need not change of it is in the result as it was. docs/semantics/fix.md FX-5 to FX-8.
std::optional<Narrowed> narrow(const model::PolicyRule& rule, const model::Value& source,
                               Zones& zones, Style style);

/// What `rule` lets through at addresses.
flow::FlowSet addresses_of(const model::PolicyRule& rule);

/// The egress rules that allow exactly `flows`, which are at addresses and have ports.
std::vector<model::Value> allowing(const flow::FlowSet& flows);

/// The egress rules that allow everything but the guarded flows (FX-4).
std::vector<model::Value> all_but_guarded(Zones& zones, Style style);

}  // namespace podmoat::fix
