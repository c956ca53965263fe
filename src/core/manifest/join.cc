// Join: from what was read to a Snapshot. Later objects replace earlier ones, each Pod learns the
// workload it counts for, workloads without Pods like their template make one, and namespaces are
// completed.
// Source: docs/semantics/reading.md RD-43 to RD-49.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "core/manifest/records.h"

namespace podmoat::manifest {
namespace {

const model::Object& object_of(const model::Namespace& item) { return item.object; }
const model::Object& object_of(const model::NetworkPolicy& item) { return item.object; }
const model::Object& object_of(const model::Node& item) { return item.object; }
const model::Object& object_of(const model::SystemWorkload& item) { return item.object; }
const model::Object& object_of(const model::SystemConfig& item) { return item.object; }
const model::Object& object_of(const model::Object& item) { return item; }
const model::Object& object_of(const model::Service& item) { return item.object; }
const model::Object& object_of(const model::Backends& item) { return item.object; }
const model::Object& object_of(const model::PolicyObject& item) { return item.object; }
const model::Object& object_of(const model::ClusterRole& item) { return item.object; }
const model::Object& object_of(const model::ClusterRoleBinding& item) { return item.object; }
const model::Object& object_of(const model::ServiceAccount& item) { return item.object; }
const model::Object& object_of(const model::KubeletConfig& item) { return item.object; }
const model::Object& object_of(const model::MeshObject& item) { return item.object; }
const model::Object& object_of(const WorkloadRecord& item) { return item.object; }

auto key_of(const model::Pod& pod) { return std::tie(pod.ns, pod.name); }
auto key_of(const model::PolicyObject& item) {
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

/// Sorts and keeps the order of equals. O(n) for what is sorted already, as a cluster's lists are;
/// else every item is moved once, since most are large.
template <class T, class Less>
void sort_stably(std::vector<T>& items, Less less) {
  if (std::ranges::is_sorted(items, less)) return;
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return less(items[a], items[b]); });
  std::vector<T> sorted;
  sorted.reserve(items.size());
  for (const std::size_t i : order) sorted.push_back(std::move(items[i]));
  items = std::move(sorted);
}

/// Sorts, and of objects with the same name keeps the last. `quiet`: somebody else says so.
template <class T>
void settle(std::vector<T>& items, model::Snapshot& snapshot, bool quiet = false) {
  sort_stably(items, [](const T& a, const T& b) { return key_of(a) < key_of(b); });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool replaced =
        i + 1 < items.size() && !is_made_up(items[i]) && key_of(items[i]) == key_of(items[i + 1]);
    if (replaced && quiet) continue;
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

/// Labels and spec of a Pod, by their numbers.
using Look = std::pair<std::uint32_t, std::uint32_t>;
/// How the Pods of each workload look. A workload that others control has its own Pods too.
using Manned = std::map<std::pair<std::string, model::Workload>, std::set<Look>>;

/// Whether a Pod that looks like `pod` can have been made from a template that looks like `made`.
/// Controllers and the API server add labels and the name of the account, and take nothing away.
bool made_from(const Records& records, const Look& made, const Look& pod) {
  const auto& wanted = records.labels.at(made.first).entries();
  const auto& found = records.labels.at(pod.first).entries();
  if (!std::ranges::includes(found, wanted)) return false;
  const model::PodSpec& a = records.specs.at(made.second);
  const model::PodSpec& b = records.specs.at(pod.second);
  return a.host_network == b.host_network && a.named_ports == b.named_ports &&
         a.handler_hosts == b.handler_hosts && a.service_account == b.service_account;
}

/// Whether the input has Pods as `record` makes them. One that is controlled (an old ReplicaSet)
/// has them if its controller has any: it makes none on its own.
bool is_manned(const Records& records, const Manned& manned, const WorkloadRecord& record,
               const model::Workload& counts_for) {
  const auto self = manned.find({record.object.ns, {record.object.kind, record.object.name}});
  if (!record.owner.kind.empty())
    return self != manned.end() || manned.contains({record.object.ns, counts_for});
  return self != manned.end() && std::ranges::any_of(self->second, [&](const Look& pod) {
           return made_from(records, {record.labels, record.spec}, pod);
         });
}

/// Gives every Pod its workload, and every workload without Pods like its template one.
void assign_workloads(Records& records) {
  model::Snapshot& snapshot = records.snapshot;
  Manned manned;
  for (model::Pod& pod : snapshot.pods) {
    if (pod.workload.kind.empty() || pod.workload.kind == "Node") {
      pod.workload = {"Pod", pod.name};
      continue;
    }
    model::Workload direct = pod.workload;
    pod.workload = resolve(records.workloads, pod.ns, direct, records.labels.at(pod.labels));
    if (records.workloads.empty()) continue;
    const Look look{pod.labels, pod.spec};
    if (direct != pod.workload) manned[{pod.ns, std::move(direct)}].insert(look);
    manned[{pod.ns, pod.workload}].insert(look);
  }
  for (const WorkloadRecord& record : records.workloads) {
    const std::string& ns = record.object.ns;
    const model::Workload self{record.object.kind, record.object.name};
    if (find(records.workloads, ns, record.owner) != nullptr) continue;
    const model::Workload counts_for =
        resolve(records.workloads, ns, self, records.labels.at(record.labels));
    if (is_manned(records, manned, record, counts_for)) continue;
    snapshot.pods.push_back(
        {ns, "", counts_for, record.labels, record.spec, {}, record.object.place});
  }
  sort_stably(snapshot.pods, [](const model::Pod& a, const model::Pod& b) {
    return std::tie(a.ns, a.name, a.workload) < std::tie(b.ns, b.name, b.workload);
  });
}

/// Warns of Nodes of which nothing tells where they are.
void check_nodes(model::Snapshot& snapshot) {
  for (const model::Node& node : snapshot.nodes)
    if (node.addresses.empty())
      snapshot.diagnostics.push_back(
          {Level::warning, "node-without-address",
           "the Node has no InternalIP or ExternalIP in its status, so its ports are not guarded",
           "give its address with --node-cidr", node.object.str(), node.object.place});
}

/// Adds the namespaces that others mention.
void complete_namespaces(model::Snapshot& snapshot) {
  std::set<std::string_view> mentioned;
  std::string_view last;  // the next object is most often in the same namespace
  const auto mention = [&](std::string_view ns) {
    if (ns != last) mentioned.insert(last = ns);
  };
  for (const model::Pod& pod : snapshot.pods) mention(pod.ns);
  for (const auto& item : snapshot.network_policies) mention(item.object.ns);
  for (const auto& item : snapshot.services) mention(item.object.ns);
  for (const auto& item : snapshot.backends) mention(item.object.ns);
  for (const auto& item : snapshot.policy_objects) mention(item.object.ns);
  std::vector<model::Namespace> added;
  for (const std::string_view name : mentioned)
    if (!name.empty() && snapshot.find_namespace(name) == nullptr)
      added.push_back({{"Namespace", "", std::string(name), {}},
                       model::Labels({{model::kNamespaceNameLabel, std::string(name)}}),
                       false});
  std::ranges::move(added, std::back_inserter(snapshot.namespaces));
  std::ranges::sort(snapshot.namespaces, {}, [](const auto& ns) { return ns.object.name; });
}

}  // namespace

bool write_text(Cursor cursor, std::string& text) {
  if (!cursor) return true;
  const auto write_number = [&](std::size_t number) {
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    text.append(bytes, sizeof number);
  };
  const auto write = [&](std::string_view part) {
    if (part.size() > kMaxText) return false;
    write_number(part.size());
    text.append(part);
    return text.size() <= kMaxText;
  };
  // A kind, then how much follows: no text is the beginning of another.
  text += static_cast<char>(cursor->kind);
  if (cursor->is_scalar()) return write(cursor->text);
  write_number(cursor->count);
  for (const Cursor child : cursor)
    if (!write(child->key) || !write_text(child, text)) return false;
  return true;
}

model::Snapshot join(Records records) {
  model::Snapshot& snapshot = records.snapshot;
  schedule(records);
  settle(snapshot.pods, snapshot);
  settle(records.workloads, snapshot);
  settle(snapshot.namespaces, snapshot);
  settle(snapshot.network_policies, snapshot);
  settle(snapshot.nodes, snapshot);
  settle(snapshot.system_workloads, snapshot, true);
  settle(snapshot.system_configs, snapshot, true);
  settle(snapshot.system_definitions, snapshot, true);
  settle(snapshot.services, snapshot);
  settle(snapshot.backends, snapshot);
  settle(snapshot.policy_objects, snapshot);
  settle(snapshot.rbac.roles, snapshot);
  settle(snapshot.rbac.bindings, snapshot);
  settle(snapshot.rbac.accounts, snapshot);
  settle(snapshot.kubelet_configs, snapshot);
  settle(snapshot.mesh, snapshot);
  assign_workloads(records);
  check_nodes(snapshot);
  complete_namespaces(snapshot);
  snapshot.pod_labels = records.labels.take();
  snapshot.pod_specs = records.specs.take();
  return std::move(snapshot);
}

}  // namespace podmoat::manifest
