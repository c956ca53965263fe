#pragma once
// Report: results to text for people and to documents for programs. One function each, no state;
// every output is fed from the same result model, so that they cannot disagree.
// Documents (apiVersion podmoat.io/v1alpha1) follow docs/schema/*.json.
#include <cstdint>
#include <string>
#include <vector>

#include "core/audit/audit.h"
#include "core/fix/plan.h"
#include "core/model/value.h"
#include "core/proof/proof.h"

namespace podmoat::report {

/// How text is laid out. Tables keep to `width` columns, cutting the last column first.
struct Look {
  bool colour = false;
  bool wide = false;  ///< no cutting, more columns
  std::size_t width = 80;
};

enum class Detail : std::uint8_t { summary, all };
enum class GroupBy : std::uint8_t { ns, workload, policy, target };

// audit
/// Summary: one line per group with its counts and worst Subjects. All: every Finding.
std::string audit_table(const audit::Report& report, const model::Snapshot& snapshot, Detail detail,
                        GroupBy group_by, const Look& look);
/// kind AuditReport.
model::Value audit_document(const audit::Report& report, const model::Snapshot& snapshot);
/// SARIF 2.1.0 within the limits of code scanning services (25,000 results).
model::Value sarif(const audit::Report& report, const model::Snapshot& snapshot);

// can-reach, who-can-reach
std::string reach_table(const std::vector<audit::Answer>& answers,
                        const audit::Destination& destination, const model::Snapshot& snapshot,
                        const Look& look);
/// "yes", "no" or "unknown", and why, as can-reach answers.
std::string reach_answer(const audit::Answer& answer, const audit::Destination& destination,
                         const model::Snapshot& snapshot);
/// kind ReachReport.
model::Value reach_document(const std::vector<audit::Answer>& answers,
                            const audit::Destination& destination, const model::Snapshot& snapshot);

// explain
/// The page of a rule.
std::string rule_page(const audit::RuleInfo& rule, const Look& look);
/// All pages as Markdown: docs/rules.md.
std::string rules_markdown();
/// The derivation of one Verdict as a tree: which policies select the Subject, what each of their
/// rules does to the flow, and what follows.
std::string derivation(const audit::Answer& answer, const audit::Destination& destination,
                       const policy::Policies& policies, const model::Snapshot& snapshot,
                       const model::Platform& platform, const Look& look);

// catalog
std::string catalog_table(const catalog::Catalog& catalog, const Look& look);
/// kind Catalog, as `--catalog` reads it.
model::Value catalog_document(const catalog::Catalog& catalog);

// platform
/// What a Platform is, from where, and every fact with its source. `hints`: see platform::hints.
std::string platform_table(const model::Platform& platform, model::Basis basis,
                           const std::vector<std::string>& hints, const Look& look);
/// kind Platform.
model::Value platform_document(const model::Platform& platform, model::Basis basis,
                               const std::vector<std::string>& hints);
/// The profiles by name.
std::string platforms_table(const Look& look);
/// kind PlatformList: every profile as a Platform.
model::Value platforms_document();

// fix and verify
/// What the Plan does, what it cannot fix and why, and which Pods to restart: for stderr.
std::string plan_notes(const fix::Plan& plan, const model::Snapshot& snapshot, const Look& look);
/// Which Exceptions are kept, and which ended: for stderr. "" without any.
std::string exceptions_text(const catalog::Guard& guard, const model::Snapshot& snapshot,
                            const Look& look);
std::string proof_text(const proof::Proof& proof, const Look& look);
/// kind Proof.
model::Value proof_document(const proof::Proof& proof);

// all verbs
/// "shop.yaml:14:5: error: ... (hint: ...)", one a line, as compilers do.
std::string diagnostics_text(const Diagnostics& diagnostics, const model::Snapshot& snapshot,
                             const Look& look);

}  // namespace podmoat::report
