// A NetworkPolicy of the model as the document it could have been read from.
#include "support/random_cluster.h"

namespace podmoat::test {
namespace {

using model::Value;

const char* word_of(model::Operator op) {
  switch (op) {
    case model::Operator::in:
      return "In";
    case model::Operator::not_in:
      return "NotIn";
    case model::Operator::exists:
      return "Exists";
    case model::Operator::does_not_exist:
      return "DoesNotExist";
    default:
      return "";  // no LabelSelector has it
  }
}

Value document_of(const model::Selector& selector) {
  Value out{Value::Map{}};
  if (selector.empty()) return out;
  Value::List expressions;
  for (const model::Requirement& r : selector.requirements) {
    Value expression;
    expression.set("key", r.key);
    expression.set("operator", word_of(r.op));
    if (!r.values.empty()) expression.set("values", Value::List(r.values.begin(), r.values.end()));
    expressions.push_back(std::move(expression));
  }
  out.set("matchExpressions", std::move(expressions));
  return out;
}

Value document_of(const model::Peer& peer) {
  Value out;
  if (const auto* block = std::get_if<model::IpBlock>(&peer.is)) {
    Value ip_block;
    ip_block.set("cidr", block->cidr.str());
    Value::List except;
    for (const Block& hole : block->except) except.emplace_back(hole.str());
    if (!except.empty()) ip_block.set("except", std::move(except));
    out.set("ipBlock", std::move(ip_block));
    return out;
  }
  const auto& pods = std::get<model::PodPeer>(peer.is);
  if (pods.pods) out.set("podSelector", document_of(*pods.pods));
  if (pods.namespaces) out.set("namespaceSelector", document_of(*pods.namespaces));
  return out;
}

Value document_of(const model::PolicyPort& entry) {
  Value out;
  out.set("protocol", name_of(entry.protocol));
  if (const auto* name = std::get_if<std::string>(&entry.port)) out.set("port", *name);
  if (const auto* ports = std::get_if<Ports>(&entry.port)) {
    out.set("port", int{ports->first});
    if (ports->last != ports->first) out.set("endPort", int{ports->last});
  }
  return out;
}

Value document_of(const std::vector<model::PolicyRule>& rules, const char* side) {
  Value::List out;
  for (const model::PolicyRule& rule : rules) {
    Value document{Value::Map{}};
    Value::List peers;
    for (const model::Peer& peer : rule.peers) peers.push_back(document_of(peer));
    if (!peers.empty()) document.set(side, std::move(peers));
    Value::List ports;
    for (const model::PolicyPort& entry : rule.ports) ports.push_back(document_of(entry));
    if (!ports.empty()) document.set("ports", std::move(ports));
    out.push_back(std::move(document));
  }
  return out;
}

}  // namespace

Value selector_document(const model::Selector& selector) { return document_of(selector); }

std::shared_ptr<const Value> document_of(const model::NetworkPolicy& policy) {
  Value metadata;
  metadata.set("name", policy.object.name);
  metadata.set("namespace", policy.object.ns);
  Value spec;
  spec.set("podSelector", document_of(policy.pods));
  if (policy.types_given) {
    Value::List types;
    if (policy.isolates_ingress) types.emplace_back("Ingress");
    if (policy.isolates_egress) types.emplace_back("Egress");
    spec.set("policyTypes", std::move(types));
  }
  if (!policy.ingress.empty()) spec.set("ingress", document_of(policy.ingress, "from"));
  if (!policy.egress.empty()) spec.set("egress", document_of(policy.egress, "to"));
  Value out;
  out.set("apiVersion", "networking.k8s.io/v1");
  out.set("kind", "NetworkPolicy");
  out.set("metadata", std::move(metadata));
  out.set("spec", std::move(spec));
  return std::make_shared<const Value>(std::move(out));
}

}  // namespace podmoat::test
