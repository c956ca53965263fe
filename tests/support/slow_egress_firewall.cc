// The firewall of the Pod's namespace is walked rule by rule. A rule that may match leaves both
// ways open: all that can come out is collected.
#include "support/slow_egress_firewall.h"

#include <set>
#include <string>
#include <vector>

#include "support/slow_values.h"

namespace podmoat::test {
namespace {

using model::PolicyObject;
using model::Value;

bool is_sdn(const PolicyObject& object) { return object.object.kind == "EgressNetworkPolicy"; }

std::vector<Value> rules_of(const PolicyObject& object) {
  const Value* list = slow_get(*object.source, {"spec", "egress"});
  return list == nullptr || list->list() == nullptr ? std::vector<Value>{} : *list->list();
}

/// Whether the object is in another language, of which nothing is known (NP-21).
bool is_foreign(const PolicyObject& object) {
  return object.group() != "k8s.ovn.org" && object.group() != "network.openshift.io";
}

/// EF-12: the generator marks what is wrong by one of these.
bool is_unread(const PolicyObject& object) {
  if (!is_sdn(object) && object.object.name != "default") return true;  // EF-9
  for (const Value& rule : rules_of(object)) {
    const std::string type = slow_text(rule, "type");
    if (type != "Allow" && type != "Deny") return true;
    if (rule.find("from") != nullptr) return true;
  }
  return false;
}

// EF-4, EF-7, EF-10, EF-16
Truth matches(const PolicyObject& object, const Value& to, const model::Snapshot& snapshot,
              const Address& address) {
  if (to.find("dnsName") != nullptr) return Truth::maybe;
  if (const Value* nodes = to.find("nodeSelector"))
    return slow_node_address(snapshot, nodes, address);
  std::string block = slow_text(to, "cidrSelector");
  if (is_sdn(object) && block == "0.0.0.0/32") block = "0.0.0.0/0";
  if (!slow_holds(block, address)) return Truth::no;
  const Block masked = *parse_block(block);
  const bool clean = block.substr(0, block.find('/')) == masked.base.str();
  return clean ? Truth::yes : Truth::maybe;
}

// EF-6
bool matches_port(const Value& rule, const SlowFlow& flow) {
  const Value* list = rule.find("ports");
  if (list == nullptr || list->list()->empty()) return true;
  for (const Value& entry : *list->list()) {
    const std::string protocol = slow_text(entry, "protocol");
    const bool same = (protocol == "TCP" && flow.protocol == Protocol::tcp) ||
                      (protocol == "UDP" && flow.protocol == Protocol::udp) ||
                      (protocol == "SCTP" && flow.protocol == Protocol::sctp);
    if (same && *entry.find("port")->integer() == flow.port) return true;
  }
  return false;
}

/// EF-8: whether it may be DNS at the Pod's own node.
bool own_dns(const model::Snapshot& snapshot, const Address& address, const SlowFlow& flow) {
  if (flow.port != 53) return false;
  if (flow.protocol != Protocol::tcp && flow.protocol != Protocol::udp) return false;
  if (snapshot.nodes.empty()) return !slow_unroutable(address);
  for (const model::Node& node : snapshot.nodes)
    for (const Address& one : node.addresses)
      if (one == address) return true;
  return false;
}

/// What can come out of one firewall.
std::set<bool> walk(const PolicyObject& object, bool several, const model::Snapshot& snapshot,
                    const SlowFlow& flow) {
  const auto* address = std::get_if<Address>(&flow.to);
  if (address == nullptr) return {true};  // EF-5
  std::set<bool> out;
  if (own_dns(snapshot, *address, flow)) out.insert(true);
  if (several) {  // EF-14
    out.insert(false);
    return out;
  }
  for (const Value& rule : rules_of(object)) {
    if (!matches_port(rule, flow)) continue;
    const Truth match = matches(object, *rule.find("to"), snapshot, *address);
    if (match == Truth::no) continue;
    out.insert(slow_text(rule, "type") == "Allow");
    if (match == Truth::yes) return out;
  }
  out.insert(true);  // EF-3
  return out;
}

/// Whether one firewall lets the flow through.
Allowed passes(const PolicyObject& object, bool several, const model::Snapshot& snapshot,
               const SlowFlow& flow) {
  if (is_unread(object)) return Allowed::unknown;
  const std::set<bool> out = walk(object, several, snapshot, flow);
  if (out.size() == 2) return Allowed::unknown;
  return *out.begin() ? Allowed::yes : Allowed::no;
}

}  // namespace

Allowed slow_through_firewall(const model::Snapshot& snapshot, const model::Pod& pod,
                              const SlowFlow& flow) {
  Allowed answer = slow_network_policies(snapshot, pod, flow);  // EF-1
  bool unread = false;
  for (const PolicyObject& object : snapshot.policy_objects)  // NP-21
    if (is_foreign(object) && (object.object.ns.empty() || object.object.ns == pod.ns))
      unread = true;
  if (unread) answer = Allowed::unknown;
  int sdn = 0;
  for (const PolicyObject& object : snapshot.policy_objects)
    if (is_sdn(object) && object.object.ns == pod.ns && !rules_of(object).empty()) ++sdn;
  for (const PolicyObject& object : snapshot.policy_objects) {
    if (object.object.ns != pod.ns || is_foreign(object)) continue;
    if (is_sdn(object) && (pod.ns == "default" || rules_of(object).empty())) continue;  // EF-15
    if (!is_sdn(object) && rules_of(object).empty() && !is_unread(object)) continue;
    const Allowed gate = passes(object, is_sdn(object) && sdn > 1, snapshot, flow);
    if (gate == Allowed::no) return Allowed::no;
    if (gate == Allowed::unknown && answer == Allowed::yes) answer = Allowed::unknown;
  }
  return answer;
}

}  // namespace podmoat::test
