#pragma once
// Plan: the manifests to add or to change so that no policy lets a guarded flow through, and
// nothing else changes.
#include <cstdint>
#include <string>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/model/platform.h"
#include "core/model/snapshot.h"

namespace podmoat::fix {

/// A new policy: for the Pods that nothing isolates.
struct Addition {
  std::string ns;
  std::string name;
  model::Value object;
  std::string why;
};

/// One rule of one policy is replaced by `become` (none: it goes). The unit of minimality: without
/// any single Edit or Addition the Plan is no longer a cure.
struct Edit {
  std::uint32_t policy = 0;  ///< into Snapshot::network_policies
  std::uint32_t rule = 0;    ///< index in its spec.egress
  std::vector<model::Value> become;
  std::string why;  ///< one clause: "except 169.254.169.254/32"
};

/// What no policy can fix, and what does help.
struct Leftover {
  std::string ns;
  std::string subject;
  std::string why;
  std::string remedy;
};

/// Pods whose open connections outlive the change on most plugins.
struct Restart {
  std::string ns;
  std::string subject;
  std::vector<std::string> pods;
};

struct Plan {
  std::vector<Addition> additions;  ///< sorted by namespace, name
  std::vector<Edit> edits;          ///< sorted by policy, rule
  std::vector<Leftover> leftovers;
  std::vector<Restart> restarts;
  std::vector<Leftover> losses;  ///< whom the Plan would hurt; the remedy proposes an Exception

  bool empty() const { return additions.empty() && edits.empty(); }
};

/// How an address is taken out of a block: with `except`, or by listing the blocks around it (for
/// plugins that get `except` wrong where policies overlap).
enum class Style : std::uint8_t { except, cidrs };

struct Order {
  const model::Snapshot& snapshot;
  const model::Platform& platform;
  const catalog::Guard& guard;
  std::vector<std::string> namespaces;  ///< in scope; every one must be in the Snapshot
  Style style = Style::except;
};

/// The Plan. Never adds an allow to an isolated Pod, present or future; never cuts more than
/// guard.may. O(policies x rules x guard), and the exact complement of each namespace's selectors.
/// Requires every policy's `source`. The argument: docs/semantics/fix.md.
Plan synthesize(const Order& order);

/// `policy` with `edits`, all of which are its own, carried out (spec.policyTypes made explicit
/// where dropping the last rule would change their default), as the whole object. Requires its
/// `source`.
model::Value edited(const model::NetworkPolicy& policy, const std::vector<Edit>& edits);

/// `object` without what only the API server writes (status, resourceVersion and the like, the
/// last-applied annotation), for manifests that people keep.
model::Value printable(model::Value object);

}  // namespace podmoat::fix
