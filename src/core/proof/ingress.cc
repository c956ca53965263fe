// Policies are united, so are their rules and the entries of these (NP-5): what the policies of a
// namespace let in is a set of sets, without names and places.
#include "core/proof/ingress.h"

#include <map>
#include <utility>
#include <variant>

namespace podmoat::proof {
namespace {

using PeerKey = std::variant<std::pair<Block, std::set<Block>>, model::PodPeer>;
using PortKey = std::pair<Protocol, std::variant<std::monostate, Ports, std::string>>;
using RuleKey = std::pair<std::set<PeerKey>, std::set<PortKey>>;
using PolicyKey = std::pair<model::Selector, std::set<RuleKey>>;
using Ingress = std::map<std::string, std::set<PolicyKey>>;

PeerKey key_of(const model::Peer& peer) {
  if (const auto* pods = std::get_if<model::PodPeer>(&peer.is)) return *pods;
  const auto& ip = std::get<model::IpBlock>(peer.is);
  return std::pair{ip.cidr, std::set<Block>(ip.except.begin(), ip.except.end())};
}

RuleKey key_of(const model::PolicyRule& rule) {
  RuleKey out;
  for (const model::Peer& peer : rule.peers) out.first.insert(key_of(peer));
  for (const model::PolicyPort& port : rule.ports) out.second.emplace(port.protocol, port.port);
  return out;
}

/// By namespace, without those that no policy isolates for ingress.
Ingress ingress_of(const model::Snapshot& side) {
  Ingress out;
  for (const model::NetworkPolicy& policy : side.network_policies) {
    if (!policy.isolates_ingress) continue;
    PolicyKey key{policy.pods, {}};
    for (const model::PolicyRule& rule : policy.ingress) key.second.insert(key_of(rule));
    out[policy.object.ns].insert(std::move(key));
  }
  return out;
}

}  // namespace

std::set<std::string> namespaces_with_other_ingress(const model::Snapshot& before,
                                                    const model::Snapshot& after) {
  const Ingress old = ingress_of(before);
  const Ingress now = ingress_of(after);
  std::set<std::string> out;
  for (const auto& [ns, policies] : old)
    if (const auto it = now.find(ns); it == now.end() || it->second != policies) out.insert(ns);
  for (const auto& [ns, policies] : now)
    if (!old.contains(ns)) out.insert(ns);
  return out;
}

}  // namespace podmoat::proof
