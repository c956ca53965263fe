// PM-003: an `except` that names a Target and takes nothing away, because another rule lets the
// same Subject through. Policies add up: an except subtracts from its own peer only (NP-9).
#include <algorithm>
#include <utility>

#include "core/audit/rules/shared.h"

namespace podmoat::audit {
namespace {

/// Adds one Target that `peer` excepts in vain, as `open` passes all the same.
void add(const Survey& survey, const flow::Ladder& ladder, const BlockPeer& peer,
         const catalog::Target& target, const flow::Flow& open, Findings& out) {
  std::vector<Because> because = allowing(survey.policies(), ladder, open);
  because.insert(because.begin(), peer.because(words_for_hole(peer, open)));
  const auto same = std::find_if(out.begin(), out.end(), [&](const Finding& other) {
    return same_cause(other.because, because);
  });
  if (same != out.end()) {
    if (same->targets.back() != target.id) same->targets.push_back(target.id);
    return;
  }
  Finding made = finding("PM-003");
  made.target = target.id;
  made.targets = {target.id};
  made.witness = open.str();
  // In languages that leave a flow to the next tier it may pass without a rule that allows it.
  const std::string why = because.size() < 2 ? "no tier denies " + made.witness
                                             : because[1].object.str() + " " + because[1].rule +
                                                   " lets " + made.witness + " through";
  made.message = peer.policy->object.str() + " " + because[0].text + " to no effect: " + why;
  made.because = std::move(because);
  made.fixable = true;
  out.push_back(std::move(made));
}

}  // namespace

void check_except(const Survey& survey, Findings& out) {
  const auto patterns = [&](const policy::Subject& subject, const flow::Ladder& ladder) {
    Findings made;
    for (const BlockPeer& peer : blocks_of(survey, subject)) {
      // Most often nothing; only otherwise is each Target asked about.
      const flow::FlowSet hole = excepted(peer, flow::FlowSet::all());
      flow::FlowSet open = flow::evaluate(ladder, hole).sure;
      // What an Exception leaves to the Subject is meant to be open (EX-7).
      if (const Leave* leave = survey.leave_of(subject)) open = open - leave->flows;
      if (open.empty()) continue;
      for (const catalog::Aim& aim : survey.question().guard.aims) {
        if (aim.anywhere || aim.host_only) continue;
        const auto witness = (open & aim.flows).witness();
        if (witness) add(survey, ladder, peer, *aim.target, *witness, made);
      }
    }
    return made;
  };
  add_by_ladder(survey, patterns, out);
}

}  // namespace podmoat::audit
