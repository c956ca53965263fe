// A Pod and its namespace are one label set here: the namespace's keys carry "ns:" in front, the
// Pod's keys "pod:". A term is then one selector over both. The name of a namespace, which every
// namespace has as a label and keeps (NP-NS), and that of a ServiceAccount are never absent.
#include "core/proof/label_peers.h"

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
  static const std::string account = with(kPod, language::kServiceAccount);
  return key == name ? Freedom::name : key == account ? Freedom::account : Freedom::label;
}

model::Selector joint(const language::PodTerm& term) {
  model::Selector joint;
  const auto add = [&](std::string_view prefix, const model::Selector& selector) {
    for (const model::Requirement& r : selector.requirements)
      joint.requirements.push_back({with(prefix, r.key), r.op, r.values});
  };
  add(kPod, term.pods);
  add(kNs, term.namespaces);
  return joint;
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

std::expected<LabelPeers, std::size_t> LabelPeers::of(const std::set<language::PodTerm>& terms,
                                                      std::size_t bound) {
  std::vector<model::Selector> selectors;
  selectors.reserve(terms.size());
  for (const language::PodTerm& term : terms) selectors.push_back(joint(term));
  auto classes = LabelClasses::of(selectors, bound, freedom);
  if (!classes) return std::unexpected(classes.error());
  LabelPeers out(std::move(*classes));
  std::size_t i = 0;
  for (const language::PodTerm& term : terms) out.spans_.emplace(term, spans_of(out.classes_, i++));
  return out;
}

policy::PeerSpans LabelPeers::match(const language::PodTerm& term) const {
  const auto spans = spans_.find(term);
  if (spans == spans_.end()) return {};
  return {spans->second, spans->second};
}

LabelPeers::Example LabelPeers::example(std::size_t index) const {
  Example example;
  const model::Labels labels = classes_.labels(index);
  for (const auto& [key, value] : labels.entries()) {
    const bool of_ns = key.starts_with(kNs);
    (of_ns ? example.ns : example.pod).set(key.substr((of_ns ? kNs : kPod).size()), value);
  }
  return example;
}

}  // namespace podmoat::proof
