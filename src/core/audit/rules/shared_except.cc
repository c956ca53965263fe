// PM-026: a plugin for which an `except` is a deny for the Pod, whatever other policies allow.
// Where another policy allows what one excepts, Kubernetes says allowed, and the plugin cuts it.
#include <utility>

#include "core/audit/rules/shared.h"

namespace podmoat::audit {

void check_shared_except(const Survey& survey, Findings& out) {
  if (survey.question().platform.except_is_local.answer == model::Answer::yes) return;
  const auto patterns = [&](const policy::Subject& subject, const flow::Ladder& ladder) {
    Findings made;
    for (const BlockPeer& peer : blocks_of(survey, subject)) {
      const flow::FlowSet hole = excepted(peer, flow::FlowSet::all());
      const auto open = flow::evaluate(ladder, hole).possible.witness();
      if (!open) continue;
      Finding one = finding("PM-026");
      one.because = {peer.because(words_for_hole(peer, *open))};
      one.witness = open->str();
      one.message = peer.policy->object.str() + " " + one.because[0].text +
                    ", which another policy allows; whether platform " +
                    survey.question().platform.name + " cuts it all the same is not known";
      made.push_back(std::move(one));
      break;
    }
    return made;
  };
  add_by_ladder(survey, patterns, out);
}

}  // namespace podmoat::audit
