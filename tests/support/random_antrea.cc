// Few priorities, so that policies tie; few groups, so that many rules name the same.
#include "support/random_antrea.h"

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <utility>

#include "support/random_cluster.h"
#include "support/random_egress_firewall.h"

namespace podmoat::test {
namespace {

using model::Value;

constexpr const char* kVersion = "crd.antrea.io/v1beta1";
constexpr std::array kBlocks{"0.0.0.0/0",      "10.0.0.0/8",         "10.0.0.0/24", "0.0.0.0/1",
                             "169.254.0.0/16", "169.254.169.254/32", "::/0",        "fd00::/8"};
constexpr std::array kHoles{"10.0.0.0/30", "169.254.169.254/32", "fd00:ec2::254/128"};
constexpr std::array<int, 4> kPorts{53, 80, 443, 10250};
constexpr std::array kTiers{"",         "emergency", "baseline", "application",
                            "Platform", "custom",    "baseline", "application"};
constexpr std::array kActions{"Allow", "Drop", "Reject", "Pass"};

/// The policies of one cluster in the making.
class Maker {
 public:
  Maker(std::mt19937_64& random, bool doubts, model::Snapshot& snapshot)
      : random_(random), doubts_(doubts), snapshot_(snapshot) {}
  void make();

 private:
  bool one_in(int count) { return below(random_, count) == 0; }
  template <class List>
  auto any_of(const List& list) {
    return list[static_cast<std::size_t>(below(random_, static_cast<int>(list.size())))];
  }
  std::string any_namespace() { return any_of(snapshot_.namespaces).object.name; }
  Value selector() { return selector_document(random_selector(random_)); }
  void add(const std::string& kind, const std::string& ns, const std::string& name, Value spec) {
    snapshot_.policy_objects.push_back(policy_object(kVersion, kind, ns, name, std::move(spec)));
  }

  void add_groups(const std::string& ns);
  Value group(bool cluster);
  Value group_name() {
    return doubts_ && one_in(8) ? Value("ghost") : Value("g" + std::to_string(below(random_, 3)));
  }
  Value block();
  Value account() {
    return Value::Map{{"name", any_of(std::array{"default", "robot"})},
                      {"namespace", any_namespace()}};
  }
  Value policy(bool cluster);
  Value applied(bool cluster);
  Value rule(bool cluster, bool baseline);
  Value peer(bool cluster);
  Value doubtful_peer(bool cluster);
  Value port();
  void add_ports(Value& rule);

  std::mt19937_64& random_;
  bool doubts_;
  model::Snapshot& snapshot_;
};

Value Maker::block() {
  const std::string cidr = any_of(kBlocks);
  Value out = Value::Map{{"cidr", cidr}};
  if (one_in(2)) return out;
  const Block outer = *parse_block(cidr);
  Value::List holes;
  for (const char* hole : kHoles) {
    const Block inner = *parse_block(hole);
    if (outer.contains(inner) && outer != inner && one_in(2)) holes.emplace_back(hole);
  }
  if (!holes.empty()) out.set("except", std::move(holes));
  return out;
}

/// What a group is, without children.
Value Maker::group(bool cluster) {
  switch (below(random_, doubts_ ? 6 : 4)) {
    case 0:
      return Value::Map{{"ipBlocks", Value::List{block(), block()}}};
    case 1:
      return Value::Map{{"podSelector", selector()}};
    case 2:
      return Value::Map{{"podSelector", selector()}, {"namespaceSelector", selector()}};
    case 3:
      return Value::Map{{"namespaceSelector", selector()}};
    case 4:
      if (cluster) return Value::Map{{"nodeSelector", selector()}};
      [[fallthrough]];
    default:
      return Value::Map{
          {"serviceReference", Value::Map{{"name", "web"}, {"namespace", any_namespace()}}}};
  }
}

void Maker::add_groups(const std::string& ns) {
  const std::string kind = ns.empty() ? "ClusterGroup" : "Group";
  for (int i = 0; i < 2; ++i) add(kind, ns, "g" + std::to_string(i), group(ns.empty()));
  Value last = group(ns.empty());
  if (one_in(2)) last = Value::Map{{"childGroups", Value::List{"g0", "g1"}}};
  add(kind, ns, "g2", std::move(last));
}

Value Maker::applied(bool cluster) {
  Value::List out;
  for (int i = 1 + below(random_, 6) / 4; i > 0; --i) {
    Value entry;
    const int which = below(random_, 6);
    if (which == 0)
      entry.set("group", group_name());
    else if (which == 1 && cluster)
      entry.set("serviceAccount", account());
    else if (which == 2 && cluster)
      entry.set("namespaceSelector", selector());
    else
      entry.set("podSelector", selector());
    if (which == 3 && cluster) entry.set("namespaceSelector", selector());
    out.push_back(std::move(entry));
  }
  return out;
}

Value Maker::doubtful_peer(bool cluster) {
  const int which = below(random_, 4);
  if (which == 0) return Value::Map{{"fqdn", "*.example.org"}};
  if (which == 1 && !cluster) return Value::Map{{"externalEntitySelector", selector()}};
  if (which == 2) return Value::Map{{"nodeSelector", selector()}};
  return Value::Map{{"group", group_name()}};
}

Value Maker::peer(bool cluster) {
  if (doubts_ && one_in(6)) return doubtful_peer(cluster);
  switch (below(random_, cluster ? 9 : 5)) {
    case 0:
    case 1:
      return Value::Map{{"ipBlock", block()}};
    case 2:
      return Value::Map{{"podSelector", selector()}};
    case 3:
      return Value::Map{{"podSelector", selector()}, {"namespaceSelector", selector()}};
    case 4:
      return Value::Map{{"group", group_name()}};
    case 5:
      return Value::Map{{"serviceAccount", account()}};
    case 6:
      return Value::Map{{"namespaces", Value::Map{{"match", "Self"}}}};
    case 7:
      return Value::Map{{"namespaces", Value::Map{{"match", "Self"}}}, {"podSelector", selector()}};
    default:
      return Value::Map{{"namespaces", Value::Map{{"sameLabels", Value::List{"env"}}}}};
  }
}

Value Maker::port() {
  Value out;
  if (!one_in(3)) out.set("protocol", any_of(std::array{"TCP", "UDP", "SCTP"}));
  const int which = below(random_, 5);
  if (which == 0) return out.is_null() ? Value(Value::Map{}) : out;
  if (which == 1) {
    out.set("port", any_of(std::array{"http", "dns"}));
    return out;
  }
  const int first = any_of(kPorts);
  out.set("port", first);
  if (which == 2) out.set("endPort", first + below(random_, 400));
  if (doubts_ && one_in(6)) out.set("sourcePort", 1024);
  return out;
}

void Maker::add_ports(Value& rule) {
  Value::List ports;
  Value::List protocols;
  for (int i = below(random_, 3); i > 0; --i) ports.push_back(port());
  if (doubts_ && one_in(6)) protocols.push_back(Value::Map{{"icmp", Value::Map{{"icmpType", 8}}}});
  if (!ports.empty()) rule.set("ports", std::move(ports));
  if (!protocols.empty()) rule.set("protocols", std::move(protocols));
}

Value Maker::rule(bool cluster, bool baseline) {
  Value out;
  std::string action = any_of(kActions);
  if (baseline && action == "Pass") action = "Drop";
  out.set("action", action);
  if (doubts_ && one_in(12)) {
    out.set("toServices", Value::List{Value::Map{{"name", "web"}, {"namespace", any_namespace()}}});
    return out;
  }
  add_ports(out);
  Value::List peers;
  for (int i = below(random_, 3); i > 0; --i) peers.push_back(peer(cluster));
  if (!peers.empty()) out.set("to", std::move(peers));
  if (doubts_ && action == "Allow" && one_in(6))
    out.set("l7Protocols", Value::List{Value::Map{{"http", Value::Map{{"method", "GET"}}}}});
  if (one_in(4)) out.set("enableLogging", true);
  return out;
}

Value Maker::policy(bool cluster) {
  Value out;
  const std::string tier = doubts_ && one_in(40) ? "ghost" : any_of(kTiers);
  if (!tier.empty()) out.set("tier", tier);
  if (one_in(2))
    out.set("priority", 1 + below(random_, 3));
  else
    out.set("priority", 0.5 + 1 + below(random_, 2));
  const bool in_rules = one_in(3);
  Value::List egress;
  for (int i = in_rules ? 1 + below(random_, 3) : below(random_, 4); i > 0; --i) {
    egress.push_back(rule(cluster, tier == "baseline"));
    if (in_rules) egress.back().set("appliedTo", applied(cluster));
  }
  if (!in_rules) out.set("appliedTo", applied(cluster));
  if (!egress.empty()) out.set("egress", std::move(egress));
  if (doubts_ && one_in(40)) out.set("shape", "odd");
  return out;
}

void Maker::make() {
  add_node_labels(random_, snapshot_);
  for (model::PodSpec& spec : snapshot_.pod_specs)
    if (one_in(2)) spec.service_account = "robot";
  add("Tier", "", "custom", Value::Map{{"priority", any_of(std::array{10, 220, 249})}});
  add_groups("");
  for (const model::Namespace& ns : snapshot_.namespaces) add_groups(ns.object.name);
  for (int i = below(random_, 5); i > 0; --i)
    add("ClusterNetworkPolicy", "", "cluster-" + std::to_string(i), policy(true));
  for (int i = below(random_, 4); i > 0; --i)
    add("NetworkPolicy", any_namespace(), "own-" + std::to_string(i), policy(false));
  std::sort(snapshot_.policy_objects.begin(), snapshot_.policy_objects.end(),
            [](const model::PolicyObject& a, const model::PolicyObject& b) {
              return std::tie(a.object.ns, a.object.name) < std::tie(b.object.ns, b.object.name);
            });
}

}  // namespace

void add_random_antrea(std::mt19937_64& random, bool doubts, model::Snapshot& snapshot) {
  Maker(random, doubts, snapshot).make();
}

}  // namespace podmoat::test
