// The Pods at the other end, and what is known of the labels of their namespaces.
// Rules: docs/semantics/networkpolicy.md NP-10, NP-11 and NP-NS.
#include "core/policy/peers.h"

#include <algorithm>
#include <map>

#include "core/policy/policies.h"

namespace podmoat::policy {
namespace {

using model::Operator;
using model::Requirement;
using model::Selector;

class NoPeers : public Peers {
 public:
  PeerSpans match(const language::PodTerm&) const override { return {}; }
};

/// What holds for a value that no requirement mentions.
bool matches_fresh_value(const Requirement& r) {
  return r.op == Operator::exists || r.op == Operator::not_in;
}

/// Whether some value of `key`, or its absence, could meet every requirement on it. Only the values
/// that `in` lists, one value that nobody mentions, and the absence can differ, unless something
/// asks about a part of the value: then it is taken for possible where `in` lists nothing.
bool satisfiable(const Selector& selector, std::string_view key) {
  const auto all = [&](const auto& holds) {
    return std::all_of(selector.requirements.begin(), selector.requirements.end(),
                       [&](const Requirement& r) { return r.key != key || holds(r); });
  };
  if (all([](const Requirement& r) { return r.matches(nullptr); }) || all(matches_fresh_value))
    return true;
  if (all([](const Requirement& r) { return r.op != Operator::in; }) &&
      !all([](const Requirement& r) { return !model::of_parts(r.op); }))
    return all([](const Requirement& r) { return r.op != Operator::does_not_exist; });
  for (const Requirement& listing : selector.requirements) {
    if (listing.key != key) continue;
    for (const std::string& value : listing.values)
      if (all([&](const Requirement& r) { return r.matches(&value); })) return true;
  }
  return false;
}

void append(std::vector<flow::Span>& spans, std::uint32_t index) {
  if (!spans.empty() && spans.back().last + 1 == index)
    spans.back().last = index;
  else
    spans.push_back({flow::Line::peer, index, index});
}

}  // namespace

const Peers& no_peers() {
  static const NoPeers none;
  return none;
}

model::Namespace namespace_of(const model::Snapshot& snapshot, std::string_view name) {
  const model::Namespace* known = snapshot.find_namespace(name);
  if (known != nullptr) return *known;
  return {{"Namespace", "", std::string(name), {}}, {}, false};
}

Match matches(const Selector& selector, const model::Namespace& ns, std::string* deciding) {
  const std::string* unknown = nullptr;
  for (const Requirement& r : selector.requirements) {
    const bool is_name = r.key == model::kNamespaceNameLabel;
    const std::string* value = is_name ? &ns.object.name : ns.labels.find(r.key);
    if (value != nullptr || ns.complete) {
      if (!r.matches(value)) return Match::no;
    } else if (!satisfiable(selector, r.key)) {
      return Match::no;
    } else if (unknown == nullptr) {
      unknown = &r.key;
    }
  }
  if (unknown == nullptr) return Match::yes;
  if (deciding != nullptr) *deciding = *unknown;
  return Match::unknown;
}

PeerSpans Peers::at(const flow::FlowSet&) const { return {}; }
flow::FlowSet Peers::ports(const language::PortName&) const { return {}; }

// A name means nothing at a Pod on the host network, which is its node (NP-15).
flow::FlowSet PodPeers::ports(const language::PortName& name) const {
  std::vector<flow::FlowSet::Box> boxes;
  for (std::uint32_t i = 0; i < pods_.size(); ++i) {
    const model::PodSpec& spec = snapshot_.spec_of(snapshot_.pods[pods_[i]]);
    if (spec.host_network) continue;
    for (const model::NamedPort& port : spec.named_ports)
      if (port.name == name.name && port.protocol == name.protocol)
        boxes.push_back({{flow::Line::peer, i, i},
                         flow::PortSet::of(port.protocol, {port.number, port.number})});
  }
  return flow::FlowSet::of(std::move(boxes));
}

PodPeers::PodPeers(const model::Snapshot& snapshot, std::vector<std::uint32_t> pods,
                   std::vector<Address> addresses, const model::Fact& cidr_matches_pods)
    : PodPeers(snapshot, std::move(pods)) {
  addresses_ = std::move(addresses);
  cidr_matches_pods_ = &cidr_matches_pods;
}

// A Pod on the host network has its node's address, which is no Pod's.
PeerSpans PodPeers::at(const flow::FlowSet& places) const {
  PeerSpans spans;
  if (places.empty()) return spans;
  for (std::uint32_t i = 0; i < addresses_.size(); ++i) {
    if (places.ports_at(flow::at(addresses_[i])).empty()) continue;
    const bool of_node = snapshot_.spec_of(snapshot_.pods[pods_[i]]).host_network;
    const model::Answer answer = of_node ? model::Answer::yes : cidr_matches_pods_->answer;
    if (answer == model::Answer::no) continue;
    append(spans.possible, i);
    if (answer == model::Answer::yes)
      append(spans.sure, i);
    else
      spans.deciding =
          "whether rules on addresses hold Pods is not known: " + cidr_matches_pods_->source;
  }
  return spans;
}

PodPeers::PodPeers(const model::Snapshot& snapshot, std::vector<std::uint32_t> pods)
    : snapshot_(snapshot), pods_(std::move(pods)) {
  std::map<std::string_view, std::size_t> group_of;
  for (std::uint32_t i = 0; i < pods_.size(); ++i) {
    const model::Pod& pod = snapshot_.pods[pods_[i]];
    if (snapshot_.spec_of(pod).host_network) continue;  // NP-11
    const auto [group, is_new] = group_of.try_emplace(pod.ns, groups_.size());
    if (is_new) {
      groups_.push_back({namespace_of(snapshot_, pod.ns), {}});
    }
    groups_[group->second].classes.push_back(i);
  }
}

PeerSpans PodPeers::match(const language::PodTerm& term) const {
  std::vector<std::pair<std::uint32_t, bool>> found;  // class, whether for sure
  PeerSpans spans;
  for (const Group& group : groups_) {
    std::string label;
    const Match ns = matches(term.namespaces, group.ns, &label);
    if (ns == Match::no) continue;
    for (const std::uint32_t i : group.classes)
      if (view_of(snapshot_, snapshot_.pods[pods_[i]]).matches(term.pods)) {
        found.emplace_back(i, ns == Match::yes);
        if (ns == Match::unknown && spans.deciding.empty())
          spans.deciding =
              group.ns.object.str() + " is not in the input; its label " + label + " would decide";
      }
  }
  std::sort(found.begin(), found.end());
  for (const auto& [i, sure] : found) {
    append(spans.possible, i);
    if (sure) append(spans.sure, i);
  }
  return spans;
}

}  // namespace podmoat::policy
