// PM-003: an `except` that names a Target and takes nothing away, because another rule lets the
// same Subject through. Policies add up: an except subtracts from its own peer only (NP-9).
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/audit/rules/rules.h"

namespace podmoat::audit {
namespace {

/// The rules whose `except` holds the address of `flow`.
std::vector<Because> excepting(const Survey& survey, const std::vector<std::uint32_t>& policies,
                               const Address& address) {
  std::vector<Because> out;
  for (const std::uint32_t index : policies) {
    const model::NetworkPolicy& policy = survey.question().snapshot.network_policies[index];
    for (std::size_t i = 0; i < policy.egress.size(); ++i)
      for (std::size_t j = 0; j < policy.egress[i].peers.size(); ++j) {
        const model::Peer& peer = policy.egress[i].peers[j];
        const auto* block = std::get_if<model::IpBlock>(&peer.is);
        if (block == nullptr) continue;
        const auto hole = std::find_if(block->except.begin(), block->except.end(),
                                       [&](const Block& b) { return b.contains(address); });
        if (hole == block->except.end()) continue;
        out.push_back({policy.object,
                       "egress[" + std::to_string(i) + "].to[" + std::to_string(j) + "]",
                       peer.place, "excepts " + hole->str()});
      }
  }
  return out;
}

}  // namespace

void check_except(const Survey& survey, Findings& out) {
  std::unordered_map<const flow::Ladder*, Findings> known;
  const auto& aims = survey.question().guard.aims;
  for (const policy::Subject& subject : survey.subjects()) {
    const Judged& judged = survey.judged(subject);
    if (judged.ladder == nullptr) continue;
    auto it = known.find(judged.ladder);
    if (it == known.end()) {
      Findings made;
      std::optional<std::vector<std::uint32_t>> isolating;
      for (std::size_t i = 0; i < aims.size() && made.empty(); ++i) {
        if (aims[i].anywhere) continue;
        for (const auto* verdict : {&judged.aims[i].v4, &judged.aims[i].v6}) {
          if (!*verdict || (*verdict)->reach != Reach::reachable) continue;
          if (!isolating) isolating = survey.isolating(subject);
          const flow::Flow& flow = *(*verdict)->witness;
          const Address address{flow.to.line == flow::Line::v4 ? Family::v4 : Family::v6,
                                flow.to.at};
          std::vector<Because> because = excepting(survey, *isolating, address);
          if (because.empty()) continue;
          Finding one = finding("PM-003");
          one.target = aims[i].target->id;
          one.targets = {one.target};
          one.witness = flow.str();
          one.message = because.front().object.str() + " " + because.front().text +
                        " to no effect: " + (*verdict)->because.front().object.str() + " " +
                        (*verdict)->because.front().rule + " lets " + one.witness + " through";
          one.remedy = one.rule->remedy;
          one.fixable = true;
          one.because = std::move(because);
          one.because.insert(one.because.end(), (*verdict)->because.begin(),
                             (*verdict)->because.end());
          made.push_back(std::move(one));
          break;
        }
      }
      it = known.emplace(judged.ladder, std::move(made)).first;
    }
    for (const Finding& pattern : it->second) out.push_back(stamped(pattern, survey, subject));
  }
}

}  // namespace podmoat::audit
