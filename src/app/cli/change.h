#pragma once
// Change: a Plan as documents and as texts of files.
#include <string>
#include <vector>

#include "app/cli/input.h"
#include "core/fix/plan.h"
#include "core/proof/proof.h"

namespace podmoat::cli {

/// A policy's whole object after the change, and where the one before stands.
struct ChangedPolicy {
  std::uint32_t policy = 0;  ///< into the Snapshot before
  model::Value after;
};

/// The same for an object of another policy language.
struct ChangedObject {
  std::uint32_t object = 0;  ///< into Snapshot::policy_objects before
  model::Value after;
};

/// What a Plan comes to.
struct Change {
  const Input* input = nullptr;  ///< what it starts from
  std::vector<ChangedPolicy> changed;
  std::vector<ChangedObject> changed_objects;
  std::vector<model::Value> added;
  model::Snapshot after;  ///< decoded from the documents that will be written
};

/// Carries out the Plan on documents. Fails if a document that it makes is not a valid
/// NetworkPolicy; the other kinds are judged by what podmoat reads in their text.
Outcome<Change> make_change(const Input& input, const fix::Plan& plan);

/// All added and changed policies as YAML documents for kubectl apply.
std::string manifests_of(const Change& change);

/// The change as a diff of files: changed ones, and a new file for the added policies.
Outcome<std::string> diff_of(const Change& change, const std::vector<std::string>& sources);

/// Writes the files and says which. All texts are made before the first is written; a file that
/// somebody changed since it was loaded is refused.
Outcome<std::vector<std::string>> carry_out(const Change& change,
                                            const std::vector<std::string>& sources);

/// The namespaces in scope, of one Snapshot or of two, sorted.
std::vector<std::string> namespaces_in(const Input& input, const model::Snapshot* other);

/// 0 proven, 1 refuted, 4 undecided.
Exit exit_of(const proof::Proof& proof);

}  // namespace podmoat::cli
