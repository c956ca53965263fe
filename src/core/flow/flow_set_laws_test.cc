// FlowSet: the laws of sets, on every pair of small sets and on random large ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "core/flow/flow_set.h"
#include "support/flow_universe.h"
#include "support/property.h"

namespace podmoat::flow {
namespace {

using test::holds_for;
using test::Universe;

constexpr PortSet::Run kTcp7{Protocol::tcp, {7, 7}};
constexpr PortSet::Run kTcp8{Protocol::tcp, {8, 8}};
constexpr U128 kLast4 = 0xffffffff;
constexpr U128 kLast6 = ~U128{0};

void expect_canonical(const FlowSet& set) {
  const auto& rows = set.rows();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_LE(rows[i].span.first, rows[i].span.last) << set.str();
    ASSERT_FALSE(rows[i].ports.empty()) << set.str();
    const auto& runs = rows[i].ports.runs();
    for (std::size_t j = 1; j < runs.size(); ++j)
      ASSERT_TRUE(runs[j - 1].protocol < runs[j].protocol ||
                  (runs[j - 1].protocol == runs[j].protocol &&
                   runs[j - 1].ports.last + 1 < runs[j].ports.first))
          << set.str();
    if (i == 0) continue;
    const Span& a = rows[i - 1].span;
    const Span& b = rows[i].span;
    ASSERT_TRUE(a.line < b.line || (a.line == b.line && a.last < b.first)) << set.str();
    const bool touch = a.line == b.line && a.last + 1 == b.first;
    ASSERT_FALSE(touch && rows[i - 1].ports == rows[i].ports) << set.str();
  }
}

/// Compares every operation on every pair of sets in `universe` with the same on numbers.
void check_every_pair(const Universe& universe) {
  const std::uint64_t count = universe.everything() + 1;
  std::vector<FlowSet> sets;
  for (std::uint64_t bits = 0; bits < count; ++bits) {
    sets.push_back(universe.of(bits));
    expect_canonical(sets[bits]);
    ASSERT_EQ(universe.bits_of(sets[bits]), bits) << sets[bits].str();
    ASSERT_EQ(FlowSet::parse(sets[bits].str()).value(), sets[bits]);
    ASSERT_EQ(sets[bits].empty(), bits == 0);
  }
  for (std::uint64_t a = 0; a < count; ++a)
    for (std::uint64_t b = 0; b < count; ++b) {
      ASSERT_EQ(sets[a] | sets[b], sets[a | b]) << sets[a].str() << " | " << sets[b].str();
      ASSERT_EQ(sets[a] & sets[b], sets[a & b]) << sets[a].str() << " & " << sets[b].str();
      ASSERT_EQ(sets[a] - sets[b], sets[a & ~b]) << sets[a].str() << " - " << sets[b].str();
      ASSERT_EQ(sets[a].contains(sets[b]), (b & ~a) == 0);
      ASSERT_EQ(sets[a] == sets[b], a == b);
    }
}

TEST(FlowSetLaws, two_addresses_and_two_ports) {
  check_every_pair(Universe({{Line::v4, 1, 1}, {Line::v4, 2, 2}}, {kTcp7, kTcp8}));
}

TEST(FlowSetLaws, three_lines_and_two_protocols) {
  check_every_pair(Universe({{Line::v4, 5, 9}, {Line::v6, 5, 9}, {Line::peer, 5, 9}},
                            {kTcp7, {Protocol::udp, {0, 65535}}}));
}

TEST(FlowSetLaws, where_lines_and_protocols_end) {
  check_every_pair(
      Universe({{Line::v4, kLast4, kLast4}, {Line::v6, 0, 0}, {Line::v6, kLast6, kLast6}, {}},
               {{Protocol::tcp, {65535, 65535}}, {Protocol::udp, {0, 0}}}));
}

TEST(FlowSetLaws, four_spans_that_touch) {
  check_every_pair(
      Universe({{Line::v4, 0, 3}, {Line::v4, 4, 4}, {Line::v4, 5, 9}, {Line::v4, 11, 12}},
               {kTcp7, {Protocol::other, {0, 0}}}));
}

/// Cells that cover three stretches of each line, with ends where arithmetic could overflow.
const Universe& large() {
  static const Universe universe(
      {{Line::v4, 0, 0},
       {Line::v4, 1, kLast4 - 1},
       {Line::v4, kLast4, kLast4},
       {Line::v6, 0, 0},
       {Line::v6, 1, U128{0xffff} << 32},  // ends inside the IPv4-mapped range
       {Line::v6, (U128{0xffff} << 32) + 1, kLast6 - 1},
       {Line::v6, kLast6, kLast6},
       {Line::peer, 0, 5},
       {Line::peer, 6, kLast4}},
      {{Protocol::tcp, {0, 0}},
       {Protocol::tcp, {1, 79}},
       {Protocol::tcp, {80, 65535}},
       {Protocol::udp, {0, 65534}},
       {Protocol::udp, {65535, 65535}},
       {Protocol::other, {0, 0}},
       {Protocol::named, {0, 65535}}});
  return universe;
}

/// A set of cells of large(): each bit, or only few, so that rows of one and of many ports occur.
struct Cells {
  std::uint64_t bits = 0;
  FlowSet set() const { return large().of(bits); }
};

std::ostream& operator<<(std::ostream& out, const Cells& cells) { return out << cells.set().str(); }

}  // namespace
}  // namespace podmoat::flow

template <>
struct rc::Arbitrary<podmoat::flow::Cells> {
  static Gen<podmoat::flow::Cells> arbitrary() {
    return gen::map(
        gen::pair(gen::arbitrary<std::uint64_t>(), gen::arbitrary<std::uint64_t>()),
        [](const std::pair<std::uint64_t, std::uint64_t>& words) {
          const std::uint64_t mixed = words.first * 0x9e3779b97f4a7c15U;
          const std::uint64_t thinned =
              words.second % 2 == 0 ? ~std::uint64_t{0} : words.second * mixed;
          return podmoat::flow::Cells{mixed & thinned & podmoat::flow::large().everything()};
        });
  }
};

namespace podmoat::flow {
namespace {

TEST(FlowSetLaws, operations_agree_with_numbers) {
  EXPECT_TRUE(holds_for(500, [](const Cells& a, const Cells& b) {
    RC_ASSERT(large().bits_of(a.set() | b.set()) == (a.bits | b.bits));
    RC_ASSERT(large().bits_of(a.set() & b.set()) == (a.bits & b.bits));
    RC_ASSERT(large().bits_of(a.set() - b.set()) == (a.bits & ~b.bits));
    expect_canonical(a.set() | b.set());
    expect_canonical(a.set() & b.set());
    expect_canonical(a.set() - b.set());
  }));
}

TEST(FlowSetLaws, algebra) {
  EXPECT_TRUE(holds_for(500, [](const Cells& x, const Cells& y, const Cells& z) {
    const FlowSet a = x.set();
    const FlowSet b = y.set();
    const FlowSet c = z.set();
    RC_ASSERT((a | b) == (b | a));
    RC_ASSERT((a & b) == (b & a));
    RC_ASSERT((a | (b | c)) == ((a | b) | c));
    RC_ASSERT((a & (b & c)) == ((a & b) & c));
    RC_ASSERT((a & (b | c)) == ((a & b) | (a & c)));
    RC_ASSERT((a | (b & c)) == ((a | b) & (a | c)));
    RC_ASSERT((a - b) == (a & (FlowSet::all() - b)));
    RC_ASSERT(((a - b) | (a & b)) == a);
    RC_ASSERT((FlowSet::all() - (FlowSet::all() - a)) == a);
    RC_ASSERT((a | b).contains(a) && a.contains(a & b));
  }));
}

TEST(FlowSetLaws, text_is_read_back) {
  EXPECT_TRUE(holds_for(
      3000, [](const Cells& a) { RC_ASSERT(FlowSet::parse(a.set().str()).value() == a.set()); }));
}

TEST(FlowSetLaws, the_witness_is_the_least_member) {
  EXPECT_TRUE(holds_for(500, [](const Cells& a) {
    const auto witness = a.set().witness();
    RC_ASSERT(witness.has_value() == (a.bits != 0));
    if (!witness) return;
    RC_ASSERT(a.set().contains(*witness));
    for (std::size_t i = 0; i < large().size(); ++i)
      if ((a.bits >> i & 1) != 0) RC_ASSERT(*witness <= large().least(i));
  }));
}

/// Boxes with ends close together, so that they nest, touch and cross.
std::vector<FlowSet::Box> random_boxes(std::mt19937_64& random, std::size_t count) {
  std::vector<FlowSet::Box> boxes;
  while (boxes.size() < count) {
    const Line line = std::array{Line::v4, Line::v6, Line::peer}[random() % 3];
    const U128 end = whole(line).last;
    const auto coordinate = [&] {
      return random() % 2 == 0 ? U128{random() % 20} : end - U128{random() % 20};
    };
    const auto [first, last] = std::minmax({coordinate(), coordinate()});
    const auto port = static_cast<std::uint16_t>(random() % 6);
    const auto protocol = static_cast<Protocol>(random() % 5);
    boxes.push_back({{line, first, last},
                     random() % 4 == 0             ? PortSet::all()
                     : protocol == Protocol::other ? PortSet::all(protocol)
                                                   : PortSet::of(protocol, {port, 6})});
  }
  return boxes;
}

TEST(FlowSetLaws, of_is_the_union_one_by_one) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 1000; ++i) {
    const auto boxes = random_boxes(random, random() % 30);
    FlowSet one_by_one;
    for (const auto& box : boxes) one_by_one = one_by_one | FlowSet::box(box.span, box.ports);
    const FlowSet at_once = FlowSet::of(boxes);
    ASSERT_EQ(at_once, one_by_one);
    expect_canonical(at_once);
  }
}

TEST(FlowSetLaws, ports_at_is_what_contains_says) {
  std::mt19937_64 random(4);
  for (int i = 0; i < 200; ++i) {
    const FlowSet set = FlowSet::of(random_boxes(random, 8));
    for (const Line line : {Line::v4, Line::v6, Line::peer})
      for (unsigned at = 0; at < 22; ++at)
        for (const Destination to : {Destination{line, at}, {line, whole(line).last - at}})
          for (std::uint16_t port = 0; port < 8; ++port)
            ASSERT_EQ(set.ports_at(to).contains(Protocol::udp, port),
                      set.contains({to, Protocol::udp, port}));
  }
}

/// The number of blocks a span needs, from the definition: a span that is no block is cut where
/// the widest blocks meet, into the part below and the part above the middle of `block`.
std::size_t fewest(const Block& block, const Span& span) {
  const Span whole_block = span_of(block);
  if (span.last < whole_block.first || whole_block.last < span.first) return 0;
  if (span.first <= whole_block.first && whole_block.last <= span.last) return 1;
  const auto half = static_cast<std::uint8_t>(block.prefix + 1);
  return fewest(block_of(block.first(), half), span) + fewest(block_of(block.last(), half), span);
}

TEST(FlowSetLaws, blocks_of_is_exact_and_minimal) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 1000; ++i) {
    const Family family = i % 2 == 0 ? Family::v4 : Family::v6;
    const U128 all = last_address(family).bits;
    const auto coordinate = [&] {
      const U128 bits = (U128{random()} << 64 | random()) & all;
      const U128 near = all >> (random() % 128);
      return random() % 2 == 0 ? bits & near : all - (bits & near);
    };
    const auto [first, last] = std::minmax({coordinate(), coordinate()});
    const Span span{family == Family::v4 ? Line::v4 : Line::v6, first, last};
    const auto blocks = blocks_of(span);
    FlowSet covered;
    for (const Block& block : blocks) {
      const FlowSet box = FlowSet::box(span_of(block), PortSet::all());
      ASSERT_TRUE((covered & box).empty());
      covered = covered | box;
    }
    ASSERT_EQ(covered, FlowSet::box(span, PortSet::all()));
    ASSERT_TRUE(std::is_sorted(blocks.begin(), blocks.end()));
    ASSERT_EQ(blocks.size(), fewest(block_of({family, 0}, 0), span)) << covered.str();
  }
}

}  // namespace
}  // namespace podmoat::flow
