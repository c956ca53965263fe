// A peer of Pods is a selector over identities there, with the labels of the namespace among the
// others, so it is asked like one of Cilium's own.
#include "core/language/cilium_network_policy.h"

#include <utility>

#include "core/language/cilium_ports.h"
#include "core/language/cilium_selector.h"

namespace podmoat::language {
namespace {

using flow::Known;
using model::Answer;

model::Selector with_source(const model::Selector& selector, const std::string& before) {
  model::Selector out = selector;
  for (model::Requirement& r : out.requirements) r.key = before + r.key;
  return out;
}

/// The selector over identities that Cilium makes of a peer.
model::Selector identities_of(const PodTerm& term) {
  model::Selector out = with_source(term.pods, "k8s:");
  const model::Selector namespaces =
      with_source(term.namespaces, "k8s:io.cilium.k8s.namespace.labels.");
  out.requirements.insert(out.requirements.end(), namespaces.requirements.begin(),
                          namespaces.requirements.end());
  if (namespaces.empty())
    out.requirements.push_back({"k8s:io.kubernetes.pod.namespace", model::Operator::exists, {}});
  return out;
}

void read_peer(const CiliumGround& ground, Clause& clause) {
  PodTerms terms = std::exchange(clause.to.pods, {});
  for (const PodTerm& term : terms) {
    CiliumHeld held = cilium_endpoints(identities_of(term), "", true);
    append(clause.to.pods, held.pods);
    append(clause.to.possible, held.possible);
    if (held.own_node != Answer::no || held.other_nodes != Answer::no)
      clause.to.places = clause.to.places | Known{{}, ground.nodes().possible};
    if (held.world != Answer::no)
      clause.to.places = clause.to.places | Known{{}, ground.world().possible};
    if (clause.doubt.empty()) clause.doubt = std::move(held.doubt);
  }
}

/// A block of length 0 that `policy` has in this clause.
bool is_whole(const model::NetworkPolicy& policy, const Clause& clause) {
  for (const model::PolicyRule& rule : policy.egress)
    for (const model::Peer& peer : rule.peers)
      if (const auto* block = std::get_if<model::IpBlock>(&peer.is))
        if (peer.place == clause.place && block->cidr.prefix == 0) return true;
  return false;
}

}  // namespace

void read_as_cilium(const model::NetworkPolicy& policy, const model::Snapshot& snapshot,
                    const CiliumGround& ground, Policy& out) {
  CiliumHeld subject = cilium_subject(with_source(policy.pods, "k8s:"), policy.object.ns);
  out.pods = std::move(subject.pods);
  out.possible = std::move(subject.possible);
  out.doubt = std::move(subject.doubt);
  if (!policy.isolates_egress) {
    append(out.possible, out.pods);
    out.pods.clear();
    out.doubt = "whether this release of Cilium looks at policyTypes, which has no Egress";
  }
  for (Clause& clause : out.clauses) {
    read_peer(ground, clause);
    if (!clause.to.places.possible.empty() && clause.to.pods.empty() && clause.to.possible.empty())
      clause.to.places = ground.block(clause.to.places, is_whole(policy, clause));
    if (!clause.to.places.exact() && clause.doubt.empty()) clause.doubt = ground.doubt();
  }
  add_names_everywhere(snapshot, out);
}

}  // namespace podmoat::language
