// Pages that are written from code are what the code says.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "core/report/report.h"

namespace podmoat {
namespace {

namespace fs = std::filesystem;

fs::path root() { return fs::path(__FILE__).parent_path().parent_path().parent_path(); }

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(GeneratedDocs, rules_are_those_of_the_audit) {
  const fs::path page = root() / "docs/rules.md";
  const std::string wanted = report::rules_markdown();
  if (std::getenv("PODMOAT_UPDATE") != nullptr) std::ofstream(page, std::ios::binary) << wanted;
  EXPECT_EQ(text_of(page), wanted) << "PODMOAT_UPDATE=1 rewrites it";
}

}  // namespace
}  // namespace podmoat
