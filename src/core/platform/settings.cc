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

bool is_true(const Setting& setting) {
  const std::string text = lower(setting.value);
  return text == "true" || text == "1" || text == "t";
}

/// A setting with the text that quotes it.
struct Quoted {
  Setting setting;
  std::string evidence;
};

/// An environment variable of Felix, or else the field of its FelixConfiguration: the first place
/// that has a value counts. Source: tigera/docs, Configuring Felix.
std::optional<Quoted> felix(const Evidence& evidence, const Found& found, const char* variable,
                            const char* field) {
  if (found.workload != nullptr)
    for (const model::SystemContainer& container : found.workload->containers)
      if (const Setting* set = container.find_env(variable))
        return Quoted{*set, evidence.text(found.workload->object, *set)};
  const model::SystemConfig* config = evidence.config("FelixConfiguration", "default");
  const Setting* set = config == nullptr ? nullptr : config->find(field);
  if (set == nullptr || found.workload == nullptr) return std::nullopt;
  return Quoted{*set, evidence.text(config->object, *set)};
}

}  // namespace

void apply_calico(const Evidence& evidence, const Found& found, Platform& platform) {
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

void apply_cilium(const Evidence& evidence, const Found& /*found*/, Platform& platform) {
  const model::SystemConfig* config = evidence.config("ConfigMap", "cilium-config");
  if (config == nullptr) {
    platform.unclear.push_back(
        "ConfigMap cilium-config is not in the input: its settings are assumed to be those of the "
        "profile " +
        platform.name);
    return;
  }
  const auto text = [&](const Setting& set) { return evidence.text(config->object, set); };
  if (const Setting* mode = config->find("enable-policy")) {
    const std::string value = lower(mode->value);
    answer(platform.denies_by_default, value == "always" ? Answer::yes : Answer::no,
           "cilium docs security/policy/intro: enable-policy", text(*mode));
    if (value == "never")
      answer(platform.enforces, Answer::no, "cilium docs security/policy/intro: enable-policy",
             text(*mode));
  }
  if (const Setting* mode = config->find("policy-cidr-match-mode");
      mode != nullptr && mode->value.find("nodes") != std::string::npos)
    answer(platform.cidr_matches_nodes, Answer::yes, "cilium docs: policy-cidr-match-mode",
           text(*mode));
  if (const Setting* wall = config->find("enable-host-firewall"))
    answer(platform.host_policies, is_true(*wall) ? Answer::yes : Answer::no,
           "cilium docs security/host-firewall", text(*wall));
  for (const auto& [name, fact] : {std::pair{"enable-ipv4", &Platform::ipv4_policed},
                                   std::pair{"enable-ipv6", &Platform::ipv6_policed}})
    if (const Setting* family = config->find(name); family != nullptr && !is_true(*family))
      answer(
          platform.*fact, Answer::unknown,
          "Cilium does not handle a family that is switched off; what its Pods then send was not "
          "looked up",
          text(*family));
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
  if (found.workload == nullptr) return;
  for (const model::SystemContainer& container : found.workload->containers) {
    if (const auto wall = container.find_flag("run-firewall"); wall && !is_true(*wall))
      answer(platform.enforces, Answer::no, "kube-router enforces with --run-firewall only",
             evidence.text(found.workload->object, *wall));
    if (const auto deny = container.find_flag("netpol-default-deny"); deny && is_true(*deny))
      answer(platform.denies_by_default, Answer::yes, "kube-router --netpol-default-deny",
             evidence.text(found.workload->object, *deny));
  }
}

}  // namespace podmoat::platform
