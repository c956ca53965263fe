#pragma once
// Intake: objects as Trees, one after the other, into what a Snapshot is made of. Every way to read
// (YAML, JSON, a list of a cluster's size) ends here.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/manifest/tree.h"
#include "core/model/snapshot.h"

namespace podmoat::manifest {

/// What an item of a typed list (PodList) is when it does not say so itself, as the API server
/// writes it. Both are empty for a `List` and outside of lists.
struct ItemKind {
  std::string_view api_version;
  std::string_view kind;
};

/// The kind of the items of a list of kind `list`: "Pod" for "PodList", "" for "List". `kind` is
/// not the kind of a list if this is nothing.
std::optional<std::string_view> item_kind_of(std::string_view list);

class Intake {
 public:
  explicit Intake(std::string default_namespace,
                  std::span<const model::PolicyKind> policy_kinds = {});
  ~Intake();
  Intake(Intake&&) noexcept;
  Intake& operator=(Intake&&) noexcept;

  /// Registers an input; its number goes into every Place.
  std::uint32_t add_file(std::string_view name);
  /// Takes one object, or a list of them with all its items in the Tree. The Tree may be cleared
  /// afterwards. Of a Pod only the members are
  /// needed that the decoders read: see fields_of() in json_walk.h.
  void take(std::uint32_t file, Cursor object, ItemKind item = {});
  /// An input's mistake that is no object's.
  void report(Diagnostic diagnostic);

  /// See Reader::finish.
  model::Snapshot finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace podmoat::manifest
