// The profiles: every fact has an answer with a source, and docs/platforms.md is what they say.
// PODMOAT_UPDATE=1 rewrites docs/platforms.md.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "core/model/platform.h"
#include "core/platform/pages.h"

namespace podmoat {
namespace {

namespace fs = std::filesystem;

fs::path root() { return fs::path(__FILE__).parent_path().parent_path().parent_path(); }

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Platforms, every_fact_of_every_profile_has_a_source) {
  for (const model::Platform& platform : model::platforms()) {
    EXPECT_FALSE(platform.summary.empty()) << platform.name;
    EXPECT_FALSE(platform.engine.empty()) << platform.name;
    for (const model::Fact* fact : platform.facts())
      EXPECT_FALSE(fact->source.empty()) << platform.name << " " << fact->name;
    for (const model::Enforced& language : platform.languages)
      EXPECT_FALSE(language.fact.source.empty()) << platform.name << " " << language.language;
  }
}

TEST(Platforms, have_names_of_their_own) {
  std::set<std::string> names;
  for (const model::Platform& platform : model::platforms())
    EXPECT_TRUE(names.insert(platform.name).second) << platform.name;
  EXPECT_EQ(model::conformant().name, "conformant");
  EXPECT_EQ(model::find_platform("nobody"), nullptr);
}

/// What nobody looked up may stand in a profile, but a Pod must not look safer for it.
TEST(Platforms, memory_alone_never_promises_that_something_is_held) {
  for (const model::Platform& platform : model::platforms())
    for (const model::Fact* fact :
         {&platform.enforces, &platform.own_node_policed, &platform.node_port_range_policed,
          &platform.ipv4_policed, &platform.ipv6_policed, &platform.starts_closed,
          &platform.bare_pods_policed, &platform.windows_policed, &platform.fargate_policed,
          &platform.host_policies})
      EXPECT_FALSE(fact->mark == model::Mark::memory && fact->answer == model::Answer::yes)
          << platform.name << " " << fact->name;
}

TEST(Platforms, every_fact_is_put_into_words) {
  const auto facts = model::conformant().facts();
  ASSERT_EQ(platform::parameters().size(), facts.size());
  for (std::size_t i = 0; i < facts.size(); ++i)
    EXPECT_EQ(platform::parameters()[i].name, facts[i]->name);
}

TEST(Platforms, every_rule_stands_in_the_semantics) {
  const std::string page = text_of(root() / "docs/semantics/platforms.md");
  for (const platform::Parameter& parameter : platform::parameters())
    EXPECT_NE(page.find(std::string(parameter.rule)), std::string::npos) << parameter.rule;
}

TEST(Platforms, page_is_what_the_profiles_say) {
  const fs::path page = root() / "docs/platforms.md";
  const std::string wanted = platform::markdown();
  if (std::getenv("PODMOAT_UPDATE") != nullptr) std::ofstream(page, std::ios::binary) << wanted;
  EXPECT_EQ(text_of(page), wanted) << "PODMOAT_UPDATE=1 rewrites it";
}

}  // namespace
}  // namespace podmoat
