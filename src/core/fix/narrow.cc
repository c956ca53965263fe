// Narrowing a rule: its ipBlocks leave the guarded addresses, and what has to stay there gets rules
// of its own. docs/semantics/fix.md FX-5 to FX-8.
#include "core/fix/narrow.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "core/fix/shares.h"

namespace podmoat::fix {
namespace {

using flow::Line;
using flow::PortSet;
using flow::Span;
using model::Value;

const std::vector<Block>& whole_lines() {
  static const std::vector<Block> kBlocks{block_of({Family::v4, 0}, 0),
                                          block_of({Family::v6, 0}, 0)};
  return kBlocks;
}

Value block_peer(const Block& block) {
  return Value::Map{{"ipBlock", Value::Map{{"cidr", block.str()}}}};
}

/// What `entry` opens at an address: nothing if it is a name, which only Pods give a meaning.
PortSet ports_of(const model::PolicyPort& entry) {
  if (std::holds_alternative<std::string>(entry.port)) return {};
  const Ports* range = std::get_if<Ports>(&entry.port);
  return PortSet::of(entry.protocol, range == nullptr ? Ports{} : *range);
}

PortSet ports_of(const model::PolicyRule& rule) {
  if (rule.ports.empty()) return PortSet::all();
  PortSet ports;
  for (const model::PolicyPort& entry : rule.ports) ports = ports | ports_of(entry);
  return ports;
}

/// `entry` saying `ports` instead of its own ones; its other members stay.
Value with_ports(Value entry, const Ports& ports) {
  entry.erase("endPort");
  if (ports == Ports{}) {
    entry.erase("port");
    return entry;
  }
  entry.set("port", int{ports.first});
  if (ports.first != ports.last) entry.set("endPort", int{ports.last});
  return entry;
}

/// Entries that open just `ports`, which are of the rule's own, in the rule's own words as far as
/// they fit.
Value::List ports_value(const model::PolicyRule& rule, const Value& source, const PortSet& ports) {
  Value::List out;
  if (rule.ports.empty()) {
    for (const PortSet::Run& run : ports.runs())
      out.push_back(with_ports(Value::Map{{"protocol", name_of(run.protocol)}}, run.ports));
    return out;
  }
  const Value::List& entries = *source.find("ports")->list();
  PODMOAT_CHECK(entries.size() == rule.ports.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const PortSet own = ports_of(rule.ports[i]);
    if (!own.empty() && (own - ports).empty()) {
      out.push_back(entries[i]);
      continue;
    }
    const PortSet kept = own & ports;
    for (const PortSet::Run& run : kept.runs()) out.push_back(with_ports(entries[i], run.ports));
  }
  return out;
}

/// The addresses of a peer, as blocks around which exceptions lie.
struct Addresses {
  Block cidr;
  std::vector<Block> except;

  flow::FlowSet set() const {
    std::vector<flow::FlowSet::Box> holes;
    for (const Block& hole : except) holes.push_back({flow::span_of(hole), PortSet::all()});
    return flow::FlowSet::box(flow::span_of(cidr), PortSet::all()) -
           flow::FlowSet::of(std::move(holes));
  }
};

flow::FlowSet set_of(const std::vector<Span>& spans) {
  std::vector<flow::FlowSet::Box> boxes;
  for (const Span& span : spans) boxes.push_back({span, PortSet::all()});
  return flow::FlowSet::of(std::move(boxes));
}

std::vector<Span> spans_of(const flow::FlowSet& set) {
  std::vector<Span> spans;
  for (const auto& row : set.rows()) spans.push_back(row.span);
  return spans;
}

/// The ipBlock `peer` with more exceptions. Exceptions that are there already stay as they are.
Value with_except(Value peer, const Addresses& addresses, const std::vector<Span>& leave) {
  Value& block = *peer.find("ipBlock");
  const Value* old = block.find("except");
  Value::List list = old != nullptr && old->list() != nullptr ? *old->list() : Value::List();
  for (const Block& hole : blocks_of(leave)) {
    const bool there = std::any_of(addresses.except.begin(), addresses.except.end(),
                                   [&](const Block& e) { return e.contains(hole); });
    if (!there) list.push_back(hole.str());
  }
  // "::ffff:10.0.0.0/104" is 10.0.0.0/8 to every reader, but an IPv4 exception looks wrong in it.
  const std::string* cidr = block.find("cidr")->string();
  if (addresses.cidr.family() == Family::v4 && cidr->find(':') != std::string::npos)
    block.set("cidr", addresses.cidr.str());
  block.set("except", std::move(list));
  return peer;
}

/// The rule under work: its peers as they will be, and what it left.
class Narrowing {
 public:
  Narrowing(const Cut& cut, Style style) : cut_(cut), style_(style) {}

  /// Takes a peer that speaks of Pods, which no guarded flow goes to.
  void keep(const Value& peer) { peers_.push_back(peer); }

  /// Takes an ipBlock; none, one or many peers come of it.
  void take(const Value& peer, const Addresses& addresses) {
    const flow::FlowSet own = addresses.set();
    const std::vector<Span> near = inside(cut_.spans, flow::span_of(addresses.cidr));
    const flow::FlowSet gone = near.empty() ? flow::FlowSet() : own & set_of(near);
    if (gone.empty()) {
      peers_.push_back(peer);
      return;
    }
    left_ = left_ | gone;
    const flow::FlowSet rest = own - gone;
    if (rest.empty()) return;
    if (style_ == Style::cidrs) {
      for (const Block& block : blocks_of(spans_of(rest))) peers_.push_back(block_peer(block));
    } else {
      peers_.push_back(with_except(peer, addresses, near));
    }
  }

  const Value::List& peers() const { return peers_; }
  const flow::FlowSet& left() const { return left_; }  ///< addresses with every port

  /// The parts of `stay` that the rule reached.
  std::vector<Span> reached(const Stay& stay) const { return spans_of(left_ & set_of(stay.spans)); }

 private:
  const Cut& cut_;
  Style style_;
  Value::List peers_;
  flow::FlowSet left_;
};

Narrowing narrowing_of(const model::PolicyRule& rule, const Value& source, const Cut& cut,
                       Style style) {
  Narrowing out(cut, style);
  if (rule.peers.empty()) {
    for (const Block& line : whole_lines()) out.take(block_peer(line), {line, {}});
    out.keep(Value::Map{{"namespaceSelector", Value::Map()}});
    return out;
  }
  const Value::List& to = *source.find("to")->list();
  PODMOAT_CHECK(to.size() == rule.peers.size());
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (const auto* block = std::get_if<model::IpBlock>(&rule.peers[i].is))
      out.take(to[i], {block->cidr, block->except});
    else
      out.keep(to[i]);
  }
  return out;
}

/// "169.254.169.254/32, fd00:ec2::254/128 and 3 more".
std::string words_for(const std::vector<Block>& blocks) {
  constexpr std::size_t kShown = 4;
  std::string out;
  for (std::size_t i = 0; i < std::min(blocks.size(), kShown); ++i)
    out += (i == 0 ? "" : ", ") + blocks[i].str();
  if (blocks.size() > kShown) out += fmt::format(" and {} more", blocks.size() - kShown);
  return out;
}

std::string why(const Narrowing& done, std::size_t stays) {
  const std::string gone = words_for(blocks_of(spans_of(done.left())));
  if (done.peers().empty() && stays == 0) return "drop the rule: it leads only to " + gone;
  if (done.peers().empty()) return "split the ports for " + gone;
  return "except " + gone + (stays == 0 ? "" : ", whose other ports get rules of their own");
}

}  // namespace

std::optional<Narrowed> narrow(const model::PolicyRule& rule, const Value& source, Zones& zones,
                               Style style) {
  const PortSet ports = ports_of(rule);
  const Cut& cut = zones.cut(ports);
  if (cut.spans.empty()) return std::nullopt;
  const Narrowing done = narrowing_of(rule, source, cut, style);
  if (done.left().empty()) return std::nullopt;

  Narrowed out;
  if (!done.peers().empty()) {
    out.become.push_back(source);
    if (out.become.back().is_null()) out.become.back() = Value::Map();
    out.become.back().set("to", done.peers());
  }
  std::size_t stays = 0;
  for (const Stay& stay : cut.stays) {
    const std::vector<Span> where = done.reached(stay);
    if (where.empty()) continue;
    ++stays;
    const Value stay_ports = ports_value(rule, source, stay.ports);
    // A rule that only led to these addresses keeps its words and changes its ports.
    if (done.peers().empty() && set_of(where) == done.left()) {
      out.become.push_back(source);
      out.become.back().set("ports", stay_ports);
      continue;
    }
    Value::List to;
    for (const Block& block : blocks_of(where)) to.push_back(block_peer(block));
    out.become.push_back(Value::Map{{"to", std::move(to)}, {"ports", stay_ports}});
  }
  out.why = why(done, stays);
  return out;
}

flow::FlowSet addresses_of(const model::PolicyRule& rule) {
  flow::FlowSet where;
  if (rule.peers.empty())
    for (const Block& line : whole_lines()) where = where | Addresses{line, {}}.set();
  for (const model::Peer& peer : rule.peers)
    if (const auto* block = std::get_if<model::IpBlock>(&peer.is))
      where = where | Addresses{block->cidr, block->except}.set();
  std::vector<flow::FlowSet::Box> boxes;
  for (const Span& span : spans_of(where)) boxes.push_back({span, ports_of(rule)});
  return flow::FlowSet::of(std::move(boxes));
}

std::vector<Value> allowing(const flow::FlowSet& flows) {
  std::vector<Value> out;
  for (const Denial& some : denials(flows)) {
    Value::List to;
    for (const Block& block : some.blocks) to.push_back(block_peer(block));
    if (to.empty()) continue;
    Value::List ports;
    for (const PortSet::Run& run : some.ports)
      ports.push_back(with_ports(Value::Map{{"protocol", name_of(run.protocol)}}, run.ports));
    out.push_back(Value::Map{{"to", std::move(to)}, {"ports", std::move(ports)}});
  }
  return out;
}

std::vector<Value> all_but_guarded(Zones& zones, Style style) {
  const std::optional<Narrowed> narrowed = narrow({}, Value::Map(), zones, style);
  return narrowed ? narrowed->become : std::vector<Value>{Value::Map()};
}

}  // namespace podmoat::fix
