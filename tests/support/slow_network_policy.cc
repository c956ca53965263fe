// The oracle. Nothing here is clever: labels are compared one by one, addresses bit by bit, and
// what is not known is tried out.
#include "support/slow_network_policy.h"

#include <map>
#include <set>
#include <vector>

namespace podmoat::test {
namespace {

using LabelMap = std::map<std::string, std::string>;

LabelMap map_of(const model::Labels& labels) {
  return {labels.entries().begin(), labels.entries().end()};
}

// NP-SEL
bool holds(const model::Requirement& r, const LabelMap& labels) {
  const bool present = labels.count(r.key) != 0;
  bool listed = false;
  for (const std::string& value : r.values)
    if (present && labels.at(r.key) == value) listed = true;
  if (r.op == model::Operator::in) return present && listed;
  if (r.op == model::Operator::not_in) return !present || !listed;
  if (r.op == model::Operator::exists) return present;
  return !present;
}

bool selects(const model::Selector& selector, const LabelMap& labels) {
  for (const model::Requirement& r : selector.requirements)
    if (!holds(r, labels)) return false;
  return true;
}

// NP-CIDR
bool holds(const Block& block, const Address& address) {
  if (block.base.family != address.family) return false;
  const int width = address.family == Family::v4 ? 32 : 128;
  for (int bit = 0; bit < block.prefix; ++bit) {
    const int shift = width - 1 - bit;
    if (((block.base.bits >> shift) & 1) != ((address.bits >> shift) & 1)) return false;
  }
  return true;
}

/// The destination of one flow, with labels of its namespace that may be guessed.
struct Destination {
  const Address* address = nullptr;  ///< or a Pod:
  const model::Pod* pod = nullptr;
  const model::PodSpec* spec = nullptr;
  LabelMap labels;
  LabelMap ns_labels;
};

// NP-9, NP-10, NP-11
bool matches(const model::Peer& peer, const std::string& own, const Destination& to) {
  if (const auto* block = std::get_if<model::IpBlock>(&peer.is)) {
    if (to.address == nullptr || !holds(block->cidr, *to.address)) return false;
    for (const Block& hole : block->except)
      if (holds(hole, *to.address)) return false;
    return true;
  }
  if (to.pod == nullptr || to.spec->host_network) return false;
  const auto& selectors = std::get<model::PodPeer>(peer.is);
  if (selectors.namespaces && !selects(*selectors.namespaces, to.ns_labels)) return false;
  if (!selectors.namespaces && to.pod->ns != own) return false;
  return !selectors.pods || selects(*selectors.pods, to.labels);
}

// NP-12 to NP-15
bool matches(const model::PolicyPort& entry, const SlowFlow& flow, const Destination& to) {
  if (entry.protocol != flow.protocol) return false;
  if (std::holds_alternative<std::monostate>(entry.port)) return true;
  if (const auto* ports = std::get_if<Ports>(&entry.port))
    return ports->first <= flow.port && flow.port <= ports->last;
  if (to.pod == nullptr || to.spec->host_network) return false;
  for (const model::NamedPort& named : to.spec->named_ports)
    if (named.name == std::get<std::string>(entry.port) && named.protocol == flow.protocol &&
        named.number == flow.port)
      return true;
  return false;
}

// NP-6, NP-7, NP-8
bool allows(const model::PolicyRule& rule, const std::string& own, const SlowFlow& flow,
            const Destination& to) {
  bool peer_matches = rule.peers.empty();
  for (const model::Peer& peer : rule.peers)
    if (matches(peer, own, to)) peer_matches = true;
  bool port_matches = rule.ports.empty();
  for (const model::PolicyPort& entry : rule.ports)
    if (matches(entry, flow, to)) port_matches = true;
  return peer_matches && port_matches;
}

// NP-1 to NP-5
bool allowed(const model::Snapshot& snapshot, const model::Pod& pod, const SlowFlow& flow,
             const Destination& to) {
  bool isolated = false;
  for (const model::NetworkPolicy& policy : snapshot.network_policies) {
    if (policy.object.ns != pod.ns || !policy.isolates_egress) continue;
    if (!selects(policy.pods, map_of(snapshot.pod_labels[pod.labels]))) continue;
    isolated = true;
    for (const model::PolicyRule& rule : policy.egress)
      if (allows(rule, policy.object.ns, flow, to)) return true;
  }
  return !isolated;
}

/// The values that any namespaceSelector mentions, by key.
std::map<std::string, std::set<std::string>> mentioned(const model::Snapshot& snapshot) {
  std::map<std::string, std::set<std::string>> values;
  for (const model::NetworkPolicy& policy : snapshot.network_policies)
    for (const model::PolicyRule& rule : policy.egress)
      for (const model::Peer& peer : rule.peers)
        if (const auto* pods = std::get_if<model::PodPeer>(&peer.is); pods && pods->namespaces)
          for (const model::Requirement& r : pods->namespaces->requirements)
            values[r.key].insert(r.values.begin(), r.values.end());
  return values;
}

/// Every label set that the namespace could have: under each mentioned key that is not known
/// nothing, a mentioned value, or another one (NP-NS).
std::vector<LabelMap> guesses(const model::Snapshot& snapshot, const model::Namespace& ns) {
  std::vector<LabelMap> all{map_of(ns.labels)};
  if (ns.complete) return all;
  for (const auto& [key, values] : mentioned(snapshot)) {
    if (all.front().count(key) != 0) continue;
    const std::vector<LabelMap> before = all;
    for (LabelMap labels : before) {
      labels[key] = "another-value";
      all.push_back(labels);
      for (const std::string& value : values) {
        labels[key] = value;
        all.push_back(labels);
      }
    }
  }
  return all;
}

}  // namespace

std::string SlowFlow::str() const {
  const auto* address = std::get_if<Address>(&to);
  return (address != nullptr ? address->str() : "Pod#" + std::to_string(std::get<1>(to))) +
         " port " + std::to_string(port) + "/" + std::string(name_of(protocol));
}

Allowed slow_allowed(const model::Snapshot& snapshot, const model::Pod& pod, const SlowFlow& flow) {
  for (const model::PolicyObject& policy : snapshot.policy_objects)  // NP-21
    if (policy.object.ns.empty() || policy.object.ns == pod.ns) return Allowed::unknown;
  return slow_network_policies(snapshot, pod, flow);
}

Allowed slow_network_policies(const model::Snapshot& snapshot, const model::Pod& pod,
                              const SlowFlow& flow) {
  Destination to;
  std::vector<LabelMap> worlds{{}};
  if (const auto* address = std::get_if<Address>(&flow.to)) {
    to.address = address;
  } else {
    to.pod = &snapshot.pods[std::get<1>(flow.to)];
    to.spec = &snapshot.pod_specs[to.pod->spec];
    to.labels = map_of(snapshot.pod_labels[to.pod->labels]);
    for (const model::Namespace& ns : snapshot.namespaces)
      if (ns.object.name == to.pod->ns) worlds = guesses(snapshot, ns);
  }
  std::set<bool> answers;
  for (const LabelMap& world : worlds) {
    to.ns_labels = world;
    answers.insert(allowed(snapshot, pod, flow, to));
  }
  if (answers.size() == 2) return Allowed::unknown;
  return *answers.begin() ? Allowed::yes : Allowed::no;
}

}  // namespace podmoat::test
