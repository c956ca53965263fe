#include "support/oracle_question.h"

#include <fmt/format.h>

#include <utility>

namespace podmoat::test {
namespace {

using model::Value;

Value object_of(const char* kind, const std::string& ns, const std::string& name,
                const model::Labels& labels) {
  Value all{Value::Map{}};
  for (const auto& [key, value] : labels.entries()) all.set(key, value);
  Value metadata;
  metadata.set("name", name);
  if (!ns.empty()) metadata.set("namespace", ns);
  metadata.set("labels", std::move(all));
  return Value::Map{{"apiVersion", "v1"}, {"kind", kind}, {"metadata", std::move(metadata)}};
}

std::string name_of_pod(std::size_t number) { return fmt::format("pod-{}", number); }

Value node_of(const model::Node& node) {
  Value out = object_of("Node", "", node.object.name, node.labels);
  Value::List addresses;
  for (const Address& address : node.addresses)
    addresses.push_back(Value::Map{{"type", "InternalIP"}, {"address", address.str()}});
  out.set("status", Value::Map{{"addresses", std::move(addresses)}});
  return out;
}

}  // namespace

std::string Asked::str() const {
  return fmt::format("from Pod {} to {} {}/{}", from, to.str(), port, name_of(protocol));
}

Value pod_of(const model::Snapshot& snapshot, std::size_t number, Value::Map spec) {
  const model::Pod& pod = snapshot.pods[number];
  Value out = object_of("Pod", pod.ns, name_of_pod(number), snapshot.labels_of(pod));
  Value::List ports;
  for (const model::NamedPort& named : snapshot.spec_of(pod).named_ports)
    ports.push_back(Value::Map{{"name", named.name},
                               {"containerPort", int{named.number}},
                               {"protocol", name_of(named.protocol)}});
  spec.emplace_back("containers",
                    Value::List{Value::Map{{"name", "main"}, {"ports", std::move(ports)}}});
  out.set("spec", std::move(spec));
  Value::List addresses;
  for (const Address& address : pod.addresses)
    addresses.push_back(Value::Map{{"ip", address.str()}});
  out.set("status", Value::Map{{"podIPs", std::move(addresses)}});
  return out;
}

Value question_of(const model::Snapshot& snapshot, Value::List pods, Value::List policies,
                  const std::vector<Asked>& flows) {
  Value::List namespaces;
  for (const model::Namespace& ns : snapshot.namespaces)
    namespaces.push_back(object_of("Namespace", "", ns.object.name, ns.labels));
  Value::List nodes;
  for (const model::Node& node : snapshot.nodes) nodes.push_back(node_of(node));
  Value::List asked;
  for (const Asked& flow : flows)
    asked.push_back(Value::Map{{"from", snapshot.pods[flow.from].ns + "/" + name_of_pod(flow.from)},
                               {"to", flow.to.str()},
                               {"protocol", name_of(flow.protocol)},
                               {"port", int{flow.port}}});
  return Value::Map{{"namespaces", std::move(namespaces)},
                    {"pods", std::move(pods)},
                    {"nodes", std::move(nodes)},
                    {"policies", std::move(policies)},
                    {"flows", std::move(asked)}};
}

void leave_host_network(model::Snapshot& snapshot) {
  for (model::Pod& pod : snapshot.pods) {
    model::PodSpec spec = snapshot.spec_of(pod);
    spec.host_network = false;
    pod.spec = static_cast<std::uint32_t>(snapshot.pod_specs.size());
    snapshot.pod_specs.push_back(std::move(spec));
  }
}

Says Answers::says(std::size_t from, const flow::Flow& flow) {
  const flow::Ladder& ladder = policies_.ladder(policy::view_of(snapshot_, snapshot_.pods[from]));
  const auto [at, is_new] = known_.try_emplace(&ladder);
  if (is_new) at->second = flow::evaluate(ladder, policies_.within());
  if (at->second.sure.contains(flow)) return Says::yes;
  return at->second.possible.contains(flow) ? Says::unknown : Says::no;
}

}  // namespace podmoat::test
