// Files by their POSIX calls: what std::filesystem lacks is fsync, the owner, and nanoseconds.
#include "io/files/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace podmoat::files {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> failed(const std::string& path) {
  return fail(path + ": " + std::strerror(errno));
}

/// An open descriptor; closed with it.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ > STDERR_FILENO) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  bool good() const { return number_ >= 0; }

 private:
  int number_;
};

class FileSource : public ByteSource {
 public:
  FileSource(std::string path, int descriptor) : path_(std::move(path)), file_(descriptor) {}

  Result<std::size_t> read(std::span<char> into) override {
    while (true) {
      const ssize_t got = ::read(file_.number(), into.data(), into.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return failed(path_);
    }
  }

 private:
  std::string path_;
  Descriptor file_;
};

bool is_manifest(const fs::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

template <class Iterator>
Result<std::vector<std::string>> manifests_in(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code error;
  for (Iterator it(folder, error), end; !error && it != end; it.increment(error))
    if (is_manifest(it->path()) && it->is_regular_file(error)) out.push_back(it->path().string());
  if (error) return fail(folder + ": " + error.message());
  std::sort(out.begin(), out.end());
  return out;
}

Stamp stamp_of(const struct stat& info) {
  return {info.st_dev, info.st_ino, info.st_size,
          std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec};
}

Result<void> write_all(int descriptor, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t wrote = ::write(descriptor, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return failed(path);
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

/// A file beside the real one, which becomes it or goes away.
class Draft {
 public:
  /// Writes all of `text` to the disk, for the file that `path` means.
  static Result<std::unique_ptr<Draft>> make(const std::string& path, std::string_view text) {
    std::error_code ignored;
    const fs::path real = fs::weakly_canonical(path, ignored);
    std::unique_ptr<Draft> draft(new Draft(real.empty() ? fs::path(path) : real));
    if (draft->descriptor_ < 0 || !draft->take_mode_and_owner()) return failed(path);
    if (auto written = write_all(draft->descriptor_, text, path); !written)
      return std::unexpected(written.error());
    if (::fsync(draft->descriptor_) != 0) return failed(path);
    return draft;
  }

  ~Draft() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (descriptor_ >= 0 && !kept_) ::unlink(name_.c_str());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  /// Whether the real file is still the one that `stamp` was taken of.
  bool still(const Stamp& stamp) const {
    struct stat now{};
    return ::stat(target_.c_str(), &now) == 0 && stamp_of(now) == stamp;
  }

  bool become() {
    kept_ = ::rename(name_.c_str(), target_.c_str()) == 0;
    return kept_;
  }

 private:
  explicit Draft(const fs::path& target)
      : target_(target.string()), name_((target.parent_path() / ".podmoat-XXXXXX").string()) {
    descriptor_ = ::mkstemp(name_.data());
  }

  /// Those of the real file; for a new one what the umask leaves.
  bool take_mode_and_owner() const {
    struct stat old{};
    const bool exists = ::stat(target_.c_str(), &old) == 0;
    const mode_t mask = ::umask(0);
    ::umask(mask);
    if (exists && ::fchown(descriptor_, old.st_uid, old.st_gid) != 0 && errno != EPERM)
      return false;
    return ::fchmod(descriptor_, exists ? old.st_mode & 07777 : 0666 & ~mask) == 0;
  }

  std::string target_;
  std::string name_;
  int descriptor_ = -1;
  bool kept_ = false;
};

}  // namespace

Result<std::vector<std::string>> expand(const std::vector<std::string>& sources, bool recursive) {
  std::vector<std::string> out;
  for (const std::string& source : sources) {
    std::error_code error;
    if (source == "-") {
      out.push_back(source);
      continue;
    }
    const fs::file_status status = fs::status(source, error);
    if (!fs::exists(status)) return fail(source + ": no such file or folder");
    if (!fs::is_directory(status)) {
      out.push_back(source);
      continue;
    }
    auto inside = recursive ? manifests_in<fs::recursive_directory_iterator>(source)
                            : manifests_in<fs::directory_iterator>(source);
    if (!inside) return inside;
    if (inside->empty())
      return fail(source + ": no *.yaml, *.yml or *.json in this folder" +
                  (recursive ? "" : "; -R reads the folders below it too"));
    out.insert(out.end(), inside->begin(), inside->end());
  }
  return out;
}

Result<std::unique_ptr<ByteSource>> open(const std::string& path) {
  if (path == "-") return std::make_unique<FileSource>("standard input", STDIN_FILENO);
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return failed(path);
  ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
  return std::make_unique<FileSource>(path, descriptor);
}

Result<Stamp> stamp(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return failed(path);
  return stamp_of(info);
}

Result<Text> read_text(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat before{};
  struct stat after{};
  if (!file.good() || ::fstat(file.number(), &before) != 0) return failed(path);
  Text out{std::string(static_cast<std::size_t>(before.st_size), '\0'), stamp_of(before)};
  std::size_t filled = 0;
  while (filled < out.content.size()) {
    const ssize_t got =
        ::read(file.number(), out.content.data() + filled, out.content.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(path);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  if (::fstat(file.number(), &after) != 0) return failed(path);
  if (filled != out.content.size() || !(stamp_of(after) == out.stamp))
    return fail(path + ": changed while it was read");
  return out;
}

Result<void> write_atomically(const std::string& path, std::string_view text) {
  return replace_all({{path, text}});
}

Result<void> replace_all(const std::vector<Replacement>& replacements) {
  std::vector<std::unique_ptr<Draft>> drafts;
  for (const Replacement& replacement : replacements) {
    auto draft = Draft::make(replacement.path, replacement.text);
    if (!draft) return std::unexpected(draft.error());
    drafts.push_back(std::move(*draft));
  }
  for (std::size_t i = 0; i < drafts.size(); ++i)
    if (replacements[i].stamp && !drafts[i]->still(*replacements[i].stamp))
      return fail(replacements[i].path +
                  ": somebody changed the file meanwhile; nothing was written");
  std::string done;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    if (!drafts[i]->become())
      return fail(replacements[i].path + ": " + std::strerror(errno) +
                  (done.empty() ? "; nothing was written" : "; already changed:" + done));
    done += " " + replacements[i].path;
  }
  return {};
}

}  // namespace podmoat::files
