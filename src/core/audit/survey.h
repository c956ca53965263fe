#pragma once
// Survey: what all rules of the audit look at, computed once. Subjects that stand on the same
// Ladder share their Verdicts, so a cluster costs one evaluation for each distinct Ladder.
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/audit/audit.h"
#include "core/audit/exposure.h"

namespace podmoat::audit {

/// A Target's Verdicts: one on each family in which it has addresses, or, if nobody knows its
/// address (catalog::Aim::anywhere), a single one on both. Rules: docs/semantics/verdicts.md VD-5,
/// VD-6.
struct AimVerdicts {
  std::optional<Verdict> v4{};
  std::optional<Verdict> v6{};
  std::optional<Verdict> anywhere{};
  std::optional<Verdict> nodes{};  ///< on flow::Line::node, where nodes have no addresses

  /// Those that there are, `anywhere` and `nodes` first.
  std::vector<const Verdict*> all() const;
  Reach worst() const;
};

/// The Verdicts of all Subjects on one Ladder that the Platform holds alike.
struct Judged {
  const flow::Ladder* ladder = nullptr;  ///< nullptr on the host network where no policy holds it
  std::vector<AimVerdicts> aims;         ///< as Guard::aims
  bool host_network = false;
  Exposure exposure{};
};

class Survey {
 public:
  explicit Survey(const Question& question);
  ~Survey();

  const Question& question() const { return question_; }
  const policy::Policies& policies() const { return *policies_; }
  /// Those in scope.
  const std::vector<policy::Subject>& subjects() const { return subjects_; }
  /// `subject` is one of subjects(). O(1): every rule asks for every Subject.
  const Judged& judged(const policy::Subject& subject) const {
    return *judged_of_[static_cast<std::size_t>(&subject - subjects_.data())];
  }
  /// Whether policies may have an effect on this Platform.
  bool enforced() const { return question_.platform.enforces.answer != model::Answer::no; }

  /// The policies that isolate the Subject's egress.
  std::vector<const model::NetworkPolicy*> isolating(const policy::Subject& subject) const;

 private:
  /// The Verdict on flows of an Aim that lie on one line.
  using Judging = std::function<Verdict(const catalog::Aim& aim, const flow::FlowSet& wanted)>;
  Judged judge_each(const Judging& judge_one) const;
  Judged judge_on(const flow::Ladder& ladder, Exposure exposure) const;
  Judged judge_on_hosts() const;
  const Judged* verdicts_of(const policy::Subject& subject);

  /// The flows of an Aim, family by family.
  struct Wanted {
    flow::FlowSet v4;
    flow::FlowSet v6;
    flow::FlowSet nodes;
  };

  const Question& question_;
  flow::FlowSet asked_;         ///< everything that a rule asks of a Ladder
  std::vector<Wanted> wanted_;  ///< as Guard::aims
  std::unique_ptr<policy::Policies> policies_;
  std::vector<policy::Subject> subjects_;
  std::map<std::pair<const flow::Ladder*, const model::Fact*>, Judged> judged_;
  Judged on_host_network_;
  std::vector<const Judged*> judged_of_;  ///< by the Subject's index
};

/// A Finding about a Subject: its names and Pods filled in, the rest as in `pattern`.
Finding stamped(const Finding& pattern, const Survey& survey, const policy::Subject& subject);

}  // namespace podmoat::audit
