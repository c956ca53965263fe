// Zones, from one walk along guard.must and guard.may. docs/semantics/fix.md FX-5 to FX-7.
#include "core/fix/zones.h"

#include <algorithm>
#include <utility>

namespace podmoat::fix {
namespace {

using flow::PortSet;
using flow::Span;

/// The part of `ports` that `ports` of a policy can say: TCP, UDP and SCTP, and no single port 0
/// (FX-7). All ports of a protocol, port 0 among them, are said by naming none.
PortSet sayable(const PortSet& ports) {
  PortSet out;
  for (const PortSet::Run& run : ports.runs()) {
    if (run.protocol == Protocol::other || run.protocol == Protocol::named) continue;
    Ports said = run.ports;
    if (said != Ports{}) said.first = std::max<std::uint16_t>(said.first, 1);
    if (said.first <= said.last) out = out | PortSet::of(run.protocol, said);
  }
  return out;
}

void append(std::vector<Span>& spans, const Span& span) {
  if (!spans.empty() && spans.back().line == span.line && spans.back().last + 1 == span.first)
    spans.back().last = span.last;
  else
    spans.push_back(span);
}

}  // namespace

Zones::Zones(const catalog::Guard& guard) {
  std::map<std::pair<PortSet, PortSet>, std::vector<Span>> spans;
  const auto& may = guard.may.rows();
  auto at = may.begin();
  for (const auto& row : guard.must.rows()) {
    const auto before = [&](const Span& span) {
      return std::pair{span.line, span.last} < std::pair{row.span.line, row.span.first};
    };
    while (at != may.end() && before(at->span)) ++at;
    for (auto it = at; it != may.end(); ++it) {
      const Span& other = it->span;
      if (other.line != row.span.line || other.first > row.span.last) break;
      append(spans[{row.ports, it->ports}], {other.line, std::max(other.first, row.span.first),
                                             std::min(other.last, row.span.last)});
    }
  }
  for (auto& [ports, where] : spans)
    zones_.push_back({ports.first, ports.second, std::move(where)});
}

const Cut& Zones::cut(const PortSet& ports) {
  const auto [it, fresh] = cuts_.try_emplace(ports);
  if (!fresh) return it->second;
  std::vector<Span> left;
  std::map<PortSet, std::vector<Span>> stays;
  for (const Zone& zone : zones_) {
    if ((zone.must & ports).empty()) continue;
    left.insert(left.end(), zone.spans.begin(), zone.spans.end());
    const PortSet stay = sayable(ports - zone.may);
    if (stay.empty()) continue;
    auto& where = stays[stay];
    where.insert(where.end(), zone.spans.begin(), zone.spans.end());
  }
  const auto joined = [](std::vector<Span> spans) {
    std::sort(spans.begin(), spans.end());
    std::vector<Span> out;
    for (const Span& span : spans) append(out, span);
    return out;
  };
  it->second.spans = joined(std::move(left));
  for (auto& [stay, where] : stays) it->second.stays.push_back({stay, joined(std::move(where))});
  std::sort(it->second.stays.begin(), it->second.stays.end(),
            [](const Stay& a, const Stay& b) { return a.spans.front() < b.spans.front(); });
  return it->second;
}

std::vector<Span> inside(const std::vector<Span>& spans, const Span& block) {
  std::vector<Span> out;
  auto it = std::lower_bound(spans.begin(), spans.end(), block, [](const Span& a, const Span& b) {
    return std::pair{a.line, a.last} < std::pair{b.line, b.first};
  });
  for (; it != spans.end() && it->line == block.line && it->first <= block.last; ++it)
    out.push_back({it->line, std::max(it->first, block.first), std::min(it->last, block.last)});
  return out;
}

std::vector<Block> blocks_of(const std::vector<Span>& spans) {
  std::vector<Block> out;
  for (const Span& span : spans) {
    const std::vector<Block> blocks = flow::blocks_of(span);
    out.insert(out.end(), blocks.begin(), blocks.end());
  }
  return out;
}

}  // namespace podmoat::fix
