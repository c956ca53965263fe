// FlowSet: rows of destinations, each with the ports that are open there.
//
// Every operation is one sweep along the rows of both operands. The sweep cuts them into pieces on
// which neither operand changes, applies the operation of PortSet to each piece, and joins pieces
// that touch and came out equal. That makes the result canonical and the cost linear in the rows.
#include "core/flow/flow_set.h"

#include <algorithm>

#include "base/check.h"

namespace podmoat::flow {
namespace {

using Row = FlowSet::Row;

Line line_of(Family family) { return family == Family::v4 ? Line::v4 : Line::v6; }

/// Puts `row` after `rows`, all of which lie before it; keeps the invariant of FlowSet::rows.
void append(std::vector<Row>& rows, Row row) {
  if (row.ports.empty()) return;
  if (!rows.empty()) {
    Row& before = rows.back();
    const bool touches =
        before.span.line == row.span.line && before.span.last + 1 == row.span.first;
    if (touches && before.ports == row.ports) {
      before.span.last = row.span.last;
      return;
    }
  }
  rows.push_back(std::move(row));
}

/// What is left of the rows of one operand during a sweep.
class Rest {
 public:
  explicit Rest(const std::vector<Row>& rows) : row_(rows.begin()), end_(rows.end()) {
    if (!empty()) span_ = row_->span;
  }
  bool empty() const { return row_ == end_; }
  const Span& span() const { return span_; }  ///< of the first row, as far as it is left
  const PortSet& ports() const { return row_->ports; }
  /// Whether this rest starts before `other` does.
  bool starts_before(const Rest& other) const {
    if (empty() || other.empty()) return !empty();
    return starts_before(span_, other.span_);
  }
  /// The piece up to where `other` begins to matter: up to its start if it starts later and within
  /// the first row, else up to the nearer of the two ends.
  Span piece(const Rest& other) const {
    Span piece = span_;
    if (other.empty() || other.span_.line != piece.line || other.span_.first > piece.last)
      return piece;
    piece.last = other.span_.first > piece.first ? other.span_.first - 1
                                                 : std::min(piece.last, other.span_.last);
    return piece;
  }
  /// Removes `piece`, with which this rest starts.
  void drop(const Span& piece) {
    if (piece.last < span_.last) {
      span_.first = piece.last + 1;
    } else if (++row_ != end_) {
      span_ = row_->span;
    }
  }

 private:
  static bool starts_before(const Span& a, const Span& b) {
    return Destination{a.line, a.first} < Destination{b.line, b.first};
  }

  std::vector<Row>::const_iterator row_;
  std::vector<Row>::const_iterator end_;
  Span span_;
};

/// The one sweep: the rows of `op(a, b)`. `op` of two empty PortSets must be empty.
template <class Op>
std::vector<Row> sweep(const std::vector<Row>& a, const std::vector<Row>& b, Op op) {
  const PortSet none;
  std::vector<Row> rows;
  rows.reserve(a.size() + b.size());
  Rest left(a);
  Rest right(b);
  while (!left.empty() || !right.empty()) {
    const bool in_left = !right.starts_before(left);
    const bool in_right = !left.starts_before(right);
    const Span piece = in_left ? left.piece(right) : right.piece(left);
    append(rows, {piece, op(in_left ? left.ports() : none, in_right ? right.ports() : none)});
    if (in_left) left.drop(piece);
    if (in_right) right.drop(piece);
  }
  return rows;
}

/// The last row of `rows` that starts at or before `to`, if it holds `to`; else nullptr.
const Row* row_at(const std::vector<Row>& rows, const Destination& to) {
  const auto after =
      std::upper_bound(rows.begin(), rows.end(), to, [](const Destination& d, const Row& row) {
        return d < Destination{row.span.line, row.span.first};
      });
  if (after == rows.begin()) return nullptr;
  const Row& row = *std::prev(after);
  return row.span.line == to.line && to.at <= row.span.last ? &row : nullptr;
}

}  // namespace

Destination at(const Address& address) { return {line_of(address.family), address.bits}; }

Destination peer(std::uint32_t index) { return {Line::peer, index}; }

Span span_of(const Block& block) {
  return {line_of(block.family()), block.first().bits, block.last().bits};
}

Span span_of(const Address& address) {
  return {line_of(address.family), address.bits, address.bits};
}

Span whole(Line line) {
  if (line == Line::node) return {line, kOwnNode, kOtherNode};
  return {line, 0, line == Line::v6 ? ~U128{0} : U128{0xffffffff}};
}

FlowSet FlowSet::all() {
  std::vector<Row> rows;
  for (const Line line : {Line::v4, Line::v6, Line::peer, Line::node})
    rows.push_back({whole(line), PortSet::all()});
  return FlowSet(std::move(rows));
}

FlowSet FlowSet::box(const Span& span, const PortSet& ports) {
  PODMOAT_CHECK(span.first <= span.last && span.last <= whole(span.line).last);
  std::vector<Row> rows;
  append(rows, {span, ports});
  return FlowSet(std::move(rows));
}

// Boxes of the same ports become one set in a single pass over their sorted spans; most policies
// have few different ports. Those sets are then united in pairs, pairs of pairs and so on, so that
// each row takes part in log n sweeps.
FlowSet FlowSet::of(std::vector<Box> boxes) {
  std::sort(boxes.begin(), boxes.end(), [](const Box& a, const Box& b) {
    const auto ports = a.ports <=> b.ports;
    return ports != 0 ? ports < 0 : a.span < b.span;
  });
  std::vector<FlowSet> sets;
  for (Box& box : boxes) {
    PODMOAT_CHECK(box.span.first <= box.span.last && box.span.last <= whole(box.span.line).last);
    if (box.ports.empty()) continue;
    if (sets.empty() || sets.back().rows_.back().ports != box.ports) sets.emplace_back();
    std::vector<Row>& rows = sets.back().rows_;
    if (!rows.empty() && rows.back().span.line == box.span.line &&
        box.span.first <= rows.back().span.last) {
      rows.back().span.last = std::max(rows.back().span.last, box.span.last);
    } else {
      append(rows, {box.span, std::move(box.ports)});
    }
  }
  for (; sets.size() > 1; sets.resize((sets.size() + 1) / 2)) {
    for (std::size_t i = 0; i + 1 < sets.size(); i += 2) sets[i / 2] = sets[i] | sets[i + 1];
    if (sets.size() % 2 == 1) sets[sets.size() / 2] = std::move(sets.back());
  }
  return sets.empty() ? FlowSet() : std::move(sets.front());
}

bool FlowSet::contains(const Flow& flow) const {
  const Row* row = row_at(rows_, flow.to);
  return row != nullptr && row->ports.contains(flow.protocol, flow.port);
}

bool FlowSet::contains(const FlowSet& other) const { return (other - *this).empty(); }

PortSet FlowSet::ports_at(const Destination& destination) const {
  const Row* row = row_at(rows_, destination);
  return row != nullptr ? row->ports : PortSet();
}

std::optional<Flow> FlowSet::witness() const {
  if (empty()) return std::nullopt;
  const Row& row = rows_.front();
  const PortSet::Run& run = row.ports.runs().front();
  return Flow{{row.span.line, row.span.first}, run.protocol, run.ports.first};
}

FlowSet operator|(const FlowSet& a, const FlowSet& b) {
  if (b.empty()) return a;
  if (a.empty()) return b;
  return FlowSet(sweep(a.rows_, b.rows_, [](const PortSet& x, const PortSet& y) { return x | y; }));
}

FlowSet operator&(const FlowSet& a, const FlowSet& b) {
  if (a.empty() || b.empty()) return {};
  return FlowSet(sweep(a.rows_, b.rows_, [](const PortSet& x, const PortSet& y) { return x & y; }));
}

FlowSet operator-(const FlowSet& a, const FlowSet& b) {
  if (a.empty() || b.empty()) return a;
  return FlowSet(sweep(a.rows_, b.rows_, [](const PortSet& x, const PortSet& y) { return x - y; }));
}

// Greedy: from the left, always the widest block that starts here and ends within the span. A
// block that starts here cannot be wider, and a narrower one only leaves more to cover.
std::vector<Block> blocks_of(const Span& span) {
  PODMOAT_CHECK((span.line == Line::v4 || span.line == Line::v6) && span.first <= span.last);
  const Family family = span.line == Line::v4 ? Family::v4 : Family::v6;
  std::vector<Block> blocks;
  for (Address from{family, span.first};;) {
    Block block = block_of(from, family == Family::v4 ? 32 : 128);
    while (block.prefix > 0) {
      const Block wider = block_of(from, static_cast<std::uint8_t>(block.prefix - 1));
      if (wider.base != from || wider.last().bits > span.last) break;
      block = wider;
    }
    blocks.push_back(block);
    if (block.last().bits == span.last) return blocks;
    from.bits = block.last().bits + 1;
  }
}

}  // namespace podmoat::flow
