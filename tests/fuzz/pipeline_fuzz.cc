// Whatever bytes come in, they are read, audited, fixed, verified and reported: nothing crashes or
// hangs, no Plan is refuted, and one on input that is known in full is proven.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "core/audit/audit.h"
#include "core/fix/plan.h"
#include "core/proof/proof.h"
#include "core/report/report.h"
#include "support/carried_out.h"
#include "support/yaml_cluster.h"

namespace {

using namespace podmoat;

/// Beyond this a proof is undecided, which takes a moment and no longer.
constexpr std::size_t kBound = 1 << 8;

void write_reports(const audit::Question& question) {
  const audit::Report report = audit::audit(question);
  const report::Look look;
  for (const auto detail : {report::Detail::summary, report::Detail::all})
    PODMOAT_CHECK(
        !report::audit_table(report, question.snapshot, detail, report::GroupBy::ns, look).empty());
  PODMOAT_CHECK(report::audit_document(report, question.snapshot).map() != nullptr);
  PODMOAT_CHECK(report::sarif(report, question.snapshot).map() != nullptr);
  report::diagnostics_text(question.snapshot.diagnostics, question.snapshot, look);
}

void fix_and_verify(const audit::Question& question) {
  const model::Snapshot& before = question.snapshot;
  std::vector<std::string> namespaces;
  for (const model::Namespace& ns : before.namespaces) namespaces.push_back(ns.object.name);
  const fix::Plan plan =
      fix::synthesize({before, question.platform, question.guard, namespaces, fix::Style::except});
  const auto after = test::carried_out(before, plan);
  PODMOAT_CHECK(after.has_value());
  const proof::Proof proof = proof::verify({.before = before,
                                            .after = *after,
                                            .platform = question.platform,
                                            .guard = question.guard,
                                            .namespaces = namespaces,
                                            .bound = kBound});
  // A namespace whose Pods no few selectors tell apart is left over, and said so.
  const bool all_cured = std::all_of(plan.leftovers.begin(), plan.leftovers.end(),
                                     [](const fix::Leftover& left) { return left.ns.empty(); });
  PODMOAT_CHECK(proof.outcome != proof::Outcome::refuted || !all_cured);
  PODMOAT_CHECK(proof.outcome != proof::Outcome::undecided || !proof.open_questions.empty());
  const report::Look look;
  report::plan_notes(plan, before, look);
  report::proof_text(proof, look);
  PODMOAT_CHECK(report::proof_document(proof).map() != nullptr);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 1 << 16) return 0;
  // The Reader takes characters; unsigned char may be looked at as such.
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const model::Snapshot snapshot = test::cluster_of(text);
  const catalog::Catalog& catalog = test::builtin_catalog();
  const std::vector<std::string> providers{"aws", "gcp"};
  const catalog::Guard guard =
      catalog::guard(catalog, snapshot, {.providers = providers, .targets = {}, .node_blocks = {}});
  const audit::Question question{
      snapshot, model::conformant(), model::Basis::assumed, catalog, guard, providers, {}};
  write_reports(question);
  fix_and_verify(question);
  return 0;
}
