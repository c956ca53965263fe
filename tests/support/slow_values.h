#pragma once
// What slow oracles read of a policy's document themselves, straight from its Values: labels,
// selectors, blocks. Shares no code with core/language.
#include <cstdint>
#include <map>
#include <string>

#include "base/address.h"
#include "core/model/snapshot.h"
#include "core/model/value.h"

namespace podmoat::test {

/// Three-valued truth, ordered: no < maybe < yes.
enum class Truth : std::uint8_t { no, maybe, yes };
Truth both(Truth a, Truth b);
Truth either(Truth a, Truth b);

/// A label set; in one that is not complete, keys that are missing may have any value.
struct SlowLabels {
  std::map<std::string, std::string> known;
  bool complete = true;
};
SlowLabels slow_labels(const model::Labels& labels);
/// Of the namespace `name`; one that the Snapshot does not know has its name alone.
SlowLabels slow_namespace(const model::Snapshot& snapshot, const std::string& name);

/// The member at the end of a path of keys, or nullptr.
const model::Value* slow_get(const model::Value& value, std::initializer_list<const char*> path);
/// A string member, or "".
std::string slow_text(const model::Value& value, const char* key);

/// Whether a LabelSelector (nullptr: everything) holds the labels.
Truth slow_selects(const model::Value* selector, const SlowLabels& labels);
/// Whether the block that is written there holds the address, bit by bit.
bool slow_holds(const std::string& block, const Address& address);
/// Link-local, loopback or multicast: an address that no node routes.
bool slow_unroutable(const Address& address);
/// Whether the address is one of the Nodes that the selector holds (docs/semantics/antrea.md
/// AN-20, egressfirewall.md EF-10).
Truth slow_node_address(const model::Snapshot& snapshot, const model::Value* selector,
                        const Address& address);

}  // namespace podmoat::test
