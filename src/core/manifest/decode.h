#pragma once
// What decoders share: where they are in an object, what they say about it, and the fields that
// many kinds have. Types are checked as the API server checks them; what it would refuse makes the
// object refused, what it would drop is a warning. Source: docs/semantics/reading.md RD-10 to
// RD-29.
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/diagnostic.h"
#include "base/protocol.h"
#include "core/manifest/tree.h"
#include "core/model/labels.h"
#include "core/model/network_policy.h"
#include "core/model/object.h"
#include "core/model/pod.h"
#include "core/model/service.h"
#include "core/model/snapshot.h"

namespace podmoat::manifest {

/// A field of an object, with its path: "spec.egress[0].to". Names its parent, so a parent must be
/// a variable that outlives it: that of a temporary does not compile.
class Field {
 public:
  explicit Field(Cursor object) : node_(object) {}

  Field operator[](std::string_view name) const& { return Field(node_[name], this, name, 0); }
  Field operator[](std::string_view name) const&& = delete;
  /// The item `index` of a list, which is `node`.
  Field item(Cursor node, std::size_t index) const& { return Field(node, this, {}, index); }
  Field item(Cursor node, std::size_t index) const&& = delete;
  /// `node` in the place of this field's: an absent field has the place of the object around it.
  Place place(std::uint32_t file) const;

  const Cursor& node() const { return node_; }
  bool absent() const { return node_.absent(); }
  std::string_view name() const { return name_; }
  std::string path() const;

 private:
  Field(Cursor node, const Field* up, std::string_view name, std::size_t index)
      : node_(node), up_(up), name_(name), index_(index) {}

  Cursor node_;
  const Field* up_ = nullptr;
  std::string_view name_;
  std::size_t index_ = 0;
};

/// One object while it is decoded.
struct Decoding {
  std::uint32_t file = 0;
  std::string object;  ///< "NetworkPolicy shop/deny-imds", for Diagnostics
  Diagnostics& out;
  bool refused = false;  ///< the API server would refuse the object

  void refuse(const Field& at, std::string code, std::string message, std::string hint);
  void warn(const Field& at, std::string code, std::string message, std::string hint);
};

// Fields of one type. Absent ones are nothing, ones of another type are refused and nothing.

std::optional<std::string_view> string_of(Decoding& decoding, const Field& field);
std::optional<bool> boolean_of(Decoding& decoding, const Field& field);
std::optional<std::int32_t> integer_of(Decoding& decoding, const Field& field);
/// Calls `each` for the items of a list.
void each_item(Decoding& decoding, const Field& list,
               const std::function<void(const Field&)>& each);
/// Whether `field` is a map or absent; else it is refused.
bool is_map(Decoding& decoding, const Field& field);
/// Refuses `field`, saying what it should be.
void refuse_type(Decoding& decoding, const Field& field, std::string_view wanted);
/// Warns of every member of `map` that is not in `known`; `effect` is said behind it.
/// Returns how many.
std::size_t warn_unknown(Decoding& decoding, const Field& map,
                         std::initializer_list<std::string_view> known,
                         std::string_view effect = "");
/// 1 to 65535, else refused.
std::optional<std::uint16_t> port_number_of(Decoding& decoding, const Field& field);
/// TCP where absent.
std::optional<Protocol> protocol_of(Decoding& decoding, const Field& field);

/// A map of strings to strings, sorted; keys and values as labels must be.
model::Labels labels_of(Decoding& decoding, const Field& field);
/// A LabelSelector. An absent one is an empty one.
model::Selector selector_of(Decoding& decoding, const Field& field);
/// metadata: name and namespace. `namespaced`: with a namespace, `default_namespace` if none is
/// said. Warns of nothing.
model::Object object_of(Decoding& decoding, const Field& object, std::string_view kind,
                        bool namespaced, std::string_view default_namespace);

// Decoders, one per kind or family of kinds. What they return is meant only if nothing was refused.

/// docs/semantics/networkpolicy.md; `object` as object_of() reads it. Does not fill `source`.
model::NetworkPolicy network_policy_of(Decoding& decoding, const Field& field,
                                       model::Object object);
/// `spec` of a Pod, or of a workload's template.
model::PodSpec pod_spec_of(Decoding& decoding, const Field& spec);
/// What a Pod's spec asks of its Node, put into `windows` and `fargate`: unknown where it may be
/// either. RD-37.
void ask_for_node(Cursor spec, model::PodSpec& out);
/// What a Node says of itself, put into the same. RD-37.
void describe_node(Cursor object, model::Node& out);
model::Service service_of(Decoding& decoding, const Field& field, model::Object object);
model::Backends endpoint_slice_of(Decoding& decoding, const Field& field, model::Object object);
model::Backends endpoints_of(Decoding& decoding, const Field& field, model::Object object);
/// Of the spec of a Pod that the DaemonSet of that name makes; `who` is the one or the other.
/// Nothing where it tells nothing of the network plugin.
std::optional<model::SystemWorkload> system_workload_of(const Decoding& decoding, Cursor spec,
                                                        std::string_view daemon_set,
                                                        const model::Object& who);
/// The scalars of its data, spec and status.
model::SystemConfig system_config_of(const Decoding& decoding, Cursor object, model::Object who);
model::Node node_of(Decoding& decoding, const Field& field, model::Object object);
model::ClusterRole cluster_role_of(Decoding& decoding, const Field& field, model::Object object);
model::ClusterRoleBinding cluster_role_binding_of(Decoding& decoding, const Field& field,
                                                  model::Object object);
model::ServiceAccount service_account_of(Decoding& decoding, const Field& field,
                                         model::Object object);
/// Whether read_config_map() reads a ConfigMap of that name.
bool is_read_config_map(std::string_view ns, std::string_view name);
/// Adds what the ConfigMap says about kubelets or about a mesh.
void read_config_map(Decoding& decoding, const Field& field, model::Object object,
                     model::Snapshot& snapshot);
/// Whether an object of a mesh says something about traffic that may be taken for a fence.
bool speaks_of_traffic(Cursor object);
model::MeshObject mesh_object_of(model::Object object);
/// An address in a field that the control plane filled; unreadable ones are passed over.
void add_address(const Field& field, std::vector<Address>& addresses);

}  // namespace podmoat::manifest
