// The oracle. Every policy document is read anew for every flow; what is not known is carried along
// as "maybe" and tried both ways.
#include "support/slow_calico.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <tuple>
#include <vector>

#include "support/slow_calico_selector.h"

namespace podmoat::test {
namespace {

using model::Value;

const Value kNothing;

const Value& in(const Value& value, const char* name) {
  const Value* found = value.find(name);
  return found == nullptr ? kNothing : *found;
}
std::string text(const Value& value) {
  if (value.string() != nullptr) return *value.string();
  return value.integer() != nullptr ? std::to_string(*value.integer()) : "";
}
std::vector<Value> items(const Value& value) {
  return value.list() == nullptr ? std::vector<Value>{} : *value.list();
}
double number(const Value& value, double otherwise) {
  if (value.integer() != nullptr) return static_cast<double>(*value.integer());
  return value.number() != nullptr ? *value.number() : otherwise;
}
Truth truth(bool holds) { return holds ? Truth::yes : Truth::no; }

bool contains(const std::string& cidr, const Address& address) {
  const std::size_t slash = cidr.find('/');
  const Address base = *parse_address(cidr.substr(0, slash));
  const int width = base.family == Family::v4 ? 32 : 128;
  const int prefix = slash == std::string::npos ? width : std::stoi(cidr.substr(slash + 1));
  if (base.family != address.family) return false;
  for (int bit = 0; bit < prefix; ++bit)
    if (((base.bits >> (width - 1 - bit)) & 1) != ((address.bits >> (width - 1 - bit)) & 1))
      return false;
  return true;
}
bool is_v6(const std::string& cidr) { return cidr.find(':') != std::string::npos; }

/// What versions of Calico differ in, and what the incomplete namespace's labels are.
struct World {
  bool older = false;
  std::string ns;
  std::map<std::string, std::string> labels;
};

class Oracle {
 public:
  Oracle(const model::Snapshot& snapshot, const World& world, const model::Pod& pod,
         const SlowFlow& flow)
      : snapshot_(snapshot), world_(world), pod_(pod), flow_(flow) {}

  /// The ways in which the flow may end: allowed, or not.
  std::set<bool> answers() {
    gather();
    std::set<bool> out;
    if (!unread_) walk(0, 0, out);
    return unread_ ? std::set<bool>{false, true} : out;
  }

 private:
  struct Step {
    Truth matches;
    std::string action;
  };
  struct Policy {
    double order = 0;
    std::string key;
    Truth holds = Truth::yes;
    std::vector<Step> steps;
  };
  struct Tier {
    double order = 1e6;
    std::string name;
    bool passes = false;
    std::vector<Policy> policies;
  };

  // -- labels

  std::map<std::string, std::string> ns_labels(const std::string& name) const {
    std::map<std::string, std::string> out;
    for (const model::Namespace& ns : snapshot_.namespaces)
      if (ns.object.name == name) out = {ns.labels.entries().begin(), ns.labels.entries().end()};
    if (name == world_.ns) out.insert(world_.labels.begin(), world_.labels.end());
    return out;
  }
  static SlowLabel look(const std::map<std::string, std::string>& labels, const std::string& key) {
    const auto found = labels.find(key);
    return {true, found == labels.end() ? std::nullopt : std::optional(found->second)};
  }
  /// CA-24, for something in the namespace `ns`.
  SlowLabel inherited(const std::string& ns, const std::string& key) const {
    if (key == "pcns.projectcalico.org/name") return {true, ns};
    return look(ns_labels(ns), key.substr(5));
  }
  SlowLabel of_pod(const model::Pod& pod, const std::string& key) const {
    const std::string& account = snapshot_.pod_specs[pod.spec].service_account;
    if (key == "projectcalico.org/namespace") return {true, pod.ns};
    if (key == "projectcalico.org/orchestrator") return {true, "k8s"};
    if (key == "projectcalico.org/serviceaccount" || key == "pcsa.projectcalico.org/name")
      return {true, account};
    if (key.starts_with("pcns.")) return inherited(pod.ns, key);
    if (key.starts_with("pcsa.")) return {false, std::nullopt};
    const auto& entries = snapshot_.pod_labels[pod.labels].entries();
    return look({entries.begin(), entries.end()}, key);
  }
  /// Of a NetworkSet, GlobalNetworkSet or HostEndpoint.
  SlowLabel of_set(const model::PolicyObject& set, const std::string& key) const {
    const std::string& ns = set.object.ns;
    if (!ns.empty() && key == "projectcalico.org/namespace") return {true, ns};
    if (!ns.empty() && key.starts_with("pcns.")) return inherited(ns, key);
    const Value& labels = in(in(*set.source, "metadata"), "labels");
    const Value* found = labels.find(key);
    return {true, found == nullptr ? std::nullopt : std::optional(text(*found))};
  }

  // -- what a thing with labels is selected by

  using Labels = std::function<SlowLabel(const std::string&)>;

  Truth selected(const std::string& selector, const std::string& prefix, const Labels& labels,
                 bool all = true, bool global = true) const {
    const SlowAsk ask{[&](const std::string& key) { return labels(prefix + key); }, all, global};
    return slow_evaluate(selector, ask).value();
  }
  bool asks_labels(const Value& entity) const {
    return !text(in(entity, "selector")).empty() || !text(in(entity, "notSelector")).empty() ||
           !text(in(entity, "namespaceSelector")).empty() || asks_accounts(entity);
  }
  static bool asks_accounts(const Value& entity) {
    const Value& accounts = in(entity, "serviceAccounts");
    return !items(in(accounts, "names")).empty() || !text(in(accounts, "selector")).empty();
  }
  /// Whether there is a positive selector at all (CA-13).
  bool is_positive(const Value& entity, const std::string& ns) const {
    return !text(in(entity, "selector")).empty() ||
           !text(in(entity, "namespaceSelector")).empty() || asks_accounts(entity) ||
           (!ns.empty() && asks_labels(entity));
  }
  Truth positive(const Value& entity, const std::string& ns, const Labels& labels) const {
    const SlowLabel own = labels("projectcalico.org/namespace");
    Truth out = Truth::yes;
    const std::string namespaces = text(in(entity, "namespaceSelector"));
    if (!namespaces.empty())
      out = selected(namespaces, "pcns.", labels, own.value.has_value(), !own.value.has_value());
    else if (!ns.empty())
      out = truth(own.value == ns);
    out = both_hold(out, selected(text(in(entity, "selector")), "", labels));
    const Value& accounts = in(entity, "serviceAccounts");
    out = both_hold(out, selected(text(in(accounts, "selector")), "pcsa.", labels));
    if (items(in(accounts, "names")).empty()) return out;
    const SlowLabel account = labels("projectcalico.org/serviceaccount");
    bool named = false;
    for (const Value& name : items(in(accounts, "names")))
      if (account.value == text(name)) named = true;
    return both_hold(out, truth(named));
  }
  Truth negative(const Value& entity, const Labels& labels) const {
    const std::string selector = text(in(entity, "notSelector"));
    return selector.empty() ? Truth::yes : negation(selected(selector, "", labels));
  }
  /// Whether a set that has the address is what `holds` asks for.
  template <class Holds>
  Truth some_set(const Address& address, Holds holds) const {
    Truth out = Truth::no;
    for (const model::PolicyObject& set : snapshot_.policy_objects) {
      const bool host = set.object.kind == "HostEndpoint";
      if (!host && set.object.kind != "NetworkSet" && set.object.kind != "GlobalNetworkSet")
        continue;
      bool inside = false;
      for (const Value& net : items(in(in(*set.source, "spec"), host ? "expectedIPs" : "nets")))
        if (contains(text(net), address)) inside = true;
      if (inside)
        out = either_holds(out, holds([&](const std::string& key) { return of_set(set, key); }));
    }
    return out;
  }

  // -- rules

  bool family_fits(const Value& rule, bool v6) const {  // CA-14, CA-18
    const std::string protocol = text(in(rule, "protocol"));
    const double version = number(in(rule, "ipVersion"), 0);
    if (version != 0 && (version == 6) != v6) return false;
    if (version == 0 && protocol == "ICMP" && v6) return false;
    if (version == 0 && protocol == "ICMPv6" && !v6) return false;
    for (const char* side : {"source", "destination"})
      for (const char* list : {"nets", "notNets"}) {
        const std::vector<Value> nets = items(in(in(rule, side), list));
        bool some = nets.empty();
        for (const Value& net : nets)
          if (is_v6(text(net)) == v6) some = true;
        if (!some) return false;
      }
    return true;
  }

  Truth destination(const Value& rule, const std::string& ns) const {
    const Value& to = in(rule, "destination");
    if (const auto* address = std::get_if<Address>(&flow_.to)) return at(*address, rule, to, ns);
    const model::Pod& pod = snapshot_.pods[std::get<1>(flow_.to)];
    const Labels labels = [&](const std::string& key) { return of_pod(pod, key); };
    const bool nets = !items(in(to, "nets")).empty();
    if (nets && !asks_labels(to)) return Truth::no;  // NP-POD
    Truth out = nets ? Truth::maybe : Truth::yes;
    for (const Value& net : items(in(to, "notNets")))  // CA-15
      if (!text(net).starts_with("169.254.") && !text(net).starts_with("fe80:")) out = Truth::maybe;
    if (is_positive(to, ns)) out = both_hold(out, positive(to, ns, labels));
    return both_hold(both_hold(out, negative(to, labels)), family_of_pods(rule));
  }
  Truth at(const Address& address, const Value& rule, const Value& to,
           const std::string& ns) const {
    if (!family_fits(rule, address.family == Family::v6)) return Truth::no;
    const std::vector<Value> nets = items(in(to, "nets"));
    bool inside = nets.empty();
    for (const Value& net : nets)
      if (contains(text(net), address)) inside = true;
    for (const Value& net : items(in(to, "notNets")))
      if (contains(text(net), address)) inside = false;
    Truth out = truth(inside);
    if (is_positive(to, ns))
      out = both_hold(out, some_set(address, [&](const Labels& l) { return positive(to, ns, l); }));
    if (!text(in(to, "notSelector")).empty())
      out = both_hold(
          out,
          negation(some_set(address, [&](const Labels& l) { return negation(negative(to, l)); })));
    return out;
  }
  Truth family_of_pods(const Value& rule) const {
    bool v4 = false;
    bool v6 = false;
    for (const model::Pod& pod : snapshot_.pods)
      if (!snapshot_.pod_specs[pod.spec].host_network)
        for (const Address& address : pod.addresses)
          (address.family == Family::v6 ? v6 : v4) = true;
    const bool fits4 = family_fits(rule, false);
    const bool fits6 = family_fits(rule, true);
    if (fits4 && fits6) return Truth::yes;
    if (!fits4 && !fits6) return Truth::no;
    if (v4 != v6) return truth(v4 ? fits4 : fits6);
    return Truth::maybe;
  }

  Truth protocol(const Value& named) const {
    static const std::map<std::string, Protocol> kKnown{
        {"TCP", Protocol::tcp}, {"6", Protocol::tcp},     {"UDP", Protocol::udp},
        {"17", Protocol::udp},  {"SCTP", Protocol::sctp}, {"132", Protocol::sctp}};
    if (text(named).empty()) return Truth::yes;
    const auto known = kKnown.find(text(named));
    if (known != kKnown.end()) return truth(known->second == flow_.protocol);
    return flow_.protocol == Protocol::other ? Truth::maybe : Truth::no;
  }
  bool is_port(const std::string& entry) const {  // CA-19
    if (flow_.protocol == Protocol::other) return false;
    if (entry[0] >= '0' && entry[0] <= '9') {
      const std::size_t colon = entry.find(':');
      const int first = std::stoi(entry);
      const int last = colon == std::string::npos ? first : std::stoi(entry.substr(colon + 1));
      return first <= flow_.port && flow_.port <= last;
    }
    const auto* pod = std::get_if<std::uint32_t>(&flow_.to);
    if (pod == nullptr) return false;
    for (const model::NamedPort& port : snapshot_.pod_specs[snapshot_.pods[*pod].spec].named_ports)
      if (port.name == entry && port.protocol == flow_.protocol && port.number == flow_.port)
        return true;
    return false;
  }
  Truth ports(const Value& to) const {
    const std::vector<Value> wanted = items(in(to, "ports"));
    bool some = wanted.empty();
    for (const Value& entry : wanted)
      if (is_port(text(entry))) some = true;
    Truth out = truth(some);
    const bool at_pod = std::holds_alternative<std::uint32_t>(flow_.to);
    for (const Value& entry : items(in(to, "notPorts"))) {
      const bool name = text(entry)[0] > '9';
      if (name && at_pod) out = both_hold(out, Truth::maybe);
      if (!name && is_port(text(entry))) out = Truth::no;
    }
    return out;
  }
  Truth source(const Value& from, const std::string& ns) const {  // CA-12
    const Labels labels = [&](const std::string& key) { return of_pod(pod_, key); };
    Truth out = Truth::yes;
    if (is_positive(from, ns)) out = positive(from, ns, labels);
    out = both_hold(out, negative(from, labels));
    for (const char* list : {"nets", "notNets", "ports", "notPorts"})
      if (!items(in(from, list)).empty()) out = both_hold(out, Truth::maybe);
    return out;
  }
  Truth matches(const Value& rule, const std::string& ns) const {
    Truth out = both_hold(protocol(in(rule, "protocol")), source(in(rule, "source"), ns));
    if (!text(in(rule, "notProtocol")).empty())
      out = both_hold(out, negation(protocol(in(rule, "notProtocol"))));
    if (!in(rule, "icmp").is_null()) out = both_hold(out, Truth::maybe);
    return both_hold(both_hold(out, destination(rule, ns)), ports(in(rule, "destination")));
  }

  // -- policies and tiers

  static std::string tier_name(const Value& spec) {
    const std::string name = text(in(spec, "tier"));
    return name.empty() ? "default" : name;
  }
  static bool governs(const model::PolicyObject& object, const Value& spec) {  // CA-6
    const std::vector<Value> types = items(in(spec, "types"));
    for (const Value& type : types)
      if (text(type) == "Egress") return true;
    if (!types.empty()) return false;
    return object.api_version.starts_with("crd.") || !items(in(spec, "egress")).empty();
  }
  Truth whom(const Value& spec, const std::string& ns) const {  // CA-5
    if (in(spec, "doNotTrack").boolean() != nullptr && *in(spec, "doNotTrack").boolean())
      return Truth::no;
    const Labels labels = [&](const std::string& key) { return of_pod(pod_, key); };
    Truth out = truth(ns.empty() || pod_.ns == ns);
    out = both_hold(out, selected(text(in(spec, "selector")), "", labels));
    out = both_hold(out, selected(text(in(spec, "namespaceSelector")), "pcns.", labels));
    return both_hold(out, selected(text(in(spec, "serviceAccountSelector")), "pcsa.", labels));
  }
  std::string key(const std::string& kind, const std::string& ns, const std::string& name,
                  const std::string& tier) const {
    if (!world_.older) return name + "/" + ns + "/" + kind;
    const std::string kubernetes = kind == "KubernetesNetworkPolicy" ? "knp." : "";
    return (ns.empty() ? "" : ns + "/") + kubernetes + tier + "." + name;  // CA-4
  }

  void gather() {
    std::map<std::string, Tier> tiers;
    tiers["default"].name = "default";
    for (const model::PolicyObject& object : snapshot_.policy_objects)
      if (object.object.kind == "Tier") {
        Tier& tier = tiers[object.object.name];
        tier.name = object.object.name;
        tier.order = number(in(in(*object.source, "spec"), "order"), 1e6);
        tier.passes = text(in(in(*object.source, "spec"), "defaultAction")) == "Pass";
      }
    for (const model::PolicyObject& object : snapshot_.policy_objects) {
      const std::string& kind = object.object.kind;
      if (kind != "NetworkPolicy" && kind != "GlobalNetworkPolicy") continue;
      const Value& spec = in(*object.source, "spec");
      const std::string& ns = object.object.ns;
      Policy policy;
      policy.order = number(in(spec, "order"), std::numeric_limits<double>::infinity());
      policy.key = key(kind, ns, object.object.name, tier_name(spec));
      policy.holds = whom(spec, ns);
      if (!governs(object, spec) || policy.holds == Truth::no) continue;
      if (!tiers.contains(tier_name(spec))) unread_ = true;
      for (const Value& rule : items(in(spec, "egress")))
        policy.steps.push_back({matches(rule, ns), text(in(rule, "action"))});
      tiers[tier_name(spec)].policies.push_back(std::move(policy));
    }
    add_network_policies(tiers["default"]);
    for (auto& [name, tier] : tiers) {
      std::sort(tier.policies.begin(), tier.policies.end(), [](const Policy& a, const Policy& b) {
        return std::tie(a.order, a.key) < std::tie(b.order, b.key);
      });
      if (!tier.policies.empty()) tiers_.push_back(tier);
    }
    std::sort(tiers_.begin(), tiers_.end(), [](const Tier& a, const Tier& b) {
      return std::tie(a.order, a.name) < std::tie(b.order, b.name);
    });
  }

  /// By the slow oracle of that language: each policy alone, as it has no order (NP-5).
  void add_network_policies(Tier& tier) {
    for (const model::NetworkPolicy& policy : snapshot_.network_policies) {
      if (!policy.isolates_egress) continue;
      if (!policy.pods.matches(snapshot_.pod_labels[pod_.labels]) || policy.object.ns != pod_.ns)
        continue;
      model::Snapshot alone = snapshot_;
      alone.policy_objects.clear();
      alone.network_policies = {policy};
      for (model::Namespace& ns : alone.namespaces)
        if (ns.object.name == world_.ns) {
          for (const auto& [label, value] : world_.labels) ns.labels.set(label, value);
          ns.complete = true;
        }
      const Allowed allowed = slow_allowed(alone, pod_, flow_);
      tier.policies.push_back(
          {1000,
           key("KubernetesNetworkPolicy", pod_.ns, policy.object.name, "default"),
           Truth::yes,
           {{truth(allowed == Allowed::yes), "Allow"}}});
    }
  }

  /// CA-7, from policy `at` of a tier; every way out of every doubt.
  void walk(std::size_t tier, std::size_t at, std::set<bool>& out, bool held = false,
            std::size_t rule = 0) {
    if (tier == tiers_.size()) {
      out.insert(true);  // CA-9
      return;
    }
    const Tier& here = tiers_[tier];
    if (at == here.policies.size()) {
      if (held && !here.passes)
        out.insert(false);
      else
        walk(tier + 1, 0, out);
      return;
    }
    const Policy& policy = here.policies[at];
    if (rule == 0 && policy.holds == Truth::maybe) walk(tier, at + 1, out, held);
    if (rule == policy.steps.size()) return walk(tier, at + 1, out, true);
    const Step& step = policy.steps[rule];
    if (step.matches != Truth::yes || step.action == "Log") walk_on(tier, at, out, rule);
    if (step.matches == Truth::no) return;
    if (step.action == "Allow") out.insert(true);
    if (step.action == "Deny") out.insert(false);
    if (step.action == "Pass") walk(tier + 1, 0, out);
  }
  /// To the next rule of a policy that is in force.
  void walk_on(std::size_t tier, std::size_t at, std::set<bool>& out, std::size_t rule) {
    if (rule + 1 == tiers_[tier].policies[at].steps.size()) return walk(tier, at + 1, out, true);
    walk(tier, at, out, true, rule + 1);
  }

  const model::Snapshot& snapshot_;
  const World& world_;
  const model::Pod& pod_;
  const SlowFlow& flow_;
  std::vector<Tier> tiers_;
  bool unread_ = false;
};

/// Every label set that the namespace which is not complete could have, as far as the random
/// clusters can tell them apart.
std::vector<World> worlds_of(const model::Snapshot& snapshot) {
  std::vector<World> out{{}};
  for (const model::Namespace& ns : snapshot.namespaces) {
    if (ns.complete) continue;
    out.front().ns = ns.object.name;
    for (const char* label : {"app", "env"}) {
      const std::vector<World> before = out;
      for (World world : before)
        for (const char* value : {"", "a", "b", "azb", "bza", "z"}) {
          world.labels[label] = value;
          out.push_back(world);
        }
    }
    const std::vector<World> before = out;
    for (World world : before) {
      world.labels["projectcalico.org/orchestrator"] = "k8s";
      out.push_back(world);
    }
  }
  return out;
}

}  // namespace

Allowed slow_calico(const model::Snapshot& snapshot, const model::Pod& pod, const SlowFlow& flow) {
  std::set<bool> answers;
  for (World& world : worlds_of(snapshot))
    for (const bool older : {false, true}) {
      world.older = older;
      for (const bool answer : Oracle(snapshot, world, pod, flow).answers()) answers.insert(answer);
      if (answers.size() == 2) return Allowed::unknown;
    }
  return *answers.begin() ? Allowed::yes : Allowed::no;
}

std::optional<bool> slow_selects(const std::string& selector,
                                 const std::map<std::string, std::string>& labels) {
  const auto truth = slow_evaluate(
      selector, {[&](const std::string& key) {
        const auto found = labels.find(key);
        return SlowLabel{true, found == labels.end() ? std::nullopt : std::optional(found->second)};
      }});
  if (!truth) return std::nullopt;
  return *truth == Truth::yes;
}

}  // namespace podmoat::test
