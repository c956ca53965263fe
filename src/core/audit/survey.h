#pragma once
// Survey: what all rules of the audit look at, computed once. Subjects that stand on the same
// Ladder share their Verdicts, so a cluster costs one evaluation for each distinct Ladder.
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/audit/audit.h"

namespace podmoat::audit {

/// A Target's Verdict on each family. A family on which the Target has no address is nothing.
struct FamilyVerdicts {
  std::optional<Verdict> v4;
  std::optional<Verdict> v6;
};

/// The Verdicts of all Subjects on one Ladder.
struct Judged {
  bool host_network = false;
  const flow::Ladder* ladder = nullptr;  ///< nullptr on the host network
  std::vector<FamilyVerdicts> aims;      ///< as Guard::aims
};

class Survey {
 public:
  explicit Survey(const Question& question);
  ~Survey();

  const Question& question() const { return question_; }
  const policy::Policies& policies() const { return *policies_; }
  /// Those in scope.
  const std::vector<policy::Subject>& subjects() const { return subjects_; }
  const Judged& judged(const policy::Subject& subject) const;

  /// The policies (indices into Snapshot::network_policies) that isolate the Subject's egress.
  std::vector<std::uint32_t> isolating(const policy::Subject& subject) const;
  /// Indices into Snapshot::network_policies of one namespace.
  std::pair<std::uint32_t, std::uint32_t> policies_of(std::string_view ns) const;

 private:
  Judged judge_on(const flow::Ladder* ladder, bool host_network) const;

  const Question& question_;
  std::unique_ptr<policy::Policies> policies_;
  std::vector<policy::Subject> subjects_;
  mutable std::unordered_map<const flow::Ladder*, Judged> judged_;
  Judged on_host_network_;
};

/// A Finding about a Subject: its names and Pods filled in, the rest as in `pattern`.
Finding stamped(const Finding& pattern, const Survey& survey, const policy::Subject& subject);
/// A Finding of that rule about nothing yet.
Finding finding(std::string_view rule);
/// Stable id of what the Finding is about; `object` where there is no Subject.
std::string fingerprint(const Finding& finding, std::string_view object = "");

}  // namespace podmoat::audit
