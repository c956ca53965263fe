// NetworkPolicy (networking.k8s.io/v1): one tier of allows. Rules: docs/semantics/networkpolicy.md.
//
// One Clause for each peer of each egress rule, as they add up whatever their order is (NP-5).
// Peers that are Pods are terms, ipBlocks are addresses; only a rule without `to` is everything.
#include <fmt/format.h>

#include <utility>

#include "core/language/cilium_network_policy.h"
#include "core/language/describe.h"
#include "core/language/fields.h"
#include "core/language/language.h"

namespace podmoat::language {
namespace {

PortMatch ports_of(const model::PolicyRule& rule) {
  PortMatch out;
  out.all = rule.ports.empty();  // NP-8
  for (const model::PolicyPort& entry : rule.ports) {
    if (const auto* name = std::get_if<std::string>(&entry.port)) {  // NP-14
      out.names.push_back({entry.protocol, *name});
      continue;
    }
    const auto* range = std::get_if<Ports>(&entry.port);  // NP-12, NP-13
    out.numbers =
        out.numbers | flow::PortSet::of(entry.protocol, range != nullptr ? *range : Ports{});
  }
  return out;
}

/// The Pods that a peer of a policy of `own` selects (NP-10).
PodTerm term_of(std::string_view own, const model::PodPeer& peer) {
  const model::Selector pods = peer.pods.value_or(model::Selector{});
  return peer.namespaces ? PodTerm{pods, *peer.namespaces} : in_namespace(own, pods);
}

Destinations destinations_of(std::string_view own, const model::Peer* peer) {
  Destinations out;
  if (peer == nullptr) {  // NP-7
    out.everything = true;
  } else if (const auto* block = std::get_if<model::IpBlock>(&peer->is)) {  // NP-9
    out.places = flow::Known::exactly(addresses({block->cidr}, block->except));
  } else {
    out.pods.push_back(term_of(own, std::get<model::PodPeer>(peer->is)));
  }
  return out;
}

void add_clauses(const model::NetworkPolicy& policy, Policy& out) {
  for (std::size_t i = 0; i < policy.egress.size(); ++i) {
    const model::PolicyRule& rule = policy.egress[i];
    const PortMatch ports = ports_of(rule);
    const auto add = [&](const model::Peer* peer, std::string path) {
      Clause clause;
      clause.to = destinations_of(policy.object.ns, peer);
      clause.ports = ports;
      clause.rule = std::move(path);
      clause.place = peer != nullptr ? peer->place : rule.place;
      clause.text = describe(rule, peer);
      out.clauses.push_back(std::move(clause));
    };
    if (rule.peers.empty()) add(nullptr, fmt::format("egress[{}]", i));
    for (std::size_t j = 0; j < rule.peers.size(); ++j)
      add(&rule.peers[j], fmt::format("egress[{}].to[{}]", i, j));
  }
}

/// Where an `except` is not known to be its own peer's alone it may deny its addresses to whom the
/// policy selects, whatever others allow (docs/semantics/platforms.md PF-12).
void add_exceptions(const model::NetworkPolicy& policy, Policy& out) {
  for (std::size_t i = 0; i < policy.egress.size(); ++i)
    for (std::size_t j = 0; j < policy.egress[i].peers.size(); ++j) {
      const model::Peer& peer = policy.egress[i].peers[j];
      const auto* block = std::get_if<model::IpBlock>(&peer.is);
      if (block == nullptr || block->except.empty()) continue;
      Clause clause;
      clause.action = flow::Action::deny;
      clause.to.places.possible = addresses(block->except);
      clause.rule = fmt::format("egress[{}].to[{}]", i, j);
      clause.place = peer.place;
      clause.text = "may deny what it excepts, whatever other policies allow";
      clause.doubt =
          "the plugin takes an except for a deny, unless the same block is a rule somewhere";
      out.clauses.push_back(std::move(clause));
    }
}

void read(const Source& source, Reading& reading) {
  const std::uint32_t tier = reading.tier(network_policy_tier(source.platform));
  const bool on_cilium = source.platform.engine == "cilium";
  const CiliumGround ground(source.snapshot, source.platform);
  for (const model::NetworkPolicy& policy : source.snapshot.network_policies) {
    if (!policy.isolates_egress && (!on_cilium || policy.egress.empty())) continue;  // NP-3, CL-32
    Policy out;
    out.object = policy.object;
    out.tier = tier;
    out.order = kNetworkPolicyOrder;
    out.pods.push_back(in_namespace(policy.object.ns, policy.pods));  // NP-1
    out.text = describe(policy);
    add_clauses(policy, out);
    if (source.platform.except_is_local.answer != model::Answer::yes) add_exceptions(policy, out);
    if (on_cilium) read_as_cilium(policy, source.snapshot, ground, out);
    reading.policies.push_back(std::move(out));
  }
}

}  // namespace

Tier network_policy_tier(const model::Platform& platform) {
  Tier out{.name = "NetworkPolicy", .rank = rank::kDefault};
  out.denies_first = platform.except_is_local.answer != model::Answer::yes;
  if (platform.engine == "calico") out.name = "default";
  if (platform.engine == "cilium") {
    out.name = "Cilium and NetworkPolicy";
    out.denies_first = true;
  }
  return out;
}

const Language& network_policy() {
  static const Language language{"NetworkPolicy", {}, read};
  return language;
}

}  // namespace podmoat::language
