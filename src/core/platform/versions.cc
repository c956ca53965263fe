// What the version of a plugin says about its profile: docs/semantics/platforms.md PF-46, PF-48,
// PF-49. A version is what the tag of the plugin's own image says.
#include <algorithm>
#include <charconv>
#include <utility>

#include "core/platform/evidence.h"

namespace podmoat::platform {
namespace {

using model::Answer;
using model::Platform;
using model::SystemContainer;

/// The version that an image tells, with the words that quote it.
struct Told {
  Version version;
  std::string image;
  std::string evidence;
};

/// `agent`: the name of the container that counts where no image is known to be the plugin's.
std::optional<Told> told(const Found& found, model::Component component, std::string_view agent) {
  if (found.workload == nullptr) return std::nullopt;
  const auto& containers = found.workload->containers;
  auto one = std::ranges::find_if(containers, [&](const SystemContainer& container) {
    return model::component_of_image(container.image) == component;
  });
  if (one == containers.end() && !agent.empty())
    one = std::ranges::find(containers, agent, &SystemContainer::name);
  if (one == containers.end()) return std::nullopt;
  const auto version = version_of(one->tag());
  if (!version) return std::nullopt;
  return Told{*version, one->image, found.text + ", image " + one->image};
}

void say(Platform& platform, std::string_view language, Answer given, const char* source,
         const std::string& evidence) {
  for (model::Enforced& known : platform.languages)
    if (known.language == language) answer(known.fact, given, source, evidence);
}

}  // namespace

std::optional<Version> version_of(std::string_view tag) {
  if (tag.starts_with('v')) tag.remove_prefix(1);
  Version out;
  const char* end = tag.data() + tag.size();
  const auto first = std::from_chars(tag.data(), end, out.major);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '.') return std::nullopt;
  if (std::from_chars(first.ptr + 1, end, out.minor).ec != std::errc()) return std::nullopt;
  return out;
}

void apply_calico_version(const Found& found, Platform& platform) {
  const auto known = told(found, model::Component::calico, "");
  if (!known) return;
  const Version version = known->version;
  // GKE builds its own Calico and brings some of its kinds: it may lack what the version has.
  const Answer there = platform.name == "gke-calico" ? Answer::unknown : Answer::yes;
  Answer admin = there;
  if (version < Version{3, 29} || version >= Version{3, 32}) admin = Answer::no;
  if (version == Version{3, 29}) admin = Answer::unknown;
  say(platform, "AdminNetworkPolicy", admin,
      "projectcalico/calico libcalico-go/lib/backend/syncersv1/felixsyncer: AdminNetworkPolicy "
      "from "
      "v3.29 to v3.31, BaselineAdminNetworkPolicy from v3.30 to v3.31",
      known->evidence);
  say(platform, "ClusterNetworkPolicy", version < Version{3, 32} ? Answer::no : there,
      "projectcalico/calico libcalico-go/lib/backend/syncersv1/felixsyncer: ClusterNetworkPolicy "
      "from v3.32",
      known->evidence);
  platform.lacks_tiers = version < Version{3, 29};
  if (platform.lacks_tiers)
    platform.evidence.push_back("image " + known->image + ": before 3.29, which brought Tier");
}

void apply_cilium_version(const Evidence& evidence, const Found& found, Platform& platform) {
  if (platform.name == "gke-dataplane-v2") return;  // a fork, with versions of its own
  const auto known = told(found, model::Component::cilium, "cilium-agent");
  if (!known) {
    platform.unclear.push_back(
        "the version of Cilium is not in the input: 1.16 or later is assumed, which brought "
        "enableDefaultDeny");
  } else if (known->version < Version{1, 16}) {
    platform.ignores_no_default_deny = true;
    platform.evidence.push_back("image " + known->image +
                                ": before 1.16, which brought enableDefaultDeny");
  }
  constexpr const char* kSource =
      "cilium docs network/kubernetes/policy: ClusterNetworkPolicy from 1.20, with "
      "enable-k8s-cluster-network-policy";
  if (known && known->version < Version{1, 20})
    return say(platform, "ClusterNetworkPolicy", Answer::no, kSource, known->evidence);
  const auto set = cilium_option(evidence, found, "enable-k8s-cluster-network-policy");
  if (set)
    return say(platform, "ClusterNetworkPolicy", is_true(set->setting) ? Answer::yes : Answer::no,
               kSource, set->evidence);
  if (const auto* config = evidence.config("ConfigMap", "cilium-config"))
    say(platform, "ClusterNetworkPolicy", Answer::no, kSource,
        evidence.text(config->object) + " does not set it");
}

void apply_queues_version(const SystemContainer& container, const std::string& where,
                          Platform& platform) {
  const std::string_view tag = container.tag();
  const auto version = version_of(tag);
  // Before 0.9 flags said what later builds do; before 1.1 builds read drafts of the kinds.
  if (!version || *version < Version{0, 9}) return;
  const std::size_t dash = tag.find('-');
  const std::string_view build = dash == std::string_view::npos ? "" : tag.substr(dash + 1);
  if (!build.empty() && build != "npa-v1alpha1" && build != "npa-v1alpha2" && build != "iptracker")
    return;
  constexpr const char* kSource =
      "kubernetes-sigs/kube-network-policies cmd/kube-network-policies: one build for each kind, "
      "told by the end of the image's tag";
  const std::string evidence = where + ", image " + container.image;
  const auto read_by = [&](std::string_view wanted) {
    if (build != wanted) return Answer::no;
    return *version >= Version{1, 1} ? Answer::yes : Answer::unknown;
  };
  say(platform, "AdminNetworkPolicy", read_by("npa-v1alpha1"), kSource, evidence);
  say(platform, "ClusterNetworkPolicy", read_by("npa-v1alpha2"), kSource, evidence);
}

}  // namespace podmoat::platform
