#include "app/cli/change.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "core/edit/diff.h"
#include "core/edit/writer.h"
#include "core/language/language.h"
#include "core/manifest/reader.h"
#include "io/files/files.h"

namespace podmoat::cli {
namespace {

/// The file that gets the added policies, beside the first SOURCE.
constexpr const char* kNewFile = "podmoat-guard.yaml";

/// A file's text before and after.
struct FileChange {
  std::string path;
  bool is_new = false;
  files::Text before;
  std::string after;
};

Outcome<model::NetworkPolicy> decoded(const model::Value& object) {
  auto policy = manifest::decode_network_policy(object);
  if (!policy)
    return std::unexpected(
        Failure{kWorld, "the Plan makes a policy that the API server would refuse (" +
                            policy.error().front().message + "); this is a mistake in podmoat"});
  return std::move(*policy);
}

void sort_policies(std::vector<model::NetworkPolicy>& policies) {
  std::sort(policies.begin(), policies.end(), [](const auto& a, const auto& b) {
    return std::tie(a.object.ns, a.object.name) < std::tie(b.object.ns, b.object.name);
  });
}

std::string documents(const std::vector<model::Value>& values) {
  std::string out;
  for (const model::Value& value : values)
    out += (out.empty() ? "" : "---\n") + edit::to_yaml(value);
  return out;
}

/// The text of a file of the input, which must still be what was loaded.
Outcome<files::Text> unchanged_text(const Change& change, const std::string& path) {
  auto text = files::read_text(path);
  if (!text) return std::unexpected(Failure{kWorld, text.error().what});
  const auto loaded = change.input->stamps.find(path);
  if (loaded != change.input->stamps.end() && !(loaded->second == text->stamp))
    return std::unexpected(
        Failure{kWorld, path + ": somebody changed the file meanwhile; nothing was written"});
  return std::move(*text);
}

Outcome<FileChange> changed_file(const Change& change, const std::string& path,
                                 const std::vector<edit::Rewrite>& rewrites) {
  if (path == "-")
    return std::unexpected(
        Failure{kMisuse,
                "standard input cannot be changed in place; leave --diff and --in-place out to "
                "print the policies"});
  auto text = unchanged_text(change, path);
  if (!text) return std::unexpected(text.error());
  auto after = edit::rewrite(text->content, rewrites);
  if (!after)
    return std::unexpected(Failure{kWorld, path + ": " + after.error().what +
                                               "; run without --in-place to print the policies"});
  return FileChange{path, false, std::move(*text), std::move(*after)};
}

Outcome<FileChange> new_file(const Change& change, const std::vector<std::string>& sources) {
  const std::string& first = sources.front();
  if (first == "-")
    return std::unexpected(
        Failure{kMisuse,
                "standard input has no folder for new policies; leave --diff and "
                "--in-place out to print them"});
  std::filesystem::path folder(first);
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) folder = folder.parent_path();
  FileChange out{(folder / kNewFile).string(), true, {}, {}};
  const auto& read = change.input->snapshot.files;
  if (std::filesystem::exists(out.path, ignored)) {
    if (std::find(read.begin(), read.end(), out.path) == read.end())
      return std::unexpected(
          Failure{kMisuse, out.path + " exists and is not part of the input; name it as a SOURCE "
                                      "too, so that its policies count"});
    auto text = unchanged_text(change, out.path);
    if (!text) return std::unexpected(text.error());
    out.is_new = false;
    out.before = std::move(*text);
  }
  out.after = out.before.content;
  if (!out.after.empty() && !out.after.ends_with('\n')) out.after += '\n';
  if (!out.after.empty()) out.after += "---\n";
  out.after += documents(change.added);
  return out;
}

/// Every file that changes, with its texts.
Outcome<std::vector<FileChange>> file_changes(const Change& change,
                                              const std::vector<std::string>& sources) {
  const model::Snapshot& before = change.input->snapshot;
  std::map<std::string, std::vector<edit::Rewrite>> by_file;
  const auto add = [&](const Place& place, const model::Value& after) {
    by_file[before.files[place.file]].push_back({place, after});
  };
  for (const ChangedPolicy& changed : change.changed)
    add(before.network_policies[changed.policy].object.place, changed.after);
  for (const ChangedObject& changed : change.changed_objects)
    add(before.policy_objects[changed.object].object.place, changed.after);
  std::vector<FileChange> out;
  for (const auto& [path, rewrites] : by_file) {
    auto file = changed_file(change, path, rewrites);
    if (!file) return std::unexpected(file.error());
    out.push_back(std::move(*file));
  }
  if (!change.added.empty()) {
    auto file = new_file(change, sources);
    if (!file) return std::unexpected(file.error());
    const auto same = std::find_if(out.begin(), out.end(),
                                   [&](const FileChange& f) { return f.path == file->path; });
    if (same == out.end())
      out.push_back(std::move(*file));
    else
      same->after += "---\n" + documents(change.added);
  }
  return out;
}

bool is_network_policy(const model::Value& object) {
  const model::Value* api = object.find("apiVersion");
  const model::Value* kind = object.find("kind");
  return api != nullptr && kind != nullptr && *api == model::Value("networking.k8s.io/v1") &&
         *kind == model::Value("NetworkPolicy");
}

Outcome<void> change_network_policies(const model::Snapshot& before, const fix::Plan& plan,
                                      Change& out) {
  std::map<std::uint32_t, std::vector<fix::Edit>> edits;
  for (const fix::Edit& edit : plan.edits) edits[edit.policy].push_back(edit);
  for (const auto& [index, of_policy] : edits) {
    const model::NetworkPolicy& policy = before.network_policies[index];
    out.changed.push_back({index, fix::edited(policy, of_policy)});
    auto after = decoded(out.changed.back().after);
    if (!after) return std::unexpected(after.error());
    after->object = policy.object;
    out.after.network_policies[index] = std::move(*after);
  }
  for (const fix::Addition& addition : plan.additions) {
    out.added.push_back(addition.object);
    if (!is_network_policy(addition.object)) continue;
    auto policy = decoded(addition.object);
    if (!policy) return std::unexpected(policy.error());
    out.after.network_policies.push_back(std::move(*policy));
  }
  sort_policies(out.after.network_policies);
  return {};
}

/// A text as bytes.
class TextSource : public ByteSource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = text_.copy(into.data(), into.size(), at_);
    at_ += count;
    return count;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

/// The object of another policy language that `object` is, read from the text that is written.
Outcome<model::PolicyObject> read_back(const model::Value& object, const std::string& ns) {
  manifest::Reader reader(ns.empty() ? "default" : ns, language::kinds());
  TextSource source(edit::to_yaml(object));
  std::optional<model::Snapshot> read;
  if (reader.add("the Plan", source)) read = reader.finish();
  if (!read || read->policy_objects.size() != 1)
    return std::unexpected(Failure{
        kWorld, "the Plan makes an object that cannot be read back; this is a mistake in podmoat"});
  return std::move(read->policy_objects.front());
}

Outcome<void> change_objects(const model::Snapshot& before, const fix::Plan& plan, Change& out) {
  for (const fix::ObjectChange& change : plan.changes) {
    const model::Object& was = before.policy_objects[change.object].object;
    out.changed_objects.push_back({change.object, change.after});
    auto after = read_back(change.after, was.ns);
    if (!after) return std::unexpected(after.error());
    after->object = was;
    out.after.policy_objects[change.object] = std::move(*after);
  }
  for (const fix::Addition& addition : plan.additions) {
    if (is_network_policy(addition.object)) continue;
    auto object = read_back(addition.object, addition.ns);
    if (!object) return std::unexpected(object.error());
    out.after.policy_objects.push_back(std::move(*object));
  }
  std::ranges::stable_sort(out.after.policy_objects, {}, [](const model::PolicyObject& o) {
    return std::tie(o.object.ns, o.object.name);
  });
  return {};
}

}  // namespace

Outcome<Change> make_change(const Input& input, const fix::Plan& plan) {
  Change out;
  out.input = &input;
  out.after = input.snapshot;
  if (auto done = change_network_policies(input.snapshot, plan, out); !done)
    return std::unexpected(done.error());
  if (auto done = change_objects(input.snapshot, plan, out); !done)
    return std::unexpected(done.error());
  return out;
}

std::string manifests_of(const Change& change) {
  const model::Snapshot& before = change.input->snapshot;
  std::vector<model::Value> all;
  const auto add = [&](const model::Object& was, const model::Value& after) {
    model::Value object = fix::printable(after);
    // The object may have got its namespace from the command line; kubectl must not guess.
    if (model::Value* metadata = object.find("metadata"); metadata != nullptr && !was.ns.empty())
      metadata->set("namespace", was.ns);
    all.push_back(std::move(object));
  };
  for (const ChangedPolicy& changed : change.changed)
    add(before.network_policies[changed.policy].object, changed.after);
  for (const ChangedObject& changed : change.changed_objects)
    add(before.policy_objects[changed.object].object, changed.after);
  all.insert(all.end(), change.added.begin(), change.added.end());
  return documents(all);
}

Outcome<std::string> diff_of(const Change& change, const std::vector<std::string>& sources) {
  const auto files = file_changes(change, sources);
  if (!files) return std::unexpected(files.error());
  std::string out;
  for (const FileChange& file : *files)
    out += edit::unified_diff(file.is_new ? "/dev/null" : file.path, file.path, file.before.content,
                              file.after);
  return out;
}

Outcome<std::vector<std::string>> carry_out(const Change& change,
                                            const std::vector<std::string>& sources) {
  const auto files = file_changes(change, sources);
  if (!files) return std::unexpected(files.error());
  std::vector<files::Replacement> replacements;
  std::vector<std::string> out;
  for (const FileChange& file : *files) {
    replacements.push_back({file.path, file.after, std::nullopt});
    if (!file.is_new) replacements.back().stamp = file.before.stamp;
    out.push_back(file.path);
  }
  const auto written = files::replace_all(replacements);
  if (!written) return std::unexpected(Failure{kWorld, written.error().what});
  return out;
}

std::vector<std::string> namespaces_in(const Input& input, const model::Snapshot* other) {
  std::set<std::string> names;
  for (const model::Namespace& ns : input.snapshot.namespaces) names.insert(ns.object.name);
  if (other != nullptr)
    for (const model::Namespace& ns : other->namespaces) names.insert(ns.object.name);
  std::vector<std::string> out;
  for (const std::string& name : names)
    if (input.scope.covers(name)) out.push_back(name);
  return out;
}

Exit exit_of(const proof::Proof& proof) {
  switch (proof.outcome) {
    case proof::Outcome::proven:
      return kClean;
    case proof::Outcome::refuted:
      return kFound;
    case proof::Outcome::undecided:
      return kOpen;
  }
  return kOpen;
}

}  // namespace podmoat::cli
