#pragma once
// Language: one policy language. Each is one file beside this one, named as the language, and one
// line in languages.cc.
#include <span>
#include <string_view>
#include <vector>

#include "core/language/policy.h"
#include "core/model/policy_object.h"

namespace podmoat::language {

/// What a language reads.
struct Source {
  const model::Snapshot& snapshot;
  const model::Platform& platform;
  std::vector<const model::PolicyObject*> objects;  ///< of its kinds, by namespace, then name
};

struct Language {
  std::string_view name;  ///< as Platform::languages and documents call it: "Cilium"
  std::span<const model::PolicyKind> kinds;
  /// Appends what `source` says. Called only where the Platform enforces the language, or may.
  void (*read)(const Source& source, Reading& reading);
  /// Whether the language is always read, whatever the Platform enforces: for what is no language
  /// of policies but makes Policies too.
  bool always = false;
};

/// All of them, in the order of languages.cc.
std::span<const Language* const> languages();
/// The objects of the Snapshot that are of that language. O(its policies).
std::vector<const model::Object*> objects_of(const Language& language,
                                             const model::Snapshot& snapshot);
/// The kinds of all languages, for manifest::Reader.
std::span<const model::PolicyKind> kinds();

}  // namespace podmoat::language
