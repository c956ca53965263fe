// What the settings of a plugin say about its profile: docs/semantics/platforms.md PF-40, PF-41,
// PF-44, PF-45.
#include <algorithm>
#include <cctype>
#include <utility>

#include "base/check.h"
#include "core/platform/evidence.h"

namespace podmoat::platform {
namespace {

using model::Answer;
using model::Platform;
using model::Setting;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// An environment variable of Felix, or else the field of its FelixConfiguration: the first place
/// that has a value counts. Source: tigera/docs, Configuring Felix.
std::optional<Quoted> felix(const Evidence& evidence, const Found& found, const char* variable,
                            const char* field) {
  for (const model::SystemContainer& container : found.workload->containers)
    if (const Setting* set = container.find_env(variable))
      return Quoted{*set, evidence.text(found.workload->object, *set)};
  const model::SystemConfig* config = evidence.config("FelixConfiguration", "default");
  const Setting* set = config == nullptr ? nullptr : config->find(field);
  if (set == nullptr) return std::nullopt;
  return Quoted{*set, evidence.text(config->object, *set)};
}

}  // namespace

bool is_true(const Setting& setting) {
  const std::string text = lower(setting.value);
  return text == "true" || text == "1" || text == "t";
}

void apply_calico(const Evidence& evidence, const Found& found, Platform& platform) {
  apply_calico_version(found, platform);
  if (const auto set = felix(evidence, found, "FELIX_IPV6SUPPORT", "ipv6Support"))
    answer(platform.ipv6_policed, is_true(set->setting) ? Answer::yes : Answer::no,
           "Felix programs IPv6 only with ipv6Support", set->evidence);
  const auto set =
      felix(evidence, found, "FELIX_DEFAULTENDPOINTTOHOSTACTION", "defaultEndpointToHostAction");
  if (!set) return;
  const std::string action = lower(set->setting.value);
  answer(platform.own_node_accepts,
         action == "accept" ? Answer::yes
         : action == "drop" ? Answer::no
                            : Answer::unknown,
         action == "return" ? "the node's own rules decide what is accepted"
                            : "Felix DefaultEndpointToHostAction",
         set->evidence);
}

/// An argument counts before a variable CILIUM_*, and that before the
/// ConfigMap. Source: cilium/cilium pkg/option/config.go, which leaves it to viper.
std::optional<Quoted> cilium_option(const Evidence& evidence, const Found& found,
                                    std::string_view name) {
  std::string variable = "CILIUM_" + std::string(name);
  std::ranges::transform(variable, variable.begin(), [](unsigned char c) {
    return c == '-' ? '_' : static_cast<char>(std::toupper(c));
  });
  if (found.workload != nullptr) {
    const model::Object& object = found.workload->object;
    for (const model::SystemContainer& container : found.workload->containers)
      if (const auto flag = container.find_flag(name))
        return Quoted{*flag, evidence.text(object, *flag)};
    for (const model::SystemContainer& container : found.workload->containers)
      if (const Setting* set = container.find_env(variable))
        return Quoted{*set, evidence.text(object, *set)};
  }
  const model::SystemConfig* config = evidence.config("ConfigMap", "cilium-config");
  const Setting* set = config == nullptr ? nullptr : config->find(name);
  if (set == nullptr) return std::nullopt;
  return Quoted{*set, evidence.text(config->object, *set)};
}

namespace {

/// The options by which Cilium enforces nothing at all.
void apply_cilium_modes(const Evidence& evidence, const Found& found, Platform& platform) {
  constexpr const char* kModes = "cilium docs security/policy/intro: enable-policy";
  if (const auto mode = cilium_option(evidence, found, "enable-policy")) {
    const std::string value = lower(mode->setting.value);
    answer(platform.denies_by_default, value == "always" ? Answer::yes : Answer::no, kModes,
           mode->evidence);
    if (value == "never") answer(platform.enforces, Answer::no, kModes, mode->evidence);
  }
  if (const auto audit = cilium_option(evidence, found, "policy-audit-mode");
      audit && is_true(audit->setting)) {
    constexpr const char* kAudit =
        "cilium docs security/policy-creation: in Policy Audit Mode no policy is enforced";
    answer(platform.enforces, Answer::no, kAudit, audit->evidence);
    answer(platform.denies_by_default, Answer::no, kAudit, audit->evidence);
  }
}

/// The options by which Cilium does not read policies of a kind. One of the two that belong to the
/// language Cilium leaves the other in force, which a Platform cannot say: unknown.
void apply_cilium_kinds(const Evidence& evidence, const Found& found, Platform& platform) {
  const auto off = [&](std::string_view name) {
    auto set = cilium_option(evidence, found, name);
    return set && !is_true(set->setting) ? set : std::nullopt;
  };
  constexpr const char* kSource = "cilium/cilium pkg/policy/k8s: such policies are not watched";
  const auto say = [&](std::string_view name, Answer given, const Quoted& set) {
    for (model::Enforced& language : platform.languages)
      if (language.language == name) answer(language.fact, given, kSource, set.evidence);
  };
  if (const auto set = off("enable-k8s-networkpolicy")) say("NetworkPolicy", Answer::no, *set);
  const auto spaced = off("enable-cilium-network-policy");
  const auto wide = off("enable-cilium-clusterwide-network-policy");
  if (spaced || wide)
    say("Cilium", spaced && wide ? Answer::no : Answer::unknown, spaced ? *spaced : *wide);
  platform.ignores_no_default_deny = off("enable-non-default-deny-policies").has_value();
}

/// Whether a Pod has an address of each family.
bool has_both_families(const model::Pod& pod) {
  const auto has = [&](Family family) {
    return std::ranges::find(pod.addresses, family, &Address::family) != pod.addresses.end();
  };
  return has(Family::v4) && has(Family::v6);
}

/// What blocks hold beside the world. A Pod is one identity with the labels of its addresses: a
/// block of one family holds it at its address of the other one too, which a Platform cannot say.
void apply_cilium_blocks(const Evidence& evidence, const Found& found, Platform& platform) {
  const auto mode = cilium_option(evidence, found, "policy-cidr-match-mode");
  if (!mode) return;
  if (mode->setting.value.contains("nodes"))
    answer(platform.cidr_matches_nodes, Answer::yes, "cilium docs: policy-cidr-match-mode",
           mode->evidence);
  if (!mode->setting.value.contains("pods")) return;
  const bool both = std::ranges::any_of(evidence.snapshot().pods, has_both_families);
  answer(platform.cidr_matches_pods, both ? Answer::unknown : Answer::yes,
         both ? "policy-cidr-match-mode pods: a block holds a Pod at all of its addresses, and "
                "Pods have some of both families"
              : "cilium docs: policy-cidr-match-mode; cilium/cilium pkg/policy/types/selector.go",
         mode->evidence);
}

}  // namespace

void apply_cilium(const Evidence& evidence, const Found& found, Platform& platform) {
  if (evidence.config("ConfigMap", "cilium-config") == nullptr)
    platform.unclear.push_back(
        "ConfigMap cilium-config is not in the input: its settings are assumed to be those of the "
        "profile " +
        platform.name);
  apply_cilium_modes(evidence, found, platform);
  apply_cilium_kinds(evidence, found, platform);
  apply_cilium_version(evidence, found, platform);
  apply_cilium_blocks(evidence, found, platform);
  if (const auto wall = cilium_option(evidence, found, "enable-host-firewall"))
    answer(platform.host_policies, is_true(wall->setting) ? Answer::yes : Answer::no,
           "cilium docs security/host-firewall", wall->evidence);
  for (const auto& [name, fact] : {std::pair{"enable-ipv4", &Platform::ipv4_policed},
                                   std::pair{"enable-ipv6", &Platform::ipv6_policed}})
    if (const auto family = cilium_option(evidence, found, name);
        family && !is_true(family->setting))
      answer(
          platform.*fact, Answer::unknown,
          "Cilium does not handle a family that is switched off; what its Pods then send was not "
          "looked up",
          family->evidence);
}

void apply_antrea(const Evidence& evidence, Platform& platform) {
  const auto& configs = evidence.snapshot().system_configs;
  const auto config = std::ranges::find_if(configs, [](const model::SystemConfig& candidate) {
    return candidate.object.name.starts_with("antrea-config");
  });
  const Setting* agent = config == configs.end() ? nullptr : config->find("antrea-agent.conf");
  if (agent == nullptr) return;
  const auto gate = [&](std::string_view name) -> std::optional<bool> {
    const std::size_t at = agent->value.find("\n  " + std::string(name) + ": ");
    if (at == std::string::npos) return std::nullopt;
    const std::size_t value = agent->value.find(": ", at) + 2;
    return agent->value.compare(value, 4, "true") == 0;
  };
  const std::string where = evidence.text(config->object);
  if (const auto on = gate("NodeNetworkPolicy"))
    answer(platform.host_policies, *on ? Answer::yes : Answer::no,
           "antrea-io/antrea docs: the gate NodeNetworkPolicy", where);
  for (const std::string_view name : {"AdminNetworkPolicy", "ClusterNetworkPolicy"})
    if (const auto on = gate(name))
      for (model::Enforced& language : platform.languages)
        if (language.language == name)
          answer(language.fact, *on ? Answer::yes : Answer::no, "antrea-io/antrea feature gates",
                 where);
  if (gate("AntreaPolicy") == false)
    for (model::Enforced& language : platform.languages)
      if (language.language == "Antrea")
        answer(language.fact, Answer::no, "antrea-io/antrea feature gates", where);
}

void apply_kube_router(const Evidence& evidence, const Found& found, Platform& platform) {
  for (const model::SystemContainer& container : found.workload->containers) {
    if (const auto wall = container.find_flag("run-firewall"); wall && !is_true(*wall))
      answer(platform.enforces, Answer::no, "kube-router enforces with --run-firewall only",
             evidence.text(found.workload->object, *wall));
    if (const auto deny = container.find_flag("netpol-default-deny"); deny && is_true(*deny))
      answer(platform.starts_closed, Answer::unknown,
             "kube-router --netpol-default-deny closes the start of a Pod where kube-router knows "
             "the node's Pod CIDRs, which are not in the input",
             evidence.text(found.workload->object, *deny));
  }
}

}  // namespace podmoat::platform
