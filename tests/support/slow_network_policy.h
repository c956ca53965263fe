#pragma once
// The slow oracle for NetworkPolicy: one flow at a time, straight from the text of
// docs/semantics/networkpolicy.md. It shares no code with core/policy and core/flow.
#include <cstdint>
#include <string>
#include <variant>

#include "core/model/snapshot.h"

namespace podmoat::test {

/// A flow as a packet has it; to a Pod (an index into Snapshot::pods) or to an address that is no
/// Pod's. `port` is 0 for Protocol::other; never Protocol::named.
struct SlowFlow {
  std::variant<Address, std::uint32_t> to;
  Protocol protocol = Protocol::tcp;
  std::uint16_t port = 0;
  std::string str() const;
};

enum class Allowed : std::uint8_t { no, yes, unknown };

/// Whether `pod`, which is not on the host network, may send `flow`, if all policies are enforced:
/// unknown when that hangs on a policy that is not read or on labels of a namespace that is not
/// complete. Tries every label set that could make a difference.
Allowed slow_allowed(const model::Snapshot& snapshot, const model::Pod& pod, const SlowFlow& flow);

/// The same as if there were no policies but NetworkPolicies, for oracles of other languages.
Allowed slow_network_policies(const model::Snapshot& snapshot, const model::Pod& pod,
                              const SlowFlow& flow);

}  // namespace podmoat::test
