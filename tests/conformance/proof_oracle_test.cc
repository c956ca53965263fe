// verify against brute force: thousands of small changes, most of them almost right. The breaches
// must be the same, and every counterexample must be one for the slow evaluator of NetworkPolicy.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "core/proof/proof.h"
#include "support/brute_proof.h"
#include "support/slow_network_policy.h"

namespace podmoat::test {
namespace {

using model::IpBlock;
using model::NetworkPolicy;
using model::Operator;
using model::Requirement;
using model::Selector;
using model::Snapshot;
using proof::Breach;

constexpr const char* kNs = "shop";

flow::FlowSet set(std::string_view text) { return flow::FlowSet::parse(text).value(); }
Block block(std::string_view text) { return parse_block(text).value(); }

/// Small random Claims. Few labels, blocks and ports, so that everything meets everything and brute
/// force ends.
class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  catalog::Guard guard() {
    catalog::Guard guard;
    constexpr std::array<std::pair<const char*, const char*>, 3> kGuards{{
        {"169.254.169.254 tcp 80", "169.254.169.254 tcp udp sctp other"},
        {"169.254.169.254 tcp 80; fd00:ec2::254 tcp 80",
         "169.254.169.254 tcp udp 0-52,54-65535 sctp other; fd00:ec2::254 tcp udp sctp other"},
        {"10.0.0.1 tcp 80", "10.0.0.1 tcp 80 other"},
    }};
    const auto& [must, may] = kGuards[below(kGuards.size())];
    guard.must = set(must);
    guard.may = set(may);
    return guard;
  }

  Snapshot before() {
    Snapshot out = empty();
    for (std::size_t i = below(4); i > 0; --i) out.network_policies.push_back(policy());
    return out;
  }

  /// `before` cured as a careful person would, then, often, changed a little.
  Snapshot after(const Snapshot& before, const catalog::Guard& guard) {
    Snapshot out = before;
    if (!one_in(6)) cure(out, guard);
    for (std::size_t i = below(3); i > 0; --i) change(out);
    return out;
  }

 private:
  std::size_t below(std::size_t count) { return random_() % count; }
  bool one_in(std::size_t count) { return below(count) == 0; }
  template <class List>
  auto any_of(const List& list) {
    return list[below(list.size())];
  }

  static Snapshot empty() {
    Snapshot out;
    out.namespaces.push_back({{"Namespace", "", kNs, {}}, {}, false});
    return out;
  }
  Requirement requirement(std::vector<const char*> keys) {
    Requirement r{any_of(keys), static_cast<Operator>(below(4)), {}};
    if (r.op == Operator::in || r.op == Operator::not_in)
      r.values = any_of(std::vector<std::vector<std::string>>{{"a"}, {"b"}, {"a", "b"}, {""}});
    return r;
  }
  Selector selector(const std::vector<const char*>& keys) {
    Selector out;
    for (std::size_t i = below(3); i > 0; --i) out.requirements.push_back(requirement(keys));
    return out;
  }
  model::Peer peer() {
    if (!one_in(3)) {
      constexpr std::array kBlocks{"0.0.0.0/0",  "0.0.0.0/1",     "128.0.0.0/1",
                                   "10.0.0.0/8", "10.0.0.1/32",   "169.254.0.0/16",
                                   "::/0",       "fd00:ec2::/32", "169.254.169.254/32"};
      IpBlock ip{block(any_of(kBlocks)), {}};
      if (one_in(3)) except(ip, block(any_of(kBlocks)));
      return {ip, {}};
    }
    model::PodPeer pods;
    if (!one_in(4)) pods.pods = selector({"app"});
    if (!pods.pods || one_in(2)) {
      pods.namespaces = selector({"team"});
      if (one_in(3)) {
        Requirement name{model::kNamespaceNameLabel, static_cast<Operator>(below(4)), {}};
        if (name.op == Operator::in || name.op == Operator::not_in) name.values = {kNs};
        pods.namespaces->requirements.push_back(std::move(name));
      }
    }
    return {pods, {}};
  }
  model::PolicyPort port() {
    const Protocol protocol = one_in(4) ? Protocol::udp : Protocol::tcp;
    const auto ports =
        any_of(std::vector<std::variant<std::monostate, Ports, std::string>>{{},
                                                                             Ports{80, 80},
                                                                             Ports{1, 79},
                                                                             Ports{81, 65535},
                                                                             Ports{80, 65535},
                                                                             Ports{1, 65535},
                                                                             Ports{2, 65535},
                                                                             "http",
                                                                             "dns"});
    return {protocol, ports, {}};
  }
  model::PolicyRule rule() {
    model::PolicyRule out;
    if (!one_in(4))
      for (std::size_t i = 1 + below(2); i > 0; --i) out.peers.push_back(peer());
    if (one_in(2))
      for (std::size_t i = 1 + below(3); i > 0; --i) out.ports.push_back(port());
    return out;
  }
  NetworkPolicy policy() {
    NetworkPolicy out;
    out.object = {"NetworkPolicy", kNs, "p" + std::to_string(++count_), {}};
    out.pods = selector({"app", "tier"});
    out.isolates_egress = !one_in(8);
    for (std::size_t i = below(3); i > 0; --i) out.egress.push_back(rule());
    return out;
  }

  static void except(IpBlock& ip, const Block& hole) {
    if (ip.cidr.contains(hole) && ip.cidr != hole) ip.except.push_back(hole);
  }
  static std::vector<Block> holes_of(const catalog::Guard& guard) {
    std::vector<Block> holes;
    for (const auto& row : guard.must.rows())
      for (const Block& hole : flow::blocks_of(row.span)) holes.push_back(hole);
    return holes;
  }
  static std::vector<model::Peer> everything_but(const std::vector<Block>& holes) {
    std::vector<model::Peer> peers{{model::PodPeer{Selector{}, Selector{}}, {}}};
    for (const char* line : {"0.0.0.0/0", "::/0"}) {
      IpBlock ip{block(line), {}};
      for (const Block& hole : holes) except(ip, hole);
      peers.push_back({ip, {}});
    }
    return peers;
  }

  /// Narrows every rule and isolates everybody else by all that is not guarded.
  static void cure(Snapshot& snapshot, const catalog::Guard& guard) {
    const std::vector<Block> holes = holes_of(guard);
    std::vector<Selector> rest{{}};
    for (NetworkPolicy& policy : snapshot.network_policies) {
      if (!policy.isolates_egress) continue;
      std::vector<Selector> narrower;
      for (const Selector& selector : rest)
        for (Requirement r : policy.pods.requirements) {
          r.op = static_cast<Operator>(static_cast<unsigned>(r.op) ^ 1U);
          narrower.push_back(selector);
          narrower.back().requirements.push_back(r);
        }
      rest = std::move(narrower);
      std::vector<model::PolicyRule> rules;
      for (model::PolicyRule rule : policy.egress)
        if (narrow(rule, holes)) rules.push_back(rule);
      policy.egress = std::move(rules);
    }
    for (const Selector& selector : rest) {
      NetworkPolicy cure;
      cure.object = {"NetworkPolicy", kNs, "cure", {}};
      cure.pods = selector;
      cure.isolates_egress = true;
      cure.egress.push_back({everything_but(holes), {}, {}});
      snapshot.network_policies.push_back(std::move(cure));
    }
  }
  /// False if nothing is left of `rule`.
  static bool narrow(model::PolicyRule& rule, const std::vector<Block>& holes) {
    if (rule.peers.empty()) rule.peers = everything_but(holes);
    for (model::Peer& peer : rule.peers)
      if (auto* ip = std::get_if<IpBlock>(&peer.is))
        for (const Block& hole : holes) except(*ip, hole);
    std::erase_if(rule.peers, [&](const model::Peer& peer) {
      const auto* ip = std::get_if<IpBlock>(&peer.is);
      return ip != nullptr && std::find(holes.begin(), holes.end(), ip->cidr) != holes.end();
    });
    return !rule.peers.empty();
  }

  void change(Snapshot& snapshot) {
    auto& policies = snapshot.network_policies;
    if (policies.empty() || one_in(5)) return policies.push_back(policy());
    NetworkPolicy& policy = policies[below(policies.size())];
    switch (below(6)) {
      case 0:
        policies.erase(policies.begin() + (&policy - policies.data()));
        return;
      case 1:
        policy.pods = selector({"app", "tier"});
        return;
      case 2:
        policy.egress.push_back(rule());
        return;
      case 3:
        policy.isolates_egress = !policy.isolates_egress;
        return;
      default:
        if (!policy.egress.empty()) change(policy.egress[below(policy.egress.size())]);
    }
  }
  void change(model::PolicyRule& rule) {
    switch (below(4)) {
      case 0:
        rule.ports.push_back(port());
        return;
      case 1:
        rule.peers.push_back(peer());
        return;
      case 2:
        if (rule.ports.size() > 1) rule.ports.pop_back();
        return;
      default:
        if (rule.peers.size() > 1) rule.peers.erase(rule.peers.begin());
    }
  }

  std::mt19937_64 random_;
  int count_ = 0;
};

/// Whether `snapshot`'s policies let the flow of `example` pass, by the slow evaluator. A named
/// port is tried as `number`.
bool passes(Snapshot snapshot, const proof::Counterexample& example, std::uint16_t number) {
  snapshot.pod_labels = {example.labels};
  snapshot.pod_specs = {{}};
  snapshot.pods.resize(1);
  snapshot.pods[0].ns = example.ns;
  SlowFlow flow{Address{}, example.flow.protocol, example.flow.port};
  if (example.receiver) {
    const auto& to = *example.receiver;
    const std::string* name = to.ns.find(model::kNamespaceNameLabel);
    model::Namespace ns{{"Namespace", "", name != nullptr ? *name : "any", {}}, to.ns, true};
    ns.labels.set(model::kNamespaceNameLabel, ns.object.name);
    std::erase_if(snapshot.namespaces,
                  [&](const auto& n) { return n.object.name == ns.object.name; });
    snapshot.namespaces.push_back(ns);
    std::sort(snapshot.namespaces.begin(), snapshot.namespaces.end(),
              [](const auto& a, const auto& b) { return a.object.name < b.object.name; });
    snapshot.pod_labels.push_back(to.pod);
    snapshot.pod_specs.emplace_back();
    if (!to.port.empty()) {
      snapshot.pod_specs[1].named_ports = {{to.port, to.protocol, number}};
      flow.protocol = to.protocol;
      flow.port = number;
    }
    model::Pod& receiver = snapshot.pods.emplace_back();
    receiver.ns = ns.object.name;
    receiver.labels = receiver.spec = 1;
    flow.to = std::uint32_t{1};
  } else {
    const bool v4 = example.flow.to.line == flow::Line::v4;
    flow.to = Address{v4 ? Family::v4 : Family::v6, example.flow.to.at};
  }
  return slow_allowed(snapshot, snapshot.pods[0], flow) == Allowed::yes;
}

bool is_real(const Snapshot& before, const Snapshot& after, const catalog::Guard& guard,
             const proof::Counterexample& example) {
  if (example.breach == Breach::still_open)
    return guard.must.contains(example.flow) && passes(after, example, 0);
  if (example.breach == Breach::cut && guard.may.contains(example.flow)) return false;
  const Snapshot& opens = example.breach == Breach::cut ? before : after;
  const Snapshot& closes = example.breach == Breach::cut ? after : before;
  for (const std::uint16_t number : std::array<std::uint16_t, 7>{1, 2, 79, 80, 81, 65534, 65535})
    if (passes(opens, example, number) && !passes(closes, example, number)) return true;
  return false;
}

std::string describe(const Snapshot& side) {
  std::string out;
  for (const NetworkPolicy& policy : side.network_policies) {
    out += "\n  " + policy.object.name + (policy.isolates_egress ? " " : " (no egress) ") +
           policy.pods.str();
    for (const model::PolicyRule& rule : policy.egress) {
      out += "\n    -";
      for (const model::Peer& peer : rule.peers) {
        if (const auto* ip = std::get_if<IpBlock>(&peer.is)) {
          out += " " + ip->cidr.str();
          for (const Block& hole : ip->except) out += " except " + hole.str();
        } else {
          const auto& pods = std::get<model::PodPeer>(peer.is);
          out += " pods[" + (pods.pods ? pods.pods->str() : "") + "] ns[" +
                 (pods.namespaces ? pods.namespaces->str() : "own") + "]";
        }
      }
      for (const model::PolicyPort& entry : rule.ports) {
        out += " | " + std::string(name_of(entry.protocol));
        if (const auto* name = std::get_if<std::string>(&entry.port)) out += " " + *name;
        if (const auto* ports = std::get_if<Ports>(&entry.port))
          out += " " + std::to_string(ports->first) + "-" + std::to_string(ports->last);
      }
    }
  }
  return out;
}

TEST(ProofOracle, agrees_with_brute_force_over_all_label_sets) {
  std::array<int, 4> seen{};
  for (std::uint64_t seed = 0; seed < 20000; ++seed) {
    Maker maker(seed);
    const catalog::Guard guard = maker.guard();
    const Snapshot before = maker.before();
    const Snapshot after = maker.after(before, guard);
    const proof::Claim claim{before, after, model::conformant(), guard, {}};
    const proof::Proof proof = proof::verify(claim);
    std::array<bool, 3> got{};
    for (const auto& example : proof.counterexamples) {
      got[static_cast<std::size_t>(example.breach)] = true;
      EXPECT_TRUE(is_real(before, after, guard, example))
          << "seed " << seed << ": " << static_cast<int>(example.breach) << ' '
          << example.labels.str() << ' ' << example.to << "\nbefore" << describe(before)
          << "\nafter" << describe(after);
    }
    ASSERT_EQ(got, brute_breaches(claim, kNs))
        << "seed " << seed << "\nbefore" << describe(before) << "\nafter" << describe(after);
    ASSERT_NE(proof.outcome, proof::Outcome::undecided);
    for (std::size_t i = 0; i < 3; ++i) seen[i] += got[i] ? 1 : 0;
    seen[3] += proof.outcome == proof::Outcome::proven ? 1 : 0;
  }
  for (const int count : seen) EXPECT_GT(count, 1000);  // each answer was asked for often enough
}

}  // namespace
}  // namespace podmoat::test
