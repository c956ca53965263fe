// The names by which network plugins are known. Sources: the manifests and charts of the projects
// that docs/semantics/platforms.md PF-30 names.
#include "core/model/system.h"

#include <algorithm>
#include <array>

namespace podmoat::model {
namespace {

struct Name {
  std::string_view text;
  Component component;
};

constexpr std::array kNames = std::to_array<Name>({
    {"calico-node", Component::calico},
    {"canal", Component::calico},
    {"rke2-canal", Component::calico},
    {"calico-node-windows", Component::calico},
    {"cilium", Component::cilium},
    {"anetd", Component::gke_dataplane},
    {"aws-node", Component::aws_cni},
    {"azure-npm", Component::azure_npm},
    {"antrea-agent", Component::antrea},
    {"ovnkube-node", Component::ovn_kubernetes},
    {"sdn", Component::openshift_sdn},
    {"kube-router", Component::kube_router},
    {"kindnet", Component::kindnet},
    {"kube-network-policies", Component::kube_network_policies},
    {"weave-net", Component::weave},
    {"romana-agent", Component::romana},
    {"kube-flannel", Component::flannel},
    {"kube-flannel-ds", Component::flannel},
    {"gke-metadata-server", Component::gke_metadata_server},
    {"kube2iam", Component::kube2iam},
    {"kiam-agent", Component::kiam},
    {"nmi", Component::aad_pod_identity},
    {"eks-pod-identity-agent", Component::eks_pod_identity},
    {"node-local-dns", Component::node_local_dns},
});

/// The end of an image's path.
constexpr std::array kImages = std::to_array<Name>({
    {"calico/node", Component::calico},
    {"calico-node", Component::calico},
    {"mirrored-calico-node", Component::calico},
    {"hardened-calico", Component::calico},
    {"cilium/cilium", Component::cilium},
    {"mirrored-cilium-cilium", Component::cilium},
    {"amazon-k8s-cni", Component::aws_cni},
    {"azure-npm", Component::azure_npm},
    {"antrea-ubuntu", Component::antrea},
    {"antrea-agent-ubuntu", Component::antrea},
    {"antrea-agent-ubi", Component::antrea},
    {"kube-router", Component::kube_router},
    {"kindnetd", Component::kindnet},
    {"kube-network-policies", Component::kube_network_policies},
    {"weave-npc", Component::weave},
    {"weave-kube", Component::weave},
    {"flannel", Component::flannel},
    {"mirrored-flannel-flannel", Component::flannel},
    {"hardened-flannel", Component::flannel},
    {"kube2iam", Component::kube2iam},
    {"kiam", Component::kiam},
    {"eks-pod-identity-agent", Component::eks_pod_identity},
});

constexpr std::array<std::string_view, 3> kConfigs{"cilium-config", "amazon-vpc-cni",
                                                   "antrea-config"};

constexpr std::array<std::string_view, 8> kGroups{
    ".cilium.io",     ".crd.projectcalico.org",    ".projectcalico.org",
    ".crd.antrea.io", ".policy.networking.k8s.io", ".networking.k8s.aws",
    ".k8s.ovn.org",   ".network.openshift.io"};

template <class Names>
std::optional<Component> find(const Names& names, auto matches) {
  const auto found = std::ranges::find_if(names, matches, &Name::text);
  return found == names.end() ? std::nullopt : std::optional(found->component);
}

/// Where the tag begins: behind the last ":" that no "/" follows.
std::size_t tag_of(std::string_view image) {
  const std::size_t digest = image.find('@');
  const std::size_t colon = image.substr(0, digest).rfind(':');
  const bool port = colon != std::string_view::npos && image.find('/', colon) < digest;
  return port ? std::string_view::npos : colon;
}

}  // namespace

const Setting* SystemContainer::find_env(std::string_view wanted) const {
  const auto found = std::ranges::find(env, wanted, &Setting::name);
  return found == env.end() ? nullptr : &*found;
}

std::optional<Setting> SystemContainer::find_flag(std::string_view flag) const {
  std::optional<Setting> out;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string_view text = arguments[i].value;
    if (!text.starts_with('-')) continue;
    text.remove_prefix(text.starts_with("--") ? 2 : 1);
    if (!text.starts_with(flag)) continue;
    text.remove_prefix(flag.size());
    const bool followed = i + 1 < arguments.size() && !arguments[i + 1].value.starts_with('-');
    // The last one counts, as Go's flag packages have it.
    if (text.starts_with('='))
      out = {std::string(flag), std::string(text.substr(1)), arguments[i].place};
    else if (text.empty())
      out = {std::string(flag), followed ? arguments[i + 1].value : "true", arguments[i].place};
  }
  return out;
}

std::string_view SystemContainer::tag() const {
  const std::size_t at = tag_of(image);
  if (at == std::string_view::npos) return "";
  const std::string_view rest = std::string_view(image).substr(at + 1);
  return rest.substr(0, rest.find('@'));
}

const SystemContainer* SystemWorkload::find(std::string_view name) const {
  const auto found = std::ranges::find(containers, name, &SystemContainer::name);
  return found == containers.end() ? nullptr : &*found;
}

const Setting* SystemConfig::find(std::string_view name) const {
  const auto found = std::ranges::find(settings, name, &Setting::name);
  return found == settings.end() ? nullptr : &*found;
}

bool is_system_namespace(std::string_view ns) {
  constexpr std::array<std::string_view, 8> kPrefixes{"kube-",  "openshift-", "calico-", "tigera-",
                                                      "cilium", "antrea",     "ovn-",    "gke-"};
  return std::ranges::any_of(kPrefixes, [&](std::string_view p) { return ns.starts_with(p); });
}

std::optional<Component> component_of_name(std::string_view name) {
  return find(kNames, [&](std::string_view known) { return known == name; });
}

std::optional<Component> component_of_image(std::string_view image) {
  const std::string_view path = image.substr(0, std::min(image.find('@'), tag_of(image)));
  return find(kImages, [&](std::string_view known) {
    return path == known || (path.size() > known.size() && path.ends_with(known) &&
                             path[path.size() - known.size() - 1] == '/');
  });
}

bool is_system_config(std::string_view name) {
  // Antrea's older releases put a hash behind the name.
  return std::ranges::find(kConfigs, name) != kConfigs.end() || name.starts_with("antrea-config-");
}

bool is_system_definition(std::string_view name) {
  return std::ranges::any_of(kGroups,
                             [&](std::string_view group) { return name.ends_with(group); });
}

}  // namespace podmoat::model
