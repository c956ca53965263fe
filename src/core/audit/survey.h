#pragma once
// Survey: what all rules of the audit look at, computed once. Subjects that stand on the same
// Ladder share their Verdicts, so a cluster costs one evaluation for each distinct Ladder.
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/audit/audit.h"
#include "core/audit/exposure.h"
#include "core/policy/peers.h"

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

  Reach worst() const;  ///< of all Aims
};

/// What Exceptions leave to a Subject, and the Verdicts on that and on the rest of the Targets. The
/// Subject's own Verdicts stay what they are. Rules: docs/semantics/exceptions.md EX-6, EX-7.
struct Leave {
  std::vector<std::size_t> exceptions;  ///< into Guard::spared: those that surely select it
  flow::FlowSet flows;                  ///< at known addresses
  Judged spared;
  Judged rest;
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
  /// What Exceptions leave to `subject`, one of subjects(); nullptr for most: nothing. O(1).
  const Leave* leave_of(const policy::Subject& subject) const {
    return leave_of_[static_cast<std::size_t>(&subject - subjects_.data())];
  }
  /// Whether policies may have an effect on this Platform.
  bool enforced() const { return question_.platform.enforces.answer != model::Answer::no; }

  /// The policies that isolate the Subject's egress.
  std::vector<const model::NetworkPolicy*> isolating(const policy::Subject& subject) const;

 private:
  /// The Verdict on flows of an Aim that lie on one line.
  using Judging = std::function<Verdict(const catalog::Aim& aim, const flow::FlowSet& wanted)>;
  /// The flows of an Aim, or a part of them, family by family.
  struct Wanted {
    flow::FlowSet all;
    flow::FlowSet v4;
    flow::FlowSet v6;
    flow::FlowSet nodes;
  };
  using Wants = std::vector<Wanted>;  ///< as Guard::aims
  static Wanted wanted(flow::FlowSet flows);

  Judged judge_each(const Wants& wants, const Judging& judge_one) const;
  Judged judge_on(const Wants& wants, const flow::Ladder& ladder, Exposure exposure) const;
  Judged judge_on_hosts(const Wants& wants) const;
  /// `judged` anew, for a part of what is wanted.
  Judged judge_again(const Wants& wants, const Judged& judged) const;
  const Judged* verdicts_of(const policy::Subject& subject);
  const Leave* leave_for(const policy::Subject& subject, const Judged& judged);
  Leave leave(std::vector<std::size_t> exceptions, const Judged& judged) const;

  const Question& question_;
  flow::FlowSet asked_;  ///< everything that a rule asks of a Ladder
  Wants wanted_;
  std::unique_ptr<policy::Policies> policies_;
  std::vector<policy::Subject> subjects_;
  /// By the Ladder and what the Exposure rests on.
  std::map<std::tuple<const flow::Ladder*, const model::Fact*, bool>, Judged> judged_;
  Judged on_host_network_;
  std::vector<const Judged*> judged_of_;  ///< by the Subject's index
  std::map<std::pair<const Judged*, std::vector<std::size_t>>, Leave> leaves_;
  std::vector<const Leave*> leave_of_;  ///< by the Subject's index
};

/// Whether the Exception holds for the Pods of `subject`: unknown where that hangs on labels of
/// their namespace that the input does not tell.
policy::Match selects(const catalog::Spared& spared, const policy::Subject& subject,
                      const model::Snapshot& snapshot);

/// A Finding about a Subject: its names and Pods filled in, the rest as in `pattern`.
Finding stamped(const Finding& pattern, const Survey& survey, const policy::Subject& subject);

}  // namespace podmoat::audit
