#include "support/engine_task.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <tuple>
#include <utility>

#include "core/edit/writer.h"
#include "core/language/language.h"
#include "core/manifest/reader.h"
#include "support/flow_universe.h"
#include "support/random_admin_policies.h"
#include "support/random_antrea.h"
#include "support/random_calico.h"
#include "support/random_cilium.h"
#include "support/random_cluster.h"
#include "support/random_egress_firewall.h"

namespace podmoat::test {
namespace {

using fix::Engine;
using model::Snapshot;

class Text : public ByteSource {
 public:
  explicit Text(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = text_.copy(into.data(), into.size(), at_);
    at_ += count;
    return count;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

/// What podmoat reads in the text of `object`.
Snapshot read_back(const model::Value& object) {
  manifest::Reader reader("default", language::kinds());
  Text text(edit::to_yaml(object));
  EXPECT_TRUE(reader.add("plan.yaml", text).has_value());
  Snapshot out = reader.finish();
  EXPECT_EQ(out.policy_objects.size() + out.network_policies.size(), 1U) << edit::to_yaml(object);
  for (const Diagnostic& diagnostic : out.diagnostics)
    EXPECT_NE(diagnostic.level, Level::invalid) << diagnostic.message;
  return out;
}

template <class T>
void sort_objects(std::vector<T>& objects) {
  std::ranges::stable_sort(objects, [](const T& a, const T& b) {
    return std::tie(a.object.ns, a.object.name) < std::tie(b.object.ns, b.object.name);
  });
}

}  // namespace

Snapshot applied(const Snapshot& before, const fix::Plan& plan) {
  Snapshot after = before;
  for (std::uint32_t i = 0; i < after.network_policies.size(); ++i) {
    std::vector<fix::Edit> edits;
    for (const fix::Edit& edit : plan.edits)
      if (edit.policy == i) edits.push_back(edit);
    if (edits.empty()) continue;
    model::NetworkPolicy& policy = after.network_policies[i];
    Snapshot read = read_back(fix::edited(policy, edits));
    policy = std::move(read.network_policies.at(0));
  }
  for (const fix::ObjectChange& change : plan.changes)
    after.policy_objects[change.object] = read_back(change.after).policy_objects.at(0);
  for (const fix::Addition& addition : plan.additions) {
    Snapshot read = read_back(addition.object);
    for (auto& policy : read.network_policies) after.network_policies.push_back(std::move(policy));
    for (auto& object : read.policy_objects) after.policy_objects.push_back(std::move(object));
  }
  sort_objects(after.network_policies);
  sort_objects(after.policy_objects);
  return after;
}

namespace {

model::Platform platform_for(Engine engine) {
  model::Platform out = model::conformant();
  out.name = std::string(name_of(engine)) + " under test";
  const std::string_view language = language_of(engine);
  std::erase_if(out.languages, [&](const auto& row) { return row.language == language; });
  out.languages.push_back({language, {"enforces", model::Answer::yes, "", ""}});
  out.cidr_matches_pods.answer = model::Answer::no;
  if (engine == Engine::cilium || engine == Engine::calico || engine == Engine::antrea)
    out.engine = name_of(engine);
  if (engine == Engine::egress_firewall) out.engine = "ovn";
  if (engine == Engine::cilium) out.cidr_matches_nodes.answer = model::Answer::no;
  return out;
}

Snapshot cluster_for(Engine engine, std::uint64_t seed) {
  const ClusterKnobs plain{.doubts = false, .named_ports = false};
  switch (engine) {
    case Engine::network_policy:
      return random_cluster(seed, plain);
    case Engine::cluster_network_policy:
    case Engine::admin_network_policy:
      return random_admin_cluster(
                 seed, {.cluster = plain,
                        .api = engine == Engine::cluster_network_policy ? AdminApi::v1alpha2
                                                                        : AdminApi::v1alpha1,
                        .policies = 3,
                        .domain_names = false,
                        .unknown_peers = false,
                        .equal_priorities = false})
          .snapshot;
    case Engine::cilium:
      return random_cilium(seed, {.cluster = plain, .policies = 3, .doubts = false});
    case Engine::calico:
      return random_calico(seed);
    case Engine::antrea: {
      Snapshot out = random_cluster(seed, plain);
      std::mt19937_64 random(seed);
      add_random_antrea(random, false, out);
      return out;
    }
    case Engine::egress_firewall: {
      Snapshot out = random_cluster(seed, plain);
      std::mt19937_64 random(seed);
      add_random_firewalls(random, false, out);
      return out;
    }
  }
  return {};
}

}  // namespace

EngineTask::EngineTask(Engine the_engine, std::uint64_t seed, fix::Style the_style)
    : engine(the_engine),
      style(the_style),
      platform(platform_for(engine)),
      before(cluster_for(engine, seed)) {
  name = std::string(name_of(engine)) + " " + std::to_string(seed);
  guard.must = set("169.254.169.254 tcp 80; fd00:ec2::254 tcp 80; 168.63.129.16 tcp 80,32526");
  if (platform.nodes_by_identity())
    guard.must = guard.must | set("own-node tcp 10250; other-nodes tcp 10250 udp 50-60");
  else if (engine == Engine::egress_firewall)  // DNS at the own node is perhaps beyond it (EF-8)
    guard.must = guard.must | set("10.0.0.1 tcp 10250 udp 54-60");
  else
    guard.must = guard.must | set("10.0.0.1 tcp 10250 udp 50-60");
  guard.may = guard.must;
  if (engine == Engine::network_policy)
    guard.may = guard.may | set("169.254.169.254 any; fd00:ec2::254 any; 168.63.129.16 any; "
                                "10.0.0.1 any");
  std::mt19937_64 random(seed);
  for (int i = below(random, 3); i > 0; --i) spare(random);
  for (const model::Namespace& ns : before.namespaces) namespaces.push_back(ns.object.name);
  everywhere = below(random, 2) == 0;
  if (!everywhere && namespaces.size() > 1) namespaces.pop_back();
  plan = fix::synthesize({before, platform, guard, namespaces, style, engine, everywhere});
}

void EngineTask::spare(std::mt19937_64& random) {
  catalog::Spared spared{.namespaces = {}, .pods = random_selector(random), .flows = {}};
  if (below(random, 2) == 0)
    spared.namespaces = {{{model::kNamespaceNameLabel,
                           below(random, 2) == 0 ? model::Operator::in : model::Operator::not_in,
                           {before.namespaces[0].object.name}}}};
  // An EgressFirewall holds the whole namespace.
  if (engine == Engine::egress_firewall) spared.pods = {};
  spared.flows = below(random, 2) == 0 ? set("169.254.169.254 tcp 80")
                                       : set("168.63.129.16 tcp 80; 10.0.0.0/8 tcp 10250; "
                                             "own-node tcp 10250");
  guard.spared.push_back(std::move(spared));
}

proof::Proof EngineTask::verify(const Snapshot& after) const {
  return proof::verify({.before = before,
                        .after = after,
                        .platform = platform,
                        .guard = guard,
                        .namespaces = namespaces});
}

}  // namespace podmoat::test
