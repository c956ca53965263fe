// From Components to profiles: docs/semantics/platforms.md PF-33 to PF-37.
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "core/platform/evidence.h"

namespace podmoat::platform {
namespace {

using model::Answer;
using model::Component;
using model::Platform;

Platform known(std::string_view name) {
  const Platform* found = model::find_platform(name);
  PODMOAT_CHECK(found != nullptr);
  return *found;
}

bool on_gke(const Evidence& evidence) {
  return evidence.node_with("cloud.google.com/gke-") != nullptr;
}
bool on_aks(const Evidence& evidence) {
  return evidence.node_with("kubernetes.azure.com/") != nullptr;
}

void add_calico(const Evidence& evidence, std::vector<Candidate>& out) {
  const Found* found = evidence.find(Component::calico);
  if (found == nullptr) return;
  const bool flannel = found->workload->object.name.find("canal") != std::string::npos ||
                       found->workload->is.size() > 1;
  Platform platform = known(on_gke(evidence)   ? "gke-calico"
                            : on_aks(evidence) ? "aks-calico"
                            : flannel          ? "canal"
                                               : "calico");
  apply_calico(evidence, *found, platform);
  out.push_back({std::move(platform), found->text});
}

void add_cilium(const Evidence& evidence, std::vector<Candidate>& out) {
  const Found* gke = evidence.find(Component::gke_dataplane);
  const Found* found = gke != nullptr ? gke : evidence.find(Component::cilium);
  // Its configuration alone tells too: it goes when Cilium does.
  Found by_config;
  if (const auto* config = evidence.config("ConfigMap", "cilium-config");
      found == nullptr && config != nullptr) {
    by_config.text = evidence.text(config->object);
    found = &by_config;
  }
  if (found == nullptr) return;
  Platform platform = known(gke != nullptr     ? "gke-dataplane-v2"
                            : on_aks(evidence) ? "aks-cilium"
                                               : "cilium");
  apply_cilium(evidence, *found, platform);
  out.push_back({std::move(platform), found->text});
}

void add_ovn(const Evidence& evidence, std::vector<Candidate>& out) {
  const model::SystemConfig* network = evidence.config("Network", "cluster");
  const model::Setting* type = network == nullptr ? nullptr : network->find("networkType");
  const std::string told = type == nullptr ? "" : evidence.text(network->object, *type);
  const Found* ovn = evidence.find(Component::ovn_kubernetes);
  const Found* sdn = evidence.find(Component::openshift_sdn);
  const bool says_ovn = type != nullptr && type->value == "OVNKubernetes";
  const bool says_sdn = type != nullptr && type->value == "OpenShiftSDN";
  const bool openshift =
      network != nullptr || (ovn != nullptr && ovn->text.find(" openshift-") != std::string::npos);
  if (ovn != nullptr || says_ovn)
    out.push_back(
        {known(openshift ? "openshift" : "ovn-kubernetes"), ovn != nullptr ? ovn->text : told});
  if (sdn != nullptr || says_sdn)
    out.push_back({known("openshift-sdn"), sdn != nullptr ? sdn->text : told});
}

const model::SystemContainer* container_with(const Found& found, Component component) {
  for (const model::SystemContainer& container : found.workload->containers)
    if (model::component_of_image(container.image) == component) return &container;
  return found.workload->containers.empty() ? nullptr : &found.workload->containers.front();
}

void add_queues(const Evidence& evidence, std::vector<Candidate>& out) {
  const Found* found = evidence.find(Component::kube_network_policies);
  if (found == nullptr) return;
  const auto* container = container_with(*found, Component::kube_network_policies);
  const auto version = container == nullptr ? std::nullopt : version_of(container->tag());
  const bool old = version && *version < Version{1, 1};
  Platform platform = known(old ? "kube-network-policies-old" : "kube-network-policies");
  if (!version) {
    platform = merged(std::move(platform), known("kube-network-policies-old"));
    platform.unclear.push_back("the version of kube-network-policies is not in the input");
  } else {
    apply_queues_version(*container, found->text, platform);
  }
  out.push_back({std::move(platform), found->text});
}

/// Images of kindnetd are dated; those of kind 0.24 and later enforce policies.
void add_kindnet(const Evidence& evidence, std::vector<Candidate>& out) {
  const Found* found = evidence.find(Component::kindnet);
  if (found == nullptr) return;
  Platform platform = known("kindnet");
  const auto* container = container_with(*found, Component::kindnet);
  const std::string_view tag = container == nullptr ? "" : container->tag();
  const bool dated = tag.size() >= 9 && tag.starts_with("v20") &&
                     tag.substr(1, 8).find_first_not_of("0123456789") == std::string_view::npos;
  if (dated)
    answer(platform.enforces, tag.substr(1, 8) >= "20240813" ? Answer::yes : Answer::no,
           platform.enforces.source, found->text + ", image " + container->image);
  else
    platform.unclear.push_back("the date of kindnetd's image is not in the input");
  if (dated) platform.enforces.mark = model::Mark::third_party;
  out.push_back({std::move(platform), found->text});
}

void add_kube_router(const Evidence& evidence, std::vector<Candidate>& out) {
  const Found* found = evidence.find(Component::kube_router);
  if (found == nullptr) return;
  Platform platform = known("kube-router");
  apply_kube_router(evidence, *found, platform);
  out.push_back({std::move(platform), found->text});
}

/// k3s has its firewall inside.
void add_k3s(const Evidence& evidence, std::vector<Candidate>& out) {
  const auto& nodes = evidence.snapshot().nodes;
  const auto k3s = std::ranges::find_if(nodes, [](const model::Node& node) {
    return node.kubelet_version.find("+k3s") != std::string::npos;
  });
  if (k3s == nodes.end() || evidence.k3s_switched_off() != nullptr) return;
  Candidate made{known("k3s"), evidence.text(k3s->object) + ", kubelet " + k3s->kubelet_version};
  out.push_back(std::move(made));
}

void add_plain(const Evidence& evidence, Component component, std::string_view profile,
               std::vector<Candidate>& out) {
  if (const Found* found = evidence.find(component)) out.push_back({known(profile), found->text});
}

/// Weave Net enforces by a container of its own, known by its name or by its image.
bool runs_weave_npc(const Found& weave) {
  return std::ranges::any_of(weave.workload->containers,
                             [](const model::SystemContainer& container) {
                               const std::string_view image = container.image;
                               const std::string_view path = image.substr(0, image.find('@'));
                               return container.name == "weave-npc" ||
                                      path.substr(path.rfind('/') + 1).starts_with("weave-npc");
                             });
}

void add_weave(const Evidence& evidence, std::vector<Candidate>& out) {
  const Found* found = evidence.find(Component::weave);
  if (found == nullptr) return;
  const bool enforces = runs_weave_npc(*found);
  if (found->tells() && !enforces) return;
  Platform platform = known("weave");
  if (!enforces)
    answer(platform.enforces, Answer::unknown, "whether weave-npc runs is not in the input", "");
  out.push_back({std::move(platform), found->text});
}

/// Auto Mode runs the VPC CNI outside of the cluster.
bool is_auto_mode(const Evidence& evidence) {
  for (const model::Node& node : evidence.snapshot().nodes) {
    const std::string* type = node.labels.find("eks.amazonaws.com/compute-type");
    if (type != nullptr && *type == "auto") return true;
  }
  return false;
}

}  // namespace

std::vector<Candidate> enforcing(const Evidence& evidence) {
  std::vector<Candidate> out;
  add_calico(evidence, out);
  add_cilium(evidence, out);
  const Found* aws = evidence.find(Component::aws_cni);
  if (aws != nullptr || is_auto_mode(evidence)) {
    Candidate made = aws_candidate(evidence, aws);
    // Beside a plugin of another's the agent is off unless its DaemonSet says that it is on.
    const bool counts = made.platform.enforces.answer == Answer::yes ||
                        (made.platform.enforces.answer == Answer::unknown && out.empty());
    if (counts) out.push_back(std::move(made));
  }
  add_plain(evidence, Component::azure_npm, "aks-npm", out);
  if (evidence.find(Component::antrea) != nullptr) {
    add_plain(evidence, Component::antrea, "antrea", out);
    apply_antrea(evidence, out.back().platform);
  }
  add_ovn(evidence, out);
  add_kube_router(evidence, out);
  add_queues(evidence, out);
  add_kindnet(evidence, out);
  add_plain(evidence, Component::romana, "romana", out);
  add_weave(evidence, out);
  add_k3s(evidence, out);
  return out;
}

std::vector<Candidate> networks(const Evidence& evidence) {
  std::vector<Candidate> out;
  const Found* aws = evidence.find(Component::aws_cni);
  if (aws != nullptr) out.push_back(aws_candidate(evidence, aws));
  add_plain(evidence, Component::flannel, "flannel", out);
  if (const Found* weave = evidence.find(Component::weave); weave != nullptr && weave->tells())
    out.push_back({known("none"), weave->text + ", without weave-npc"});
  return out;
}

}  // namespace podmoat::platform
