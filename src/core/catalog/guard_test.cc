// guard(): named cases that a person can check by eye, then the laws on random catalogues.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "core/catalog/catalog.h"

namespace podmoat::catalog {
namespace {

using flow::FlowSet;
using flow::PortSet;
using testing::ElementsAre;
using testing::IsEmpty;

FlowSet set(std::string_view text) {
  const auto parsed = FlowSet::parse(text);
  if (!parsed) ADD_FAILURE() << text << ": " << parsed.error().what;
  return parsed.value_or(FlowSet{});
}

PortSet tcp(std::uint16_t port) { return PortSet::of(Protocol::tcp, {port, port}); }

Row at(const char* address, std::uint16_t port) {
  return {.address = *parse_address(address), .ports = tcp(port)};
}

Row anywhere(std::uint16_t port) { return {.address = std::nullopt, .ports = tcp(port)}; }

Catalog small() {
  Catalog out;
  out.targets = {
      Target{.id = "aws", .provider = "aws", .rows = {at("169.254.169.254", 80)}},
      Target{.id = "gcp", .provider = "gcp", .rows = {at("169.254.169.254", 443)}},
      Target{.id = "router", .provider = "cloudstack", .rows = {anywhere(8080)}},
      Target{.id = "arc", .provider = "arc", .rows = {at("127.0.0.1", 40342)}, .guarded = false},
      Target{.id = "kubelet",
             .provider = "kubernetes",
             .kind = Kind::node,
             .rows = {anywhere(10250)},
             .aliases = {"kl"}},
      Target{.id = "etcd",
             .provider = "kubernetes",
             .kind = Kind::node,
             .control_plane_only = true,
             .rows = {anywhere(2379)}},
      Target{.id = "ssh",
             .provider = "kubernetes",
             .kind = Kind::node,
             .rows = {anywhere(22)},
             .guarded = false},
  };
  out.neighbours = {
      Neighbour{.id = "gcp-dns", .provider = "gcp", .flows = set("169.254.169.254 udp 53")},
      Neighbour{.id = "aws-time", .provider = "aws", .flows = set("169.254.169.123 udp 123")},
      Neighbour{.id = "cache", .provider = "any", .flows = set("169.254.20.10 udp 53")},
  };
  return out;
}

model::Node node(const char* address, const char* role = nullptr) {
  model::Node out;
  out.addresses = {*parse_address(address)};
  if (role != nullptr) out.labels.set(role, "");
  return out;
}

model::Snapshot cluster(std::vector<model::Node> nodes) {
  model::Snapshot out;
  out.nodes = std::move(nodes);
  return out;
}

std::vector<std::string> ids(const Guard& guard) {
  std::vector<std::string> out;
  for (const Aim& aim : guard.aims) out.push_back(aim.target->id);
  return out;
}

const Aim& aim(const Guard& guard, std::string_view id) {
  for (const Aim& aim : guard.aims)
    if (aim.target->id == id) return aim;
  ADD_FAILURE() << "no aim " << id;
  return guard.aims.front();
}

TEST(Guard, chooses_targets) {
  const Catalog catalog = small();
  struct Case {
    const char* name;
    Choice choice;
    std::vector<std::string> want;
  };
  const Case kCases[] = {
      {"everything guarded by default", {}, {"aws", "gcp", "kubelet", "etcd"}},
      {"one cloud", {.providers = {"aws"}}, {"aws", "kubelet", "etcd"}},
      {"a cloud whose address is not known",
       {.providers = {"cloudstack"}},
       {"router", "kubelet", "etcd"}},
      {"a cloud without targets", {.providers = {"acme"}}, {"kubelet", "etcd"}},
      {"named, beyond the provider",
       {.providers = {"aws"}, .targets = {"ssh", "gcp"}},
       {"gcp", "ssh"}},
      {"named by alias, twice", {.targets = {"kl", "kubelet"}}, {"kubelet"}},
      {"named without an address", {.targets = {"router"}}, {"router"}},
      {"named on the loopback", {.targets = {"arc"}}, {"arc"}},
  };
  for (const Case& c : kCases) EXPECT_EQ(ids(guard(catalog, {}, c.choice)), c.want) << c.name;
}

TEST(Guard, chooses_neighbours_of_the_clouds_at_hand) {
  const Catalog catalog = small();
  const auto names = [&](const Choice& choice) {
    std::vector<std::string> out;
    for (const Neighbour* neighbour : guard(catalog, {}, choice).neighbours)
      out.push_back(neighbour->id);
    return out;
  };
  EXPECT_THAT(names({}), ElementsAre("gcp-dns", "aws-time", "cache"));
  EXPECT_THAT(names({.providers = {"aws"}}), ElementsAre("aws-time", "cache"));
  EXPECT_THAT(names({.providers = {"aws"}, .targets = {"gcp"}}),
              ElementsAre("gcp-dns", "aws-time", "cache"));
}

TEST(Guard, cuts_metadata_and_nothing_beside_it) {
  const Catalog catalog = small();
  const Guard aws = guard(catalog, {}, {.providers = {"aws"}, .targets = {"aws"}});
  EXPECT_EQ(aws.must, set("169.254.169.254 tcp 80"));
  EXPECT_EQ(aws.may, FlowSet::box(flow::span_of(*parse_address("169.254.169.254")), PortSet::all()))
      << "on AWS nothing else lives on the address";

  const Guard gcp = guard(catalog, {}, {.providers = {"gcp"}, .targets = {"gcp"}});
  EXPECT_EQ(gcp.must, set("169.254.169.254 tcp 443"));
  EXPECT_FALSE(gcp.may.contains(set("169.254.169.254 udp 53"))) << "DNS of Compute Engine";
  EXPECT_EQ(gcp.may | set("169.254.169.254 udp 53"), aws.may);
}

TEST(Guard, a_target_wins_over_a_neighbour) {
  Catalog catalog = small();
  catalog.neighbours[0].flows = set("169.254.169.254 tcp 80,443");
  const Guard both = guard(catalog, {}, {.targets = {"aws"}});
  EXPECT_TRUE(both.must.contains(set("169.254.169.254 tcp 80")));
  EXPECT_TRUE(both.may.contains(both.must));
  EXPECT_FALSE(both.may.contains(set("169.254.169.254 tcp 443")));
}

TEST(Guard, finds_nodes) {
  const Catalog catalog = small();
  const char* const kRole = "node-role.kubernetes.io/control-plane";
  const Block block = *parse_block("10.1.0.0/24");
  struct Case {
    const char* name;
    model::Snapshot snapshot;
    std::vector<Block> blocks;
    const char *kubelet, *etcd;
  };
  const Case kCases[] = {
      {"from Nodes, etcd on all if no role is known",
       cluster({node("10.0.0.1"), node("fd00::1")}),
       {},
       "10.0.0.1 tcp 10250; fd00::1 tcp 10250",
       "10.0.0.1 tcp 2379; fd00::1 tcp 2379"},
      {"etcd on the control plane",
       cluster({node("10.0.0.1", kRole), node("10.0.0.9")}),
       {},
       "10.0.0.1 tcp 10250; 10.0.0.9 tcp 10250",
       "10.0.0.1 tcp 2379"},
      {"etcd on nodes of its own",
       cluster({node("10.0.0.1", kRole), node("10.0.0.2", "node-role.kubernetes.io/etcd"),
                node("10.0.0.9")}),
       {},
       "10.0.0.1-10.0.0.2 tcp 10250; 10.0.0.9 tcp 10250",
       "10.0.0.1-10.0.0.2 tcp 2379"},
      {"from blocks", cluster({}), {block}, "10.1.0.0/24 tcp 10250", "10.1.0.0/24 tcp 2379"},
      {"blocks beside Nodes",
       cluster({node("10.0.0.1", kRole), node("10.0.0.9")}),
       {block},
       "10.0.0.1 tcp 10250; 10.0.0.9 tcp 10250; 10.1.0.0/24 tcp 10250",
       "10.0.0.1 tcp 2379; 10.1.0.0/24 tcp 2379"},
  };
  for (const Case& c : kCases) {
    const Guard guarded =
        guard(catalog, c.snapshot, {.targets = {"kubelet", "etcd"}, .node_blocks = c.blocks});
    EXPECT_EQ(aim(guarded, "kubelet").flows, set(c.kubelet)) << c.name;
    EXPECT_EQ(aim(guarded, "etcd").flows, set(c.etcd)) << c.name;
    EXPECT_FALSE(aim(guarded, "kubelet").anywhere) << c.name;
    EXPECT_EQ(guarded.must, set(c.kubelet) | set(c.etcd)) << c.name;
  }
}

TEST(Guard, finds_nodes_by_their_host_network_pods) {
  const Catalog catalog = small();
  const auto with_pods = [](std::vector<model::Node> nodes) {
    model::Snapshot out = cluster(std::move(nodes));
    out.pod_labels.resize(1);
    out.pod_specs.resize(2);
    out.pod_specs[1].host_network = true;
    for (const auto& [address, spec] :
         {std::pair{"10.9.0.1", 0U}, std::pair{"10.0.0.2", 1U}, std::pair{"10.0.0.9", 1U}}) {
      model::Pod pod;
      pod.spec = spec;
      pod.addresses = {*parse_address(address)};
      out.pods.push_back(std::move(pod));
    }
    return out;
  };
  const auto nodes = with_pods(
      {node("10.0.0.1", "node-role.kubernetes.io/control-plane"), node("10.0.0.9"), model::Node()});
  const Guard guarded = guard(catalog, nodes, {.targets = {"kubelet", "etcd"}});
  EXPECT_EQ(aim(guarded, "kubelet").flows, set("10.0.0.1-10.0.0.2 tcp 10250; 10.0.0.9 tcp 10250"));
  EXPECT_EQ(aim(guarded, "etcd").flows, set("10.0.0.1-10.0.0.2 tcp 2379"))
      << "10.0.0.9 is known to be no etcd's, of 10.0.0.2 nothing is known";
  EXPECT_TRUE(aim(guard(catalog, with_pods({}), {.targets = {"kubelet"}}), "kubelet").anywhere)
      << "Pods alone are no list of nodes";
}

TEST(Guard, takes_from_a_node_its_ports_and_what_has_no_port) {
  const Catalog catalog = small();
  const Guard guarded = guard(catalog, cluster({node("10.0.0.1")}), {.targets = {"kubelet"}});
  const auto there = guarded.may.ports_at(flow::at(*parse_address("10.0.0.1")));
  EXPECT_EQ(there, tcp(10250) | PortSet::all(Protocol::other) | PortSet::all(Protocol::named));
  EXPECT_EQ(guarded.may.rows().size(), 1u);
}

TEST(Guard, nodes_that_nothing_tells_of_are_anywhere) {
  const Catalog catalog = small();
  model::Node silent;
  for (const auto& snapshot : {cluster({}), cluster({silent})}) {
    const Guard guarded = guard(catalog, snapshot, {.targets = {"kubelet", "aws"}});
    const Aim& kubelet = aim(guarded, "kubelet");
    EXPECT_TRUE(kubelet.anywhere);
    EXPECT_FALSE(aim(guarded, "aws").anywhere);
    EXPECT_EQ(kubelet.flows,
              set("v4 tcp 10250; v6 tcp 10250") -
                  set("0.0.0.0/8 tcp 10250; 127.0.0.0/8 tcp 10250; 169.254.0.0/16 tcp 10250; "
                      "224.0.0.0/3 tcp 10250; ::/127 tcp 10250; fe80::/10 tcp 10250; "
                      "ff00::/8 tcp 10250"));
    EXPECT_EQ(guarded.must, set("169.254.169.254 tcp 80")) << "only what is known must go";
    EXPECT_EQ(guarded.may.rows().size(), 1u) << "and nothing may go at a guessed address";
  }
}

TEST(Guard, an_etcd_whose_control_plane_has_no_address_is_anywhere) {
  const Catalog catalog = small();
  model::Node head;
  head.labels.set("node-role.kubernetes.io/control-plane", "");
  const Guard guarded =
      guard(catalog, cluster({head, node("10.0.0.9")}), {.targets = {"etcd", "kubelet"}});
  EXPECT_TRUE(aim(guarded, "etcd").anywhere);
  EXPECT_FALSE(aim(guarded, "kubelet").anywhere);
}

TEST(Guard, a_service_without_an_address_is_anywhere) {
  const Catalog catalog = small();
  const Guard guarded = guard(catalog, {}, {.targets = {"router"}});
  EXPECT_TRUE(guarded.aims[0].anywhere);
  EXPECT_TRUE(guarded.aims[0].flows.contains(set("10.0.0.1 tcp 8080; fd00::1 tcp 8080")));
  EXPECT_TRUE(guarded.must.empty());
  EXPECT_TRUE(guarded.may.empty());
}

TEST(Guard, the_loopback_is_nothing_a_policy_could_cut) {
  const Catalog catalog = small();
  const Guard guarded = guard(catalog, {}, {.targets = {"arc"}});
  EXPECT_TRUE(guarded.aims[0].host_only);
  EXPECT_FALSE(guarded.aims[0].anywhere);
  EXPECT_EQ(guarded.aims[0].flows, set("127.0.0.1 tcp 40342"));
  EXPECT_TRUE(guarded.must.empty());
  EXPECT_TRUE(guarded.may.empty());
}

// Four addresses, four ports: small enough that Targets, Neighbours and nodes collide all the time.
TEST(Guard, keeps_its_promises_on_random_catalogues) {
  std::mt19937_64 random(20261123);
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  const auto address = [&] {
    return Address{Family::v4, static_cast<U128>(0x0a000000u + below(4))};
  };
  const auto port = [&] { return tcp(static_cast<std::uint16_t>(80 + below(4))); };
  for (int round = 0; round < 2000; ++round) {
    Catalog catalog;
    for (unsigned i = 0, n = below(5); i < n; ++i) {
      Target target{.id = "t" + std::to_string(i), .provider = below(2) == 0 ? "a" : "b"};
      target.kind = below(3) == 0 ? Kind::node : Kind::metadata;
      target.control_plane_only = target.kind == Kind::node && below(2) == 0;
      const bool known = target.kind == Kind::metadata && below(6) != 0;
      target.rows = {{.address = known ? std::optional(address()) : std::nullopt, .ports = port()}};
      catalog.targets.push_back(target);
    }
    for (unsigned i = 0, n = below(4); i < n; ++i)
      catalog.neighbours.push_back({.id = "n",
                                    .provider = below(2) == 0 ? "a" : "any",
                                    .flows = FlowSet::box(flow::span_of(address()), port())});
    model::Snapshot snapshot;
    for (unsigned i = 0, n = below(3); i < n; ++i) {
      model::Node node;
      if (below(4) != 0) node.addresses = {address()};
      if (below(3) == 0) node.labels.set("node-role.kubernetes.io/control-plane", "");
      snapshot.nodes.push_back(node);
    }
    const Choice choice{.providers = below(2) == 0 ? std::vector<std::string>{}
                                                   : std::vector<std::string>{"a"}};
    const Guard guarded = guard(catalog, snapshot, choice);
    FlowSet known;
    for (const Aim& aim : guarded.aims)
      if (!aim.anywhere && !aim.host_only) known = known | aim.flows;
    FlowSet beside;
    for (const Neighbour* neighbour : guarded.neighbours) beside = beside | neighbour->flows;
    ASSERT_EQ(guarded.must, known) << round;
    ASSERT_TRUE(guarded.may.contains(guarded.must)) << round;
    ASSERT_TRUE((guarded.may & (beside - guarded.must)).empty()) << round;
  }
}

}  // namespace
}  // namespace podmoat::catalog
