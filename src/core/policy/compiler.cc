// A clause is cut to the flows that anybody asks about. Its addresses and nodes are sets already,
// its Pods become classes, its port names become numbers of Protocol::named at Pods and nothing
// elsewhere (docs/semantics/networkpolicy.md NP-14, NP-15).
#include "core/policy/compiler.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace podmoat::policy {
namespace {

using flow::FlowSet;
using flow::Known;
using flow::Line;
using flow::PortSet;

/// What a PortMatch opens.
struct OpenPorts {
  PortSet places_sure;  ///< at addresses and nodes, where a name means nothing
  PortSet places_possible;
  PortSet pods_sure;  ///< at Pods, names included
  PortSet pods_possible;
};

PortSet named(std::uint16_t index) { return PortSet::of(Protocol::named, {index, index}); }

/// Names of the protocols of which `ports` holds every port that a Pod can have: there a name does
/// not matter.
PortSet implied_names(const PortSet& ports, const NamedPorts& names) {
  PortSet out;
  for (const Protocol protocol : {Protocol::tcp, Protocol::udp, Protocol::sctp})
    if ((PortSet::of(protocol, {1, 65535}) - ports).empty()) out = out | names.all(protocol);
  return out;
}

/// A name and a number may be the same port of a Pod, of which only one is asked here. What an
/// allow opens by one of them is open; what takes away by one may take the other away too.
void widen(const language::PortMatch& match, const NamedPorts& names, PortSet& pods_possible) {
  for (const language::PortName& name : match.names)
    pods_possible = pods_possible | PortSet::of(name.protocol, {1, 65535});
  for (const Protocol protocol : {Protocol::tcp, Protocol::udp, Protocol::sctp}) {
    if ((PortSet::of(protocol, {1, 65535}) & pods_possible).empty()) continue;
    pods_possible = pods_possible | names.all(protocol);
    if (names.shared()) pods_possible = pods_possible | named(NamedPorts::kShared);
  }
}

/// `names`: nullptr where they are no symbols.
OpenPorts open_ports(const language::PortMatch& match, bool allows, const NamedPorts* names) {
  if (match.all) return {PortSet::all(), PortSet::all(), PortSet::all(), PortSet::all()};
  OpenPorts out{match.numbers, match.numbers | match.possible, {}, {}};
  out.pods_sure = match.numbers;
  out.pods_possible = out.places_possible;
  if (names == nullptr) return out;
  for (const language::PortName& name : match.names) {
    const auto known = names->find(name);
    PODMOAT_CHECK(known.has_value());
    const std::uint16_t index = *known;
    out.pods_possible = out.pods_possible | named(index);
    if (index != NamedPorts::kShared) out.pods_sure = out.pods_sure | named(index);
  }
  const PortSet implied = implied_names(match.numbers, *names);
  out.pods_sure = out.pods_sure | implied;
  out.pods_possible = out.pods_possible | implied | implied_names(out.places_possible, *names);
  if (!implied.empty() && names->shared())
    out.pods_possible = out.pods_possible | named(NamedPorts::kShared);
  if (!allows) widen(match, *names, out.pods_possible);
  return out;
}

/// Every destination on these ports.
FlowSet everywhere(const PortSet& places, const PortSet& pods) {
  return FlowSet::of({{flow::whole(Line::v4), places},
                      {flow::whole(Line::v6), places},
                      {flow::whole(Line::node), places},
                      {flow::whole(Line::peer), pods}});
}

/// `places` and every flow to a destination in one of `spans`.
FlowSet with(const FlowSet& places, const std::vector<flow::Span>& spans) {
  if (spans.empty()) return places;
  std::vector<FlowSet::Box> boxes;
  boxes.reserve(spans.size());
  for (const flow::Span& span : spans) boxes.push_back({span, PortSet::all()});
  const FlowSet pods = FlowSet::of(std::move(boxes));
  return places.empty() ? pods : places | pods;
}

void append(std::vector<flow::Span>& all, const std::vector<flow::Span>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

const Known& Compiler::opened(const language::PortMatch& ports, bool allows) {
  const auto [at, is_new] = opened_.try_emplace({ports, allows});
  if (is_new) {
    const OpenPorts open = open_ports(ports, allows, peers_.resolves() ? nullptr : &names_);
    at->second = {everywhere(open.places_sure, open.pods_sure) & within_,
                  everywhere(open.places_possible, open.pods_possible) & within_};
  }
  return at->second;
}

Compiler::Matched Compiler::match(const language::Clause& clause) {
  Known open = opened(clause.ports, clause.action == flow::Action::allow);
  if (peers_.resolves())
    for (const language::PortName& name : clause.ports.names) {
      const FlowSet there = peers_.ports(name) & within_;
      open = {open.sure | there, open.possible | there};
    }
  Matched out{open, clause.doubt};
  if (clause.to.everything) return out;
  std::vector<flow::Span> sure;
  std::vector<flow::Span> possible;
  const auto add = [&](const language::PodTerms& terms, bool surely) {
    for (const language::PodTerm& term : terms) {
      PeerSpans spans = peers_.match(term);
      if (surely) append(sure, spans.sure);
      append(possible, spans.possible);
      if (out.deciding.empty()) out.deciding = std::move(spans.deciding);
    }
  };
  add(clause.to.pods, true);
  add(clause.to.possible, false);
  append(sure, peers_.at(clause.to.places.sure).sure);
  PeerSpans there = peers_.at(clause.to.places.possible);
  append(possible, there.possible);
  if (out.deciding.empty()) out.deciding = std::move(there.deciding);
  out.flows = {open.sure & with(clause.to.places.sure, sure),
               open.possible & with(clause.to.places.possible, possible)};
  return out;
}

// Clauses that say the same of the same rule are one to people.
std::uint32_t Compiler::add_once(Origin origin) {
  if (!origins_.empty() && origins_.back() == origin)
    return static_cast<std::uint32_t>(origins_.size() - 1);
  return add(std::move(origin));
}

std::uint32_t Compiler::add(Origin origin) {
  origins_.push_back(std::move(origin));
  return static_cast<std::uint32_t>(origins_.size() - 1);
}

Compiled Compiler::compile(const language::Policy& policy, flow::Action end) {
  Compiled out;
  out.origin = add({policy.object, "spec", policy.object.place, policy.text, policy.doubt});
  const auto rule = [](const flow::Known& match, flow::Action action, std::uint32_t origin) {
    return std::make_shared<const flow::Rule>(flow::Rule{match, action, origin});
  };
  const bool surely = !policy.pods.empty() || policy.on_hosts == model::Answer::yes;
  // A term that asks for labels of a namespace holds perhaps where they are not known.
  const bool perhaps = !policy.possible.empty() || policy.on_hosts != model::Answer::no ||
                       std::ranges::any_of(policy.pods, [](const language::PodTerm& term) {
                         return !language::named_namespace(term).has_value();
                       });
  for (const language::Clause& clause : policy.clauses) {
    Matched matched = match(clause);
    if (matched.flows.possible.empty()) continue;
    Origin origin{policy.object, clause.rule, clause.place, clause.text,
                  std::move(matched.deciding)};
    if (origin.doubt.empty()) origin.doubt = policy.doubt;
    const std::uint32_t number = add_once(std::move(origin));
    if (surely) out.rules.push_back(rule(matched.flows, clause.action, number));
    if (perhaps) out.doubtful.push_back(rule({{}, matched.flows.possible}, clause.action, number));
  }
  if (policy.isolates && perhaps) out.doubtful_end = rule({{}, within_}, end, out.origin);
  return out;
}

}  // namespace podmoat::policy
