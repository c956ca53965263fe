// Documents as kubectl would print them, made of the same tiny alphabets as random_cluster's.
#include "support/random_calico.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "support/random_cluster.h"

namespace podmoat::test {
namespace {

using model::Value;

constexpr std::array kLabels{"app", "env"};
constexpr std::array kV4{"10.0.0.0/8", "169.254.169.254/32", "0.0.0.0/1",
                         "10.0.0.1",   "168.63.129.16/32",   "169.254.0.0/16"};
constexpr std::array kV6{"fd00::/8", "fd00:ec2::254", "::/1", "2000::/3"};
constexpr std::array kTiers{"default", "default", "ops", "sec"};

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed ^ 0xca11c0) {
    ClusterKnobs knobs;
    knobs.doubts = false;
    snapshot_ = random_cluster(seed, knobs);
  }

  model::Snapshot make() {
    for (model::PodSpec& spec : snapshot_.pod_specs)
      spec.service_account = one_in(2) ? "default" : "robot";
    if (one_in(3))
      for (model::Pod& pod : snapshot_.pods)
        std::erase_if(pod.addresses, [](const Address& a) { return a.family == Family::v6; });
    if (one_in(6)) forget_labels();
    add_tiers();
    for (int i = below(random_, 4); i > 0; --i) add_set();
    for (int i = 1 + below(random_, 5); i > 0; --i) add_policy();
    std::ranges::stable_sort(snapshot_.policy_objects, {}, [](const model::PolicyObject& object) {
      return std::pair(object.object.ns, object.object.name);
    });
    return std::move(snapshot_);
  }

 private:
  bool one_in(int count) { return below(random_, count) == 0; }
  template <class List>
  std::string any_of(const List& list) {
    return list[static_cast<std::size_t>(below(random_, static_cast<int>(list.size())))];
  }
  std::string any_namespace() {
    return snapshot_
        .namespaces[static_cast<std::size_t>(
            below(random_, static_cast<int>(snapshot_.namespaces.size())))]
        .object.name;
  }

  void forget_labels() {
    model::Namespace& ns = snapshot_.namespaces.front();
    ns.complete = false;
    ns.labels = model::Labels({{model::kNamespaceNameLabel, ns.object.name}});
    snapshot_.network_policies.clear();
  }

  void add(const std::string& kind, const std::string& ns, const std::string& name, Value spec,
           bool labels = false) {
    const bool stored = one_in(4);
    Value object;
    object.set("apiVersion", stored ? "crd.projectcalico.org/v1" : "projectcalico.org/v3");
    object.set("kind", kind);
    Value metadata;
    metadata.set("name", name);
    if (!ns.empty()) metadata.set("namespace", ns);
    if (labels) {
      Value map{Value::Map{}};
      const model::Labels chosen = random_labels(random_);
      for (const auto& [key, value] : chosen.entries()) map.set(key, value);
      metadata.set("labels", std::move(map));
    }
    object.set("metadata", std::move(metadata));
    object.set("spec", std::move(spec));
    const std::string version = stored ? "crd.projectcalico.org/v1" : "projectcalico.org/v3";
    snapshot_.policy_objects.push_back(
        {{kind, ns, name, {}}, version, std::make_shared<const Value>(std::move(object))});
  }

  void add_tiers() {
    for (const char* name : {"ops", "sec"}) {
      Value spec{Value::Map{}};
      const int which = below(random_, 4);
      if (which == 0) spec.set("order", 500);
      if (which == 1) spec.set("order", 1000000);
      if (which == 2) spec.set("order", 2000000.5);
      if (one_in(2)) spec.set("defaultAction", one_in(3) ? "Deny" : "Pass");
      add("Tier", "", name, std::move(spec));
    }
  }

  Value nets(bool v6, int most) {
    Value::List out;
    for (int i = 1 + below(random_, most); i > 0; --i)
      out.push_back(v6 ? any_of(kV6) : any_of(kV4));
    return out;
  }

  void add_set() {
    const std::string name = "set-" + std::to_string(number_++);
    Value spec{Value::Map{}};
    const int which = below(random_, 3);
    if (which == 2) {
      spec.set("node", "node-1");
      spec.set("interfaceName", "eth0");
      spec.set("expectedIPs", Value::List{"10.0.0.1", "fd00:ec2:1::1"});
      return add("HostEndpoint", "", name, std::move(spec), true);
    }
    Value::List all = *nets(false, 2).list();
    if (one_in(2)) all.push_back(any_of(kV6));
    spec.set("nets", std::move(all));
    add(which == 0 ? "NetworkSet" : "GlobalNetworkSet", which == 0 ? any_namespace() : "", name,
        std::move(spec), true);
  }

  std::string selector() { return random_calico_selector(random_, 2); }
  std::string namespaces() {
    if (one_in(3)) return "projectcalico.org/name == '" + any_namespace() + "'";
    return one_in(4) ? "all()" : selector();
  }

  void add_policy() {
    const bool namespaced = one_in(2);
    Value spec{Value::Map{}};
    const std::string tier = any_of(kTiers);
    if (tier != "default" || one_in(2)) spec.set("tier", tier);
    if (!one_in(3))
      spec.set("order",
               std::array{10, 1000, 1000, 2000}[static_cast<std::size_t>(below(random_, 4))]);
    if (!one_in(3)) spec.set("selector", one_in(3) ? "all()" : selector());
    if (one_in(5)) spec.set("serviceAccountSelector", accounts());
    if (!namespaced && one_in(3)) spec.set("namespaceSelector", namespaces());
    if (!namespaced && one_in(12)) {
      spec.set("doNotTrack", true);
      spec.set("applyOnForward", true);
    }
    const int types = below(random_, 4);
    if (types == 1) spec.set("types", Value::List{"Egress"});
    if (types == 2) spec.set("types", Value::List{"Ingress", "Egress"});
    if (types == 3 && one_in(3)) spec.set("types", Value::List{"Ingress"});
    Value::List rules;
    for (int i = below(random_, 4); i > 0; --i) rules.push_back(rule(namespaced));
    if (!rules.empty()) spec.set("egress", std::move(rules));
    const std::string prefix = one_in(12) ? "Staged" : "";
    const std::string name = std::string(1, "abc"[below(random_, 3)]) + std::to_string(number_++);
    add(prefix + (namespaced ? "NetworkPolicy" : "GlobalNetworkPolicy"),
        namespaced ? any_namespace() : "", name, std::move(spec));
  }

  std::string accounts() { return one_in(2) ? "projectcalico.org/name == 'robot'" : "role == 'x'"; }

  Value rule(bool namespaced) {
    Value out;
    out.set("action", any_of(std::array{"Allow", "Allow", "Allow", "Deny", "Deny", "Pass", "Log"}));
    const bool v6 = one_in(4);
    if (one_in(8)) out.set("ipVersion", v6 ? 6 : 4);
    bool ports = false;
    if (one_in(2)) {
      const std::string protocol = any_of(std::array{"TCP", "TCP", "UDP", "SCTP", "ICMP"});
      if (protocol != "ICMP" || !v6) out.set("protocol", protocol);
      ports = protocol != "ICMP";
    } else if (one_in(6)) {
      out.set("notProtocol", any_of(std::array{"TCP", "UDP", "UDPLite"}));
    }
    Value to = entity(v6, namespaced);
    if (ports && one_in(2)) to.set("ports", port_list());
    if (ports && one_in(6)) to.set("notPorts", port_list());
    if (to.map() != nullptr) out.set("destination", std::move(to));
    if (one_in(6)) out.set("source", one_in(4) ? entity(v6, namespaced) : sender());
    return out;
  }

  Value sender() {
    Value out;
    out.set(one_in(3) ? "notSelector" : "selector", selector());
    return out;
  }

  Value port_list() {
    Value::List out;
    for (int i = 1 + below(random_, 2); i > 0; --i) {
      const int which = below(random_, 4);
      if (which == 0) out.emplace_back("http");
      if (which == 1) out.emplace_back("80:443");
      if (which == 2) out.emplace_back(80);
      if (which == 3) out.emplace_back(53);
    }
    return out;
  }

  Value entity(bool v6, bool namespaced) {
    Value out{Value::Map{}};
    if (one_in(4)) return out;
    if (one_in(3)) out.set("nets", nets(v6, 2));
    if (one_in(5)) out.set("notNets", nets(v6, 2));
    if (one_in(3)) out.set("selector", selector());
    if (one_in(6)) out.set("notSelector", selector());
    if (one_in(5))
      out.set("namespaceSelector", namespaced && one_in(3) ? "global()" : namespaces());
    if (one_in(8)) {
      Value accounts;
      accounts.set("names", Value::List{"robot"});
      if (one_in(3)) accounts.set("selector", "role == 'x'");
      out.set("serviceAccounts", std::move(accounts));
    }
    return out;
  }

  std::mt19937_64 random_;
  model::Snapshot snapshot_;
  int number_ = 0;
};

std::string random_atom(std::mt19937_64& random) {
  const auto any = [&](int count) { return below(random, count); };
  const std::string key = kLabels[static_cast<std::size_t>(any(2))];
  const std::string value = std::array{"'a'", "'b'", "\"\""}[static_cast<std::size_t>(any(3))];
  const std::string set = any(4) == 0 ? "{}" : "{" + value + ", 'b'}";
  switch (any(9)) {
    case 0:
    case 1:
      return key + " == " + value;
    case 2:
      return key + " != " + value;
    case 3:
      return key + " in " + set;
    case 4:
      return key + " not in " + set;
    case 5:
      return "has(" + key + ")";
    case 6:
      return key + " contains " + value;
    case 7:
      return key + (any(2) == 0 ? " starts with " : " endswith ") + value;
    default:
      return any(2) == 0 ? "all()" : "projectcalico.org/orchestrator == 'k8s'";
  }
}

}  // namespace

std::string random_calico_selector(std::mt19937_64& random, int depth) {
  const int which = depth == 0 ? 0 : below(random, 5);
  if (which < 2) return random_atom(random);
  if (which == 2) return "!(" + random_calico_selector(random, depth - 1) + ")";
  const std::string left = random_calico_selector(random, depth - 1);
  const std::string right = random_calico_selector(random, depth - 1);
  const std::string both = left + (which == 3 ? " && " : " || ") + right;
  return below(random, 2) == 0 ? both : "(" + both + ")";
}

model::Snapshot random_calico(std::uint64_t seed) { return Maker(seed).make(); }

}  // namespace podmoat::test
