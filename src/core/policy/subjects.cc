// Grouping Pods into Subjects. Only the labels that some selector mentions count, so each label set
// of the pool is first cut down to those, once; a Pod is then a few numbers and the names of its
// namespace and workload.
#include <algorithm>
#include <functional>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/policy/subject.h"

namespace podmoat::policy {
namespace {

using model::Pod;
using model::Snapshot;

/// The keys of Pod labels that any selector mentions.
std::unordered_set<std::string> mentioned_keys(const Snapshot& snapshot,
                                               const language::Reading& reading) {
  const std::vector<std::string> of_reading = language::mentioned_keys(reading);
  std::unordered_set<std::string> keys(of_reading.begin(), of_reading.end());
  const auto add = [&](const model::Selector& selector) {
    for (const model::Requirement& r : selector.requirements) keys.insert(r.key);
  };
  for (const model::NetworkPolicy& policy : snapshot.network_policies) {
    add(policy.pods);
    for (const auto* rules : {&policy.egress, &policy.ingress})
      for (const model::PolicyRule& rule : *rules)
        for (const model::Peer& peer : rule.peers)
          if (const auto* pods = std::get_if<model::PodPeer>(&peer.is); pods && pods->pods)
            add(*pods->pods);
  }
  return keys;
}

std::size_t mix(std::size_t hash, std::size_t more) {
  return (hash ^ more) * 0x9e3779b97f4a7c15 + (hash >> 29);
}
std::size_t mix(std::size_t hash, std::string_view text) {
  return mix(hash, std::hash<std::string_view>{}(text));
}

using LabelViews = std::vector<std::pair<std::string_view, std::string_view>>;
struct LabelViewsHash {
  std::size_t operator()(const LabelViews& labels) const {
    std::size_t hash = labels.size();
    for (const auto& [key, value] : labels) hash = mix(mix(hash, key), value);
    return hash;
  }
};

/// For each label set of the pool a number; equal numbers, equal labels under all of `keys`.
std::vector<std::uint32_t> projections(const Snapshot& snapshot, const language::Reading& reading,
                                       const std::vector<std::string>& more) {
  auto keys = mentioned_keys(snapshot, reading);
  keys.insert(more.begin(), more.end());
  std::unordered_map<LabelViews, std::uint32_t, LabelViewsHash> numbers;
  std::vector<std::uint32_t> of;
  of.reserve(snapshot.pod_labels.size());
  for (const model::Labels& labels : snapshot.pod_labels) {
    LabelViews views;
    for (const auto& [key, value] : labels.entries())
      if (keys.contains(key)) views.emplace_back(key, value);
    const auto next = static_cast<std::uint32_t>(numbers.size());
    of.push_back(numbers.try_emplace(std::move(views), next).first->second);
  }
  return of;
}

/// What the Pods of one Subject share. The specs of one pool entry also share host_network.
struct Shared {
  std::uint32_t projection;
  std::uint32_t spec;
  std::string_view ns;
  std::string_view kind;
  std::string_view name;
  bool operator==(const Shared&) const = default;
};
struct SharedHash {
  std::size_t operator()(const Shared& s) const {
    return mix(mix(mix(mix(s.spec, std::size_t{s.projection}), s.ns), s.kind), s.name);
  }
};

}  // namespace

std::vector<Subject> subjects(const Snapshot& snapshot, const language::Reading& reading,
                              const std::vector<std::string>& keys) {
  const std::vector<std::uint32_t> projection_of = projections(snapshot, reading, keys);
  std::vector<Subject> found;
  std::unordered_map<Shared, std::size_t, SharedHash> subject_of;
  for (std::uint32_t i = 0; i < snapshot.pods.size(); ++i) {
    const Pod& pod = snapshot.pods[i];
    const Shared shared{projection_of[pod.labels], pod.spec, pod.ns, pod.workload.kind,
                        pod.workload.name};
    const auto [subject, is_new] = subject_of.try_emplace(shared, found.size());
    if (is_new)
      found.push_back(
          {pod.ns, pod.workload, snapshot.spec_of(pod).host_network, pod.labels, pod.spec, {}});
    found[subject->second].pods.push_back(i);
  }
  const auto rank = [](const Subject& s) {
    return std::tie(s.ns, s.workload.kind, s.workload.name, s.pods.front());
  };
  std::sort(found.begin(), found.end(),
            [&](const Subject& a, const Subject& b) { return rank(a) < rank(b); });
  return found;
}

PodView view_of(const Subject& subject, const model::Snapshot& snapshot) {
  return view_of(snapshot, subject.ns, subject.labels, subject.spec);
}

}  // namespace podmoat::policy
