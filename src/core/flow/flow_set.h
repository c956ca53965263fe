#pragma once
// A FlowSet is a set of flows: (destination, protocol, port).
//
// Every policy language is compiled to FlowSets and every question is asked of FlowSets, so
// "blocked", "covered" and "nothing else changes" get their meaning here alone.
// Both classes are values: immutable, and canonical, so == is set equality.
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/address.h"
#include "base/protocol.h"
#include "base/result.h"

namespace podmoat::flow {

/// The lines on which destinations lie. IPv4 and IPv6 addresses never meet. A `peer` is a class of
/// Pods that no policy can tell apart, by an index that the asker hands out: policies speak of Pods
/// by their labels, not by their addresses. A `node` is a node of the cluster where policies know
/// it by what it is and not by its addresses: kOwnNode, the Pod's own, and kOtherNode, any other.
enum class Line : std::uint8_t { v4, v6, peer, node };

inline constexpr std::uint32_t kOwnNode = 0;
inline constexpr std::uint32_t kOtherNode = 1;

/// A point on a line.
struct Destination {
  Line line = Line::v4;
  U128 at = 0;

  auto operator<=>(const Destination&) const = default;
};

/// Destinations first..last of one line, both included.
struct Span {
  Line line = Line::v4;
  U128 first = 0;
  U128 last = 0;

  auto operator<=>(const Span&) const = default;
};

Destination at(const Address& address);
Destination peer(std::uint32_t index);
Span span_of(const Block& block);
Span span_of(const Address& address);
/// A whole line: every IPv4 address, every IPv6 address, every peer class, both kinds of nodes.
Span whole(Line line);

/// One member of a FlowSet.
struct Flow {
  Destination to;
  Protocol protocol = Protocol::tcp;
  std::uint16_t port = 0;  ///< 0 for Protocol::other

  auto operator<=>(const Flow&) const = default;
  /// "169.254.169.254:80/TCP", "[fd00:ec2::254]:80/TCP", "10.0.0.1 other", "peer#3:80/TCP",
  /// "own-node:10250/TCP".
  std::string str() const;
};

/// A set of (protocol, port). Protocol::other has the single port 0.
class PortSet {
 public:
  PortSet() = default;
  /// Every port of every protocol, `other` and `named` included.
  static PortSet all();
  /// Every port of one protocol.
  static PortSet all(Protocol protocol);
  /// Requires ports.first <= ports.last; for `other` pass {0, 0}.
  static PortSet of(Protocol protocol, Ports ports);

  bool contains(Protocol protocol, std::uint16_t port) const;
  bool empty() const { return runs_ == nullptr; }

  /// One run of ports of one protocol.
  struct Run {
    Protocol protocol;
    Ports ports;
    auto operator<=>(const Run&) const = default;
  };
  /// Maximal runs in ascending order; runs of one protocol are disjoint and do not touch.
  const std::vector<Run>& runs() const;
  /// "tcp 80,443-444 udp 53", "tcp sctp other" (all ports of each), "any" (everything), "none".
  std::string str() const;

  friend PortSet operator|(const PortSet& a, const PortSet& b);
  friend PortSet operator&(const PortSet& a, const PortSet& b);
  friend PortSet operator-(const PortSet& a, const PortSet& b);
  bool operator==(const PortSet& other) const;
  std::strong_ordering operator<=>(const PortSet& other) const;

 private:
  explicit PortSet(std::vector<Run> runs);

  std::shared_ptr<const std::vector<Run>> runs_;  ///< shared between copies; null iff empty
};

class FlowSet {
 public:
  /// The empty set: the egress of a Pod that may reach nothing.
  FlowSet() = default;
  /// All flows on all lines: the egress of a Pod that no policy selects.
  static FlowSet all();
  /// Every destination of `span` on every port of `ports`. Requires span.first <= span.last.
  static FlowSet box(const Span& span, const PortSet& ports);
  /// The union of many boxes: O(n log n) for n boxes whose ports take few different values, else
  /// O(log n) sweeps over the rows.
  struct Box {
    Span span;
    PortSet ports;
  };
  static FlowSet of(std::vector<Box> boxes);
  /// Reads what str() writes: "10.0.0.0-10.255.255.255 tcp 80-443; fd00::1 udp 53". Also reads
  /// CIDR blocks, "v4", "v6", "peers", "nodes" for whole lines, "peer#3-7", "own-node",
  /// "other-nodes", and "all" for everything.
  /// An IPv4-mapped IPv6 address lies where it is written, on the line v6.
  /// Fails at the first word it cannot read, and names it.
  static Result<FlowSet> parse(std::string_view text);

  bool empty() const { return rows_.empty(); }
  /// O(log n + p): n destination runs, p port runs of the one that holds the flow.
  bool contains(const Flow& flow) const;
  /// Whether every flow of `other` is in this set.
  bool contains(const FlowSet& other) const;
  /// The ports open at one destination.
  PortSet ports_at(const Destination& destination) const;
  /// The least member, which a Finding shows as its witness. Nothing iff empty().
  std::optional<Flow> witness() const;

  /// One run of destinations that all have the same ports.
  struct Row {
    Span span;
    PortSet ports;  ///< never empty
    auto operator<=>(const Row&) const = default;
  };
  /// Rows in ascending order; disjoint, and touching rows differ in their ports.
  const std::vector<Row>& rows() const { return rows_; }
  /// "all" for everything, "none" for the empty set, else rows joined by "; ". An IP span that is
  /// one CIDR block is written as that block, a single address without its length.
  std::string str() const;

  friend FlowSet operator|(const FlowSet& a, const FlowSet& b);  ///< in a or in b
  friend FlowSet operator&(const FlowSet& a, const FlowSet& b);  ///< in both
  friend FlowSet operator-(const FlowSet& a, const FlowSet& b);  ///< in a and not in b
  bool operator==(const FlowSet&) const = default;

 private:
  explicit FlowSet(std::vector<Row> rows) : rows_(std::move(rows)) {}

  std::vector<Row> rows_;
};

/// The fewest CIDR blocks that together are exactly `span`, in ascending order.
/// Requires span.line to be v4 or v6.
std::vector<Block> blocks_of(const Span& span);

}  // namespace podmoat::flow
