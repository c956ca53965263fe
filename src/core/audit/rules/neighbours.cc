// PM-007: an `except` that takes a Neighbour away with a Target, and nothing else lets it through:
// "except 169.254.0.0/16" stops the metadata service, and link-local DNS as well.
// A Neighbour that is closed because nothing ever opened it is what its owner asked for.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/audit/rules/rules.h"

namespace podmoat::audit {
namespace {

/// The first `except` that overlaps the Neighbour's addresses.
std::optional<Because> excepting(const Survey& survey, const std::vector<std::uint32_t>& policies,
                                 const flow::FlowSet& flows) {
  for (const std::uint32_t index : policies) {
    const model::NetworkPolicy& policy = survey.question().snapshot.network_policies[index];
    for (std::size_t i = 0; i < policy.egress.size(); ++i)
      for (std::size_t j = 0; j < policy.egress[i].peers.size(); ++j) {
        const model::Peer& peer = policy.egress[i].peers[j];
        const auto* block = std::get_if<model::IpBlock>(&peer.is);
        if (block == nullptr) continue;
        for (const Block& hole : block->except)
          if (!(flows & flow::FlowSet::box(flow::span_of(hole), flow::PortSet::all())).empty())
            return Because{policy.object,
                           "egress[" + std::to_string(i) + "].to[" + std::to_string(j) + "]",
                           peer.place, "excepts " + hole.str()};
      }
  }
  return std::nullopt;
}

std::optional<Finding> pattern(const Survey& survey, const policy::Subject& subject,
                               const flow::Ladder& ladder) {
  std::optional<Finding> made;
  std::optional<std::vector<std::uint32_t>> isolating;
  for (const catalog::Neighbour* neighbour : survey.question().guard.neighbours) {
    // Where a Target and a Neighbour overlap, the Target wins.
    const flow::FlowSet wanted = neighbour->flows - survey.question().guard.must;
    if (wanted.empty() || !flow::evaluate(ladder, wanted).possible.empty()) continue;
    if (!isolating) isolating = survey.isolating(subject);
    const std::optional<Because> cause = excepting(survey, *isolating, wanted);
    if (!cause) continue;
    if (!made) {
      made = finding("PM-007");
      made->target = neighbour->id;
      made->witness = wanted.witness()->str();
      made->because = {*cause};
    }
    made->targets.push_back(neighbour->id);
  }
  if (!made) return made;
  std::string names;
  for (const std::string& id : made->targets) names += (names.empty() ? "" : ", ") + id;
  made->message = made->because[0].object.str() + " " + made->because[0].text +
                  " and with it what honest Pods need: " + names;
  made->remedy = made->rule->remedy;
  return made;
}

}  // namespace

void check_neighbours(const Survey& survey, Findings& out) {
  if (survey.question().platform.enforces.answer == model::Answer::no) return;
  std::unordered_map<const flow::Ladder*, std::optional<Finding>> known;
  for (const policy::Subject& subject : survey.subjects()) {
    const flow::Ladder* ladder = survey.judged(subject).ladder;
    if (ladder == nullptr || ladder->tiers.empty()) continue;
    auto it = known.find(ladder);
    if (it == known.end()) it = known.emplace(ladder, pattern(survey, subject, *ladder)).first;
    if (it->second) out.push_back(stamped(*it->second, survey, subject));
  }
}

}  // namespace podmoat::audit
