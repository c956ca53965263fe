// The documents are searched for whatever is a block, an address or a number: no knowledge of the
// language is needed to find the borders.
#include "support/against_oracle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/policy/policies.h"
#include "support/value_text.h"

namespace podmoat::test {
namespace {

using flow::FlowSet;

struct Borders {
  std::vector<Address> addresses;
  std::vector<std::uint16_t> ports;
};

void add(Borders& borders, const Block& block) {
  const U128 top = last_address(block.family()).bits;
  const Address first = block.first();
  const Address last = block.last();
  borders.addresses.push_back(first);
  borders.addresses.push_back(last);
  if (first.bits > 0) borders.addresses.push_back({first.family, first.bits - 1});
  if (last.bits < top) borders.addresses.push_back({last.family, last.bits + 1});
}

void add(Borders& borders, std::int64_t port) {
  for (const std::int64_t one : {port - 1, port, port + 1})
    if (0 <= one && one <= 65535) borders.ports.push_back(static_cast<std::uint16_t>(one));
}

void add(Borders& borders, const model::Value& value) {
  if (const auto* text = value.string(); text != nullptr && text->find('/') != std::string::npos)
    if (const auto block = parse_block(*text)) add(borders, *block);
  if (const auto* number = value.integer()) add(borders, *number);
  if (const auto* list = value.list())
    for (const model::Value& item : *list) add(borders, item);
  if (const auto* map = value.map())
    for (const auto& [key, item] : *map) add(borders, item);
}

Borders borders_of(const model::Snapshot& snapshot) {
  Borders borders{{*parse_address("169.254.169.254"), *parse_address("fd00:ec2::254")}, {0, 80}};
  for (const model::PolicyObject& object : snapshot.policy_objects)
    if (object.source != nullptr) add(borders, *object.source);
  for (const model::NetworkPolicy& policy : snapshot.network_policies)
    if (policy.source != nullptr) add(borders, *policy.source);
  for (const model::Node& node : snapshot.nodes)
    for (const Address& address : node.addresses) borders.addresses.push_back(address);
  for (const model::PodSpec& spec : snapshot.pod_specs)
    for (const model::NamedPort& named : spec.named_ports) add(borders, named.number);
  return borders;
}

SlowFlow any_flow(std::mt19937_64& random, const model::Snapshot& snapshot,
                  const Borders& borders) {
  const auto any = [&](std::size_t count) { return random() % count; };
  SlowFlow flow;
  const auto pod = static_cast<std::uint32_t>(any(snapshot.pods.size()));
  // A Pod on the host network is its node: it is asked about by address.
  if (any(2) == 0 && !snapshot.spec_of(snapshot.pods[pod]).host_network)
    flow.to = pod;
  else
    flow.to = borders.addresses[any(borders.addresses.size())];
  flow.protocol = static_cast<Protocol>(any(4));
  if (flow.protocol != Protocol::other) flow.port = borders.ports[any(borders.ports.size())];
  return flow;
}

/// The FlowSet members that `flow` is: its port by number, and by each name that the Pod gives it.
std::vector<flow::Flow> members_of(const SlowFlow& flow, const model::Snapshot& snapshot,
                                   const policy::NamedPorts& names) {
  if (const auto* address = std::get_if<Address>(&flow.to))
    return {{flow::at(*address), flow.protocol, flow.port}};
  const std::uint32_t pod = std::get<std::uint32_t>(flow.to);
  std::vector<flow::Flow> members{{flow::peer(pod), flow.protocol, flow.port}};
  const model::PodSpec& spec = snapshot.spec_of(snapshot.pods[pod]);
  if (spec.host_network) return members;
  for (const model::NamedPort& named : spec.named_ports) {
    if (named.protocol != flow.protocol || named.number != flow.port) continue;
    for (std::uint16_t i = 0; i < names.entries().size(); ++i)
      if (names.entries()[i] == policy::NamedPorts::Entry{named.protocol, named.name})
        members.push_back({flow::peer(pod), Protocol::named, i});
  }
  return members;
}

std::vector<std::uint32_t> every_pod(const model::Snapshot& snapshot) {
  std::vector<std::uint32_t> out(snapshot.pods.size());
  for (std::uint32_t i = 0; i < out.size(); ++i) out[i] = i;
  return out;
}

/// What evaluate() says, for a flow that has no name.
Allowed answer(const flow::Known& known, const flow::Flow& member) {
  if (known.sure.contains(member)) return Allowed::yes;
  return known.possible.contains(member) ? Allowed::unknown : Allowed::no;
}

bool any_in(const FlowSet& set, const std::vector<flow::Flow>& members) {
  return std::ranges::any_of(members, [&](const flow::Flow& one) { return set.contains(one); });
}

/// What can become of a flow.
struct Outcome {
  bool may = false;
  bool may_not = false;
};

/// A flow that has names too: a rule matches it if it matches its number or one of its names, so
/// all of them walk down the tiers of one stage together.
Outcome walk(std::span<const flow::Tier> stage, const std::vector<flow::Flow>& members) {
  Outcome out;
  bool open = true;
  for (const flow::Tier& tier : stage) {
    bool passed = false;
    const auto decide = [&](flow::Action action) {
      out.may = out.may || action == flow::Action::allow;
      out.may_not = out.may_not || action == flow::Action::deny;
      passed = passed || action == flow::Action::pass;
    };
    for (const auto& rule : tier.rules) {
      if (!open || !any_in(rule->match.possible, members)) continue;
      decide(rule->action);
      open = !any_in(rule->match.sure, members);
    }
    if (open) decide(tier.end);
    open = passed;
    if (!open) return out;
  }
  out.may = true;
  return out;
}

Allowed answer(const flow::Ladder& ladder, const std::vector<flow::Flow>& members) {
  const std::span<const flow::Tier> tiers = ladder.tiers;
  bool sure = true;
  for (std::size_t from = 0; from < tiers.size();) {
    std::size_t to = from;
    while (to < tiers.size() && tiers[to].stage == tiers[from].stage) ++to;
    const Outcome stage = walk(tiers.subspan(from, to - from), members);
    if (!stage.may) return Allowed::no;
    sure = sure && !stage.may_not;
    from = to;
  }
  return sure ? Allowed::yes : Allowed::unknown;
}

/// How many rules may match the flow and are not sure to. Doubts of several rules may hang on the
/// same thing; then the fold may say `unknown` where trying everything finds an answer.
std::size_t doubts(const flow::Ladder& ladder, const std::vector<flow::Flow>& members) {
  std::size_t count = 0;
  for (const flow::Flow& member : members)
    for (const flow::Step& step : flow::derive(ladder, member)) count += step.sure ? 0 : 1;
  return count;
}

std::string context(const model::Snapshot& snapshot, const model::Pod& pod,
                    const policy::Policies& policies, const flow::Ladder& ladder,
                    const std::vector<flow::Flow>& members) {
  std::string out = pod.ns + " " + snapshot.labels_of(pod).str();
  for (const model::PolicyObject& object : snapshot.policy_objects)
    out += "\n" + object.object.str() +
           (object.source == nullptr ? "" : " " + text_of(*object.source));
  for (const flow::Flow& member : members) {
    out += "\n" + member.str();
    for (const flow::Step& step : flow::derive(ladder, member)) {
      out += "\n  " + ladder.tiers[step.tier].name + (step.sure ? " " : " perhaps ") +
             std::to_string(static_cast<int>(step.action));
      if (step.rule == nullptr) continue;
      const policy::Origin& origin = policies.origin(step.rule->origin);
      out += " " + origin.object.str() + " " + origin.rule + ": " + origin.text;
    }
  }
  return out;
}

}  // namespace

void against_oracle(const model::Snapshot& snapshot, const model::Platform& platform, Oracle oracle,
                    std::uint64_t seed, int flows, Tally& tally) {
  const Borders borders = borders_of(snapshot);
  const policy::PodPeers peers(snapshot, every_pod(snapshot));
  const policy::Policies policies(snapshot, platform, FlowSet::all(), peers);
  std::vector<flow::Known> known;
  for (const model::Pod& pod : snapshot.pods)
    known.push_back(
        flow::evaluate(policies.ladder(policy::view_of(snapshot, pod)), policies.within()));
  std::mt19937_64 random(seed);
  for (int i = 0; i < flows; ++i) {
    const std::size_t from = random() % snapshot.pods.size();
    const model::Pod& pod = snapshot.pods[from];
    if (snapshot.spec_of(pod).host_network) continue;
    const SlowFlow flow = any_flow(random, snapshot, borders);
    const auto members = members_of(flow, snapshot, policies.named_ports());
    const Allowed want = oracle(snapshot, pod, flow);
    const flow::Ladder& ladder = policies.ladder(policy::view_of(snapshot, pod));
    const Allowed got =
        members.size() == 1 ? answer(known[from], members.front()) : answer(ladder, members);
    ++tally.seen[static_cast<int>(want)];
    if (got == want) continue;
    ++tally.loose;
    // What takes away a port by name may take it away by number too: one doubt is enough there.
    const bool named =
        std::holds_alternative<std::uint32_t>(flow.to) && !policies.named_ports().entries().empty();
    ASSERT_TRUE(got == Allowed::unknown && doubts(ladder, members) >= (named ? 1U : 2U))
        << "seed " << seed << ": " << flow.str() << " from "
        << context(snapshot, pod, policies, ladder, members) << "\nwant " << static_cast<int>(want)
        << " got " << static_cast<int>(got);
  }
}

model::Platform platform_with(const char* engine, std::initializer_list<const char*> languages) {
  model::Platform out = model::conformant();
  out.name = engine;
  out.engine = engine;
  for (const char* language : languages)
    out.languages.push_back({language, {language, model::Answer::yes, "the test says so"}});
  return out;
}

}  // namespace podmoat::test
