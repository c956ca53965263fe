// Join: from what was read to a Snapshot. Later objects replace earlier ones, each Pod learns the
// workload it counts for, workloads without Pods make one, and namespaces are completed.
// Source: docs/semantics/reading.md RD-43 to RD-49.
#include <algorithm>
#include <cstring>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "core/manifest/records.h"

namespace podmoat::manifest {
namespace {

const model::Object& object_of(const model::Namespace& item) { return item.object; }
const model::Object& object_of(const model::NetworkPolicy& item) { return item.object; }
const model::Object& object_of(const model::Node& item) { return item.object; }
const model::Object& object_of(const model::Service& item) { return item.object; }
const model::Object& object_of(const model::Backends& item) { return item.object; }
const model::Object& object_of(const model::UnreadPolicy& item) { return item.object; }
const model::Object& object_of(const WorkloadRecord& item) { return item.object; }

auto key_of(const model::Pod& pod) { return std::tie(pod.ns, pod.name); }
auto key_of(const model::UnreadPolicy& item) {
  return std::tie(item.object.ns, item.object.name, item.object.kind, item.api_version);
}
template <class T>
auto key_of(const T& item) {
  const model::Object& object = object_of(item);
  return std::tie(object.ns, object.name, object.kind);
}

std::string name_of(const model::Pod& pod) { return "Pod " + pod.ns + "/" + pod.name; }
template <class T>
std::string name_of(const T& item) {
  return object_of(item).str();
}
Place place_of(const model::Pod& pod) { return pod.place; }
template <class T>
Place place_of(const T& item) {
  return object_of(item).place;
}

/// Names that the API server would make up ("web-*") are never the same.
bool is_made_up(std::string_view name) { return name.ends_with('*'); }
bool is_made_up(const model::Pod& pod) { return is_made_up(std::string_view(pod.name)); }
template <class T>
bool is_made_up(const T& item) {
  return is_made_up(std::string_view(object_of(item).name));
}

/// Sorts, and of objects with the same name keeps the last. O(n) for what is sorted already.
template <class T>
void settle(std::vector<T>& items, model::Snapshot& snapshot) {
  const auto less = [](const T& a, const T& b) { return key_of(a) < key_of(b); };
  if (!std::ranges::is_sorted(items, less)) std::ranges::stable_sort(items, less);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool replaced =
        i + 1 < items.size() && !is_made_up(items[i]) && key_of(items[i]) == key_of(items[i + 1]);
    if (replaced)
      snapshot.diagnostics.push_back(
          {Level::warning, "duplicate-object",
           "this object replaces the one of the same name at " + snapshot.where(place_of(items[i])),
           "remove one of the two", name_of(items[i]), place_of(items[i + 1])});
    else if (kept++ != i)
      items[kept - 1] = std::move(items[i]);
  }
  items.erase(items.begin() + static_cast<std::ptrdiff_t>(kept), items.end());
}

const WorkloadRecord* find(const std::vector<WorkloadRecord>& workloads, const std::string& ns,
                           const model::Workload& wanted) {
  const auto key = std::tie(ns, wanted.name, wanted.kind);
  const auto at = std::ranges::lower_bound(
      workloads, key, std::less<>(), [](const WorkloadRecord& record) { return key_of(record); });
  return at != workloads.end() && key_of(*at) == key ? &*at : nullptr;
}

/// What the workload `direct` counts for: the end of the chain of controllers in the input, and
/// for a ReplicaSet that is not in it the Deployment that its name and the hash tell of.
model::Workload resolve(const std::vector<WorkloadRecord>& workloads, const std::string& ns,
                        model::Workload direct, const model::Labels& labels) {
  // A chain has two links at most (CronJob, Job); more would be a circle.
  for (int link = 0; link < 4; ++link) {
    const WorkloadRecord* record = find(workloads, ns, direct);
    if (record != nullptr && record->owner.kind.empty()) return direct;
    if (record == nullptr) break;
    direct = record->owner;
  }
  const std::string* hash = labels.find("pod-template-hash");
  if (direct.kind != "ReplicaSet" || hash == nullptr) return direct;
  const std::string tail = "-" + *hash;
  if (hash->empty() || direct.name.size() <= tail.size() || !direct.name.ends_with(tail))
    return direct;
  return {"Deployment", direct.name.substr(0, direct.name.size() - tail.size())};
}

/// Gives every Pod its workload, and every workload without Pods one.
void assign_workloads(Records& records) {
  model::Snapshot& snapshot = records.snapshot;
  std::set<std::pair<std::string, model::Workload>> manned;
  for (model::Pod& pod : snapshot.pods) {
    if (pod.workload.kind.empty() || pod.workload.kind == "Node") {
      pod.workload = {"Pod", pod.name};
      continue;
    }
    model::Workload direct = pod.workload;
    pod.workload = resolve(records.workloads, pod.ns, direct, records.labels.at(pod.labels));
    if (records.workloads.empty()) continue;
    if (direct != pod.workload) manned.emplace(pod.ns, std::move(direct));
    manned.emplace(pod.ns, pod.workload);
  }
  for (const WorkloadRecord& record : records.workloads) {
    const std::string& ns = record.object.ns;
    const model::Workload self{record.object.kind, record.object.name};
    if (find(records.workloads, ns, record.owner) != nullptr) continue;
    const model::Workload counts_for =
        resolve(records.workloads, ns, self, records.labels.at(record.labels));
    if (manned.contains({ns, self}) || manned.contains({ns, counts_for})) continue;
    snapshot.pods.push_back(
        {ns, "", counts_for, record.labels, record.spec, "", {}, record.object.place});
  }
  std::ranges::stable_sort(snapshot.pods, [](const model::Pod& a, const model::Pod& b) {
    return std::tie(a.ns, a.name, a.workload) < std::tie(b.ns, b.name, b.workload);
  });
}

/// Adds the namespaces that others mention.
void complete_namespaces(model::Snapshot& snapshot) {
  std::set<std::string, std::less<>> mentioned;
  const auto mention = [&](const std::string& ns) {
    if (!ns.empty() && !mentioned.contains(ns)) mentioned.insert(ns);
  };
  for (const model::Pod& pod : snapshot.pods) mention(pod.ns);
  for (const auto& item : snapshot.network_policies) mention(item.object.ns);
  for (const auto& item : snapshot.services) mention(item.object.ns);
  for (const auto& item : snapshot.backends) mention(item.object.ns);
  for (const auto& item : snapshot.unread_policies) mention(item.object.ns);
  std::vector<model::Namespace> added;
  for (const std::string& name : mentioned)
    if (snapshot.find_namespace(name) == nullptr)
      added.push_back({{"Namespace", "", name, {}},
                       model::Labels({{model::kNamespaceNameLabel, name}}),
                       false});
  std::ranges::move(added, std::back_inserter(snapshot.namespaces));
  std::ranges::sort(snapshot.namespaces, {}, [](const auto& ns) { return ns.object.name; });
}

}  // namespace

std::uint32_t LabelPool::add(Decoding& decoding, const Field& field) {
  text_.clear();
  for (const Cursor member : field.node()) {
    for (const std::string_view part : {member->key, member->text}) {
      const std::size_t size = part.size();
      char bytes[sizeof size];
      std::memcpy(bytes, &size, sizeof size);
      text_.append(bytes, sizeof size).append(part);
    }
    text_ += static_cast<char>(member->kind);
  }
  if (const auto found = by_text_.find(text_); found != by_text_.end()) return found->second;
  const bool was_refused = std::exchange(decoding.refused, false);
  model::Labels labels = labels_of(decoding, field);
  const auto next = static_cast<std::uint32_t>(labels_.size());
  const auto [entry, is_new] = by_labels_.try_emplace(labels, next);
  if (is_new) labels_.push_back(std::move(labels));
  if (!decoding.refused && (field.absent() || field.node().is(Kind::map)))
    by_text_.emplace(text_, entry->second);
  decoding.refused = decoding.refused || was_refused;
  return entry->second;
}

std::uint32_t SpecPool::add(model::PodSpec spec) {
  const auto next = static_cast<std::uint32_t>(specs_.size());
  const auto [entry, is_new] = by_spec_.try_emplace(std::move(spec), next);
  if (is_new) specs_.push_back(entry->first);
  return entry->second;
}

model::Snapshot join(Records records) {
  model::Snapshot& snapshot = records.snapshot;
  settle(snapshot.pods, snapshot);
  settle(records.workloads, snapshot);
  settle(snapshot.namespaces, snapshot);
  settle(snapshot.network_policies, snapshot);
  settle(snapshot.nodes, snapshot);
  settle(snapshot.services, snapshot);
  settle(snapshot.backends, snapshot);
  settle(snapshot.unread_policies, snapshot);
  assign_workloads(records);
  complete_namespaces(snapshot);
  snapshot.pod_labels = records.labels.take();
  snapshot.pod_specs = records.specs.take();
  return std::move(snapshot);
}

}  // namespace podmoat::manifest
