#include "core/audit/rules/shared.h"

#include <algorithm>
#include <map>
#include <utility>

namespace podmoat::audit {

using flow::FlowSet;
using flow::PortSet;

PortSet BlockPeer::ports() const {
  if (rule->ports.empty()) return PortSet::all();
  PortSet out;
  for (const model::PolicyPort& entry : rule->ports)
    if (const auto* range = std::get_if<Ports>(&entry.port))
      out = out | PortSet::of(entry.protocol, *range);
    else if (std::holds_alternative<std::monostate>(entry.port))
      out = out | PortSet::all(entry.protocol);
  return out;
}

Because BlockPeer::because(std::string text) const {
  return {policy->object, path, peer->place, std::move(text)};
}

std::vector<BlockPeer> blocks_of(const Survey& survey, const policy::Subject& subject) {
  std::vector<BlockPeer> out;
  for (const model::NetworkPolicy* policy : survey.isolating(subject))
    for (std::size_t i = 0; i < policy->egress.size(); ++i) {
      const model::PolicyRule& rule = policy->egress[i];
      for (std::size_t j = 0; j < rule.peers.size(); ++j)
        if (const auto* block = std::get_if<model::IpBlock>(&rule.peers[j].is))
          out.push_back({policy, &rule, &rule.peers[j], block,
                         "egress[" + std::to_string(i) + "].to[" + std::to_string(j) + "]"});
    }
  return out;
}

FlowSet excepted(const BlockPeer& peer, const FlowSet& flows) {
  if (peer.block->except.empty()) return {};
  const PortSet ports = peer.ports();
  std::vector<FlowSet::Box> holes;
  for (const Block& hole : peer.block->except) holes.push_back({flow::span_of(hole), ports});
  return flows & FlowSet::of(std::move(holes));
}

std::string words_for_hole(const BlockPeer& peer, const flow::Flow& flow) {
  for (const Block& hole : peer.block->except) {
    const flow::Span span = flow::span_of(hole);
    if (span.line == flow.to.line && span.first <= flow.to.at && flow.to.at <= span.last)
      return "excepts " + hole.str();
  }
  return "excepts nothing of it";
}

std::string joined(const std::vector<std::string>& names, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < std::min(most, names.size()); ++i)
    out += (out.empty() ? "" : ", ") + names[i];
  if (names.size() > most) out += " and " + std::to_string(names.size() - most) + " more";
  return out;
}

Because permission(const catalog::Spared& spared) {
  const catalog::Exception& exception = spared.exception;
  return {exception.moat, exception.path, exception.moat.place, "leaves " + exception.what()};
}

void add_by_ladder(const Survey& survey, const Patterns& patterns, Findings& out) {
  if (!survey.enforced()) return;
  std::map<std::pair<const flow::Ladder*, const Leave*>, Findings> known;
  for (const policy::Subject& subject : survey.subjects()) {
    const flow::Ladder* ladder = survey.judged(subject).ladder;
    if (ladder == nullptr) continue;
    const std::pair key{ladder, survey.leave_of(subject)};
    auto it = known.find(key);
    if (it == known.end()) it = known.emplace(key, patterns(subject, *ladder)).first;
    for (const Finding& pattern : it->second) out.push_back(stamped(pattern, survey, subject));
  }
}

}  // namespace podmoat::audit
