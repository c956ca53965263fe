// A Pod and its namespace are one label set here: the namespace's keys carry "ns:" in front, the
// Pod's keys "pod:". A peer is then one selector over both, and a peer without namespaceSelector
// asks for the name of its own namespace, which every namespace has as a label and keeps (NP-NS).
#include "core/proof/label_peers.h"

#include <set>
#include <utility>

#include "core/model/snapshot.h"

namespace podmoat::proof {
namespace {

constexpr std::string_view kNs = "ns:";
constexpr std::string_view kPod = "pod:";

std::string with(std::string_view prefix, std::string_view key) {
  return std::string(prefix) + std::string(key);
}

Freedom freedom(std::string_view key) {
  static const std::string name = with(kNs, model::kNamespaceNameLabel);
  return key == name ? Freedom::namespace_name : Freedom::label;
}

model::Selector joint(std::string_view own, const model::PodPeer& peer) {
  model::Selector joint;
  const auto add = [&](std::string_view prefix, const model::Selector& selector) {
    for (const model::Requirement& r : selector.requirements)
      joint.requirements.push_back({with(prefix, r.key), r.op, r.values});
  };
  if (peer.pods) add(kPod, *peer.pods);
  if (peer.namespaces)
    add(kNs, *peer.namespaces);
  else
    joint.requirements.push_back(
        {with(kNs, model::kNamespaceNameLabel), model::Operator::in, {std::string(own)}});
  return joint;
}

std::vector<model::PodPeer> peers_of(std::span<const model::NetworkPolicy* const> policies) {
  std::set<model::PodPeer> peers;
  for (const model::NetworkPolicy* policy : policies)
    for (const model::PolicyRule& rule : policy->egress)
      for (const model::Peer& peer : rule.peers)
        if (const auto* pods = std::get_if<model::PodPeer>(&peer.is)) peers.insert(*pods);
  return {peers.begin(), peers.end()};
}

std::vector<flow::Span> spans_of(const LabelClasses& classes, std::size_t selector) {
  std::vector<flow::Span> spans;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (!classes.matches(i, selector)) continue;
    if (!spans.empty() && spans.back().last + 1 == i)
      spans.back().last = i;
    else
      spans.push_back({flow::Line::peer, i, i});
  }
  return spans;
}

}  // namespace

std::expected<std::size_t, std::size_t> LabelPeers::add(
    std::string_view own, std::span<const model::NetworkPolicy* const> policies,
    std::size_t bound) {
  const std::vector<model::PodPeer> peers = peers_of(policies);
  std::vector<model::Selector> selectors;
  selectors.reserve(peers.size());
  for (const model::PodPeer& peer : peers) selectors.push_back(joint(own, peer));
  auto classes = LabelClasses::of(selectors, bound, freedom);
  if (!classes) return std::unexpected(classes.error());
  Classes made{std::move(*classes), {}};
  for (std::size_t i = 0; i < peers.size(); ++i)
    made.spans.emplace(peers[i], spans_of(made.classes, i));
  const std::size_t count = made.classes.size();
  by_namespace_.insert_or_assign(std::string(own), std::move(made));
  return count;
}

policy::PeerSpans LabelPeers::match(std::string_view own, const model::PodPeer& peer) const {
  const auto classes = by_namespace_.find(own);
  if (classes == by_namespace_.end()) return {};
  const auto spans = classes->second.spans.find(peer);
  if (spans == classes->second.spans.end()) return {};
  return {spans->second, spans->second};
}

LabelPeers::Example LabelPeers::example(std::string_view own, std::size_t index) const {
  Example example;
  const auto classes = by_namespace_.find(own);
  if (classes == by_namespace_.end()) return example;
  const model::Labels labels = classes->second.classes.labels(index);
  for (const auto& [key, value] : labels.entries()) {
    const bool of_ns = key.starts_with(kNs);
    (of_ns ? example.ns : example.pod).set(key.substr((of_ns ? kNs : kPod).size()), value);
  }
  return example;
}

}  // namespace podmoat::proof
