// PortSet: runs of ports per protocol. Every operation is one merge of the two operands' edges, the
// places where membership changes, so it is linear in the number of runs.
//
// A FlowSet copies PortSets all the time and nearly all of them are one of a handful of values, so
// the runs are shared: a copy is a pointer, and equal pointers are the quick answer to ==.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "core/flow/flow_set.h"

namespace podmoat::flow {
namespace {

using Run = PortSet::Run;

/// All runs on one number line; the protocols lie far enough apart that their runs never touch.
constexpr std::uint32_t kStride = 1U << 17;

/// Where membership changes, ascending: in at even indices, out at odd ones.
std::vector<std::uint32_t> edges_of(const std::vector<Run>& runs) {
  std::vector<std::uint32_t> edges;
  edges.reserve(2 * runs.size());
  for (const Run& run : runs) {
    const std::uint32_t zero = kStride * static_cast<std::uint32_t>(run.protocol);
    edges.push_back(zero + run.ports.first);
    edges.push_back(zero + run.ports.last + 1);
  }
  return edges;
}

std::vector<Run> runs_of(const std::vector<std::uint32_t>& edges) {
  std::vector<Run> runs;
  runs.reserve(edges.size() / 2);
  for (std::size_t i = 0; i < edges.size(); i += 2) {
    const auto port = [](std::uint32_t edge) { return static_cast<std::uint16_t>(edge % kStride); };
    runs.push_back(
        {static_cast<Protocol>(edges[i] / kStride), {port(edges[i]), port(edges[i + 1] - 1)}});
  }
  return runs;
}

/// The runs of all ports for which `keep(in a, in b)` holds. `keep(false, false)` must be false.
template <class Keep>
std::vector<Run> merge(const std::vector<Run>& a, const std::vector<Run>& b, Keep keep) {
  const auto left = edges_of(a);
  const auto right = edges_of(b);
  std::vector<std::uint32_t> edges;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < left.size() || j < right.size()) {
    const std::uint32_t edge = i == left.size()    ? right[j]
                               : j == right.size() ? left[i]
                                                   : std::min(left[i], right[j]);
    if (i < left.size() && left[i] == edge) ++i;
    if (j < right.size() && right[j] == edge) ++j;
    const bool inside = keep(i % 2 == 1, j % 2 == 1);
    if (inside != (edges.size() % 2 == 1)) edges.push_back(edge);
  }
  return runs_of(edges);
}

Ports all_ports(Protocol protocol) { return protocol == Protocol::other ? Ports{0, 0} : Ports{}; }

/// The protocol as the text notation writes it.
std::string_view word_of(Protocol protocol) {
  switch (protocol) {
    case Protocol::tcp:
      return "tcp";
    case Protocol::udp:
      return "udp";
    case Protocol::sctp:
      return "sctp";
    default:
      return name_of(protocol);
  }
}

}  // namespace

PortSet::PortSet(std::vector<Run> runs) {
  if (!runs.empty()) runs_ = std::make_shared<const std::vector<Run>>(std::move(runs));
}

PortSet PortSet::all() {
  static const PortSet everything = all(Protocol::tcp) | all(Protocol::udp) | all(Protocol::sctp) |
                                    all(Protocol::other) | all(Protocol::named);
  return everything;
}

PortSet PortSet::all(Protocol protocol) { return of(protocol, all_ports(protocol)); }

PortSet PortSet::of(Protocol protocol, Ports ports) {
  PODMOAT_CHECK(ports.first <= ports.last && ports.last <= all_ports(protocol).last);
  return PortSet({{protocol, ports}});
}

const std::vector<Run>& PortSet::runs() const {
  static const std::vector<Run> none;
  return runs_ ? *runs_ : none;
}

bool PortSet::contains(Protocol protocol, std::uint16_t port) const {
  return std::any_of(runs().begin(), runs().end(), [&](const Run& run) {
    return run.protocol == protocol && run.ports.first <= port && port <= run.ports.last;
  });
}

std::string PortSet::str() const {
  if (empty()) return "none";
  if (*this == all()) return "any";
  std::string out;
  const Run* before = nullptr;
  for (const Run& run : runs()) {
    if (before != nullptr && before->protocol == run.protocol) {
      out += ',';
    } else {
      if (before != nullptr) out += ' ';
      out += word_of(run.protocol);
      if (run.ports != all_ports(run.protocol)) out += ' ';
    }
    before = &run;
    if (run.ports == all_ports(run.protocol)) continue;
    out += fmt::format("{}", run.ports.first);
    if (run.ports.first != run.ports.last) out += fmt::format("-{}", run.ports.last);
  }
  return out;
}

bool PortSet::operator==(const PortSet& other) const {
  return runs_ == other.runs_ || runs() == other.runs();
}

std::strong_ordering PortSet::operator<=>(const PortSet& other) const {
  if (runs_ == other.runs_) return std::strong_ordering::equal;
  return runs() <=> other.runs();
}

// Where the answer is an operand it is that very operand, so that equal sets stay shared.

PortSet operator|(const PortSet& a, const PortSet& b) {
  if (b.empty() || a == b) return a;
  if (a.empty()) return b;
  return PortSet(merge(a.runs(), b.runs(), [](bool in_a, bool in_b) { return in_a || in_b; }));
}

PortSet operator&(const PortSet& a, const PortSet& b) {
  if (a.empty() || a == b || b == PortSet::all()) return a;
  if (b.empty() || a == PortSet::all()) return b;
  return PortSet(merge(a.runs(), b.runs(), [](bool in_a, bool in_b) { return in_a && in_b; }));
}

PortSet operator-(const PortSet& a, const PortSet& b) {
  if (a.empty() || b.empty()) return a;
  if (a == b || b == PortSet::all()) return {};
  return PortSet(merge(a.runs(), b.runs(), [](bool in_a, bool in_b) { return in_a && !in_b; }));
}

}  // namespace podmoat::flow
