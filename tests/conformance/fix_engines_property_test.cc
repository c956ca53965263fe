// Every engine of fix against core/proof, which knows nothing of it: on random clusters with the
// policies of the engine's own language, and NetworkPolicies, every Plan is a cure that changes
// nothing else, Exceptions left out.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/edit/writer.h"
#include "support/engine_task.h"

namespace podmoat::test {
namespace {

using fix::Engine;
using model::Snapshot;

constexpr std::uint64_t kClusters = 300;

std::string str(const proof::Proof& proof, const fix::Plan& plan) {
  std::string out = proof.outcome == proof::Outcome::proven    ? "proven"
                    : proof.outcome == proof::Outcome::refuted ? "refuted"
                                                               : "undecided";
  for (const proof::Counterexample& c : proof.counterexamples)
    out += "; " + std::to_string(static_cast<int>(c.breach)) + " " + c.ns + " " + c.labels.str() +
           " to " + c.to;
  for (const std::string& question : proof.open_questions) out += "; " + question;
  for (const fix::Addition& addition : plan.additions)
    out += "\n---\n" + edit::to_yaml(addition.object);
  for (const fix::Leftover& leftover : plan.leftovers)
    out += "\nleft: " + leftover.subject + ": " + leftover.why;
  return out;
}

/// Leftovers that say something stays open; the others speak of hosts.
bool leaves_open(const fix::Plan& plan) {
  return std::ranges::any_of(plan.leftovers, [](const fix::Leftover& leftover) {
    for (const char* words : {"nothing can stand before", "stands before", "stays open",
                              "is not known", "is in a language", "cannot be read"})
      if (leftover.why.find(words) != std::string::npos) return true;
    return false;
  });
}

void expect_cures(Engine engine, fix::Style style = fix::Style::except) {
  std::size_t proven = 0;
  for (std::uint64_t seed = 0; seed < kClusters; ++seed) {
    const EngineTask task(engine, seed, style);
    const Snapshot after = applied(task.before, task.plan);
    const proof::Proof proof = task.verify(after);
    const bool harms = std::ranges::any_of(
        proof.counterexamples, [](const auto& c) { return c.breach != proof::Breach::still_open; });
    ASSERT_FALSE(harms) << task.name << ": " << str(proof, task.plan);
    if (leaves_open(task.plan)) continue;
    // Where it is not known what policies let through before, nothing can be proven of after.
    if (!task.verify(task.before).open_questions.empty()) {
      ASSERT_NE(proof.outcome, proof::Outcome::refuted)
          << task.name << ": " << str(proof, task.plan);
      continue;
    }
    ASSERT_EQ(proof.outcome, proof::Outcome::proven) << task.name << ": " << str(proof, task.plan);
    ++proven;
  }
  EXPECT_GT(proven, kClusters / 10);
}

TEST(FixEngines, network_policy) { expect_cures(Engine::network_policy); }
TEST(FixEngines, cluster_network_policy) { expect_cures(Engine::cluster_network_policy); }
TEST(FixEngines, admin_network_policy) { expect_cures(Engine::admin_network_policy); }
TEST(FixEngines, cilium) { expect_cures(Engine::cilium); }
TEST(FixEngines, cilium_allow_all) { expect_cures(Engine::cilium, fix::Style::allow_all); }
TEST(FixEngines, calico) { expect_cures(Engine::calico); }
TEST(FixEngines, antrea) { expect_cures(Engine::antrea); }
TEST(FixEngines, egress_firewall) { expect_cures(Engine::egress_firewall); }

/// A second run finds its own objects and changes those, if anything.
TEST(FixEngines, replace_what_an_earlier_plan_wrote) {
  for (const Engine engine : fix::engines()) {
    if (engine == Engine::network_policy) continue;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const EngineTask task(engine, seed);
      const Snapshot after = applied(task.before, task.plan);
      const fix::Plan again = fix::synthesize(
          {after, task.platform, task.guard, task.namespaces, task.style, engine, task.everywhere});
      EXPECT_TRUE(again.additions.empty()) << task.name;
      const proof::Proof proof = proof::verify({.before = after,
                                                .after = applied(after, again),
                                                .platform = task.platform,
                                                .guard = task.guard,
                                                .namespaces = task.namespaces});
      EXPECT_TRUE(proof.counterexamples.empty() || leaves_open(again))
          << task.name << ": " << str(proof, again);
    }
  }
}

}  // namespace
}  // namespace podmoat::test
