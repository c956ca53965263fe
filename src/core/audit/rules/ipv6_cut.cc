// PM-005: a policy that says "everything" in IPv4 only. An ipBlock of a whole IPv4 line with no
// word on IPv6 cuts every IPv6 destination from the Pods it isolates (NP-CIDR).
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/audit/rules/rules.h"

namespace podmoat::audit {
namespace {

struct Words {
  std::optional<Because> everything_v4;  ///< the peer that allows the whole IPv4 line
  bool any_v6 = false;
};

Words words_of(const Survey& survey, const std::vector<std::uint32_t>& policies) {
  Words out;
  for (const std::uint32_t index : policies) {
    const model::NetworkPolicy& policy = survey.question().snapshot.network_policies[index];
    for (std::size_t i = 0; i < policy.egress.size(); ++i) {
      const model::PolicyRule& rule = policy.egress[i];
      out.any_v6 = out.any_v6 || rule.peers.empty();
      for (std::size_t j = 0; j < rule.peers.size(); ++j) {
        const auto* block = std::get_if<model::IpBlock>(&rule.peers[j].is);
        if (block == nullptr) continue;
        if (block->cidr.family() == Family::v6) out.any_v6 = true;
        if (block->cidr.family() == Family::v4 && block->cidr.prefix == 0 && !out.everything_v4)
          out.everything_v4 = Because{
              policy.object, "egress[" + std::to_string(i) + "].to[" + std::to_string(j) + "]",
              rule.peers[j].place, "allows " + block->cidr.str() + " and no IPv6 address"};
      }
    }
  }
  return out;
}

}  // namespace

void check_ipv6_cut(const Survey& survey, Findings& out) {
  if (survey.question().platform.enforces.answer == model::Answer::no) return;
  std::unordered_map<const flow::Ladder*, std::optional<Finding>> known;
  for (const policy::Subject& subject : survey.subjects()) {
    const flow::Ladder* ladder = survey.judged(subject).ladder;
    if (ladder == nullptr || ladder->tiers.empty()) continue;
    auto it = known.find(ladder);
    if (it == known.end()) {
      std::optional<Finding> made;
      const Words words = words_of(survey, survey.isolating(subject));
      if (words.everything_v4 && !words.any_v6) {
        made = finding("PM-005");
        made->because = {*words.everything_v4};
        made->message = "every IPv6 destination is cut off: " + words.everything_v4->object.str() +
                        " allows everything in IPv4 only";
        made->remedy = made->rule->remedy;
      }
      it = known.emplace(ladder, std::move(made)).first;
    }
    if (it->second) out.push_back(stamped(*it->second, survey, subject));
  }
}

}  // namespace podmoat::audit
