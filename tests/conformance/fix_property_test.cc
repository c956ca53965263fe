// core/fix against core/proof, which knows nothing of it: on random clusters every Plan is a cure
// that cuts nothing else, and no part of a Plan can be left out.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/fix/plan.h"
#include "core/manifest/reader.h"
#include "core/proof/proof.h"
#include "support/flow_universe.h"
#include "support/random_cluster.h"
#include "support/value_text.h"

namespace podmoat::test {
namespace {

using catalog::Kind;
using catalog::Row;
using catalog::Target;
using fix::Plan;
using model::Snapshot;

constexpr std::uint64_t kClusters = 6'000;
constexpr std::uint64_t kDoubtful = 600;

flow::PortSet tcp(std::uint16_t port) { return flow::PortSet::of(Protocol::tcp, {port, port}); }

Row row(const char* address, const flow::PortSet& ports) {
  return {.address = *parse_address(address), .ports = ports, .note = {}};
}

Target target(std::string id, std::string provider, Kind kind, std::vector<Row> rows) {
  Target out;
  out.id = std::move(id);
  out.provider = std::move(provider);
  out.kind = kind;
  out.rows = std::move(rows);
  return out;
}

/// Every shape that a catalogue has: one address for several clouds, several ports, Neighbours on a
/// guarded address, and ports of nodes.
catalog::Catalog small_catalog() {
  catalog::Catalog out;
  out.targets = {
      target("aws-imds", "aws", Kind::metadata,
             {row("169.254.169.254", tcp(80)), row("fd00:ec2::254", tcp(80))}),
      target("gcp-mds", "gcp", Kind::metadata,
             {row("169.254.169.254", tcp(80) | tcp(443)), row("fd20:ce::254", tcp(80))}),
      target("azure-imds", "azure", Kind::metadata, {row("169.254.169.254", tcp(80))}),
      target("azure-wireserver", "azure", Kind::metadata,
             {row("168.63.129.16", tcp(80) | tcp(32526))}),
      target("kubelet-api", "kubernetes", Kind::node, {{.ports = tcp(10250), .note = {}}}),
      target("ssh", "kubernetes", Kind::node, {{.ports = tcp(80) | tcp(443), .note = {}}}),
  };
  const auto neighbour = [](const char* id, const char* provider, const char* flows) {
    return catalog::Neighbour{.id = id,
                              .provider = provider,
                              .title = {},
                              .flows = set(flows),
                              .breaks = {},
                              .source = {}};
  };
  out.neighbours = {neighbour("gcp-dns-ntp", "gcp", "169.254.169.254 tcp 53 udp 53,123"),
                    neighbour("azure-dns", "azure", "168.63.129.16 tcp 53 udp 53")};
  return out;
}

struct Variant {
  const char* name;
  std::vector<std::string> targets;
  bool nodes;  ///< whether all nodes of a block are guarded too
};

const std::array<Variant, 5>& variants() {
  static const std::array<Variant, 5> kVariants{{
      {"aws", {"aws-imds"}, false},
      {"gcp", {"gcp-mds"}, false},
      {"azure", {"azure-imds", "azure-wireserver"}, false},
      {"everything", {}, false},
      {"everything and a block of nodes", {}, true},
  }};
  return kVariants;
}

/// One cluster with what is to be guarded in it.
struct Task {
  Task(std::uint64_t seed, bool doubts)
      : before(random_cluster(seed, {.doubts = doubts})),
        style(seed % 2 == 0 ? fix::Style::except : fix::Style::cidrs) {
    static const catalog::Catalog kCatalog = small_catalog();
    const Variant& variant = variants()[seed / 2 % variants().size()];
    name = "cluster " + std::to_string(seed) + ", " + variant.name;
    catalog::Choice choice{.providers = {}, .targets = variant.targets, .node_blocks = {}};
    if (variant.nodes) choice.node_blocks = {*parse_block("10.0.0.0/28")};
    guard = catalog::guard(kCatalog, before, choice);
    for (const model::Namespace& ns : before.namespaces) namespaces.push_back(ns.object.name);
    plan = fix::synthesize({before, model::conformant(), guard, namespaces, style});
  }

  proof::Proof verify(const Snapshot& after) const {
    return proof::verify({.before = before,
                          .after = after,
                          .platform = model::conformant(),
                          .guard = guard,
                          .namespaces = namespaces});
  }

  Snapshot before;
  fix::Style style;
  std::string name;
  catalog::Guard guard;
  std::vector<std::string> namespaces;
  Plan plan;
};

/// What the API server would make of `object`; a refusal fails the test.
model::NetworkPolicy decoded(const model::Value& object) {
  auto policy = manifest::decode_network_policy(object);
  if (!policy) {
    ADD_FAILURE() << policy.error().at(0).message << " in " << text_of(object);
    return {};
  }
  policy->source = std::make_shared<model::Value>(object);
  return *std::move(policy);
}

/// `before` with the Plan carried out.
Snapshot applied(const Snapshot& before, const Plan& plan) {
  Snapshot after = before;
  for (std::uint32_t i = 0; i < after.network_policies.size(); ++i) {
    std::vector<fix::Edit> edits;
    for (const fix::Edit& edit : plan.edits)
      if (edit.policy == i) edits.push_back(edit);
    model::NetworkPolicy& policy = after.network_policies[i];
    if (!edits.empty()) policy = decoded(fix::edited(policy, edits));
  }
  for (const fix::Addition& addition : plan.additions) {
    after.network_policies.push_back(decoded(addition.object));
    EXPECT_EQ(after.network_policies.back().object.ns, addition.ns);
    EXPECT_EQ(after.network_policies.back().object.name, addition.name);
  }
  std::sort(after.network_policies.begin(), after.network_policies.end(),
            [](const auto& a, const auto& b) {
              return std::tie(a.object.ns, a.object.name) < std::tie(b.object.ns, b.object.name);
            });
  return after;
}

std::string str(const proof::Proof& proof) {
  std::string out = proof.outcome == proof::Outcome::proven    ? "proven"
                    : proof.outcome == proof::Outcome::refuted ? "refuted"
                                                               : "undecided";
  for (const proof::Counterexample& c : proof.counterexamples)
    out += "; " + std::to_string(static_cast<int>(c.breach)) + " " + c.ns + " " + c.labels.str() +
           " to " + c.to;
  for (const std::string& question : proof.open_questions) out += "; " + question;
  return out;
}

bool still_open(const proof::Proof& proof) {
  return proof.outcome == proof::Outcome::refuted &&
         std::all_of(proof.counterexamples.begin(), proof.counterexamples.end(),
                     [](const auto& c) { return c.breach == proof::Breach::still_open; });
}

TEST(Fix, is_proven_on_every_cluster_and_has_no_part_too_many) {
  std::size_t additions = 0;
  std::size_t edits = 0;
  for (std::uint64_t seed = 0; seed < kClusters; ++seed) {
    const Task task(seed, false);
    const Snapshot after = applied(task.before, task.plan);
    const proof::Proof proof = task.verify(after);
    ASSERT_EQ(proof.outcome, proof::Outcome::proven) << task.name << ": " << str(proof);
    EXPECT_EQ(task.verify(task.before).outcome == proof::Outcome::proven, task.plan.empty())
        << task.name;

    for (std::size_t i = 0; i < task.plan.additions.size(); ++i) {
      Plan less = task.plan;
      less.additions.erase(less.additions.begin() + static_cast<std::ptrdiff_t>(i));
      const proof::Proof refuted = task.verify(applied(task.before, less));
      ASSERT_TRUE(still_open(refuted))
          << task.name << " without " << task.plan.additions[i].name << ": " << str(refuted);
    }
    for (std::size_t i = 0; i < task.plan.edits.size(); ++i) {
      Plan less = task.plan;
      less.edits.erase(less.edits.begin() + static_cast<std::ptrdiff_t>(i));
      const proof::Proof refuted = task.verify(applied(task.before, less));
      ASSERT_TRUE(still_open(refuted)) << task.name << " without an edit: " << str(refuted);
    }
    additions += task.plan.additions.size();
    edits += task.plan.edits.size();

    const Plan again =
        fix::synthesize({after, model::conformant(), task.guard, task.namespaces, task.style});
    EXPECT_TRUE(again.empty()) << task.name << ": a cured cluster needs no cure";
  }
  EXPECT_GT(additions, kClusters / 2);  // the clusters are worth the name
  EXPECT_GT(edits, kClusters / 2);
}

TEST(Fix, is_never_refuted_where_something_is_not_known) {
  for (std::uint64_t seed = 0; seed < kDoubtful; ++seed) {
    const Task task(seed, true);
    const proof::Proof proof = task.verify(applied(task.before, task.plan));
    ASSERT_NE(proof.outcome, proof::Outcome::refuted) << task.name << ": " << str(proof);
  }
}

TEST(Fix, gives_its_parts_in_order) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Task task(seed, false);
    const auto key = [](const fix::Addition& a) { return std::tie(a.ns, a.name); };
    const auto place = [](const fix::Edit& e) { return std::pair{e.policy, e.rule}; };
    for (std::size_t i = 1; i < task.plan.additions.size(); ++i)
      EXPECT_LT(key(task.plan.additions[i - 1]), key(task.plan.additions[i])) << task.name;
    for (std::size_t i = 1; i < task.plan.edits.size(); ++i)
      EXPECT_LT(place(task.plan.edits[i - 1]), place(task.plan.edits[i])) << task.name;
  }
}

}  // namespace
}  // namespace podmoat::test
