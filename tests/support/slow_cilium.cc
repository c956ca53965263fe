// The oracle. It walks the documents as they are, asks each rule about the one flow, and where the
// text leaves something open it asks a Trial, which is then run again with every other answer.
#include "support/slow_cilium.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "support/slow_cilium_text.h"

namespace podmoat::test {
namespace {

using model::Value;

const std::string kNs = "io.kubernetes.pod.namespace";
const std::string kNsLabels = "io.cilium.k8s.namespace.labels.";

/// The flow from one Pod, under one Trial.
class Question {
 public:
  Question(const model::Snapshot& snapshot, const model::Pod& pod, const CiliumFlow& flow,
           Trial& trial)
      : snapshot_(snapshot), from_(pod), flow_(flow), trial_(trial) {}

  bool allowed(bool always);

 private:
  struct Verdict {
    bool isolated = false;
    bool allowed = false;
    bool denied = false;
  };

  std::optional<std::string> label_of_pod(const model::Pod& pod, const std::string& name);
  std::optional<std::string> label_of_namespace(const std::string& ns, const std::string& key);
  std::optional<std::string> label(const std::string& key);
  std::optional<std::string> reserved(const std::string& name);
  const Address* address() const { return std::get_if<Address>(&flow_.to); }
  const NodeKind* node() const { return std::get_if<NodeKind>(&flow_.to); }
  const model::Pod* pod() const {
    const auto* index = std::get_if<std::uint32_t>(&flow_.to);
    return index == nullptr ? nullptr : &snapshot_.pods[*index];
  }

  bool selects(const std::vector<Asked>& selector, const std::string& ns);
  bool holds_identity(std::vector<Asked> selector, const std::string& ns);
  bool holds_filtered(const std::vector<Asked>& selector, bool filtered);
  bool in_cidr_set(const Value& entry);
  bool in_groups(const Value& entry);
  bool in_labelled_groups(const Value& entry, const Address& at);
  bool nobody_in_groups(const Value& entry);
  bool has_group(const Address& at, const std::string& key, const Values* values, bool ref);
  bool in_entity(const std::string& entity);
  bool in_service(const Value& service, bool deny, const std::string& where, bool ports);
  bool in_peers(const Value& item, bool deny, const std::string& where);
  bool on_port(const Value& port, const std::string& where);
  bool on_ports(const Value& item, const std::string& where);
  bool matches(const Value& item, bool deny, const std::string& where);
  void ask_rule(const Value& rule, const std::string& ns, const std::string& where,
                Verdict& verdict);
  void ask_object(const model::PolicyObject& object, Verdict& verdict);
  void ask_network_policy(const model::NetworkPolicy& policy, Verdict& verdict);
  bool in_peer(const model::Peer& peer, const std::string& ns);
  bool on_named(Protocol protocol, const std::string& name);

  const model::Snapshot& snapshot_;
  const model::Pod& from_;
  const CiliumFlow& flow_;
  Trial& trial_;
  std::string ns_;  ///< of the policy at hand
};

bool hidden(const std::string& name) {  // CL-8
  return begins(name, "pod-template-hash") || begins(name, "kubernetes.io");
}

std::optional<std::string> Question::label_of_namespace(const std::string& ns,
                                                        const std::string& key) {
  for (const model::Namespace& known : snapshot_.namespaces) {
    if (known.object.name != ns) continue;
    if (const std::string* value = known.labels.find(key)) return *value;
    if (known.complete) return std::nullopt;
  }
  const int guess = trial_.ask("label " + key + " of namespace " + ns, 5);  // NP-NS
  const std::optional<std::string> guesses[] = {std::nullopt, "a", "b", "", "another"};
  return guesses[guess];
}

std::optional<std::string> Question::label_of_pod(const model::Pod& pod, const std::string& key) {
  const auto [source, name] = split(key);
  if (source != "k8s" && source != "any") return std::nullopt;
  if (name == kNs) return pod.ns;
  if (begins(name, kNsLabels)) return label_of_namespace(pod.ns, name.substr(kNsLabels.size()));
  if (name == "io.cilium.k8s.policy.serviceaccount")
    return snapshot_.pod_specs[pod.spec].service_account;
  if (name == "io.cilium.k8s.policy.cluster")
    return trial_.ask("name of the cluster", 2) == 0 ? "prod" : "other";
  if (hidden(name) && trial_.ask("whether " + name + " is kept", 2) == 0) return std::nullopt;
  const std::string* value = snapshot_.pod_labels[pod.labels].find(name);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::optional<std::string> Question::reserved(const std::string& name) {
  if (pod() != nullptr) return std::nullopt;
  const std::optional<std::string> there = "";
  if (name == "host") return node() && *node() == NodeKind::own ? there : std::nullopt;
  if (name == "remote-node") return node() && *node() == NodeKind::other ? there : std::nullopt;
  if (name == "kube-apiserver")
    return trial_.ask("whether the API server is here", 2) == 0 ? std::nullopt : there;
  if (name == "world" && address() != nullptr)
    return trial_.ask("whether the cluster is dual-stack", 2) == 0 ? there : std::nullopt;
  return std::nullopt;
}

/// The value of a label of the destination's identity.
std::optional<std::string> Question::label(const std::string& key) {
  const auto [source, name] = split(key);
  if (source == "reserved") return reserved(name);
  if (pod() != nullptr) return label_of_pod(*pod(), key);
  if (name == kNs || begins(name, kNsLabels) || name == "io.cilium.k8s.policy.serviceaccount")
    return std::nullopt;
  if (source == "k8s" && address() != nullptr) return std::nullopt;
  const std::optional<std::string> guesses[] = {std::nullopt, "a", "b", "", "prod"};
  return guesses[trial_.ask("label " + key + " of what is no Pod", 5)];
}

bool Question::selects(const std::vector<Asked>& selector, const std::string& ns) {  // CL-4, CL-5
  if (!ns.empty() && from_.ns != ns) return false;
  return std::ranges::all_of(selector,
                             [&](const Asked& r) { return holds(r, label_of_pod(from_, r.key)); });
}

bool Question::holds_filtered(const std::vector<Asked>& selector, bool filtered) {
  if (filtered && pod() == nullptr) {  // CL-21
    if (trial_.ask("whether policy-default-local-cluster is on", 2) == 1 &&
        (address() != nullptr || trial_.ask("whether nodes know their cluster", 2) == 0))
      return false;
  }
  return std::ranges::all_of(selector, [&](const Asked& r) { return holds(r, label(r.key)); });
}

bool Question::holds_identity(std::vector<Asked> selector, const std::string& ns) {  // CL-20
  bool asks_reserved = false;
  bool asks_ns = false;
  bool asks_ns_labels = false;
  for (const Asked& r : selector) {
    const auto [source, name] = split(r.key);
    asks_reserved = asks_reserved || source == "reserved";
    if (source != "k8s" && source != "any") continue;
    asks_ns = asks_ns || name == kNs;
    asks_ns_labels = asks_ns_labels || begins(name, kNsLabels);
  }
  if (asks_reserved) return holds_filtered(selector, false);
  if (!asks_ns && ns.empty()) selector.push_back({"k8s:" + kNs, "Exists", {}});
  if (!asks_ns && !ns.empty() && !asks_ns_labels) selector.push_back({"k8s:" + kNs, "In", {ns}});
  return holds_filtered(selector, true);
}

/// Whether a CIDR group that has the label, or the name, holds the address (CL-17).
bool Question::has_group(const Address& at, const std::string& key, const Values* values,
                         bool ref) {
  bool found = false;
  for (const model::PolicyObject& object : snapshot_.policy_objects) {
    if (object.object.kind != "CiliumCIDRGroup") continue;
    const Value* value = find(find(find(object.source.get(), "metadata"), "labels"), key);
    if (ref ? object.object.name != key : value == nullptr) continue;
    if (values != nullptr && std::ranges::find(*values, text(value)) == values->end()) continue;
    for (const Value* cidr : items(find(find(object.source.get(), "spec"), "externalCIDRs")))
      if (in_block(at, text(cidr)))
        found = found || parse_block(text(cidr))->prefix != 0 ||
                trial_.ask("whether " + object.object.name + " holds all by /0", 2) == 1;
  }
  return found;
}

bool Question::in_labelled_groups(const Value& entry, const Address& at) {
  bool all = true;
  for (const Asked& r : requirements(find(&entry, "cidrGroupSelector"))) {
    const bool takes = r.op == "In" || r.op == "NotIn";
    const bool found = has_group(at, r.key, takes ? &r.values : nullptr, false);
    if (found != (r.op == "In" || r.op == "Exists")) all = false;
  }
  return all;
}

/// Whether the groups of the input leave the selector without any address: it changes at most at
/// the first address of a block, or just behind its last.
bool Question::nobody_in_groups(const Value& entry) {
  std::vector<Address> borders{{Family::v4, 0}, {Family::v6, 0}};
  for (const model::PolicyObject& object : snapshot_.policy_objects)
    for (const Value* cidr : items(find(find(object.source.get(), "spec"), "externalCIDRs"))) {
      const Block block = *parse_block(text(cidr));
      borders.push_back(block.first());
      if (block.last() != last_address(block.family()))
        borders.push_back({block.family(), block.last().bits + 1});
    }
  return std::ranges::none_of(borders,
                              [&](const Address& at) { return in_labelled_groups(entry, at); });
}

bool Question::in_groups(const Value& entry) {
  const Value* ref = find(&entry, "cidrGroupRef");
  if (ref == nullptr)
    return in_labelled_groups(entry, *address()) ||
           (nobody_in_groups(entry) && trial_.ask("what groups there are", 2) == 1);
  for (const model::PolicyObject& object : snapshot_.policy_objects)
    if (object.object.kind == "CiliumCIDRGroup" && object.object.name == text(ref))
      return has_group(*address(), text(ref), nullptr, true);
  return trial_.ask("what the group " + text(ref) + " holds", 2) == 1;
}

bool Question::in_cidr_set(const Value& entry) {  // CL-14, CL-15
  if (address() == nullptr) return false;
  for (const Value* hole : items(find(&entry, "except")))
    if (in_block(*address(), text(hole))) return false;
  const Value* cidr = find(&entry, "cidr");
  return cidr != nullptr ? in_block(*address(), text(cidr)) : in_groups(entry);
}

bool Question::in_entity(const std::string& entity) {  // CL-18, CL-19
  if (entity == "all") return true;
  if (entity == "world") return address() != nullptr;
  if (entity == "host") return node() != nullptr && *node() == NodeKind::own;
  if (entity == "remote-node") return node() != nullptr && *node() == NodeKind::other;
  if (entity == "cluster" && address() == nullptr) return true;
  if (entity == "unmanaged")
    return pod() != nullptr && trial_.ask("whether the Pod is unmanaged", 2) == 1;
  if ((entity != "kube-apiserver" && entity != "cluster") || pod() != nullptr) return false;
  if (address() != nullptr)
    for (const char* special :
         {"127.0.0.0/8", "169.254.0.0/16", "::1/128", "fe80::/10", "fd00:ec2::/32",
          "fd20:ce::254/128", "168.63.129.16/32", "100.100.100.200/32"})
      if (in_block(*address(), special)) return false;
  return trial_.ask("whether the API server is here", 2) == 1;
}

bool Question::in_service(const Value& item, bool deny, const std::string& where, bool ports) {
  (void)ports;
  const Value* by_labels = find(&item, "k8sServiceSelector");  // CL-22
  const Value* ref = by_labels != nullptr ? by_labels : find(&item, "k8sService");
  const std::string ns = text(find(ref, "namespace"));
  if (deny) return trial_.ask("what toServices denies at " + where, 2) == 1;
  bool any = false;
  bool held = false;
  for (const model::Service& service : snapshot_.services) {
    if (!ns.empty() && service.object.ns != ns) continue;
    bool meant = by_labels != nullptr || service.object.name == text(find(ref, "serviceName"));
    if (by_labels != nullptr)
      for (const Asked& r : requirements(find(by_labels, "selector"))) {
        const std::string* value = service.labels.find(split(r.key).second);
        meant = meant && holds(r, value == nullptr ? std::nullopt : std::optional(*value));
      }
    if (!meant) continue;
    any = true;
    if (service.selector.entries().empty()) {
      for (const model::Backends& backends : snapshot_.backends)
        if (backends.object.ns == service.object.ns && backends.service == service.object.name)
          for (const Address& at : backends.addresses)
            held = held || (address() != nullptr && at == *address());
    } else if (pod() != nullptr && pod()->ns == service.object.ns) {
      bool all = true;
      for (const auto& [key, value] : service.selector.entries())
        all = holds({key, "In", {value}}, label_of_pod(*pod(), "k8s:" + key)) && all;
      held = held || all;
    }
  }
  return any ? held : trial_.ask("what the Service is at " + where, 2) == 1;
}

bool Question::in_peers(const Value& item, bool deny, const std::string& where) {
  for (const Value* cidr : items(find(&item, "toCIDR")))
    if (address() != nullptr && in_block(*address(), text(cidr))) return true;
  for (const Value* entry : items(find(&item, "toCIDRSet")))
    if (in_cidr_set(*entry)) return true;
  for (const Value* entity : items(find(&item, "toEntities")))
    if (in_entity(text(entity))) return true;
  for (const Value* selector : items(find(&item, "toEndpoints")))
    if (holds_identity(requirements(selector), ns_)) return true;
  for (const Value* service : items(find(&item, "toServices")))
    if (in_service(*service, deny, where, false)) return true;
  for (const Value* selector : items(find(&item, "toNodes")))  // CL-23
    if (node() != nullptr && *node() == NodeKind::other &&
        (requirements(selector).empty() || trial_.ask("which node it is at " + where, 2) == 1))
      return true;
  for (const std::string kind : {"toFQDNs", "toGroups"})  // CL-24, CL-25
    if (!items(find(&item, kind)).empty() && address() != nullptr &&
        trial_.ask(kind + " at " + where, 2) == 1)
      return true;
  return false;
}

bool Question::on_named(Protocol protocol, const std::string& name) {  // CL-28
  const auto gives = [&](const model::PodSpec& spec) {
    return std::ranges::any_of(spec.named_ports, [&](const model::NamedPort& port) {
      return port.name == name && port.protocol == protocol && port.number == flow_.port;
    });
  };
  if (pod() != nullptr) return gives(snapshot_.pod_specs[pod()->spec]);
  return std::ranges::any_of(snapshot_.pod_specs, gives) &&
         trial_.ask("whether names count everywhere", 2) == 1;
}

bool Question::on_port(const Value& port, const std::string& where) {  // CL-27
  (void)where;
  const std::string protocol = text(find(&port, "protocol"));
  const std::string number = text(find(&port, "port"));
  if (protocol == "GRE")
    return flow_.protocol == Protocol::other && trial_.ask("whether it is GRE", 2) == 1;
  if (flow_.protocol == Protocol::other) return false;
  if (!protocol.empty() && protocol != "ANY" && protocol != name_of(flow_.protocol)) return false;
  if (number[0] < '0' || number[0] > '9') return on_named(flow_.protocol, number);
  const int first = std::stoi(number);
  if (first == 0) return true;
  const Value* end = find(&port, "endPort");
  const int last = end == nullptr ? 0 : static_cast<int>(*end->integer());
  return flow_.port == first || (first < flow_.port && flow_.port <= last);
}

bool Question::on_ports(const Value& item, const std::string& where) {
  const auto entries = items(find(&item, "toPorts"));
  const auto icmps = items(find(&item, "icmps"));
  if (entries.empty() && icmps.empty()) return true;  // CL-26
  for (const Value* icmp : icmps)                     // CL-29
    if (!items(find(icmp, "fields")).empty() && flow_.protocol == Protocol::other &&
        trial_.ask("which ICMP at " + where, 2) == 1)
      return true;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    bool open = false;
    for (const Value* port : items(find(entries[i], "ports"))) open = on_port(*port, where) || open;
    const bool filtered = !items(find(find(entries[i], "rules"), "http")).empty() ||
                          !items(find(find(entries[i], "rules"), "dns")).empty() ||
                          !items(find(entries[i], "serverNames")).empty();  // CL-30
    const std::string entry = where + " entry " + std::to_string(i);
    if (open && (!filtered || trial_.ask("what the proxy lets through at " + entry, 2) == 1))
      return true;
  }
  return false;
}

bool Question::matches(const Value& item, bool deny, const std::string& where) {  // CL-13
  bool given = false;
  for (const char* kind : {"toCIDR", "toCIDRSet", "toEntities", "toEndpoints", "toNodes"})
    given = given || find(&item, kind) != nullptr;
  for (const char* kind : {"toServices", "toFQDNs", "toGroups"})
    given = given || !items(find(&item, kind)).empty();
  const bool ports = !items(find(&item, "toPorts")).empty() || !items(find(&item, "icmps")).empty();
  if (!given && !ports) return false;  // CL-10
  if (given && !in_peers(item, deny, where)) return false;
  if (!on_ports(item, where)) return false;
  const std::string mode = text(find(find(&item, "authentication"), "mode"));
  return mode != "required" || trial_.ask("authentication at " + where, 2) == 1;
}

void Question::ask_rule(const Value& rule, const std::string& ns, const std::string& where,
                        Verdict& verdict) {
  const Value* subject = find(&rule, "endpointSelector");
  if (subject == nullptr) return;
  std::vector<Asked> selector = requirements(subject);
  const Value* overwritten = find(find(subject, "matchLabels"), "k8s:" + kNs);  // CL-4
  if (overwritten != nullptr && !ns.empty())
    for (Asked& r : std::span(selector).first(find(subject, "matchLabels")->map()->size()))
      if (r.key == "k8s:" + kNs) r.values = {ns};
  if (!selects(selector, ns)) return;
  const auto allows = items(find(&rule, "egress"));
  const auto denies = items(find(&rule, "egressDeny"));
  const Value* flag = find(find(&rule, "enableDefaultDeny"), "egress");  // CL-9
  if (!(allows.empty() && denies.empty()) && (flag == nullptr || *flag->boolean()))
    verdict.isolated = true;
  for (std::size_t i = 0; i < allows.size(); ++i)
    if (matches(*allows[i], false, where + " allow " + std::to_string(i))) verdict.allowed = true;
  for (std::size_t i = 0; i < denies.size(); ++i)
    if (matches(*denies[i], true, where + " deny " + std::to_string(i))) verdict.denied = true;
}

bool has_to_nodes(const Value* rule) {
  for (const char* section : {"egress", "egressDeny"})
    for (const Value* item : items(find(rule, section)))
      if (!items(find(item, "toNodes")).empty()) return true;
  return false;
}

void Question::ask_object(const model::PolicyObject& object, Verdict& verdict) {
  ns_ = object.object.ns;
  const std::string name = object.object.str();
  std::vector<const Value*> rules = items(find(object.source.get(), "specs"));
  if (const Value* spec = find(object.source.get(), "spec")) rules.insert(rules.begin(), spec);
  if (std::ranges::any_of(rules, has_to_nodes) &&
      trial_.ask("whether enable-node-selector-labels is on", 2) == 0)
    return;
  for (std::size_t i = 0; i < rules.size(); ++i)
    ask_rule(*rules[i], ns_, name + "#" + std::to_string(i), verdict);
}

bool Question::in_peer(const model::Peer& peer, const std::string& ns) {  // CL-31, CL-33
  if (const auto* block = std::get_if<model::IpBlock>(&peer.is)) {
    if (address() == nullptr || !in_block(*address(), block->cidr.str())) return false;
    return std::ranges::none_of(
        block->except, [&](const Block& hole) { return in_block(*address(), hole.str()); });
  }
  const auto& pods = std::get<model::PodPeer>(peer.is);
  auto selector = requirements(pods.pods.value_or(model::Selector{}), "k8s:");
  if (!pods.namespaces) selector.push_back({"k8s:" + kNs, "In", {ns}});
  if (pods.namespaces) {
    for (const Asked& r : requirements(*pods.namespaces, "k8s:" + kNsLabels)) selector.push_back(r);
    if (pods.namespaces->empty()) selector.push_back({"k8s:" + kNs, "Exists", {}});
  }
  return holds_filtered(selector, true);
}

void Question::ask_network_policy(const model::NetworkPolicy& policy, Verdict& verdict) {
  if (policy.object.ns != from_.ns) return;
  if (!selects(requirements(policy.pods, "k8s:"), policy.object.ns)) return;
  if (!policy.isolates_egress &&
      (policy.egress.empty() || trial_.ask("whether policyTypes count", 2) == 1))  // CL-32
    return;
  verdict.isolated = true;
  for (const model::PolicyRule& rule : policy.egress) {
    bool to = rule.peers.empty();
    for (const model::Peer& peer : rule.peers) to = in_peer(peer, policy.object.ns) || to;
    bool on = rule.ports.empty();
    for (const model::PolicyPort& port : rule.ports) {
      if (port.protocol != flow_.protocol) continue;
      const auto* range = std::get_if<Ports>(&port.port);
      const auto* name = std::get_if<std::string>(&port.port);
      const bool held = name != nullptr ? on_named(port.protocol, *name)
                                        : range == nullptr || (range->first <= flow_.port &&
                                                               flow_.port <= range->last);
      on = on || held;
    }
    if (to && on) verdict.allowed = true;
  }
}

bool Question::allowed(bool always) {
  Verdict verdict;
  verdict.isolated = always;  // CL-12
  for (const model::PolicyObject& object : snapshot_.policy_objects) {
    if (object.object.kind == "CiliumCIDRGroup") continue;
    if (!begins(object.object.name, "odd")) {
      ask_object(object, verdict);
    } else if (object.object.ns.empty() || object.object.ns == from_.ns) {  // CL-3
      const int does = trial_.ask("what " + object.object.str() + " does", 3);
      if (does != 0) return does == 1;
    }
  }
  for (const model::NetworkPolicy& policy : snapshot_.network_policies)
    ask_network_policy(policy, verdict);
  return !verdict.denied && (verdict.allowed || !verdict.isolated);  // CL-11
}

}  // namespace

std::string CiliumFlow::str() const {
  std::string out;
  if (const auto* address = std::get_if<Address>(&to))
    out = address->str();
  else if (const auto* node = std::get_if<NodeKind>(&to))
    out = *node == NodeKind::own ? "its own node" : "another node";
  else
    out = "Pod#" + std::to_string(std::get<std::uint32_t>(to));
  return out + " port " + std::to_string(port) + "/" + std::string(name_of(protocol));
}

CiliumAnswer slow_cilium(const model::Snapshot& snapshot, const model::Pod& pod,
                         const CiliumFlow& flow, bool always) {
  bool seen[2] = {false, false};
  const std::function<void(Trial)> run = [&](Trial trial) {
    if (seen[0] && seen[1]) return;
    const Trial before = trial;
    seen[Question(snapshot, pod, flow, trial).allowed(always) ? 1 : 0] = true;
    // Every other answer to a new question, with those before it as they were.
    Trial next{before.answers, {}};
    for (const auto& [question, count] : trial.asked) {
      for (int i = 1; i < count; ++i) {
        Trial other = next;
        other.answers[question] = i;
        run(other);
      }
      next.answers[question] = 0;
    }
  };
  run({});
  if (seen[0] && seen[1]) return CiliumAnswer::unknown;
  return seen[1] ? CiliumAnswer::yes : CiliumAnswer::no;
}

}  // namespace podmoat::test
