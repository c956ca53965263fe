// The text notation of FlowSets: what tables in tests, proofs and bug reports are written in.
//
//   set   = "all" | "none" | row *( ";" row )      rows may overlap and come in any order
//   row   = where ports
//   where = ADDRESS | ADDRESS "-" ADDRESS | ADDRESS "/" LENGTH | "v4" | "v6"
//         | "peers" | "peer#" N | "peer#" N "-" N
//   ports = "any" | 1*( protocol [ N [ "-" N ] *( "," N [ "-" N ] ) ] )
//   protocol = "tcp" | "udp" | "sctp" | "other" | "named"
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/flow/flow_set.h"

namespace podmoat::flow {
namespace {

/// The text before the first `mark`, which is removed from `text` together with the mark.
std::string_view cut(std::string_view& text, char mark) {
  const std::size_t at = text.find(mark);
  const std::string_view head = text.substr(0, at);
  text.remove_prefix(at == text.npos ? text.size() : at + 1);
  return head;
}

/// The next word of `text`, which is removed from it; "" at its end.
std::string_view next_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return cut(text, ' ');
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Reads "3" or "3-7"; nothing if a number is too large or the range is empty.
template <class Number>
std::optional<std::pair<Number, Number>> parse_range(std::string_view text) {
  const bool one = text.find('-') == text.npos;
  const auto first = parse_number<Number>(cut(text, '-'));
  const auto last = one ? first : parse_number<Number>(text);
  if (!first || !last || *first > *last) return std::nullopt;
  return std::pair(*first, *last);
}

/// Reads "ADDRESS/LENGTH" without folding IPv4-mapped blocks into IPv4 as parse_block does.
std::optional<Span> parse_block_as_written(std::string_view text) {
  const auto address = parse_address_as_written(cut(text, '/'));
  const auto prefix = parse_number<std::uint8_t>(text);
  if (!address || !prefix || *prefix > (address->family == Family::v4 ? 32 : 128))
    return std::nullopt;
  return span_of(block_of(*address, *prefix));
}

std::optional<Span> parse_where(std::string_view word) {
  if (word == "v4") return whole(Line::v4);
  if (word == "v6") return whole(Line::v6);
  if (word == "peers") return whole(Line::peer);
  if (word == "nodes") return whole(Line::node);
  if (word == "own-node") return Span{Line::node, kOwnNode, kOwnNode};
  if (word == "other-nodes") return Span{Line::node, kOtherNode, kOtherNode};
  constexpr std::string_view kPeer = "peer#";
  if (word.starts_with(kPeer)) {
    const auto range = parse_range<std::uint32_t>(word.substr(kPeer.size()));
    if (!range) return std::nullopt;
    return Span{Line::peer, range->first, range->second};
  }
  if (word.find('/') != word.npos) return parse_block_as_written(word);
  const bool one = word.find('-') == word.npos;
  const auto first = parse_address_as_written(cut(word, '-'));
  const auto last = one ? first : parse_address_as_written(word);
  if (!first || !last || first->family != last->family || *first > *last) return std::nullopt;
  return Span{at(*first).line, first->bits, last->bits};
}

std::optional<Protocol> parse_protocol_word(std::string_view word) {
  if (word == "tcp") return Protocol::tcp;
  if (word == "udp") return Protocol::udp;
  if (word == "sctp") return Protocol::sctp;
  if (word == "other") return Protocol::other;
  if (word == "named") return Protocol::named;
  return std::nullopt;
}

bool is_port_list(std::string_view word) {
  return !word.empty() && word[0] >= '0' && word[0] <= '9';
}

Error unreadable(std::string_view what, std::string_view word) {
  return {fmt::format("expected {} instead of \"{}\"", what, word)};
}

Result<PortSet> parse_port_list(Protocol protocol, std::string_view list) {
  PortSet ports;
  while (!list.empty()) {
    const std::string_view word = cut(list, ',');
    const auto range = parse_range<std::uint16_t>(word);
    if (!range || protocol == Protocol::other) return std::unexpected(unreadable("ports", word));
    ports = ports | PortSet::of(protocol, {range->first, range->second});
  }
  return ports;
}

Result<PortSet> parse_ports(std::string_view text) {
  std::string_view word = next_word(text);
  if (word == "any" && next_word(text).empty()) return PortSet::all();
  PortSet ports;
  do {
    const auto protocol = parse_protocol_word(word);
    if (!protocol) return std::unexpected(unreadable("a protocol", word));
    word = next_word(text);
    if (!is_port_list(word)) {
      ports = ports | PortSet::all(*protocol);
      continue;
    }
    const auto listed = parse_port_list(*protocol, word);
    if (!listed) return listed;
    ports = ports | *listed;
    word = next_word(text);
  } while (!word.empty());
  return ports;
}

/// The block that is exactly first..last, if there is one: the free bits are the low ones, all zero
/// in `first` and all one in `last`.
std::optional<Block> as_block(const Address& first, const Address& last) {
  const U128 free = first.bits ^ last.bits;
  if ((free & (free + 1)) != 0 || (first.bits & free) != 0) return std::nullopt;
  std::uint8_t prefix = first.family == Family::v4 ? 32 : 128;
  for (U128 rest = free; rest != 0; rest >>= 1) --prefix;
  return block_of(first, prefix);
}

std::string str_of(const Span& span) {
  if (span == whole(span.line) && span.line == Line::peer) return "peers";
  if (span.line == Line::node)
    return span == whole(Line::node) ? "nodes"
           : span.first == kOwnNode  ? "own-node"
                                     : "other-nodes";
  if (span.line == Line::peer) {
    const auto index = [](U128 at) { return static_cast<std::uint32_t>(at); };
    if (span.first == span.last) return fmt::format("peer#{}", index(span.first));
    return fmt::format("peer#{}-{}", index(span.first), index(span.last));
  }
  const Family family = span.line == Line::v4 ? Family::v4 : Family::v6;
  const Address first{family, span.first};
  const Address last{family, span.last};
  if (first == last) return first.str();
  const auto block = as_block(first, last);
  return block ? block->str() : first.str() + '-' + last.str();
}

}  // namespace

std::string Flow::str() const {
  std::string where = str_of({to.line, to.at, to.at});
  if (protocol == Protocol::other) return where + " other";
  if (to.line == Line::v6) where = '[' + where + ']';
  return fmt::format("{}:{}/{}", where, port, name_of(protocol));
}

std::string FlowSet::str() const {
  if (empty()) return "none";
  if (*this == all()) return "all";
  std::string out;
  for (const Row& row : rows_) {
    if (!out.empty()) out += "; ";
    out += str_of(row.span) + ' ' + row.ports.str();
  }
  return out;
}

Result<FlowSet> FlowSet::parse(std::string_view text) {
  if (text == "all") return all();
  if (text == "none") return FlowSet();
  std::vector<Box> boxes;
  do {
    std::string_view row = cut(text, ';');
    const std::string_view word = next_word(row);
    const auto span = parse_where(word);
    if (!span) return std::unexpected(unreadable("a destination", word));
    auto ports = parse_ports(row);
    if (!ports) return std::unexpected(ports.error());
    boxes.push_back({*span, *std::move(ports)});
  } while (!text.empty());
  return of(std::move(boxes));
}

}  // namespace podmoat::flow
