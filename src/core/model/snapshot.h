#pragma once
// Snapshot: the cluster objects at one moment, from files or from the API. It holds only what some
// room reads, and never changes once it is built.
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/diagnostic.h"
#include "core/model/kubelet_config.h"
#include "core/model/labels.h"
#include "core/model/mesh.h"
#include "core/model/network_policy.h"
#include "core/model/object.h"
#include "core/model/pod.h"
#include "core/model/policy_object.h"
#include "core/model/rbac.h"
#include "core/model/service.h"
#include "core/model/system.h"

namespace podmoat::model {

/// A namespace. One that only its Pods or policies mention is not `complete`: the API server gives
/// every namespace the label kubernetes.io/metadata.name, and nothing is known of its other labels.
struct Namespace {
  Object object;
  Labels labels;
  bool complete = true;
};

struct Node {
  Object object;
  Labels labels;
  std::string provider_id;
  std::vector<Address> addresses;  ///< status.addresses of type InternalIP and ExternalIP
  std::string kubelet_version{};   ///< status.nodeInfo.kubeletVersion: "v1.33.1+k3s1"
  std::string arguments{};         ///< what k3s was started with (annotation k3s.io/node-args)
  bool windows = false;
  bool fargate = false;  ///< it is one Pod's room on AWS Fargate
};

struct Snapshot {
  std::vector<std::string> files;     ///< Place::file is an index into this
  std::vector<Namespace> namespaces;  ///< sorted by name; every namespace that anything mentions
  std::vector<Pod> pods;
  std::vector<Labels> pod_labels;               ///< pool: Pod::labels is an index into this
  std::vector<PodSpec> pod_specs;               ///< pool: Pod::spec is an index into this
  std::vector<NetworkPolicy> network_policies;  ///< sorted by namespace, then name
  std::vector<Node> nodes;
  std::vector<SystemWorkload> system_workloads;  ///< sorted by namespace, then name
  std::vector<SystemConfig> system_configs;      ///< sorted by namespace, then name
  std::vector<Object> system_definitions;        ///< CustomResourceDefinitions, sorted by name
  std::vector<Service> services;
  std::vector<Backends> backends;
  std::vector<PolicyObject> policy_objects;  ///< of the other languages; sorted like the ones above
  Rbac rbac;
  std::vector<KubeletConfig> kubelet_configs;
  std::vector<MeshObject> mesh;
  std::map<std::string, std::size_t> skipped;  ///< kind -> how many objects were passed over
  Diagnostics diagnostics;

  /// The namespace, or nullptr if nothing mentions it. O(log n).
  const Namespace* find_namespace(std::string_view name) const;
  const Labels& labels_of(const Pod& pod) const { return pod_labels[pod.labels]; }
  const PodSpec& spec_of(const Pod& pod) const { return pod_specs[pod.spec]; }
  /// "shop.yaml:14", or the file alone where the line is not known.
  std::string where(const Place& place) const;
};

/// The label that the API server gives every namespace and never changes.
/// Source: kubernetes.io "Labels for each namespace"; docs/semantics/networkpolicy.md NP-NS.
inline constexpr const char* kNamespaceNameLabel = "kubernetes.io/metadata.name";

/// The key under which the name of a Pod's ServiceAccount stands among its labels, for selectors
/// that ask for it. No label has it: "@" is not allowed there.
inline constexpr const char* kServiceAccount = "@serviceaccount";

}  // namespace podmoat::model
