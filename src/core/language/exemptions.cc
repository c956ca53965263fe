// What a Platform lets through before any policy: no language, but Policies all the same, for all
// Pods, in a tier above every other. Rules: docs/semantics/platforms.md PF-60 to PF-62.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "base/private_address.h"
#include "core/language/fields.h"
#include "core/language/language.h"

namespace podmoat::language {
namespace {

using flow::FlowSet;
using flow::PortSet;
using model::Answer;
using model::Fact;

/// Whether Pods send over a family: their addresses say so, unless a Platform hides some (PF-60).
Answer in_use(const model::Snapshot& snapshot, const model::Platform& platform, Family family) {
  if (platform.hidden_family.answer == Answer::yes) return Answer::yes;
  bool known = false;
  for (const model::Pod& pod : snapshot.pods) {
    if (pod.addresses.empty() || snapshot.spec_of(pod).host_network) continue;
    known = true;
    for (const Address& address : pod.addresses)
      if (address.family == family) return Answer::yes;
  }
  return known && platform.hidden_family.answer == Answer::no ? Answer::no : Answer::unknown;
}

Clause clause_for(const Fact& fact, flow::Known places, std::string text) {
  Clause out;
  out.to.places = std::move(places);
  out.rule = std::string(fact.name);
  out.text = std::move(text);
  return out;
}

/// A family of which the Platform says that nothing holds it, or does not say.
void add_family(const Source& source, Family family, std::vector<Clause>& out) {
  const bool v4 = family == Family::v4;
  const Fact& fact = v4 ? source.platform.ipv4_policed : source.platform.ipv6_policed;
  if (fact.answer == Answer::yes) return;
  const Answer used = in_use(source.snapshot, source.platform, family);
  if (used == Answer::no) return;
  const FlowSet line =
      FlowSet::box(flow::whole(v4 ? flow::Line::v4 : flow::Line::v6), PortSet::all());
  const bool surely = fact.answer == Answer::no && used == Answer::yes;
  const std::string name = v4 ? "IPv4" : "IPv6";
  Clause clause = clause_for(fact, {surely ? line : FlowSet{}, line}, "does not police " + name);
  if (fact.answer == Answer::unknown)
    clause.doubt = fmt::format("whether {} is policed is not known: {}", name, fact.source);
  else if (!surely)
    clause.doubt = "whether Pods use " + name + ", which is not policed, is not in the input";
  out.push_back(std::move(clause));
}

std::set<Address> node_addresses(const model::Snapshot& snapshot) {
  std::set<Address> out;
  for (const model::Node& node : snapshot.nodes)
    out.insert(node.addresses.begin(), node.addresses.end());
  for (const model::Pod& pod : snapshot.pods)
    if (snapshot.spec_of(pod).host_network) out.insert(pod.addresses.begin(), pod.addresses.end());
  return out;
}

/// Ports of the NodePort range of a Pod's own node, which may be any that is known. Where the whole
/// node is beyond policy nothing has to be said of its ports.
void add_node_ports(const Source& source, std::vector<Clause>& out) {
  const Fact& fact = source.platform.node_port_range_policed;
  if (fact.answer == Answer::yes || source.platform.own_node_policed.answer == Answer::no) return;
  std::vector<Block> nodes;
  for (const Address& address : node_addresses(source.snapshot))
    nodes.push_back(block_of(address, address.family == Family::v4 ? 32 : 128));
  const bool surely = fact.answer == Answer::no && source.snapshot.nodes.size() == 1 &&
                      nodes.size() == source.snapshot.nodes[0].addresses.size();
  const FlowSet sure = surely ? addresses(nodes) : FlowSet{};
  // Kubernetes does not tell all addresses of a node: any private one may be another of its own.
  std::ranges::copy(private_blocks(), std::back_inserter(nodes));
  const FlowSet possible = source.snapshot.nodes.empty()
                               ? addresses({*parse_block("0.0.0.0/0"), *parse_block("::/0")})
                               : addresses(nodes);
  Clause clause =
      clause_for(fact, {sure, possible}, "does not police the NodePort range of a Pod's own node");
  clause.ports.all = false;
  for (const Protocol protocol : {Protocol::tcp, Protocol::udp, Protocol::sctp})
    clause.ports.numbers = clause.ports.numbers | PortSet::of(protocol, {30000, 32767});
  if (surely)
    clause.doubt = "whether the address is another one of the Pod's own node";
  else
    clause.doubt =
        fact.answer == Answer::no
            ? "policy does not hold for these ports of a Pod's own node, and on which node "
              "the Pod runs is not known"
            : fact.source;
  out.push_back(std::move(clause));
}

void read(const Source& source, Reading& reading) {
  Policy policy;
  add_family(source, Family::v4, policy.clauses);
  add_family(source, Family::v6, policy.clauses);
  add_node_ports(source, policy.clauses);
  if (policy.clauses.empty()) return;
  policy.object = {"Platform", "", source.platform.name, {}};
  policy.tier =
      reading.tier({.name = "platform", .rank = rank::kPlatform, .end = flow::Action::pass});
  policy.pods.push_back({});
  policy.isolates = false;
  policy.text = "lets through what it does not police";
  reading.policies.push_back(std::move(policy));
}

}  // namespace

const Language& exemptions() {
  static const Language language{"exemptions", {}, read, true};
  return language;
}

}  // namespace podmoat::language
