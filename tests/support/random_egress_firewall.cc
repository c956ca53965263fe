// Few blocks that overlap, few ports that repeat.
#include "support/random_egress_firewall.h"

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <utility>

#include "support/random_cluster.h"

namespace podmoat::test {
namespace {

using model::Value;

constexpr std::array kClean{"0.0.0.0/0",          "10.0.0.0/8", "10.0.0.0/24",
                            "169.254.169.254/32", "::/0",       "169.254.0.0/16",
                            "fd00:ec2::254/128",  "0.0.0.0/1",  "128.0.0.0/1"};
constexpr std::array kDirty{"10.0.0.1/8", "169.254.169.254/16"};
constexpr std::array<int, 4> kPorts{53, 80, 443, 10250};

template <class List>
auto any_of(std::mt19937_64& random, const List& list) {
  return list[static_cast<std::size_t>(below(random, static_cast<int>(list.size())))];
}

Value destination(std::mt19937_64& random, bool sdn, bool doubts) {
  const int which = below(random, doubts ? 8 : 6);
  if (which == 0 && !sdn)
    return Value::Map{{"nodeSelector", selector_document(random_selector(random))}};
  if (which == 6) return Value::Map{{"dnsName", "example.org"}};
  std::string block = any_of(random, kClean);
  if (which == 7) block = any_of(random, kDirty);
  if (sdn && block.find(':') != std::string::npos) block = "0.0.0.0/32";
  return Value::Map{{"cidrSelector", block}};
}

Value ports(std::mt19937_64& random) {
  Value::List out;
  for (int i = below(random, 3); i > 0; --i)
    out.push_back(Value::Map{{"protocol", any_of(random, std::array{"TCP", "UDP", "SCTP"})},
                             {"port", any_of(random, kPorts)}});
  return out;
}

Value rule(std::mt19937_64& random, bool sdn, bool doubts) {
  Value out;
  out.set("type", below(random, 2) == 0 ? "Allow" : "Deny");
  out.set("to", destination(random, sdn, doubts));
  if (!sdn && below(random, 2) == 0) out.set("ports", ports(random));
  if (doubts && below(random, 60) == 0) out.set("from", "nowhere");
  if (doubts && below(random, 60) == 0) out.set("type", "deny");
  return out;
}

Value spec(std::mt19937_64& random, bool sdn, bool doubts) {
  Value::List rules;
  for (int i = below(random, 6); i > 0; --i) rules.push_back(rule(random, sdn, doubts));
  return Value::Map{{"egress", std::move(rules)}};
}

}  // namespace

model::PolicyObject policy_object(const std::string& api_version, const std::string& kind,
                                  const std::string& ns, const std::string& name, Value spec) {
  Value metadata = Value::Map{{"name", name}};
  if (!ns.empty()) metadata.set("namespace", ns);
  Value document = Value::Map{{"apiVersion", api_version},
                              {"kind", kind},
                              {"metadata", std::move(metadata)},
                              {"spec", std::move(spec)}};
  return {{kind, ns, name, {}}, api_version, std::make_shared<const Value>(std::move(document))};
}

void add_node_labels(std::mt19937_64& random, model::Snapshot& snapshot) {
  int number = 0;
  for (model::Node& node : snapshot.nodes) {
    node.labels = random_labels(random);
    if (below(random, 2) == 0)
      node.addresses.push_back(*parse_address("10.0.9." + std::to_string(++number)));
  }
}

void add_random_firewalls(std::mt19937_64& random, bool doubts, model::Snapshot& snapshot) {
  add_node_labels(random, snapshot);
  for (const model::Namespace& ns : snapshot.namespaces) {
    const std::string& name = ns.object.name;
    if (below(random, 3) != 0) {
      const bool misnamed = doubts && below(random, 30) == 0;
      snapshot.policy_objects.push_back(policy_object("k8s.ovn.org/v1", "EgressFirewall", name,
                                                      misnamed ? "extra" : "default",
                                                      spec(random, false, doubts)));
    }
    for (int i = below(random, 6) - 3; i > 0; --i)
      snapshot.policy_objects.push_back(
          policy_object("network.openshift.io/v1", "EgressNetworkPolicy", name,
                        "gate-" + std::to_string(i), spec(random, true, doubts)));
  }
  std::sort(snapshot.policy_objects.begin(), snapshot.policy_objects.end(),
            [](const model::PolicyObject& a, const model::PolicyObject& b) {
              return std::tie(a.object.ns, a.object.name) < std::tie(b.object.ns, b.object.name);
            });
}

}  // namespace podmoat::test
