// Intake: what an object is (kinds.h), who decodes it, and whether the API server would have it.
#include "core/manifest/intake.h"

#include <algorithm>
#include <utility>

#include "core/manifest/kinds.h"
#include "core/manifest/records.h"

namespace podmoat::manifest {
namespace {

/// Bytes of the largest policy that is read. The API server takes 3 MiB, written tightly.
constexpr std::uint32_t kMaxPolicy = 8U << 20U;
/// Diagnostics that are kept. Nobody reads more, and they must not fill the memory.
constexpr std::size_t kMaxDiagnostics = 10'000;

/// The controller among metadata.ownerReferences. Others own without managing.
model::Workload controller_of(Cursor object) {
  for (const Cursor owner : object["metadata"]["ownerReferences"]) {
    const Cursor controller = owner["controller"];
    if (controller.is(Kind::boolean) && controller->text == "true")
      return {std::string(owner["kind"].string()), std::string(owner["name"].string())};
  }
  return {};
}

/// Whether an object of any kind has the template of a Pod where workloads have it.
bool has_template(Cursor object) {
  const Cursor spec = object["spec"];
  for (const Cursor holder : {spec, spec["jobTemplate"]["spec"]})
    if (holder["template"]["spec"]["containers"].is(Kind::list)) return true;
  return false;
}

/// Whether an object is one of those of its kind that are read.
bool is_read(const KindRow& row, Cursor object, std::string_view default_namespace) {
  const std::string_view name = object["metadata"]["name"].string();
  if (row.role == Role::mesh) return speaks_of_traffic(object);
  if (row.role == Role::system_definition) return model::is_system_definition(name);
  if (row.role != Role::system_config || row.kind != "ConfigMap") return row.role != Role::skipped;
  std::string_view ns = object["metadata"]["namespace"].string();
  if (ns.empty()) ns = default_namespace;
  return is_read_config_map(ns, name) ||
         (model::is_system_config(name) && model::is_system_namespace(ns));
}

/// Whether the text of a policy is small enough to be kept; else it is refused.
bool is_small(Decoding& decoding, const Field& field) {
  const Node& node = *field.node();
  if (node.end - node.begin <= kMaxPolicy) return true;
  decoding.refuse(field, "too-large", "the policy has more than 8 MiB", "");
  return false;
}

bool has_ended(Cursor pod) {
  const std::string_view phase = pod["status"]["phase"].string();
  return phase == "Succeeded" || phase == "Failed";
}

}  // namespace

std::optional<std::string_view> item_kind_of(std::string_view list) {
  if (!list.ends_with("List")) return std::nullopt;
  return list.substr(0, list.size() - 4);
}

struct Intake::State {
  Records records;
  std::span<const model::PolicyKind> policy_kinds;
  std::size_t dropped = 0;  ///< Diagnostics beyond kMaxDiagnostics
  Level worst_dropped = Level::warning;

  void take(std::uint32_t file, Cursor object, ItemKind item);
  KindRow row_of(ItemKind is) const;
  void skip(std::uint32_t file, Cursor object, ItemKind is);
  void decode(const KindRow& row, std::uint32_t file, Cursor object, ItemKind is);
  void take_pod(Decoding& decoding, const Field& field, model::Object object);
  void take_workload(Decoding& decoding, const Field& field, model::Object object);
  void take_namespace(Decoding& decoding, const Field& field, model::Object object);
  void take_other(Role role, Decoding& decoding, const Field& field, model::Object object);
  void take_policy(Decoding& decoding, const Field& field, model::Object object);
  void take_policy_object(Decoding& decoding, const Field& field, model::PolicyObject object);
  void limit_diagnostics();
  void mistake(std::uint32_t file, Cursor object, std::string code, std::string message,
               std::string hint) {
    records.snapshot.diagnostics.push_back({Level::error, std::move(code), std::move(message),
                                            std::move(hint), "", object.place(file)});
  }
};

void Intake::State::take(std::uint32_t file, Cursor object, ItemKind item) {
  if (!object.is(Kind::map))
    return mistake(file, object, "not-an-object",
                   "this is " + std::string(name_of(object->kind)) + ", not a Kubernetes object",
                   "give only manifests");
  ItemKind is{object["apiVersion"].string(), object["kind"].string()};
  if (is.kind.empty()) is.kind = item.kind;
  if (is.api_version.empty()) is.api_version = item.api_version;
  if (is.kind.empty() || is.api_version.empty())
    return mistake(file, object, "not-an-object",
                   std::string("this object has no ") + (is.kind.empty() ? "kind" : "apiVersion"),
                   "give only manifests");
  const auto item_kind = item_kind_of(is.kind);
  const Cursor items = object["items"];
  if (item_kind && (items.is(Kind::list) || items.is(Kind::null))) {
    const ItemKind inner = item_kind->empty() ? ItemKind{} : ItemKind{is.api_version, *item_kind};
    for (const Cursor one : items) take(file, one, inner);
    return;
  }
  const KindRow row = row_of(is);
  if (!is_read(row, object, records.default_namespace))
    skip(file, object, is);
  else if (row.role != Role::pod || !has_ended(object))
    decode(row, file, object, is);
}

/// The row of the table, unless a policy language has the kind.
KindRow Intake::State::row_of(ItemKind is) const {
  const std::string_view group = is.api_version.substr(0, is.api_version.find('/'));
  for (const model::PolicyKind& known : policy_kinds)
    if (known.kind == is.kind && known.group == group)
      return {known.group, "*", known.kind, Role::policy_object, known.namespaced};
  return kind_row(is.api_version, is.kind);
}

void Intake::State::skip(std::uint32_t file, Cursor object, ItemKind is) {
  ++records.snapshot.skipped[std::string(is.kind)];
  const bool known = is_workload_kind(is.kind);
  if (!known && !has_template(object)) return;
  const Cursor metadata = object["metadata"];
  const std::string_view ns = metadata["namespace"].string();
  const model::Object who{std::string(is.kind),
                          ns.empty() ? records.default_namespace : std::string(ns),
                          std::string(metadata["name"].string()),
                          {}};
  records.snapshot.diagnostics.push_back(
      {Level::warning, "unread-workload",
       std::string(is.kind) + " of " + std::string(is.api_version) +
           " is not read: of its Pods only those that are in the input are judged",
       known ? "correct the apiVersion" : "give its Pods too", who.str(), object.place(file)});
}

void Intake::State::decode(const KindRow& row, std::uint32_t file, Cursor object, ItemKind is) {
  model::Snapshot& snapshot = records.snapshot;
  Decoding decoding{file, std::string(is.kind), snapshot.diagnostics, false};
  const Field field(object);
  // A policy of which nothing but the name is known, without a namespace, may be everywhere.
  const bool everywhere = row.kind.empty() && object["metadata"]["namespace"].absent();
  model::Object who =
      object_of(decoding, field, is.kind, row.namespaced && !everywhere, records.default_namespace);
  const auto keep = [&](auto& where, auto&& what) {
    if (!decoding.refused) where.push_back(std::forward<decltype(what)>(what));
  };
  switch (row.role) {
    case Role::pod:
      return take_pod(decoding, field, std::move(who));
    case Role::workload:
      return take_workload(decoding, field, std::move(who));
    case Role::ns:
      return take_namespace(decoding, field, std::move(who));
    case Role::network_policy:
      return take_policy(decoding, field, std::move(who));
    case Role::system_config:
      if (row.kind == "ConfigMap" && is_read_config_map(who.ns, who.name))
        return read_config_map(decoding, field, std::move(who), snapshot);
      return keep(snapshot.system_configs, system_config_of(decoding, object, std::move(who)));
    case Role::system_definition:
      return keep(snapshot.system_definitions, std::move(who));
    case Role::node:
      return keep(snapshot.nodes, node_of(decoding, field, std::move(who)));
    case Role::service:
      return keep(snapshot.services, service_of(decoding, field, std::move(who)));
    case Role::endpoint_slice:
      return keep(snapshot.backends, endpoint_slice_of(decoding, field, std::move(who)));
    case Role::endpoints:
      return keep(snapshot.backends, endpoints_of(decoding, field, std::move(who)));
    case Role::policy_object:
      return take_policy_object(decoding, field, {std::move(who), std::string(is.api_version), {}});
    case Role::cluster_role:
    case Role::cluster_role_binding:
    case Role::service_account:
    case Role::mesh:
      return take_other(row.role, decoding, field, std::move(who));
    case Role::skipped:
      return;
  }
}

void Intake::State::take_pod(Decoding& decoding, const Field& field, model::Object object) {
  model::Pod pod;
  const Field metadata = field["metadata"];
  const Field labels = metadata["labels"];
  const Field spec = field["spec"];
  pod.labels = records.labels.add(decoding, labels, labels_of);
  pod.spec = records.specs.add(decoding, spec, pod_spec_of);
  if (decoding.refused) return;
  pod.workload = controller_of(field.node());
  // One Pod of a DaemonSet tells as much as all of them.
  if (pod.workload.kind == "DaemonSet" &&
      records.daemon_sets.emplace(object.ns, pod.workload.name).second)
    if (auto system = system_workload_of(decoding, spec.node(), pod.workload.name, object))
      records.snapshot.system_workloads.push_back(std::move(*system));
  const Field status = field["status"];
  const Field ips = status["podIPs"];
  for (const Cursor ip : ips.node()) {
    const Field address(ip["ip"]);
    add_address(address, pod.addresses);
  }
  const Field ip = status["podIP"];
  if (ips.absent()) add_address(ip, pod.addresses);
  pod.ns = std::move(object.ns);
  pod.name = std::move(object.name);
  pod.place = object.place;
  if (const std::string_view node = spec.node()["nodeName"].string(); !node.empty())
    records.bound[std::string(node)].push_back(
        static_cast<std::uint32_t>(records.snapshot.pods.size()));
  records.snapshot.pods.push_back(std::move(pod));
}

void Intake::State::take_workload(Decoding& decoding, const Field& field, model::Object object) {
  const Field spec = field["spec"];
  const Field job = spec["jobTemplate"];
  const Field job_spec = job["spec"];
  const Field& holder = object.kind == "CronJob" ? job_spec : spec;
  const Field pod = holder["template"];
  const Field metadata = pod["metadata"];
  const Field labels = metadata["labels"];
  const Field pod_spec = pod["spec"];
  WorkloadRecord record;
  record.labels = records.labels.add(decoding, labels, labels_of);
  record.spec = records.specs.add(decoding, pod_spec, pod_spec_of);
  record.owner = controller_of(field.node());
  if (object.kind == "DaemonSet")
    if (auto system = system_workload_of(decoding, pod_spec.node(), object.name, object))
      records.snapshot.system_workloads.push_back(std::move(*system));
  record.object = std::move(object);
  if (!decoding.refused) records.workloads.push_back(std::move(record));
}

void Intake::State::take_namespace(Decoding& decoding, const Field& field, model::Object object) {
  const Field metadata = field["metadata"];
  const Field labels = metadata["labels"];
  model::Namespace ns{std::move(object), labels_of(decoding, labels), true};
  ns.labels.set(model::kNamespaceNameLabel, ns.object.name);
  if (!decoding.refused) records.snapshot.namespaces.push_back(std::move(ns));
}

void Intake::State::take_policy_object(Decoding& decoding, const Field& field,
                                       model::PolicyObject object) {
  if (!is_small(decoding, field)) return;
  object.source = std::make_shared<const model::Value>(value_of(field.node(), decoding.file));
  records.snapshot.policy_objects.push_back(std::move(object));
}

/// Objects that no policy is made of, and that some rule of the audit reads.
void Intake::State::take_other(Role role, Decoding& decoding, const Field& field,
                               model::Object object) {
  model::Snapshot& snapshot = records.snapshot;
  const auto keep = [&](auto& where, auto&& what) {
    if (!decoding.refused) where.push_back(std::forward<decltype(what)>(what));
  };
  if (role == Role::cluster_role)
    keep(snapshot.rbac.roles, cluster_role_of(decoding, field, std::move(object)));
  else if (role == Role::cluster_role_binding)
    keep(snapshot.rbac.bindings, cluster_role_binding_of(decoding, field, std::move(object)));
  else if (role == Role::service_account)
    keep(snapshot.rbac.accounts, service_account_of(decoding, field, std::move(object)));
  else
    keep(snapshot.mesh, mesh_object_of(std::move(object)));
}

void Intake::State::take_policy(Decoding& decoding, const Field& field, model::Object object) {
  if (!is_small(decoding, field)) return;
  model::NetworkPolicy policy = network_policy_of(decoding, field, std::move(object));
  if (decoding.refused) return;
  policy.source = std::make_shared<const model::Value>(value_of(field.node(), decoding.file));
  records.snapshot.network_policies.push_back(std::move(policy));
}

void Intake::State::limit_diagnostics() {
  Diagnostics& kept = records.snapshot.diagnostics;
  while (kept.size() > kMaxDiagnostics) {
    worst_dropped = std::min(worst_dropped, kept.back().level);
    kept.pop_back();
    ++dropped;
  }
}

Intake::Intake(std::string default_namespace, std::span<const model::PolicyKind> policy_kinds)
    : state_(std::make_unique<State>()) {
  state_->policy_kinds = policy_kinds;
  state_->records.default_namespace = std::move(default_namespace);
}
Intake::~Intake() = default;
Intake::Intake(Intake&&) noexcept = default;
Intake& Intake::operator=(Intake&&) noexcept = default;

std::uint32_t Intake::add_file(std::string_view name) {
  auto& files = state_->records.snapshot.files;
  files.emplace_back(name);
  return static_cast<std::uint32_t>(files.size() - 1);
}

void Intake::take(std::uint32_t file, Cursor object, ItemKind item) {
  state_->take(file, object, item);
  state_->limit_diagnostics();
}

void Intake::report(Diagnostic diagnostic) {
  state_->records.snapshot.diagnostics.push_back(std::move(diagnostic));
  state_->limit_diagnostics();
}

model::Snapshot Intake::finish() {
  std::string default_namespace = state_->records.default_namespace;
  if (state_->dropped > 0)
    state_->records.snapshot.diagnostics.push_back(
        {state_->worst_dropped,
         "too-many",
         "there are " + std::to_string(state_->dropped) + " more mistakes like these",
         "",
         "",
         {}});
  model::Snapshot snapshot = join(std::move(state_->records));
  *this = Intake(std::move(default_namespace));
  return snapshot;
}

}  // namespace podmoat::manifest
