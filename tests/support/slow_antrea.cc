// Every rule of every policy is asked whether it matches: no, maybe, yes. Then they are walked in
// their order, and all that can come out is collected.
#include "support/slow_antrea.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "support/slow_values.h"

namespace podmoat::test {
namespace {

using model::PolicyObject;
using model::Value;

const std::vector<Value>& list_of(const Value& value, const char* key) {
  static const std::vector<Value> none;
  const Value* found = value.find(key);
  return found == nullptr || found->list() == nullptr ? none : *found->list();
}

/// A Pod, with what selectors ask about.
struct Someone {
  const model::Pod* pod;
  SlowLabels labels;
  SlowLabels ns;
  std::string account;
  bool host;
};

Someone someone(const model::Snapshot& snapshot, const model::Pod& pod) {
  const model::PodSpec& spec = snapshot.pod_specs[pod.spec];
  return {&pod, slow_labels(snapshot.pod_labels[pod.labels]), slow_namespace(snapshot, pod.ns),
          spec.service_account.empty() ? "default" : spec.service_account, spec.host_network};
}

/// What one question is about.
class Question {
 public:
  Question(const model::Snapshot& snapshot, const model::Pod& pod, const SlowFlow& flow)
      : snapshot_(snapshot), from_(someone(snapshot, pod)), flow_(flow) {
    if (const auto* index = std::get_if<std::uint32_t>(&flow.to))
      to_ = someone(snapshot, snapshot.pods[*index]);
    else
      address_ = std::get<Address>(flow.to);
  }
  Allowed answer() const;

 private:
  /// A rule that may match, where it stands, and what comes of it.
  struct Hit {
    std::tuple<int, double, int> at;
    Truth match;
    std::string action;
    bool layer7;
  };

  std::optional<int> tier(const std::string& name) const;
  bool is_unread(const PolicyObject& object) const;
  std::vector<Hit> hits() const;
  Truth pods(const Value& entry, const std::string& own, const Someone& who) const;
  Truth account(const Value& entry, const Someone& who) const;
  const Value* group(const std::string& own, const std::string& name) const;
  Truth group_of_pods(const Value& spec, const std::string& own, const Someone& who) const;
  Truth group_matches(const std::string& own, const std::string& name) const;
  Truth applied(const std::vector<Value>& list, const std::string& own) const;
  Truth applied_group(const std::string& own, const std::string& name) const;
  Truth block(const Value& block) const;
  Truth peer(const Value& peer, const std::string& own, bool simple) const;
  Truth relative(const Value& peer, bool simple) const;
  Truth peers(const Value& rule, const std::string& own, bool simple) const;
  Truth ports(const Value& rule) const;
  Truth port(const Value& entry) const;
  bool walk(const std::vector<Hit>& hits, std::set<bool>& out) const;
  bool isolated() const;

  const model::Snapshot& snapshot_;
  Someone from_;
  const SlowFlow& flow_;
  std::optional<Someone> to_;
  std::optional<Address> address_;
};

// AN-3
std::optional<int> Question::tier(const std::string& name) const {
  if (name.empty() || name == "application") return 250;
  if (name == "emergency") return 50;
  if (name == "Platform") return 200;
  if (name == "baseline") return 253;
  for (const PolicyObject& object : snapshot_.policy_objects)
    if (object.object.kind == "Tier" && object.object.name == name)
      return static_cast<int>(*slow_get(*object.source, {"spec", "priority"})->integer());
  return std::nullopt;
}

// AN-29; the generator marks what is wrong by these
bool Question::is_unread(const PolicyObject& object) const {
  const Value& spec = *object.source->find("spec");
  return spec.find("shape") != nullptr || !tier(slow_text(spec, "tier"));
}

// AN-2, AN-15
Truth Question::pods(const Value& entry, const std::string& own, const Someone& who) const {
  const Value* spaces = entry.find("namespaceSelector");
  if (spaces == nullptr && !own.empty() && who.pod->ns != own) return Truth::no;
  return both(slow_selects(entry.find("podSelector"), who.labels), slow_selects(spaces, who.ns));
}

// AN-23
Truth Question::account(const Value& entry, const Someone& who) const {
  const bool same =
      slow_text(entry, "namespace") == who.pod->ns && slow_text(entry, "name") == who.account;
  return same ? Truth::yes : Truth::no;
}

const Value* Question::group(const std::string& own, const std::string& name) const {
  for (const PolicyObject& object : snapshot_.policy_objects)
    if (object.object.kind == (own.empty() ? "ClusterGroup" : "Group") && object.object.ns == own &&
        object.object.name == name)
      return object.source->find("spec");
  return nullptr;
}

// AN-13, AN-21: as whom a policy concerns, or as a destination that is a Pod
Truth Question::group_of_pods(const Value& spec, const std::string& own, const Someone& who) const {
  Truth out = Truth::no;
  for (const Value& child : list_of(spec, "childGroups")) {
    const Value* inner = group(own, *child.string());
    out = either(out, inner == nullptr ? Truth::maybe : group_of_pods(*inner, own, who));
  }
  if (spec.find("podSelector") != nullptr || spec.find("namespaceSelector") != nullptr)
    out = either(out, pods(spec, own, who));
  if (const Value* service = spec.find("serviceReference"))
    if (slow_text(*service, "namespace") == who.pod->ns) out = either(out, Truth::maybe);
  return out;
}

/// Whether a group, or a child of it, has a namespaceSelector.
bool crosses(const Value* spec, const std::vector<const Value*>& children) {
  if (spec->find("namespaceSelector") != nullptr) return true;
  return std::any_of(children.begin(), children.end(), [](const Value* child) {
    return child->find("namespaceSelector") != nullptr;
  });
}

Truth Question::applied_group(const std::string& own, const std::string& name) const {
  if (!own.empty() && from_.pod->ns != own) return Truth::no;
  const Value* spec = group(own, name);
  if (spec == nullptr) return Truth::maybe;
  const Truth out = group_of_pods(*spec, own, from_);
  std::vector<const Value*> children;
  for (const Value& child : list_of(*spec, "childGroups"))
    children.push_back(group(own, *child.string()));
  if (!own.empty() && crosses(spec, children)) return std::min(out, Truth::maybe);
  return out;
}

// AN-11
Truth Question::applied(const std::vector<Value>& list, const std::string& own) const {
  Truth out = Truth::no;
  for (const Value& entry : list) {
    if (entry.find("group") != nullptr)
      out = either(out, applied_group(own, slow_text(entry, "group")));
    else if (const Value* robot = entry.find("serviceAccount"))
      out = either(out, account(*robot, from_));
    else
      out = either(out, pods(entry, own, from_));
  }
  return out;
}

// AN-18
Truth Question::block(const Value& block) const {
  if (!address_ || !slow_holds(slow_text(block, "cidr"), *address_)) return Truth::no;
  for (const Value& hole : list_of(block, "except"))
    if (slow_holds(*hole.string(), *address_)) return Truth::no;
  return Truth::yes;
}

// AN-21
Truth Question::group_matches(const std::string& own, const std::string& name) const {
  const Value* spec = group(own, name);
  if (spec == nullptr) return to_ && to_->host ? Truth::no : Truth::maybe;
  Truth out = Truth::no;
  if (to_ && !to_->host) out = group_of_pods(*spec, own, *to_);
  for (const Value& one : list_of(*spec, "ipBlocks")) out = either(out, block(one));
  if (const Value* nodes = spec->find("nodeSelector"); nodes != nullptr && address_)
    out = either(out, slow_node_address(snapshot_, nodes, *address_));
  if (!to_)
    for (const Value& child : list_of(*spec, "childGroups"))
      out = either(out, group_matches(own, *child.string()));
  return out;
}

// AN-16, AN-17
Truth Question::relative(const Value& peer, bool simple) const {
  if (!to_ || to_->host) return Truth::no;
  const Truth selected = slow_selects(peer.find("podSelector"), to_->labels);
  const Value& spaces = *peer.find("namespaces");
  Truth out = simple ? Truth::yes : Truth::maybe;
  if (spaces.find("match") != nullptr) {
    if (to_->pod->ns != from_.pod->ns) return Truth::no;
    return both(selected, out);
  }
  for (const Value& key : list_of(spaces, "sameLabels")) {
    const auto mine = from_.ns.known.find(*key.string());
    const auto its = to_->ns.known.find(*key.string());
    const bool has_mine = mine != from_.ns.known.end();
    const bool has_its = its != to_->ns.known.end();
    if (!has_mine && from_.ns.complete) return Truth::no;
    if (!has_its && to_->ns.complete) return Truth::no;
    if (!has_mine || !has_its)
      out = both(out, Truth::maybe);
    else if (mine->second != its->second)
      return Truth::no;
  }
  return both(selected, out);
}

// AN-15 to AN-24
Truth Question::peer(const Value& peer, const std::string& own, bool simple) const {
  if (peer.find("namespaces") != nullptr) return relative(peer, simple);
  if (const Value* one = peer.find("ipBlock")) return block(*one);
  if (peer.find("group") != nullptr) return group_matches(own, slow_text(peer, "group"));
  if (peer.find("fqdn") != nullptr) return to_ && to_->host ? Truth::no : Truth::maybe;
  if (peer.find("externalEntitySelector") != nullptr) return to_ ? Truth::no : Truth::maybe;
  if (const Value* nodes = peer.find("nodeSelector"))
    return address_ ? slow_node_address(snapshot_, nodes, *address_) : Truth::no;
  if (!to_ || to_->host) return Truth::no;
  if (const Value* robot = peer.find("serviceAccount")) return account(*robot, *to_);
  return pods(peer, own, *to_);
}

// AN-14, AN-22
Truth Question::peers(const Value& rule, const std::string& own, bool simple) const {
  if (rule.find("toServices") != nullptr) {
    const std::string action = slow_text(rule, "action");
    if (action == "Drop" || action == "Reject") return Truth::no;
    if (to_) return to_->host ? Truth::no : Truth::maybe;
    return slow_unroutable(*address_) ? Truth::no : Truth::maybe;
  }
  if (list_of(rule, "to").empty()) return Truth::yes;
  Truth out = Truth::no;
  for (const Value& one : list_of(rule, "to")) out = either(out, peer(one, own, simple));
  return out;
}

// AN-25
Truth Question::port(const Value& entry) const {
  const std::string protocol =
      entry.find("protocol") == nullptr ? "TCP" : slow_text(entry, "protocol");
  const bool same = (protocol == "TCP" && flow_.protocol == Protocol::tcp) ||
                    (protocol == "UDP" && flow_.protocol == Protocol::udp) ||
                    (protocol == "SCTP" && flow_.protocol == Protocol::sctp);
  if (!same) return Truth::no;
  const Value* port = entry.find("port");
  if (port == nullptr) return Truth::yes;
  if (port->string() != nullptr) {
    if (!to_ || to_->host) return Truth::no;
    for (const model::NamedPort& named : snapshot_.pod_specs[to_->pod->spec].named_ports)
      if (named.name == *port->string() && named.protocol == flow_.protocol &&
          named.number == flow_.port)
        return Truth::yes;
    return Truth::no;
  }
  const std::int64_t first = *port->integer();
  const Value* end = entry.find("endPort");
  const std::int64_t last = end == nullptr ? first : *end->integer();
  if (flow_.port < first || flow_.port > last) return Truth::no;
  return entry.find("sourcePort") == nullptr ? Truth::yes : Truth::maybe;
}

// AN-26
Truth Question::ports(const Value& rule) const {
  if (list_of(rule, "ports").empty() && list_of(rule, "protocols").empty()) return Truth::yes;
  Truth out = Truth::no;
  for (const Value& entry : list_of(rule, "ports")) out = either(out, port(entry));
  if (!list_of(rule, "protocols").empty() && flow_.protocol == Protocol::other)
    out = either(out, Truth::maybe);
  return out;
}

// AN-4
std::vector<Question::Hit> Question::hits() const {
  std::vector<Hit> out;
  for (const PolicyObject& object : snapshot_.policy_objects) {
    const std::string& kind = object.object.kind;
    if (kind != "ClusterNetworkPolicy" && kind != "NetworkPolicy") continue;
    if (is_unread(object)) continue;
    const std::string& own = object.object.ns;
    const Value& spec = *object.source->find("spec");
    const Value* number = spec.find("priority");
    const double priority =
        number->integer() != nullptr ? static_cast<double>(*number->integer()) : *number->number();
    int index = 0;
    for (const Value& rule : list_of(spec, "egress")) {
      const auto& list = list_of(list_of(spec, "appliedTo").empty() ? rule : spec, "appliedTo");
      const bool simple = list.size() == 1 && list.front().find("group") == nullptr;
      const Truth match = both(applied(list, own), both(peers(rule, own, simple), ports(rule)));
      if (match != Truth::no)
        out.push_back({{*tier(slow_text(spec, "tier")), priority, index},
                       match,
                       slow_text(rule, "action"),
                       rule.find("l7Protocols") != nullptr});
      ++index;
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const Hit& a, const Hit& b) { return a.at < b.at; });
  return out;
}

/// Walks the hits; puts what may come out into `out`. Whether the flow may get past them. AN-5,
/// AN-7
bool Question::walk(const std::vector<Hit>& hits, std::set<bool>& out) const {
  bool passes = false;
  for (std::size_t i = 0; i < hits.size();) {
    bool decided = false;
    const auto at = hits[i].at;
    for (; i < hits.size() && hits[i].at == at; ++i) {  // in any order
      if (hits[i].match == Truth::yes) decided = true;
      if (hits[i].action == "Allow") out.insert(true);
      if (hits[i].action == "Drop" || hits[i].action == "Reject" || hits[i].layer7)
        out.insert(false);
      if (hits[i].action == "Pass") passes = true;
    }
    if (decided) return passes;
  }
  return true;
}

// NP-3
bool Question::isolated() const {
  for (const model::NetworkPolicy& policy : snapshot_.network_policies) {
    if (policy.object.ns != from_.pod->ns || !policy.isolates_egress) continue;
    if (policy.pods.matches(snapshot_.pod_labels[from_.pod->labels])) return true;
  }
  return false;
}

Allowed Question::answer() const {
  for (const PolicyObject& object : snapshot_.policy_objects) {
    const std::string& kind = object.object.kind;
    const bool concerned = object.object.ns.empty() || object.object.ns == from_.pod->ns;
    if (!concerned) continue;
    if (object.group() != "crd.antrea.io") return Allowed::unknown;  // NP-21
    if (kind != "ClusterNetworkPolicy" && kind != "NetworkPolicy") continue;
    if (is_unread(object)) return Allowed::unknown;
  }
  std::vector<Hit> before;
  std::vector<Hit> baseline;
  for (Hit& hit : hits()) (std::get<0>(hit.at) == 253 ? baseline : before).push_back(hit);
  std::set<bool> out;
  if (walk(before, out)) {
    if (isolated()) {  // AN-8
      const Allowed policy = slow_network_policies(snapshot_, *from_.pod, flow_);
      if (policy != Allowed::no) out.insert(true);
      if (policy != Allowed::yes) out.insert(false);
    } else if (walk(baseline, out)) {  // AN-9
      out.insert(true);
    }
  }
  if (out.size() == 2) return Allowed::unknown;
  return *out.begin() ? Allowed::yes : Allowed::no;
}

}  // namespace

Allowed slow_on_antrea(const model::Snapshot& snapshot, const model::Pod& pod,
                       const SlowFlow& flow) {
  return Question(snapshot, pod, flow).answer();
}

}  // namespace podmoat::test
