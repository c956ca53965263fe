// Files in a folder that the test makes itself.
#include "io/files/files.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace podmoat::files {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "podmoat-files-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string put(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path(path(name)).parent_path());
    std::ofstream(path(name)) << text;
    return path(name);
  }

  fs::path folder_;
};

TEST_F(Files, a_folder_is_its_manifests_by_name) {
  put("b.yaml", "");
  put("a.json", "");
  put("c.txt", "");
  put("below/d.yml", "");
  EXPECT_EQ(expand({folder_.string()}, false).value(),
            (std::vector<std::string>{path("a.json"), path("b.yaml")}));
  EXPECT_EQ(expand({folder_.string()}, true).value(),
            (std::vector<std::string>{path("a.json"), path("b.yaml"), path("below/d.yml")}));
  EXPECT_EQ(expand({"-", path("c.txt")}, false).value(),
            (std::vector<std::string>{"-", path("c.txt")}));
  EXPECT_FALSE(expand({path("absent")}, false));
  put("none/x.txt", "");
  EXPECT_FALSE(expand({path("none")}, false));
}

TEST_F(Files, reads_all_bytes) {
  const std::string file = put("x", std::string(100'000, 'x') + "end");
  auto source = open(file);
  ASSERT_TRUE(source);
  std::string all;
  std::vector<char> buffer(1000);
  while (true) {
    const auto got = (*source)->read(buffer);
    ASSERT_TRUE(got);
    if (*got == 0) break;
    all.append(buffer.data(), *got);
  }
  EXPECT_EQ(all, std::string(100'000, 'x') + "end");
  EXPECT_EQ(read_text(file)->content, all);
  EXPECT_FALSE(open(path("absent")));
  EXPECT_FALSE(read_text(path("absent")));
}

TEST_F(Files, replacing_keeps_the_mode_and_follows_links) {
  const std::string file = put("real", "old");
  ::chmod(file.c_str(), 0640);
  fs::create_symlink(file, path("link"));
  const auto text = read_text(path("link"));
  ASSERT_TRUE(text);
  ASSERT_TRUE(replace_all({{path("link"), "new", text->stamp}}));
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(read_text(file)->content, "new");
  struct stat info{};
  ::stat(file.c_str(), &info);
  EXPECT_EQ(info.st_mode & 07777, 0640u);
}

TEST_F(Files, a_file_that_changed_meanwhile_is_refused_and_untouched) {
  const std::string file = put("x", "old");
  const auto text = read_text(file);
  ASSERT_TRUE(text);
  put("x", "somebody else's");
  EXPECT_FALSE(replace_all({{file, "new", text->stamp}}));
  EXPECT_EQ(read_text(file)->content, "somebody else's");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1) << "a draft was left behind";
}

TEST_F(Files, of_several_files_all_change_or_none) {
  const std::string first = put("first", "old");
  const std::string second = put("second", "old");
  const auto stamp = read_text(second)->stamp;
  put("second", "somebody else's");
  EXPECT_FALSE(replace_all({{first, "new"}, {second, "new", stamp}}));
  EXPECT_EQ(read_text(first)->content, "old");
  EXPECT_FALSE(replace_all({{first, "new"}, {path("absent/x"), "new"}}));
  EXPECT_EQ(read_text(first)->content, "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 2) << "a draft was left behind";
  ASSERT_TRUE(replace_all({{first, "new"}, {second, "new"}}));
  EXPECT_EQ(read_text(first)->content + read_text(second)->content, "newnew");
}

TEST_F(Files, what_cannot_be_written_leaves_nothing) {
  EXPECT_FALSE(write_atomically(path("absent/x"), "new"));
  ASSERT_TRUE(write_atomically(path("x"), "new"));
  EXPECT_EQ(read_text(path("x"))->content, "new");
}

}  // namespace
}  // namespace podmoat::files
