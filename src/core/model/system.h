#pragma once
// What network plugins and identity agents leave among a cluster's objects: only what core/platform
// reads to tell which Platform it is. Names and rules: docs/semantics/platforms.md PF-30 to PF-32.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/object.h"

namespace podmoat::model {

/// What a DaemonSet of the cluster's own can be.
enum class Component : std::uint8_t {
  calico,
  cilium,
  gke_dataplane,  ///< GKE's own Cilium
  aws_cni,
  azure_npm,
  antrea,
  ovn_kubernetes,
  openshift_sdn,
  kube_router,
  kindnet,
  kube_network_policies,
  weave,
  romana,
  flannel,
  gke_metadata_server,
  kube2iam,
  kiam,
  aad_pod_identity,
  eks_pod_identity,
  node_local_dns,
};

/// A name with a value: an environment variable, a key of a ConfigMap, a field.
struct Setting {
  std::string name;
  std::string value;
  Place place{};
};

struct SystemContainer {
  std::string name;
  std::string image;
  std::vector<Setting> arguments{};  ///< of command and args; the names are empty
  std::vector<Setting> env{};        ///< those that have a value of their own

  const Setting* find_env(std::string_view wanted) const;
  /// The value of `--flag=value` and of `--flag value`, "true" for a `--flag` alone; with the place
  /// of the flag. `flag` is without its dashes.
  std::optional<Setting> find_flag(std::string_view flag) const;
  /// What stands behind the ":" of the image; "" for an image without a tag.
  std::string_view tag() const;
};

/// A DaemonSet that is a Component, or the first Pod in the input of one.
struct SystemWorkload {
  Object object;
  std::vector<Component> is;
  std::vector<SystemContainer> containers;

  /// The container of that name, or nullptr.
  const SystemContainer* find(std::string_view name) const;
};

/// A ConfigMap, or an object of a plugin's own configuration, of a well-known name.
struct SystemConfig {
  Object object;
  std::vector<Setting> settings;

  /// The setting of that name, or nullptr.
  const Setting* find(std::string_view name) const;
};

/// Whether what stands in that namespace is the cluster's own: whoever may write there rules the
/// cluster anyway.
bool is_system_namespace(std::string_view ns);
/// What a DaemonSet of that name is, without its image; nothing for most.
std::optional<Component> component_of_name(std::string_view name);
/// What a container with that image is; nothing for most.
std::optional<Component> component_of_image(std::string_view image);
/// Whether a ConfigMap of that name tells something.
bool is_system_config(std::string_view name);
/// Whether a CustomResourceDefinition of that name ("globalnetworkpolicies.crd.projectcalico.org")
/// tells something.
bool is_system_definition(std::string_view name);

}  // namespace podmoat::model
