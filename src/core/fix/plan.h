#pragma once
// Plan: the manifests to add or to change so that no policy lets a guarded flow through, and
// nothing else changes.
#include <cstdint>
#include <string>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/fix/engine.h"
#include "core/model/platform.h"
#include "core/model/snapshot.h"

namespace podmoat::fix {

/// A new object: a policy, or what one stands in.
struct Addition {
  std::string ns;  ///< "" for what is the whole cluster's
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

/// An object of another policy language becomes `after`, the whole of it.
struct ObjectChange {
  std::uint32_t object = 0;  ///< into Snapshot::policy_objects
  model::Value after;
  std::string why;
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
  std::vector<Addition> additions;    ///< sorted by namespace, name
  std::vector<Edit> edits;            ///< sorted by policy, rule
  std::vector<ObjectChange> changes;  ///< sorted by object
  std::vector<Leftover> leftovers;
  std::vector<Restart> restarts;
  std::vector<Leftover> losses;  ///< whom the Plan would hurt; the remedy proposes an Exception

  bool empty() const { return additions.empty() && edits.empty() && changes.empty(); }
};

/// How it is written. NetworkPolicy takes an address out of a block with `except`, or by listing
/// the blocks around it (for plugins that get `except` wrong where policies overlap). Cilium's deny
/// isolates nobody, or, for versions that cannot say so, stands beside an allow of everything.
enum class Style : std::uint8_t { except, cidrs, allow_all };

struct Order {
  const model::Snapshot& snapshot;
  const model::Platform& platform;
  const catalog::Guard& guard;
  std::vector<std::string> namespaces;  ///< in scope; every one must be in the Snapshot
  Style style = Style::except;
  Engine engine = Engine::network_policy;
  /// The scope is the whole cluster: namespaces that are not in the Snapshot too.
  bool everywhere = false;
};

/// The Plan. Never adds an allow to an isolated Pod, present or future; never cuts more than
/// guard.may. With Engine::network_policy O(policies x rules x guard), and the exact complement of
/// each namespace's selectors; policies that can deny stand beside what is there, whether it is
/// needed or not. Requires every policy's `source`. The argument: docs/semantics/fix.md.
Plan synthesize(const Order& order);

/// `policy` with `edits`, all of which are its own, carried out (spec.policyTypes made explicit
/// where dropping the last rule would change their default), as the whole object. Requires its
/// `source`.
model::Value edited(const model::NetworkPolicy& policy, const std::vector<Edit>& edits);

/// `object` without what only the API server writes (status, resourceVersion and the like, the
/// last-applied annotation), for manifests that people keep.
model::Value printable(model::Value object);

}  // namespace podmoat::fix
