// The oracle. A rule has a set of effects that it may have on the flow, a tier a set of outcomes;
// sets have one element unless something is not known, and then every way out is in them. Labels
// that are not known are tried out, one label set after the other.
#include "support/slow_admin_policies.h"

#include <algorithm>
#include <map>
#include <set>

namespace podmoat::test {
namespace {

using LabelMap = std::map<std::string, std::string>;
enum class Effect : std::uint8_t { none, allow, deny, pass };
using Effects = std::set<Effect>;
/// The answers that a question about one match can have.
using Matches = std::set<bool>;

LabelMap map_of(const model::Labels& labels) {
  return {labels.entries().begin(), labels.entries().end()};
}

// NP-SEL
bool selects(const model::Selector& selector, const LabelMap& labels) {
  for (const model::Requirement& r : selector.requirements) {
    const auto found = labels.find(r.key);
    const bool present = found != labels.end();
    const bool listed =
        present && std::find(r.values.begin(), r.values.end(), found->second) != r.values.end();
    bool holds = false;
    if (r.op == model::Operator::in) holds = listed;
    if (r.op == model::Operator::not_in) holds = !listed;
    if (r.op == model::Operator::exists) holds = present;
    if (r.op == model::Operator::does_not_exist) holds = !present;
    if (!holds) return false;
  }
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

/// One flow in one world: a Snapshot in which all labels are known.
class World {
 public:
  World(const AdminCluster& cluster, const model::Snapshot& snapshot, std::string_view engine,
        const model::Pod& pod, const SlowFlow& flow)
      : cluster_(cluster), snapshot_(snapshot), engine_(engine), pod_(pod), flow_(flow) {
    if (const auto* to = std::get_if<std::uint32_t>(&flow.to)) to_ = &snapshot.pods[*to];
  }

  std::set<bool> answers() const;

 private:
  LabelMap labels_of_namespace(const std::string& name) const {
    for (const model::Namespace& ns : snapshot_.namespaces)
      if (ns.object.name == name) return map_of(ns.labels);
    return {};
  }
  bool is(std::string_view engine) const { return engine_ == engine; }
  Effects tier(bool baseline) const;
  Effects policy(const AdminPolicy& policy) const;
  Effects rule(const AdminPolicy& policy, const AdminRule& rule) const;
  Matches peer(const AdminPolicy& policy, const AdminPeer& peer) const;
  Matches nodes(const AdminPolicy& policy, const AdminPeer& peer) const;
  Matches ports(const AdminPolicy& policy, const AdminRule& rule) const;
  bool port(const AdminPort& entry) const;
  bool unknown_kind(const AdminPeer& peer) const;
  bool is_subject(const AdminPolicy& policy) const;
  bool selected_by(bool egress) const;

  const AdminCluster& cluster_;
  const model::Snapshot& snapshot_;
  std::string_view engine_;
  const model::Pod& pod_;
  const SlowFlow& flow_;
  const model::Pod* to_ = nullptr;
};

// CNP-8
bool World::is_subject(const AdminPolicy& policy) const {
  return selects(policy.subject_namespaces, labels_of_namespace(pod_.ns)) &&
         selects(policy.subject_pods, map_of(snapshot_.labels_of(pod_)));
}

// CNP-18, CNP-20
bool World::unknown_kind(const AdminPeer& peer) const {
  if (peer.kind == AdminPeerKind::unknown) return true;
  return is("calico") &&
         (peer.kind == AdminPeerKind::nodes || peer.kind == AdminPeerKind::domain_names);
}

// CNP-13, ANP-14, ANP-23 to ANP-25
Matches World::nodes(const AdminPolicy& policy, const AdminPeer& peer) const {
  const bool older = policy.api == AdminApi::v1alpha1;
  const bool by_address = is("kubernetes") || is("ovn") || (is("kube-network-policies") && !older);
  if (!by_address) return {false, true};
  const auto* address = std::get_if<Address>(&flow_.to);
  if (address == nullptr) return {false};
  bool known = !snapshot_.nodes.empty() && !is("ovn");
  for (const model::Node& node : snapshot_.nodes) {
    if (!selects(peer.nodes, map_of(node.labels))) continue;
    if (node.addresses.empty()) known = false;
    for (const Address& own : node.addresses)
      if (own == *address) return {true};
  }
  return known ? Matches{false} : Matches{false, true};
}

// CNP-11 to CNP-14
Matches World::peer(const AdminPolicy& policy, const AdminPeer& peer) const {
  switch (peer.kind) {
    case AdminPeerKind::namespaces:
    case AdminPeerKind::pods:
      return {to_ != nullptr && selects(peer.namespaces, labels_of_namespace(to_->ns)) &&
              selects(peer.pods, map_of(snapshot_.labels_of(*to_)))};
    case AdminPeerKind::networks:
      for (const Block& block : peer.networks)
        if (to_ == nullptr && holds(block, std::get<Address>(flow_.to))) return {true};
      return {false};
    case AdminPeerKind::nodes:
      return nodes(policy, peer);
    case AdminPeerKind::domain_names:
    case AdminPeerKind::unknown:
      return {false, true};
  }
  return {false};
}

// CNP-16, CNP-17
bool World::port(const AdminPort& entry) const {
  if (entry.name.empty())
    return entry.protocol == flow_.protocol && entry.ports.first <= flow_.port &&
           flow_.port <= entry.ports.last;
  if (to_ == nullptr) return false;
  for (const model::NamedPort& named : snapshot_.spec_of(*to_).named_ports)
    if (named.name == entry.name && named.protocol == flow_.protocol && named.number == flow_.port)
      return true;
  return false;
}

// CNP-15, ANP-22, ANP-25
Matches World::ports(const AdminPolicy& policy, const AdminRule& rule) const {
  if (!rule.ports || rule.ports->empty()) return {true};
  bool has_name = false;
  for (const AdminPort& entry : *rule.ports) {
    if (port(entry)) return {true};
    has_name = has_name || !entry.name.empty();
  }
  const bool loose =
      policy.api == AdminApi::v1alpha1 && (is("calico") || is("kube-network-policies"));
  return has_name && loose ? Matches{false, true} : Matches{false};
}

Effects World::rule(const AdminPolicy& policy, const AdminRule& rule) const {
  const Effect action = rule.action == AdminAction::allow  ? Effect::allow
                        : rule.action == AdminAction::deny ? Effect::deny
                                                           : Effect::pass;
  const Effect closed = action == Effect::allow ? Effect::none : Effect::deny;
  const bool unknown = std::any_of(rule.to.begin(), rule.to.end(),
                                   [&](const AdminPeer& peer) { return unknown_kind(peer); });
  if (unknown && (is("kubernetes") || is("calico"))) return {closed};
  Matches to;
  for (const AdminPeer& entry : rule.to) {
    const Matches now = peer(policy, entry);
    if (to.empty())
      to = now;
    else
      to = now == Matches{true} || to == Matches{true} ? Matches{true}
           : now == Matches{false}                     ? to
           : to == Matches{false}                      ? now
                                                       : Matches{false, true};
  }
  Effects out;
  if (unknown) out.insert(closed);
  for (const bool peers : to)
    for (const bool ports_too : ports(policy, rule))
      out.insert(peers && ports_too ? action : Effect::none);
  return out;
}

// CNP-5
Effects World::policy(const AdminPolicy& policy) const {
  Effects out;
  for (const AdminRule& entry : policy.egress) {
    Effects effects = rule(policy, entry);
    const bool goes_on = effects.erase(Effect::none) != 0;
    out.insert(effects.begin(), effects.end());
    if (!goes_on) return out;
  }
  out.insert(Effect::none);
  return out;
}

// CNP-3, CNP-4
Effects World::tier(bool baseline) const {
  std::map<int, std::vector<const AdminPolicy*>> groups;
  for (const AdminPolicy& entry : cluster_.policies)
    if (entry.baseline == baseline && is_subject(entry)) groups[entry.priority].push_back(&entry);
  Effects out;
  for (const auto& [priority, group] : groups) {
    bool goes_on = true;
    for (const AdminPolicy* entry : group) {
      Effects effects = policy(*entry);
      if (effects.erase(Effect::none) == 0) goes_on = false;
      out.insert(effects.begin(), effects.end());
    }
    if (!goes_on) return out;
  }
  out.insert(Effect::none);
  return out;
}

/// Whether a NetworkPolicy selects the Pod: for egress, or for ingress alone.
bool World::selected_by(bool egress) const {
  for (const model::NetworkPolicy& entry : snapshot_.network_policies)
    if (entry.isolates_egress == egress && entry.object.ns == pod_.ns &&
        selects(entry.pods, map_of(snapshot_.labels_of(pod_))))
      return true;
  return false;
}

// CO-2 to CO-5
std::set<bool> World::answers() const {
  std::set<bool> out;
  const Effects admin = tier(false);
  if (admin.contains(Effect::allow)) out.insert(true);
  if (admin.contains(Effect::deny)) out.insert(false);
  if (!admin.contains(Effect::none) && !admin.contains(Effect::pass)) return out;
  if (selected_by(true)) {
    out.insert(slow_network_policies(snapshot_, pod_, flow_) == Allowed::yes);
    return out;
  }
  const bool by_direction = is("calico") || is("cilium") || is("antrea") || is("ovn");
  if (selected_by(false) && !by_direction) {
    out.insert(true);
    if (is("kube-network-policies")) return out;
  }
  for (const Effect effect : tier(true)) out.insert(effect != Effect::deny);
  return out;
}

/// The values that any selector of namespaces mentions, by key.
std::map<std::string, std::set<std::string>> mentioned(const AdminCluster& cluster) {
  std::map<std::string, std::set<std::string>> values;
  const auto add = [&](const model::Selector& selector) {
    for (const model::Requirement& r : selector.requirements)
      values[r.key].insert(r.values.begin(), r.values.end());
  };
  for (const model::NetworkPolicy& policy : cluster.snapshot.network_policies)
    for (const model::PolicyRule& rule : policy.egress)
      for (const model::Peer& peer : rule.peers)
        if (const auto* pods = std::get_if<model::PodPeer>(&peer.is); pods && pods->namespaces)
          add(*pods->namespaces);
  for (const AdminPolicy& policy : cluster.policies) {
    add(policy.subject_namespaces);
    for (const AdminRule& rule : policy.egress)
      for (const AdminPeer& peer : rule.to) add(peer.namespaces);
  }
  return values;
}

/// Every label set that the namespace could have (NP-NS).
std::vector<model::Labels> guesses(const AdminCluster& cluster, const model::Namespace& ns) {
  std::vector<model::Labels> all{ns.labels};
  if (ns.complete) return all;
  for (const auto& [key, values] : mentioned(cluster)) {
    if (ns.labels.find(key) != nullptr) continue;
    const std::vector<model::Labels> before = all;
    for (model::Labels labels : before) {
      labels.set(key, "another-value");
      all.push_back(labels);
      for (const std::string& value : values) {
        labels.set(key, value);
        all.push_back(labels);
      }
    }
  }
  return all;
}

}  // namespace

Allowed slow_admin_allowed(const AdminCluster& cluster, std::string_view engine,
                           const model::Pod& pod, const SlowFlow& flow) {
  model::Snapshot world = cluster.snapshot;
  std::vector<model::Namespace*> unsure;
  for (model::Namespace& ns : world.namespaces) {
    const auto* to = std::get_if<std::uint32_t>(&flow.to);
    const bool asked =
        ns.object.name == pod.ns || (to != nullptr && world.pods[*to].ns == ns.object.name);
    if (asked && !ns.complete) unsure.push_back(&ns);
  }
  std::set<bool> answers;
  const auto add = [&] {
    const std::set<bool> now = World(cluster, world, engine, pod, flow).answers();
    answers.insert(now.begin(), now.end());
  };
  const auto try_out = [&](auto&& self, std::size_t next) -> void {
    if (answers.size() == 2) return;
    if (next == unsure.size()) return add();
    model::Namespace& ns = *unsure[next];
    const model::Namespace before = ns;
    for (const model::Labels& labels : guesses(cluster, before)) {
      ns.labels = labels;
      ns.complete = true;
      self(self, next + 1);
    }
    ns = before;
  };
  try_out(try_out, 0);
  if (answers.size() == 2) return Allowed::unknown;
  return *answers.begin() ? Allowed::yes : Allowed::no;
}

}  // namespace podmoat::test
