#pragma once
// Files: paths, folders and standard input to bytes, and bytes back without half-written files.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace podmoat::files {

/// The files that SOURCEs mean, as kubectl reads -f: a file is itself, "-" is standard input, a
/// folder is its *.yaml, *.yml and *.json files by name, with `recursive` those below it too.
/// Fails for what does not exist, and for a folder that holds no manifest.
Result<std::vector<std::string>> expand(const std::vector<std::string>& sources, bool recursive);

/// The bytes of a file, or of standard input for "-".
Result<std::unique_ptr<ByteSource>> open(const std::string& path);

/// What tells that a file is still the one that was read.
struct Stamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t changed_ns = 0;  ///< modification time, nanoseconds since 1970

  bool operator==(const Stamp&) const = default;
};

/// The Stamp of a file as it is now.
Result<Stamp> stamp(const std::string& path);

struct Text {
  std::string content;
  Stamp stamp;
};

/// A whole file and its Stamp, taken before and after reading: fails if it changed meanwhile.
Result<Text> read_text(const std::string& path);

/// Makes `path` hold `text`: either all of it or, on failure, what it held before. Follows links;
/// an existing file keeps its mode and owner.
Result<void> write_atomically(const std::string& path, std::string_view text);

/// A file that is to hold `text`. With a stamp it must still be the file that it was taken of.
struct Replacement {
  std::string path;
  std::string_view text;
  std::optional<Stamp> stamp{};
};

/// write_atomically for several files: every text is on the disk, and every stamp looked at, before
/// the first file changes, so that a full disk or a foreign change leaves all of them alone. Should
/// the last step fail for one of them, the error names those that are changed already.
Result<void> replace_all(const std::vector<Replacement>& replacements);

}  // namespace podmoat::files
