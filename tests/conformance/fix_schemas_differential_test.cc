// Every manifest that an engine of fix writes is one that an API server takes, by the checks of its
// own code and the schemas of the projects (tests/conformance/go/README.md, crdvalidate).
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "core/edit/writer.h"
#include "support/engine_task.h"
#include "support/oracle_process.h"

namespace podmoat::test {
namespace {

using fix::Engine;

constexpr std::uint64_t kClusters = 60;

void expect_valid(Engine engine, const char* schemas, fix::Style style = fix::Style::except) {
  if (const auto why = OracleProcess::why_not("crdvalidate")) GTEST_SKIP() << *why;
  const char* folder = std::getenv("PODMOAT_ORACLES");
  const std::string path = std::string(folder == nullptr ? "" : folder) + "/schemas/" + schemas;
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no schemas in " << path;
  OracleProcess oracle("crdvalidate", {"--lines", path});
  std::size_t objects = 0;
  for (std::uint64_t seed = 0; seed < kClusters; ++seed) {
    const EngineTask task(engine, seed, style);
    std::string text;
    for (const fix::Addition& addition : task.plan.additions) {
      text += "---\n" + edit::to_yaml(addition.object);
      ++objects;
    }
    if (text.empty()) continue;
    const auto answer =
        oracle.ask(edit::to_json(model::Value::Map{{"manifests", std::move(text)}}, 0));
    ASSERT_TRUE(answer.has_value()) << answer.error().what;
    const auto errors = items_of(*answer, "errors");
    ASSERT_TRUE(errors.has_value()) << *answer;
    EXPECT_TRUE(errors->empty()) << task.name << ": " << *answer;
  }
  EXPECT_GT(objects, kClusters / 2);
}

TEST(FixSchemas, network_policy) {
  expect_valid(Engine::network_policy, "clusternetworkpolicy-standard");
}
TEST(FixSchemas, cluster_network_policy) {
  expect_valid(Engine::cluster_network_policy, "clusternetworkpolicy-standard");
}
TEST(FixSchemas, admin_network_policy) {
  // The standard channel has no peer that is an address.
  expect_valid(Engine::admin_network_policy, "adminnetworkpolicy-experimental");
}
TEST(FixSchemas, cilium) { expect_valid(Engine::cilium, "cilium"); }
TEST(FixSchemas, cilium_allow_all) {
  expect_valid(Engine::cilium, "cilium", fix::Style::allow_all);
}
TEST(FixSchemas, calico) { expect_valid(Engine::calico, "calico"); }

}  // namespace
}  // namespace podmoat::test
