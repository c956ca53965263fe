// A policy of either form of the API as the document it could have been read from.
#include <string_view>

#include "support/random_admin_policies.h"

namespace podmoat::test {
namespace {

using model::Value;

Value pods_of(const model::Selector& pods, const model::Selector& namespaces) {
  Value out;
  out.set("namespaceSelector", selector_document(namespaces));
  out.set("podSelector", selector_document(pods));
  return out;
}

Value document_of(const AdminPeer& peer) {
  Value out;
  Value::List list;
  switch (peer.kind) {
    case AdminPeerKind::namespaces:
      out.set("namespaces", selector_document(peer.namespaces));
      break;
    case AdminPeerKind::pods:
      out.set("pods", pods_of(peer.pods, peer.namespaces));
      break;
    case AdminPeerKind::nodes:
      out.set("nodes", selector_document(peer.nodes));
      break;
    case AdminPeerKind::networks:
      for (const Block& block : peer.networks) list.emplace_back(block.str());
      out.set("networks", std::move(list));
      break;
    case AdminPeerKind::domain_names:
      for (const std::string& name : peer.domain_names) list.emplace_back(name);
      out.set("domainNames", std::move(list));
      break;
    case AdminPeerKind::unknown:
      out.set("serviceAccounts", Value::Map{});
      break;
  }
  return out;
}

Value older_document_of(const AdminPort& entry) {
  Value out;
  Value port;
  if (!entry.name.empty()) {
    out.set("namedPort", entry.name);
    return out;
  }
  port.set("protocol", name_of(entry.protocol));
  if (entry.ports.first == entry.ports.last) {
    port.set("port", int{entry.ports.first});
    out.set("portNumber", std::move(port));
  } else {
    port.set("start", int{entry.ports.first});
    port.set("end", int{entry.ports.last});
    out.set("portRange", std::move(port));
  }
  return out;
}

Value newer_document_of(const AdminPort& entry) {
  Value out;
  if (!entry.name.empty()) {
    out.set("destinationNamedPort", entry.name);
    return out;
  }
  Value port;
  if (entry.ports.first == entry.ports.last) {
    port.set("number", int{entry.ports.first});
  } else {
    Value range;
    range.set("start", int{entry.ports.first});
    range.set("end", int{entry.ports.last});
    port.set("range", std::move(range));
  }
  Value protocol;
  protocol.set("destinationPort", std::move(port));
  const std::string_view name = name_of(entry.protocol);
  out.set(name == "TCP" ? "tcp" : name == "UDP" ? "udp" : "sctp", std::move(protocol));
  return out;
}

const char* word_of(AdminAction action, bool older) {
  if (action == AdminAction::allow) return older ? "Allow" : "Accept";
  return action == AdminAction::deny ? "Deny" : "Pass";
}

Value document_of(const AdminRule& rule, bool older) {
  Value out;
  out.set("action", word_of(rule.action, older));
  Value::List to;
  for (const AdminPeer& peer : rule.to) to.push_back(document_of(peer));
  out.set("to", std::move(to));
  if (!rule.ports) return out;
  Value::List ports;
  for (const AdminPort& entry : *rule.ports)
    ports.push_back(older ? older_document_of(entry) : newer_document_of(entry));
  out.set(older ? "ports" : "protocols", std::move(ports));
  return out;
}

}  // namespace

std::shared_ptr<const Value> document_of(const AdminPolicy& policy) {
  const bool older = policy.api == AdminApi::v1alpha1;
  Value spec;
  if (!older) spec.set("tier", policy.baseline ? "Baseline" : "Admin");
  if (!older || !policy.baseline) spec.set("priority", policy.priority);
  Value subject;
  if (policy.subject_is_pods)
    subject.set("pods", pods_of(policy.subject_pods, policy.subject_namespaces));
  else
    subject.set("namespaces", selector_document(policy.subject_namespaces));
  spec.set("subject", std::move(subject));
  Value::List egress;
  for (const AdminRule& rule : policy.egress) egress.push_back(document_of(rule, older));
  if (!egress.empty()) spec.set("egress", std::move(egress));
  Value metadata;
  metadata.set("name", policy.object.name);
  Value out;
  out.set("apiVersion",
          older ? "policy.networking.k8s.io/v1alpha1" : "policy.networking.k8s.io/v1alpha2");
  out.set("kind", policy.object.kind);
  out.set("metadata", std::move(metadata));
  out.set("spec", std::move(spec));
  return std::make_shared<const Value>(std::move(out));
}

}  // namespace podmoat::test
