// The ConfigMaps that are read, known by their names, and what a service mesh has to say about
// outgoing traffic. A ConfigMap's value is a document of its own, with lines of its own.
// Sources: docs/semantics/rbac.md RB-9, docs/semantics/networkpolicy.md NP-MESH.
#include "core/manifest/decode.h"
#include "core/manifest/reader.h"

namespace podmoat::manifest {
namespace {

using model::KubeletConfig;
using model::Value;

bool is_named(std::string_view name, std::string_view wanted) {
  return name.starts_with(wanted) && (name.size() == wanted.size() || name[wanted.size()] == '-');
}

bool is_kubelet(std::string_view ns, std::string_view name) {
  return ns == "kube-system" && is_named(name, "kubelet-config");
}

/// The document in a value of a ConfigMap; null, and a warning, if it cannot be read.
Value document_of(Decoding& decoding, const Field& text) {
  if (text.absent() || !text.node().is(Kind::string)) return {};
  auto read = read_value("", text.node()->text);
  if (read) return std::move(*read);
  const Diagnostic& first = read.error().front();
  decoding.warn(text, "unreadable-config",
                text.path() + " cannot be read: line " + std::to_string(first.place.line) + ": " +
                    first.message,
                "correct it");
  return {};
}

const Value* find(const Value& in, std::initializer_list<std::string_view> path) {
  const Value* at = &in;
  for (const std::string_view name : path)
    if (at = at->find(name); at == nullptr) return nullptr;
  return at->is_null() ? nullptr : at;
}

/// `setting` as `document` has it; as it was if the document does not say.
template <class T, class Read>
void set(KubeletConfig::Setting<T>& setting, const Value& document,
         std::initializer_list<std::string_view> path, Read read) {
  const Value* value = find(document, path);
  if (value == nullptr) return;
  if (const auto* is = read(*value); is != nullptr) setting = {*is, value->place.line};
}

KubeletConfig kubelet_config_of(const Value& document, model::Object object) {
  KubeletConfig config;
  config.object = std::move(object);
  const auto boolean = [](const Value& v) { return v.boolean(); };
  const auto integer = [](const Value& v) { return v.integer(); };
  const auto string = [](const Value& v) { return v.string(); };
  set(config.anonymous, document, {"authentication", "anonymous", "enabled"}, boolean);
  set(config.authorization, document, {"authorization", "mode"}, string);
  set(config.read_only_port, document, {"readOnlyPort"}, integer);
  set(config.port, document, {"port"}, integer);
  // Empty and 0 are set to their defaults.
  if (config.authorization.value.empty()) config.authorization.value = "Webhook";
  if (config.port.value == 0) config.port.value = 10250;
  return config;
}

}  // namespace

bool is_read_config_map(std::string_view ns, std::string_view name) {
  return is_kubelet(ns, name) || (ns == "istio-system" && is_named(name, "istio"));
}

void read_config_map(Decoding& decoding, const Field& field, model::Object object,
                     model::Snapshot& snapshot) {
  const Field data = field["data"];
  if (!is_map(decoding, data)) return;
  const bool kubelet = is_kubelet(object.ns, object.name);
  const Field text = data[kubelet ? "kubelet" : "mesh"];
  const Value document = document_of(decoding, text);
  if (document.map() == nullptr) return;
  object.place = text.place(decoding.file);
  if (kubelet) {
    snapshot.kubelet_configs.push_back(kubelet_config_of(document, std::move(object)));
    return;
  }
  const Value* mode = find(document, {"outboundTrafficPolicy", "mode"});
  if (mode == nullptr || mode->string() == nullptr || *mode->string() != "REGISTRY_ONLY") return;
  snapshot.mesh.push_back({std::move(object), "data.mesh outboundTrafficPolicy.mode",
                           "lets the sidecars pass known hosts only"});
}

bool speaks_of_traffic(Cursor object) {
  return object["kind"].string() != "Sidecar" || !object["spec"]["outboundTrafficPolicy"].absent();
}

model::MeshObject mesh_object_of(model::Object object) {
  if (object.kind == "Sidecar")
    return {std::move(object), "spec.outboundTrafficPolicy", "restricts what sidecars let out"};
  if (object.kind == "ServiceEntry")
    return {std::move(object), "spec", "names a host that sidecars know"};
  return {std::move(object), "spec", "restricts who may call a workload, and no more"};
}

}  // namespace podmoat::manifest
