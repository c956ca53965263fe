// Documents as a user could write them, over the same tiny alphabets as random_cluster, so that
// selectors, blocks and ports of both languages meet.
#include "support/random_cilium.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

namespace podmoat::test {
namespace {

using model::Value;
using List = Value::List;
using Map = Value::Map;

constexpr std::array kKeys{"app", "env", "k8s:tier", "any:app", "k8s:env"};
constexpr std::array kNsKeys{"io.kubernetes.pod.namespace", "k8s:io.kubernetes.pod.namespace"};
constexpr std::array kOddKeys{
    "reserved:host",     "reserved:remote-node",         "reserved:world",          "container:app",
    "pod-template-hash", "io.cilium.k8s.policy.cluster", "reserved:kube-apiserver", "$host"};
constexpr std::array kBlocks{
    "0.0.0.0/0",          "0.0.0.0/1",         "169.254.0.0/16", "169.254.169.252/30", "10.0.0.0/8",
    "169.254.169.254/32", "10.0.0.0/24",       "10.0.0.1/32",    "168.63.129.16/32",   "::/0",
    "fd00:ec2::/32",      "fd00:ec2::254/128", "fd00::/8",       "fe80::/10"};
constexpr std::array kEntities{"all", "world", "cluster", "host", "remote-node", "none", "health"};
constexpr std::array kPorts{"0", "1", "53", "80", "443", "10250", "http", "dns"};
constexpr std::array kProtocols{"", "ANY", "TCP", "UDP", "SCTP"};

model::PolicyObject object_of(const std::string& kind, const std::string& ns,
                              const std::string& name, Value source) {
  source.set("apiVersion", "cilium.io/v2");
  source.set("kind", kind);
  return {{kind, ns, name, {}}, "cilium.io/v2", std::make_shared<const Value>(std::move(source))};
}

/// Policies in the making.
class Maker {
 public:
  Maker(std::mt19937_64& random, const CiliumKnobs& knobs)
      : random_(random), doubts_(knobs.doubts), alone_(knobs.alone) {}
  Value group();
  model::PolicyObject object(int number, const std::vector<model::Namespace>& namespaces);

 private:
  bool one_in(int count) { return below(random_, count) == 0; }
  bool doubt_in(int count) { return doubts_ && one_in(count); }
  bool option_in(int count) { return !alone_ && doubt_in(count); }
  std::string any_of(const auto& list) {
    return list[static_cast<std::size_t>(below(random_, static_cast<int>(list.size())))];
  }
  std::string value() { return any_of(std::array{"a", "b", ""}); }
  std::string ns() { return "ns-" + std::to_string(below(random_, 3)); }
  List some(int most, auto make) {
    List out;
    for (int i = below(random_, most + 1); i > 0; --i) out.push_back(make());
    return out;
  }

  std::string key(bool peers);
  Value selector(bool peers);
  Value expression(bool peers);
  Value label_selector();
  Value cidr_set();
  Value service();
  Value port(bool http, bool dns);
  Value port_rule(bool deny);
  void add_peers(bool deny, Map& item);
  Value item(bool deny);
  Value rule();

  std::mt19937_64& random_;
  bool doubts_;
  bool alone_;
};

std::string Maker::key(bool peers) {
  if (doubt_in(peers ? 8 : 12)) {
    const std::string odd = any_of(kOddKeys);
    return alone_ && odd.starts_with('$') ? "reserved:host" : odd;  // releases differ in taking it
  }
  if (one_in(6)) return "io.cilium.k8s.policy.serviceaccount";
  if (one_in(6)) return "k8s:io.cilium.k8s.namespace.labels.env";
  return one_in(5) ? any_of(kNsKeys) : any_of(kKeys);
}

Value Maker::expression(bool peers) {
  Map out;
  const std::string k = key(peers);
  const std::string op = any_of(std::array{"In", "NotIn", "Exists", "DoesNotExist"});
  out.emplace_back("key", k);
  out.emplace_back("operator", op);
  if (op == "In" || op == "NotIn") {
    const bool of_ns = k.ends_with("pod.namespace");
    List values{Value(of_ns ? ns() : value())};
    if (one_in(2)) values.push_back(Value(of_ns ? "ns-1" : k.ends_with("cluster") ? "prod" : "a"));
    out.emplace_back("values", std::move(values));
  }
  return out;
}

Value Maker::selector(bool peers) {
  Map out;
  Map labels;
  if (one_in(2)) {
    const std::string k = key(peers);
    labels.emplace_back(k, k.ends_with("pod.namespace")    ? ns()
                           : k.ends_with("serviceaccount") ? any_of(std::array{"default", "robot"})
                                                           : value());
  }
  if (!labels.empty()) out.emplace_back("matchLabels", std::move(labels));
  if (one_in(2)) out.emplace_back("matchExpressions", List{expression(peers)});
  return out;
}

Value Maker::label_selector() {
  Map out;
  if (one_in(4)) return out;
  Map r{{"key", "team"}, {"operator", any_of(std::array{"In", "NotIn", "Exists", "DoesNotExist"})}};
  const std::string op = *r[1].second.string();
  if (op == "In" || op == "NotIn") r.emplace_back("values", List{Value(value())});
  out.emplace_back("matchExpressions", List{std::move(r)});
  return out;
}

Value Maker::cidr_set() {
  Map out;
  if (!alone_ && one_in(4)) {
    const bool missing = doubt_in(5);
    out.emplace_back("cidrGroupRef", missing ? "missing" : one_in(2) ? "group-0" : "group-1");
  } else if (!alone_ && one_in(5)) {
    // A selector may always find groups missing, unless it is one of complements alone.
    out.emplace_back("cidrGroupSelector", doubts_ ? label_selector() : Value(Map{}));
  } else {
    const std::string cidr = any_of(kBlocks);
    out.emplace_back("cidr", cidr);
    List holes;
    for (const char* hole : kBlocks)
      if (one_in(3) && parse_block(cidr)->contains(*parse_block(hole)))
        holes.push_back(Value(hole));
    if (!holes.empty()) out.emplace_back("except", std::move(holes));
  }
  return out;
}

Value Maker::service() {
  Map ref;
  if (one_in(3)) {
    Map selector;
    if (one_in(2)) selector.emplace_back("matchLabels", Map{{"app", value()}});
    ref.emplace_back("selector", std::move(selector));
    if (one_in(2)) ref.emplace_back("namespace", ns());
    return Map{{"k8sServiceSelector", std::move(ref)}};
  }
  ref.emplace_back("serviceName", one_in(2) ? "service-0" : "service-1");
  if (one_in(2)) ref.emplace_back("namespace", ns());
  return Map{{"k8sService", std::move(ref)}};
}

Value Maker::port(bool http, bool dns) {
  Map out;
  std::string number = any_of(kPorts);
  if ((http || dns) && number == "0") number = "53";
  const std::string protocol = http ? "TCP" : any_of(kProtocols);
  if (!http && !dns && option_in(20)) return Map{{"port", "0"}, {"protocol", "GRE"}};
  out.emplace_back("port", number);
  if (!protocol.empty()) out.emplace_back("protocol", protocol);
  if (!dns && one_in(4))
    out.emplace_back("endPort", std::int64_t{below(random_, 2) == 0 ? 100 : 0});
  return out;
}

Value Maker::port_rule(bool deny) {
  Map out;
  const bool http = !deny && option_in(8);
  const bool dns = !deny && !http && option_in(8);
  List ports = some(2, [&] { return port(http, dns); });
  if (dns && ports.empty()) ports.push_back(Map{{"port", "53"}});
  if (!ports.empty() || one_in(2)) out.emplace_back("ports", std::move(ports));
  if (http)
    out.emplace_back("rules", Map{{"http", List{Map{{"method", "GET"}}}}});
  else if (dns)
    out.emplace_back("rules", Map{{"dns", List{Map{{"matchPattern", "*"}}}}});
  else if (!deny && !alone_ && one_in(10))
    out.emplace_back("rules", Map{{"http", List{}}});
  else if (!deny && option_in(12))
    out.emplace_back("serverNames", List{Value("example.org")});
  return out;
}

void Maker::add_peers(bool deny, Map& item) {
  const int kind = below(random_, doubts_ ? 12 : 9);
  if (alone_ && (kind == 9 || kind == 11)) return;
  const auto add = [&](const char* name, auto make) { item.emplace_back(name, some(2, make)); };
  if (kind <= 1) return;
  if (kind == 2) return add("toCIDR", [&] { return Value(any_of(kBlocks)); });
  if (kind <= 4) return add("toCIDRSet", [&] { return cidr_set(); });
  if (kind == 5) return add("toEntities", [&] { return Value(any_of(kEntities)); });
  if (kind <= 8) return add("toEndpoints", [&] { return selector(true); });
  if (kind == 9) return add("toServices", [&] { return service(); });
  if (kind == 10)
    return add("toEntities", [&] { return Value(one_in(2) ? "kube-apiserver" : "unmanaged"); });
  if (one_in(3)) return add("toNodes", [&] { return label_selector(); });
  if (deny || one_in(2))
    return add("toGroups", [&] { return Value(Map{{"aws", Map{{"region", "x"}}}}); });
  add("toFQDNs", [&] { return Value(Map{{"matchName", "example.org"}}); });
}

Value Maker::item(bool deny) {
  Map out;
  add_peers(deny, out);
  if (option_in(15))
    out.emplace_back("icmps",
                     List{Map{{"fields", some(1, [] { return Value(Map{{"type", 8}}); })}}});
  else if (one_in(2))
    out.emplace_back("toPorts", some(2, [&] { return port_rule(deny); }));
  if (!deny && option_in(25))
    out.emplace_back("authentication", Map{{"mode", one_in(2) ? "required" : "disabled"}});
  return out;
}

Value Maker::rule() {
  Map out{{"endpointSelector", selector(false)}};
  if (one_in(4)) out.emplace_back("enableDefaultDeny", Map{{"egress", one_in(3)}});
  if (!one_in(4)) out.emplace_back("egress", some(2, [&] { return item(false); }));
  if (one_in(3)) out.emplace_back("egressDeny", some(2, [&] { return item(true); }));
  out.emplace_back("ingress", List{Map{}});
  return out;
}

Value Maker::group() {
  List blocks = some(3, [&] { return Value(any_of(kBlocks)); });
  if (!doubts_)
    std::erase_if(blocks, [](const Value& block) { return block.string()->ends_with("/0"); });
  Map labels;
  if (one_in(2)) labels.emplace_back("team", value());
  return Map{{"metadata", Map{{"labels", std::move(labels)}}},
             {"spec", Map{{"externalCIDRs", std::move(blocks)}}}};
}

model::PolicyObject Maker::object(int number, const std::vector<model::Namespace>& namespaces) {
  const bool clusterwide = one_in(3);
  const auto any = static_cast<std::size_t>(below(random_, static_cast<int>(namespaces.size())));
  const std::string ns = clusterwide ? "" : namespaces[any].object.name;
  const bool odd = option_in(40);
  Value source;
  Value spec = rule();
  if (odd) spec.set("egress", List{Map{{"toEntities", List{Value("world-ipv4")}}}});
  if (one_in(4))
    source.set("specs", List{std::move(spec), rule()});
  else
    source.set("spec", std::move(spec));
  return object_of(clusterwide ? "CiliumClusterwideNetworkPolicy" : "CiliumNetworkPolicy", ns,
                   (odd ? "odd-" : "policy-") + std::to_string(number), std::move(source));
}

void add_services(std::mt19937_64& random, model::Snapshot& snapshot) {
  for (int i = 0; i < below(random, 3); ++i) {
    const std::string name = "service-" + std::to_string(below(random, 2));
    const std::string ns = "ns-" + std::to_string(below(random, 3));
    model::Service service;
    service.object = {"Service", ns, name, {}};
    service.labels = random_labels(random);
    if (below(random, 2) == 0)
      service.selector = random_labels(random);
    else
      snapshot.backends.push_back(
          {{"EndpointSlice", ns, name, {}}, name, {*parse_address("10.0.0.77")}, {}});
    snapshot.services.push_back(std::move(service));
  }
}

}  // namespace

model::Snapshot random_cilium(std::uint64_t seed, const CiliumKnobs& knobs) {
  model::Snapshot snapshot = random_cluster(seed, knobs.cluster);
  std::mt19937_64 random(seed + 1'000'000);
  Maker maker(random, knobs);
  for (model::PodSpec& spec : snapshot.pod_specs)
    if (below(random, 3) == 0) spec.service_account = "robot";
  if (knobs.doubts)
    for (model::Labels& labels : snapshot.pod_labels)
      if (below(random, 3) == 0) labels.set("pod-template-hash", "a");
  for (int i = 0; i < 2 && !knobs.alone; ++i)
    if (!knobs.doubts || below(random, 2) == 0)
      snapshot.policy_objects.push_back(
          object_of("CiliumCIDRGroup", "", "group-" + std::to_string(i), maker.group()));
  for (int i = below(random, knobs.policies + 1); i > 0; --i)
    snapshot.policy_objects.push_back(maker.object(i, snapshot.namespaces));
  if (!knobs.alone) add_services(random, snapshot);
  return snapshot;
}

}  // namespace podmoat::test
