#pragma once
// Reader: bytes to Snapshot. YAML (many documents, anchors, List kinds) and JSON (one object, many
// one after the other, a List of a cluster's size), told apart by their content.
//
// Input is read as the API server reads it; what it would drop is a warning, what it would refuse
// is `invalid` and not in force, what cannot be read at all is an error.
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/diagnostic.h"
#include "base/result.h"
#include "core/model/snapshot.h"
#include "core/model/value.h"

namespace podmoat::manifest {

class Reader {
 public:
  /// Objects without a namespace, of kinds that have one, are in `default_namespace`. Objects of
  /// `policy_kinds` are kept as PolicyObjects, beside those whose kind has the name of a policy.
  explicit Reader(std::string default_namespace = "default",
                  std::span<const model::PolicyKind> policy_kinds = {});
  ~Reader();
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;

  /// Reads all of `source`, which the user knows as `file`. Mistakes in the content are collected
  /// as Diagnostics of the Snapshot. Fails only if `source` does.
  /// Later objects replace earlier ones of the same kind, namespace and name.
  Result<void> add(std::string_view file, ByteSource& source);

  /// Joins what was read: one Pod per workload that has none, owners resolved, namespaces
  /// completed, everything in canonical order. The Reader is empty afterwards.
  model::Snapshot finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// One YAML or JSON document as a Value, e.g. a catalogue. Fails with all Diagnostics.
std::expected<model::Value, Diagnostics> read_value(std::string_view file, std::string_view text);

/// The policy that `object` (a whole NetworkPolicy) is, or what the API server would refuse it for.
/// Unknown fields are no error here.
std::expected<model::NetworkPolicy, Diagnostics> decode_network_policy(const model::Value& object);

}  // namespace podmoat::manifest
