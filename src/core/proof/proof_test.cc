// verify: a table of changes as people make them, then what it must refuse to decide.
// Brute force over all label sets: tests/conformance/proof_oracle_test.cc.
#include "core/proof/proof.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <utility>

namespace podmoat::proof {
namespace {

using model::NetworkPolicy;
using model::Operator;
using model::Selector;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

flow::FlowSet set(std::string_view text) {
  const auto parsed = flow::FlowSet::parse(text);
  if (!parsed) ADD_FAILURE() << text << ": " << parsed.error().what;
  return parsed.value_or(flow::FlowSet());
}

Block block(std::string_view text) {
  const auto parsed = parse_block(text);
  if (!parsed) ADD_FAILURE() << text << ": " << parsed.error().what;
  return parsed.value_or(Block());
}

Selector label(std::string key, std::string value) {
  return {{{std::move(key), Operator::in, {std::move(value)}}}};
}
Selector without(std::string key, std::string value) {
  return {{{std::move(key), Operator::not_in, {std::move(value)}}}};
}

model::Peer cidr(std::string_view of, const std::vector<std::string>& except = {}) {
  model::IpBlock ip{block(of), {}};
  for (const std::string& hole : except) ip.except.push_back(block(hole));
  return {ip, {}};
}
model::Peer pods(std::optional<Selector> of, std::optional<Selector> namespaces = std::nullopt) {
  return {model::PodPeer{std::move(of), std::move(namespaces)}, {}};
}
/// Every Pod of every namespace.
model::Peer every_pod() { return pods(Selector{}, Selector{}); }

model::PolicyRule to(std::vector<model::Peer> peers, std::vector<model::PolicyPort> ports = {}) {
  return {std::move(peers), std::move(ports), {}};
}
model::PolicyPort port(std::uint16_t first, std::uint16_t last) {
  return {Protocol::tcp, Ports{first, last}, {}};
}
model::PolicyPort port(std::string name) { return {Protocol::tcp, std::move(name), {}}; }
model::PolicyPort every_port() { return {Protocol::tcp, std::monostate{}, {}}; }

NetworkPolicy policy(std::string name, Selector selects, std::vector<model::PolicyRule> egress) {
  NetworkPolicy out;
  out.object = {"NetworkPolicy", "shop", std::move(name), {}};
  out.pods = std::move(selects);
  out.isolates_egress = true;
  out.egress = std::move(egress);
  return out;
}

model::Snapshot snapshot(std::vector<NetworkPolicy> policies) {
  model::Snapshot out;
  out.namespaces.push_back({{"Namespace", "", "shop", {}}, {}, false});
  out.network_policies = std::move(policies);
  return out;
}

constexpr std::string_view kMust = "169.254.169.254 tcp 80; fd00:ec2::254 tcp 80";
constexpr std::string_view kMay = "169.254.169.254 tcp sctp udp other; fd00:ec2::254 any";

catalog::Guard guarded() {
  catalog::Guard guard;
  guard.must = set(kMust);
  guard.may = set(kMay);
  return guard;
}

Proof verify(const model::Snapshot& before, const model::Snapshot& after,
             const catalog::Guard& guard = guarded(),
             const model::Platform& platform = model::conformant()) {
  return proof::verify({before, after, platform, guard, {}});
}
Proof verify(std::vector<NetworkPolicy> before, std::vector<NetworkPolicy> after) {
  return verify(snapshot(std::move(before)), snapshot(std::move(after)));
}

std::string_view name_of(Breach breach) {
  return breach == Breach::still_open ? "still_open" : breach == Breach::cut ? "cut" : "widened";
}

/// "proven", "undecided", or the counterexamples: "widened <none> 10.0.0.0:1/TCP".
std::string str(const Proof& proof) {
  if (proof.outcome == Outcome::proven) return "proven";
  if (proof.outcome == Outcome::undecided) return "undecided";
  std::string out;
  for (const Counterexample& c : proof.counterexamples)
    out += std::string(out.empty() ? "" : "; ") + std::string(name_of(c.breach)) + " " +
           c.labels.str() + " " + c.to;
  return out;
}

const std::vector<std::string> kHole4 = {"169.254.169.254/32"};
const std::vector<std::string> kHole6 = {"fd00:ec2::254/128"};

/// The rule that allows everything but what is guarded.
model::PolicyRule all_but_guarded() {
  return to({cidr("0.0.0.0/0", kHole4), cidr("::/0", kHole6), every_pod()});
}
NetworkPolicy cure(Selector selects) {
  return policy("cure", std::move(selects), {all_but_guarded()});
}
NetworkPolicy deny_all() { return policy("deny-all", {}, {}); }

TEST(Verify, changes_as_people_make_them) {
  const NetworkPolicy web = policy("web", label("app", "web"), {to({cidr("10.0.0.0/8")})});
  const NetworkPolicy wide = policy("wide", label("app", "web"), {to({})});
  const NetworkPolicy narrowed = policy("wide", label("app", "web"), {all_but_guarded()});
  NetworkPolicy no_longer_isolates = policy("old", label("app", "web"), {});
  no_longer_isolates.isolates_egress = false;
  const struct {
    const char* name;
    std::vector<NetworkPolicy> before, after;
    const char* want;
  } kCases[] = {
      {"nothing changes and the hole is open", {}, {}, "still_open <none> 169.254.169.254:80/TCP"},
      {"nothing was open", {deny_all()}, {deny_all()}, "proven"},
      {"the cure in an open namespace", {}, {cure({})}, "proven"},
      {"the naive cure in a default-deny namespace",
       {deny_all()},
       {deny_all(), cure({})},
       "widened <none> 1.1.1.1:443/TCP"},
      {"the cure beside a policy that isolates some Pods",
       {web},
       {web, cure(without("app", "web"))},
       "proven"},
      {"the cure over a policy that isolates some Pods",
       {web},
       {web, cure({})},
       "widened app=web 1.1.1.1:443/TCP"},
      {"a second policy that undoes the cure for Pods of today or tomorrow",
       {wide},
       {wide, cure({})},
       "still_open app=web 169.254.169.254:80/TCP"},
      {"both narrowed", {wide}, {narrowed, cure(without("app", "web"))}, "proven"},
      {"selectors that overlap",
       {wide, policy("db", label("tier", "db"), {to({cidr("10.0.0.0/8")})})},
       {narrowed, policy("db", label("tier", "db"), {to({cidr("10.0.0.0/8")})}),
        cure({{{"app", Operator::not_in, {"web"}}, {"tier", Operator::not_in, {"db"}}}})},
       "proven"},
      {"selectors that overlap, one forgotten",
       {wide, policy("db", label("tier", "db"), {to({cidr("10.0.0.0/8")})})},
       {narrowed, policy("db", label("tier", "db"), {to({cidr("10.0.0.0/8")})}),
        cure(without("app", "web"))},
       "widened tier=db 1.1.1.1:443/TCP"},
      {"no except for IPv6",
       {},
       {policy("cure", {}, {to({cidr("0.0.0.0/0", kHole4), cidr("::/0"), every_pod()})})},
       "still_open <none> [fd00:ec2::254]:80/TCP"},
      {"no rule for IPv6",
       {},
       {policy("cure", {}, {to({cidr("0.0.0.0/0", kHole4), every_pod()})})},
       "cut <none> [2606:4700:4700::1111]:443/TCP"},
      {"Pods forgotten",
       {},
       {policy("cure", {}, {to({cidr("0.0.0.0/0", kHole4), cidr("::/0", kHole6)})})},
       "cut <none> Pods without labels in any namespace, port 443/TCP"},
      {"Pods of the own namespace only",
       {},
       {policy("cure", {},
               {to({cidr("0.0.0.0/0", kHole4), cidr("::/0", kHole6), pods(Selector{})})})},
       "cut <none> Pods without labels in namespace other, port 443/TCP"},
      {"only Pods with some label, of some namespaces",
       {policy("p", {}, {to({every_pod()})})},
       {policy("p", {}, {to({pods(label("app", "db"), label("team", "a"))})})},
       "cut <none> Pods without labels in any namespace, port 443/TCP"},
      {"a whole block taken away",
       {policy("p", {}, {to({cidr("0.0.0.0/0")})})},
       {policy("p", {}, {to({cidr("0.0.0.0/0", {"10.0.0.0/8", "169.254.169.254/32"})})})},
       "cut <none> 10.0.0.0:1/TCP"},
      {"policyTypes fell to Ingress with the last rule",
       {policy("old", label("app", "web"), {to({cidr("169.254.169.254/32")})})},
       {no_longer_isolates},
       "still_open <none> 169.254.169.254:80/TCP; widened app=web 1.1.1.1:443/TCP"},
      {"a contradiction selects nobody",
       {cure({})},
       {cure({}),
        policy("p", {{{"app", Operator::in, {"a"}}, {"app", Operator::not_in, {"a"}}}}, {to({})})},
       "proven"},
      {"a value that no label can have selects nobody",
       {cure({})},
       {cure({}), policy("p", label("app", "not a label"), {to({})})},
       "proven"},
      {"a namespace name that no namespace can have selects nobody",
       {deny_all()},
       {deny_all(),
        policy("p", {}, {to({pods(std::nullopt, label(model::kNamespaceNameLabel, "Shop"))})})},
       "proven"},
      {"two blocks for one",
       {policy("p", {}, {to({cidr("0.0.0.0/0", kHole4)})})},
       {policy("p", {}, {to({cidr("0.0.0.0/1")}), to({cidr("128.0.0.0/1", kHole4)})})},
       "proven"},
  };
  for (const auto& c : kCases) EXPECT_EQ(str(verify(c.before, c.after)), c.want) << c.name;
}

TEST(Verify, knows_what_a_port_name_can_stand_for) {
  const auto with = [](std::vector<model::PolicyPort> ports) {
    return std::vector{policy("p", {}, {to({every_pod()}, std::move(ports))})};
  };
  const struct {
    const char* name;
    std::vector<NetworkPolicy> before, after;
    const char* want;
  } kCases[] = {
      {"a name is one of all ports", with({every_port()}), with({every_port(), port("http")}),
       "proven"},
      {"two ranges that leave nothing out, but for port 0", with({port(1, 80), port(81, 65535)}),
       with({port(1, 80), port(81, 65535), port("http")}), "proven"},
      {"a range that leaves one port out", with({port(2, 65535)}),
       with({port(2, 65535), port("http")}),
       "widened <none> Pods without labels in any namespace, port http/TCP"},
      {"a name is not a number", with({port("http")}), with({port(80, 80)}),
       "cut <none> Pods without labels in any namespace, port http/TCP; "
       "widened <none> Pods without labels in any namespace, port 80/TCP"},
      {"one name for another", with({port("a")}), with({port("b")}),
       "cut <none> Pods without labels in any namespace, port a/TCP; "
       "widened <none> Pods without labels in any namespace, port b/TCP"},
      {"port 0 counts where nothing is guarded", with({every_port()}), with({port(1, 65535)}),
       "cut <none> Pods without labels in any namespace, port 0/TCP"},
  };
  for (const auto& c : kCases) EXPECT_EQ(str(verify(c.before, c.after)), c.want) << c.name;
}

TEST(Verify, port_0_may_go_with_the_guarded_ports_of_an_address) {
  catalog::Guard guard;
  guard.must = guard.may = set("10.0.0.1 tcp 10250");
  const auto before = snapshot({policy("p", {}, {to({cidr("10.0.0.1/32")}, {every_port()})})});
  const auto after = snapshot(
      {policy("p", {}, {to({cidr("10.0.0.1/32")}, {port(1, 10249), port(10251, 65535)})})});
  EXPECT_EQ(str(verify(before, after, guard)), "proven");
}

TEST(Verify, names_the_rules_that_allow) {
  const auto wide = policy("wide", label("app", "web"), {to({cidr("10.0.0.0/8")}), to({})});
  const Proof open = verify({wide}, {wide, cure(without("app", "web"))});
  ASSERT_EQ(open.counterexamples.size(), 1U);
  EXPECT_THAT(open.counterexamples[0].because, ElementsAre("NetworkPolicy shop/wide egress[1]"));
  const Proof cut = verify({}, {deny_all()});
  ASSERT_EQ(cut.counterexamples.size(), 1U);
  EXPECT_THAT(cut.counterexamples[0].because, ElementsAre("no policy isolates it for egress"));
}

TEST(Verify, counts_what_was_cut) {
  const Proof proof = verify({}, {cure({})});
  EXPECT_EQ(proof.namespaces, 1U);
  EXPECT_EQ(proof.classes, 1U);
  EXPECT_EQ(proof.flows_cut, 2U);  // one class, two rows of the guard
}

TEST(Verify, tells_whether_something_went_with_the_guarded_flows) {
  const auto before = snapshot({});
  const auto after = snapshot({cure({})});
  EXPECT_TRUE(verify(before, after).collateral);
  EXPECT_FALSE(verify(after, after).collateral);
  const auto with_metadata = [](std::vector<model::PolicyPort> ports) {
    return policy("p", {}, {to({cidr("169.254.169.254/32")}, std::move(ports))});
  };
  EXPECT_FALSE(verify({with_metadata({port(80, 80)})}, {deny_all()}).collateral);
  EXPECT_TRUE(verify({with_metadata({port(80, 81)})}, {deny_all()}).collateral);
}

TEST(Verify, does_not_prove_a_claim_about_nothing) {
  const auto side = snapshot({deny_all()});
  catalog::Target kubelet;
  catalog::Guard empty;
  EXPECT_EQ(str(verify(side, side, empty)), "undecided");
  EXPECT_THAT(verify(side, side, empty).open_questions,
              ElementsAre(HasSubstr("nothing is guarded: no Target has an address")));
  empty.aims.push_back({&kubelet, set("all"), true});
  EXPECT_THAT(verify(side, side, empty).open_questions,
              ElementsAre(HasSubstr("nothing is guarded: the input does not tell")));
  EXPECT_EQ(str(verify(side, snapshot({}), empty)), "widened <none> 1.1.1.1:443/TCP");
  EXPECT_THAT(verify(model::Snapshot(), model::Snapshot()).open_questions,
              ElementsAre("no namespace is in scope"));
}

TEST(Verify, stops_in_a_namespace_once_every_breach_is_found) {
  NetworkPolicy old = policy("old", {}, {to({cidr("10.0.0.0/8")})});
  NetworkPolicy now = policy("now", {}, {to({cidr("169.254.0.0/16")})});
  const auto values = policy("values", {{{"app", Operator::in, {"a", "b", "c"}}}}, {});
  const Proof proof = verify({old, values}, {now, values});
  EXPECT_EQ(proof.counterexamples.size(), 3U);
  EXPECT_EQ(proof.classes, 1U);
}

TEST(Verify, gives_up_rather_than_sample) {
  std::vector<NetworkPolicy> many;
  for (int i = 0; i < 12; ++i)
    many.push_back(policy("p" + std::to_string(i), label("k" + std::to_string(i), "v"), {}));
  const auto before = snapshot(many);
  const auto guard = guarded();
  const auto with_bound = [&](std::size_t bound) {
    return proof::verify({before, before, model::conformant(), guard, {}, bound});
  };
  EXPECT_EQ(str(with_bound(4096)), "still_open <none> 169.254.169.254:80/TCP");
  const Proof proof = with_bound(4095);
  EXPECT_EQ(str(proof), "undecided");
  EXPECT_THAT(proof.open_questions, ElementsAre(HasSubstr("namespace shop")));
  EXPECT_THAT(proof.open_questions, ElementsAre(HasSubstr("4096 kinds of Pods")));
}

TEST(Verify, gives_up_when_the_other_end_has_too_many_classes) {
  std::vector<model::Peer> peers;
  for (int i = 0; i < 5; ++i) peers.push_back(pods(label("k" + std::to_string(i), "v")));
  const auto side = snapshot({policy("p", {}, {to(peers)})});
  const auto guard = guarded();
  const Claim claim{side, side, model::conformant(), guard, {}, 31};
  EXPECT_EQ(str(proof::verify(claim)), "undecided");
  EXPECT_THAT(proof::verify(claim).open_questions, ElementsAre(HasSubstr("at the other end")));
}

TEST(Verify, an_unread_policy_leaves_its_namespace_undecided) {
  auto after = snapshot({cure({})});
  after.policy_objects.push_back({{"FQDNNetworkPolicy", "shop", "x", {}}, "networking.gke.io/v1"});
  const Proof proof = verify(snapshot({}), after);
  EXPECT_EQ(str(proof), "undecided");
  EXPECT_THAT(proof.open_questions,
              ElementsAre("namespace shop: FQDNNetworkPolicy shop/x (networking.gke.io/v1) is in a "
                          "language that is not read"));
}

/// A policy that isolates both ways and lets in what `ingress` says.
NetworkPolicy both_ways(std::vector<model::PolicyRule> ingress) {
  NetworkPolicy out = cure({});
  out.isolates_ingress = true;
  out.ingress = std::move(ingress);
  return out;
}

TEST(Verify, does_not_judge_what_policies_let_in) {
  const auto web = to({pods(label("app", "web"))}, {port(80, 80)});
  const auto db = to({cidr("10.0.0.0/8", {"10.0.0.1/32"})}, {port("http")});
  NetworkPolicy renamed = both_ways({db, web, db});
  renamed.object.name = "other";
  renamed.ingress[0].place.line = 7;
  NetworkPolicy elsewhere = both_ways({web, db});
  elsewhere.pods = label("app", "web");
  const struct {
    const char* name;
    std::vector<NetworkPolicy> before, after;
    const char* want;
  } kCases[] = {
      {"the same", {both_ways({web, db})}, {both_ways({web, db})}, "proven"},
      {"another name, order and place", {both_ways({web, db})}, {renamed}, "proven"},
      {"no longer isolated", {both_ways({web})}, {cure({})}, "undecided"},
      {"newly isolated", {cure({})}, {both_ways({})}, "undecided"},
      {"a rule less", {both_ways({web, db})}, {both_ways({web})}, "undecided"},
      {"every peer for none", {both_ways({})}, {both_ways({to({})})}, "undecided"},
      {"an exception less",
       {both_ways({db})},
       {both_ways({to({cidr("10.0.0.0/8")}, {port("http")})})},
       "undecided"},
      {"another port",
       {both_ways({web})},
       {both_ways({to({pods(label("app", "web"))}, {port(81, 81)})})},
       "undecided"},
      {"other Pods", {both_ways({web, db}), cure({})}, {elsewhere, cure({})}, "undecided"},
      {"refuted all the same",
       {both_ways({web})},
       {},
       "still_open <none> 169.254.169.254:80/TCP; widened <none> 169.254.169.254:1/TCP"},
  };
  for (const auto& c : kCases) EXPECT_EQ(str(verify(c.before, c.after)), c.want) << c.name;
  EXPECT_THAT(verify({both_ways({web})}, {cure({})}).open_questions,
              ElementsAre("namespace shop: what the policies let in changed, which is not judged"));
}

TEST(Verify, where_nothing_is_enforced_everything_stays_open) {
  const model::Platform* none = model::find_platform("none");
  ASSERT_NE(none, nullptr);
  const Proof proof = verify(snapshot({}), snapshot({cure({})}), guarded(), *none);
  EXPECT_EQ(str(proof), "still_open <none> 169.254.169.254:80/TCP");
}

TEST(Verify, where_enforcement_is_unknown_nothing_is_proven) {
  model::Platform platform = model::conformant();
  platform.enforces.answer = model::Answer::unknown;
  EXPECT_EQ(str(verify(snapshot({}), snapshot({cure({})}), guarded(), platform)), "undecided");
  EXPECT_EQ(str(verify(snapshot({}), snapshot({}), guarded(), platform)),
            "still_open <none> 169.254.169.254:80/TCP");
}

TEST(Verify, where_blocks_hold_pods_a_difference_at_pods_alone_decides_nothing) {
  const auto before = snapshot({policy("p", {}, {to({every_pod(), cidr("10.0.0.0/8")})})});
  const auto after = snapshot({policy("p", {}, {to({cidr("10.0.0.0/8")})})});
  model::Platform platform = model::conformant();
  EXPECT_EQ(str(verify(before, after, guarded(), platform)),
            "cut <none> Pods without labels in any namespace, port 443/TCP");
  platform.cidr_matches_pods.answer = model::Answer::yes;
  EXPECT_EQ(str(verify(before, after, guarded(), platform)), "undecided");
}

TEST(Verify, keeps_to_its_scope) {
  auto before = snapshot({});
  before.namespaces.insert(before.namespaces.begin(), {{"Namespace", "", "a", {}}, {}, true});
  const auto guard = guarded();
  const auto after = snapshot({cure({})});
  EXPECT_EQ(str(proof::verify({before, after, model::conformant(), guard, {"shop"}})), "proven");
  const Proof both = proof::verify({before, after, model::conformant(), guard, {}});
  ASSERT_EQ(both.counterexamples.size(), 1U);
  EXPECT_EQ(both.counterexamples[0].ns, "a");
  EXPECT_EQ(both.namespaces, 2U);
}

TEST(Verify, says_what_it_does_not_speak_of) {
  auto before = snapshot({});
  before.pod_labels.emplace_back();
  before.pod_specs.emplace_back().host_network = true;
  model::Pod& pod = before.pods.emplace_back();
  pod.ns = "shop";
  pod.workload = {"DaemonSet", "n"};
  catalog::Target kubelet;
  kubelet.id = "kubelet-api";
  kubelet.kind = catalog::Kind::node;
  auto guard = guarded();
  guard.aims.push_back({&kubelet, set("all"), true});
  const Proof unknown_nodes = verify(before, snapshot({cure({})}), guard);
  EXPECT_EQ(str(unknown_nodes), "proven");
  EXPECT_TRUE(unknown_nodes.anywhere);
  EXPECT_THAT(unknown_nodes.beyond,
              Contains("kubelet-api: nothing tells the addresses of the nodes"));
  EXPECT_THAT(unknown_nodes.beyond, Contains(HasSubstr("host network (DaemonSet/n)")));
  guard.aims[0].anywhere = false;
  EXPECT_THAT(verify(before, snapshot({cure({})}), guard).beyond,
              Contains(HasSubstr("a Pod's own node")));
}

}  // namespace
}  // namespace podmoat::proof
