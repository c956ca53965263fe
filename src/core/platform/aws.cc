// The AWS VPC CNI: which family its Pods have, and whether its agent enforces policies.
// docs/semantics/platforms.md PF-42, PF-43.
#include <utility>

#include "base/check.h"
#include "core/platform/evidence.h"

namespace podmoat::platform {
namespace {

using model::Answer;
using model::Platform;
using model::Setting;

Platform known(std::string_view name) {
  const Platform* found = model::find_platform(name);
  PODMOAT_CHECK(found != nullptr);
  return *found;
}

/// What is said of a switch, and where.
struct Switch {
  Answer on = Answer::unknown;
  std::string evidence{};
  std::string contradiction{};  ///< who says what, where two objects do not agree
};

Switch of(const Evidence& evidence, const model::Object& object, const Setting& setting) {
  const bool on = setting.value == "true" || setting.value == "1";
  return {on ? Answer::yes : Answer::no, evidence.text(object, setting), ""};
}

/// A variable of the DaemonSet; `otherwise` where the DaemonSet is there and does not have it.
Switch variable(const Evidence& evidence, const Found* found, const char* name, Answer otherwise) {
  if (found == nullptr || !found->tells()) return {};
  for (const model::SystemContainer& container : found->workload->containers)
    if (const Setting* set = container.find_env(name))
      return of(evidence, found->workload->object, *set);
  return {otherwise, found->text, ""};
}

Switch policies(const Evidence& evidence, const Found* found) {
  const model::SystemConfig* config = evidence.config("ConfigMap", "amazon-vpc-cni");
  const Setting* control =
      config == nullptr ? nullptr : config->find("enable-network-policy-controller");
  if (found == nullptr)  // Auto Mode: only the ConfigMap tells, and without it nothing does
    return control == nullptr ? Switch{} : of(evidence, config->object, *control);
  if (!found->tells()) return {};
  for (const model::SystemContainer& container : found->workload->containers)
    if (const auto flag = container.find_flag("enable-network-policy")) {
      Switch agent = of(evidence, found->workload->object, *flag);
      // The agent does what the controller tells it, which PF-43's switch turns off.
      if (agent.on == Answer::no || control == nullptr) return agent;
      const Switch controller = of(evidence, config->object, *control);
      if (controller.on == Answer::yes) return agent;
      return {Answer::unknown, "", agent.evidence + " and " + controller.evidence};
    }
  const bool agent = found->workload->find("aws-eks-nodeagent") != nullptr;
  // Without the flag the agent's own default holds, which is off.
  return {
      Answer::no,
      found->text + (agent ? ", the agent has no --enable-network-policy" : ", without an agent"),
      ""};
}

/// The profile for one answer of both switches.
std::string_view profile_for(bool enforces, bool v6) {
  return !enforces ? "eks-no-policy" : v6 ? "eks-ipv6" : "eks";
}

void apply_mode(const Evidence& evidence, const Found* found, Platform& platform) {
  if (found == nullptr || !found->tells()) {
    answer(platform.starts_closed, Answer::unknown,
           "NETWORK_POLICY_ENFORCING_MODE is not in the input", "");
    answer(platform.denies_by_default, Answer::unknown,
           "NETWORK_POLICY_ENFORCING_MODE is not in the input", "");
    return;
  }
  for (const model::SystemContainer& container : found->workload->containers)
    if (const Setting* mode = container.find_env("NETWORK_POLICY_ENFORCING_MODE")) {
      const Answer strict = mode->value == "strict" ? Answer::yes : Answer::no;
      const std::string where = evidence.text(found->workload->object, *mode);
      const char* readme = "aws/aws-network-policy-agent README: NETWORK_POLICY_ENFORCING_MODE";
      answer(platform.starts_closed, strict, readme, where);
      answer(platform.denies_by_default, strict, readme, where);
    }
}

void apply_egress(const Evidence& evidence, const Found* found, bool v6, Platform& platform) {
  const Switch other = variable(evidence, found, v6 ? "ENABLE_V4_EGRESS" : "ENABLE_V6_EGRESS",
                                v6 ? Answer::yes : Answer::no);
  if (other.on != platform.hidden_family.answer)
    answer(platform.hidden_family, other.on,
           other.on == Answer::unknown ? "the settings of aws-node are not in the input"
                                       : platform.hidden_family.source,
           other.evidence);
}

}  // namespace

Candidate aws_candidate(const Evidence& evidence, const Found* found) {
  const Switch on = policies(evidence, found);
  const Switch v6 = variable(evidence, found, "ENABLE_IPv6", Answer::no);
  std::vector<Platform> possible;
  for (const bool enforces : {true, false})
    for (const bool six : {false, true}) {
      const bool fits = on.on != (enforces ? Answer::no : Answer::yes) &&
                        v6.on != (six ? Answer::no : Answer::yes) && (enforces || !six);
      if (!fits) continue;
      Platform platform = known(profile_for(enforces, six));
      if (enforces) apply_mode(evidence, found, platform);
      if (enforces) apply_egress(evidence, found, six, platform);
      possible.push_back(std::move(platform));
    }
  if (possible.empty()) possible.push_back(known("eks-no-policy"));
  Candidate out{possible.front(), found == nullptr ? "EKS Auto Mode" : found->text};
  for (std::size_t i = 1; i < possible.size(); ++i)
    out.platform = merged(std::move(out.platform), possible[i]);
  if (on.on != Answer::unknown) {
    out.platform.enforces.evidence = on.evidence;
  } else if (!on.contradiction.empty()) {
    answer(out.platform.enforces, Answer::unknown, "two objects contradict each other",
           on.contradiction);
    out.platform.unclear.push_back(on.contradiction +
                                   " contradict each other on whether policies are enforced");
  } else {
    out.platform.unclear.push_back(
        found == nullptr
            ? "ConfigMap amazon-vpc-cni, which switches policies on, is not in the input"
            : "the DaemonSet aws-node, which says whether its agent enforces, is not in "
              "the input");
  }
  if (on.on != Answer::no && v6.on == Answer::unknown)
    out.platform.unclear.push_back(
        "whether the cluster's Pods have IPv4 or IPv6 is not in the input");
  return out;
}

}  // namespace podmoat::platform
