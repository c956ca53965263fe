#pragma once
// A small universe of flows, in which a FlowSet is a number: bit i stands for cell i. What the
// FlowSet operations do to sets, & | ~ do to numbers: the oracle needs no algorithm.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string_view>
#include <vector>

#include "core/flow/flow_set.h"

namespace podmoat::flow {

/// gtest prints a FlowSet in the text notation.
inline void PrintTo(const FlowSet& set, std::ostream* out) { *out << set.str(); }

}  // namespace podmoat::flow

namespace podmoat::test {

/// The set that `text` writes. A typo in a table fails the test that uses it.
inline flow::FlowSet set(std::string_view text) {
  const auto parsed = flow::FlowSet::parse(text);
  if (!parsed) ADD_FAILURE() << text << ": " << parsed.error().what;
  return parsed.value_or(flow::FlowSet());
}

/// Cells, each of one Span and one run of ports. A set that is built of cells holds every flow of a
/// cell or none of them, so the least and the greatest flow of a cell speak for all between them.
class Universe {
 public:
  /// Every span with every run of ports: spans.size() * runs.size() cells, at most 64.
  Universe(std::vector<flow::Span> spans, std::vector<flow::PortSet::Run> runs) {
    for (const flow::Span& span : spans)
      for (const flow::PortSet::Run& run : runs) cells_.push_back({span, run});
  }
  std::size_t size() const { return cells_.size(); }
  /// The number with a bit for every cell.
  std::uint64_t everything() const { return ~std::uint64_t{0} >> (64 - size()); }

  flow::FlowSet of(std::uint64_t bits) const {
    std::vector<flow::FlowSet::Box> boxes;
    for (std::size_t i = 0; i < size(); ++i)
      if ((bits >> i & 1) != 0)
        boxes.push_back(
            {cells_[i].span, flow::PortSet::of(cells_[i].run.protocol, cells_[i].run.ports)});
    return flow::FlowSet::of(std::move(boxes));
  }
  /// The bits of the cells in `set`, asked flow by flow.
  std::uint64_t bits_of(const flow::FlowSet& set) const {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < size(); ++i) {
      EXPECT_EQ(set.contains(least(i)), set.contains(greatest(i))) << set.str();
      if (set.contains(least(i))) bits |= std::uint64_t{1} << i;
    }
    return bits;
  }
  flow::Flow least(std::size_t cell) const {
    const auto& [span, run] = cells_[cell];
    return {{span.line, span.first}, run.protocol, run.ports.first};
  }
  flow::Flow greatest(std::size_t cell) const {
    const auto& [span, run] = cells_[cell];
    return {{span.line, span.last}, run.protocol, run.ports.last};
  }

 private:
  struct Cell {
    flow::Span span;
    flow::PortSet::Run run;
  };
  std::vector<Cell> cells_;
};

}  // namespace podmoat::test
