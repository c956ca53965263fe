// Port names of policies as numbers of Protocol::named (docs/semantics/networkpolicy.md NP-14).
#include <set>

#include "core/policy/policies.h"

namespace podmoat::policy {

std::uint16_t NamedPorts::index(Protocol protocol, std::string_view name) {
  Entry entry{protocol, std::string(name)};
  if (const auto known = index_.find(entry); known != index_.end()) return known->second;
  if (entries_.size() == kShared) {
    shared_ = true;
    return kShared;
  }
  const auto index = static_cast<std::uint16_t>(entries_.size());
  entries_.push_back(entry);
  index_.emplace(std::move(entry), index);
  return index;
}

std::optional<std::uint16_t> NamedPorts::find(const Entry& entry) const {
  if (const auto known = index_.find(entry); known != index_.end()) return known->second;
  return shared_ ? std::optional(kShared) : std::nullopt;
}

flow::PortSet NamedPorts::all(Protocol protocol) const {
  flow::PortSet ports;
  for (std::size_t i = 0; i < entries_.size();) {
    std::size_t end = i;
    while (end < entries_.size() && entries_[end].protocol == protocol) ++end;
    if (end > i)
      ports = ports | flow::PortSet::of(Protocol::named, {static_cast<std::uint16_t>(i),
                                                          static_cast<std::uint16_t>(end - 1)});
    i = end + 1;
  }
  return ports;
}

// In the order of protocols, so that all names of one protocol are one run.
void add_named_ports(const language::Reading& reading, NamedPorts& names) {
  std::set<NamedPorts::Entry> found;
  for (const language::Policy& policy : reading.policies)
    for (const language::Clause& clause : policy.clauses)
      found.insert(clause.ports.names.begin(), clause.ports.names.end());
  for (const NamedPorts::Entry& entry : found) names.index(entry.protocol, entry.name);
}

}  // namespace podmoat::policy
