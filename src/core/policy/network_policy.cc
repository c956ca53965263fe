// NetworkPolicy (networking.k8s.io/v1): one Tier of allows. Rules: docs/semantics/networkpolicy.md.
//
// A policy is compiled once: one flow::Rule for each peer of each egress rule, cut to the flows
// that anybody asks about. The Tier of a Pod is the rules of all policies that isolate it, in any
// order, as they add up (NP-5). Peers that are Pods lie on the line of peer classes, ipBlocks on
// those of addresses; only a rule without `to` lies on all three.
#include <fmt/format.h>

#include <map>

#include "core/policy/describe.h"
#include "core/policy/languages.h"
#include "core/policy/selector_index.h"

namespace podmoat::policy {
namespace {

using flow::FlowSet;
using flow::Known;
using flow::Line;
using flow::PortSet;
using RulePointer = std::shared_ptr<const flow::Rule>;

/// What `ports` of a rule opens.
struct OpenPorts {
  PortSet addresses;  ///< at an address, where a name means nothing (NP-15)
  PortSet pods_sure;  ///< at a Pod, names included
  PortSet pods_possible;
  auto operator<=>(const OpenPorts&) const = default;
};

/// Whether every port that a Pod can have is in `ports`, so that its name does not matter.
bool holds_every_name(const Ports& ports) { return ports.first <= 1 && ports.last == 65535; }

void open(const model::PolicyPort& entry, NamedPorts& names, OpenPorts& ports) {
  PortSet sure;
  PortSet possible;
  if (const auto* name = std::get_if<std::string>(&entry.port)) {  // NP-14
    const std::uint16_t index = names.index(entry.protocol, *name);
    possible = PortSet::of(Protocol::named, {index, index});
    if (index != NamedPorts::kShared) sure = possible;
  } else {  // NP-12, NP-13
    const auto* range = std::get_if<Ports>(&entry.port);
    sure = PortSet::of(entry.protocol, range != nullptr ? *range : Ports{});
    ports.addresses = ports.addresses | sure;
    if (range == nullptr || holds_every_name(*range)) sure = sure | names.all(entry.protocol);
    possible = sure;
    if (sure.runs().size() > 1 && names.shared())
      possible =
          possible | PortSet::of(Protocol::named, {NamedPorts::kShared, NamedPorts::kShared});
  }
  ports.pods_sure = ports.pods_sure | sure;
  ports.pods_possible = ports.pods_possible | possible;
}

OpenPorts open_ports(const model::PolicyRule& rule, NamedPorts& names) {
  if (rule.ports.empty()) return {PortSet::all(), PortSet::all(), PortSet::all()};  // NP-8
  OpenPorts ports;
  for (const model::PolicyPort& entry : rule.ports) open(entry, names, ports);
  return ports;
}

/// Every destination (NP-7).
Known everywhere(const OpenPorts& ports) {
  const auto with = [&](const PortSet& pods) {
    return FlowSet::of({{flow::whole(Line::v4), ports.addresses},
                        {flow::whole(Line::v6), ports.addresses},
                        {flow::whole(Line::peer), pods}});
  };
  return {with(ports.pods_sure), with(ports.pods_possible)};
}

/// Every flow to a destination in one of `spans`.
FlowSet to_any(const std::vector<flow::Span>& spans) {
  std::vector<FlowSet::Box> boxes;
  boxes.reserve(spans.size());
  for (const flow::Span& span : spans) boxes.push_back({span, PortSet::all()});
  return FlowSet::of(std::move(boxes));
}

/// Every flow to `cidr` without `except`; an exception takes from this peer only (NP-9).
FlowSet to(const model::IpBlock& block) {
  std::vector<flow::Span> except;
  except.reserve(block.except.size());
  for (const Block& hole : block.except) except.push_back(flow::span_of(hole));
  return to_any({flow::span_of(block.cidr)}) - to_any(except);
}

class NetworkPolicies : public Language {
 public:
  explicit NetworkPolicies(const Context& context)
      : context_(context), index_(isolating(context.snapshot)) {
    for (const model::NetworkPolicy& policy : context.snapshot.network_policies) {
      compiled_.emplace_back();
      if (policy.isolates_egress) compile(policy, compiled_.back());
    }
  }

  void select(const PodView& pod, std::vector<std::uint32_t>& selected) const override {
    index_.find(pod, selected);
  }

  void fill(std::span<const std::uint32_t> selected, flow::Ladder& ladder) const override {
    flow::Tier tier{.name = "NetworkPolicy", .rules = {}, .end_origins = {}};
    for (const std::uint32_t number : selected) {
      const Compiled& policy = compiled_[number];
      tier.rules.insert(tier.rules.end(), policy.rules.begin(), policy.rules.end());
      tier.end_origins.push_back(policy.origin);
    }
    tier.end = selected.empty() ? flow::Action::pass : flow::Action::deny;  // NP-3 to NP-5
    ladder.tiers.push_back(std::move(tier));
  }

 private:
  struct Compiled {
    std::vector<RulePointer> rules;
    std::uint32_t origin = 0;  ///< of the policy as a whole
  };

  /// What a peer matches, and what would decide where that is not known.
  struct Matched {
    Known flows;
    std::string deciding;
  };

  /// Only a policy whose types hold Egress concerns the egress of the Pods it selects (NP-3).
  static std::vector<SelectorEntry> isolating(const model::Snapshot& snapshot) {
    std::vector<SelectorEntry> entries;
    for (std::uint32_t i = 0; i < snapshot.network_policies.size(); ++i) {
      const model::NetworkPolicy& policy = snapshot.network_policies[i];
      if (policy.isolates_egress) entries.push_back({policy.object.ns, &policy.pods, i});
    }
    return entries;
  }

  std::uint32_t add(Origin origin) {
    context_.origins.push_back(std::move(origin));
    return static_cast<std::uint32_t>(context_.origins.size() - 1);
  }

  void compile(const model::NetworkPolicy& policy, Compiled& compiled) {
    compiled.origin = add({policy.object, "spec", policy.object.place, describe(policy)});
    for (std::size_t i = 0; i < policy.egress.size(); ++i) {
      const model::PolicyRule& rule = policy.egress[i];
      const Known& open = opened(open_ports(rule, context_.named_ports));
      const auto allow = [&](Matched matched, const model::Peer* peer, std::string path) {
        if (matched.flows.possible.empty()) return;
        const std::uint32_t origin =
            add({policy.object, std::move(path), peer != nullptr ? peer->place : rule.place,
                 describe(rule, peer), std::move(matched.deciding)});
        compiled.rules.push_back(std::make_shared<const flow::Rule>(
            flow::Rule{std::move(matched.flows), flow::Action::allow, origin}));
      };
      if (rule.peers.empty()) allow({open, {}}, nullptr, fmt::format("egress[{}]", i));
      for (std::size_t j = 0; j < rule.peers.size(); ++j)
        allow(match(policy, rule.peers[j], open), &rule.peers[j],
              fmt::format("egress[{}].to[{}]", i, j));
    }
  }

  /// The flows of `within` on these ports, to any destination.
  const Known& opened(const OpenPorts& ports) {
    const auto [at, is_new] = opened_.try_emplace(ports);
    if (is_new) {
      const Known all = everywhere(ports);
      at->second = {all.sure & context_.within, all.possible & context_.within};
    }
    return at->second;
  }

  Matched match(const model::NetworkPolicy& policy, const model::Peer& peer,
                const Known& open) const {
    if (const auto* block = std::get_if<model::IpBlock>(&peer.is)) {  // names: NP-15
      return {Known::exactly(open.sure & to(*block)), {}};
    }
    const auto& selectors = std::get<model::PodPeer>(peer.is);  // NP-10
    PeerSpans pods = context_.peers.match(policy.object.ns, selectors);
    return {{open.sure & to_any(pods.sure), open.possible & to_any(pods.possible)},
            std::move(pods.deciding)};
  }

  Context context_;
  SelectorIndex index_;
  std::map<OpenPorts, Known> opened_;
  std::vector<Compiled> compiled_;  ///< by the policy's number in the Snapshot
};

}  // namespace

std::unique_ptr<Language> compile_network_policy(const Context& context) {
  return std::make_unique<NetworkPolicies>(context);
}

}  // namespace podmoat::policy
