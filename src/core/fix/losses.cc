// Losses. docs/semantics/fix.md FX-13. A Pod that nothing isolates loses every guarded flow by an
// Addition; one that is isolated loses what the edited rules opened for it, as no other rule does
// once the Plan is carried out.
#include "core/fix/losses.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/fix/narrow.h"
#include "core/fix/scope.h"
#include "core/policy/peers.h"
#include "core/policy/policies.h"

namespace podmoat::fix {
namespace {

using flow::FlowSet;

/// The guarded flows that Exceptions leave to Pods like the Subject's.
FlowSet spared(const Order& order, const policy::Subject& subject) {
  const policy::PodView view =
      policy::view_of(order.snapshot, subject.ns, subject.labels, subject.spec);
  const model::Namespace* ns = order.snapshot.find_namespace(subject.ns);
  FlowSet out;
  for (const catalog::Spared& spared : order.guard.spared)
    if (ns != nullptr && view.matches(spared.pods) &&
        policy::matches(spared.namespaces, *ns) == policy::Match::yes)
      out = out | spared.flows;
  return out;
}

class Losses {
 public:
  Losses(const Order& order, const Plan& plan)
      : order_(order), denies_(order.engine != Engine::network_policy && !plan.empty()) {
    for (const Edit& edit : plan.edits) edited_[edit.policy].push_back(edit.rule);
    for (const Addition& addition : plan.additions) added_.insert(addition.ns);
  }

  /// What the Plan takes of the guarded flows from Pods with the Subject's labels.
  FlowSet of(const policy::Subject& subject) const {
    return taken(subject) - spared(order_, subject);
  }

 private:
  FlowSet taken(const policy::Subject& subject) const {
    if (denies_) return order_.guard.must;
    const model::Labels& labels = order_.snapshot.pod_labels[subject.labels];
    bool isolated = false;
    FlowSet out;
    for (const model::NetworkPolicy& policy : policies_of(order_.snapshot, subject.ns)) {
      if (!policy.isolates_egress || !policy.pods.matches(labels)) continue;
      isolated = true;
      const auto edits = edited_.find(number_of(order_.snapshot, policy));
      if (edits == edited_.end()) continue;
      for (const std::uint32_t rule : edits->second)
        out = out | (addresses_of(policy.egress[rule]) & order_.guard.must);
    }
    if (isolated) return out;
    return added_.contains(subject.ns) ? order_.guard.must : FlowSet();
  }

  const Order& order_;
  bool denies_;  ///< every Pod, by policies that can deny
  std::map<std::uint32_t, std::vector<std::uint32_t>> edited_;  ///< policy -> its edited rules
  std::set<std::string> added_;                                 ///< namespaces
};

/// Labels that a controller gives to one roll-out or to one Pod.
bool is_passing(std::string_view key) {
  static constexpr std::array<std::string_view, 9> kKeys{"pod-template-hash",
                                                         "pod-template-generation",
                                                         "controller-revision-hash",
                                                         "statefulset.kubernetes.io/pod-name",
                                                         "apps.kubernetes.io/pod-index",
                                                         "controller-uid",
                                                         "batch.kubernetes.io/controller-uid",
                                                         "app.kubernetes.io/version",
                                                         "helm.sh/chart"};
  return std::ranges::find(kKeys, key) != kKeys.end();
}

/// A name as YAML takes it for a text: "on", "null" and "1e3" would be something else.
std::string plain(const std::string& name) {
  static constexpr std::array<std::string_view, 9> kWords{"null", "true", "false", "yes", "no",
                                                          "on",   "off",  "y",     "n"};
  std::string small = name;
  std::ranges::transform(small, small.begin(), [](char c) {
    return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const bool starts_like_a_number = small.empty() || small[0] < 'a' || small[0] > 'z';
  const bool is_word = std::ranges::find(kWords, small) != kWords.end();
  return starts_like_a_number || is_word ? "\"" + name + "\"" : name;
}

/// Whom the Exception is for, as a Moat document takes it: by labels that stay, else by an account
/// of their own; "" if nothing tells these Pods from others.
std::string selector_for(const model::Labels& labels, const std::string& account) {
  std::string selector;
  for (const auto& [key, value] : labels.entries())
    if (!is_passing(key))
      selector += fmt::format("{}{}: \"{}\"", selector.empty() ? "" : ", ", plain(key), value);
  if (!selector.empty()) return "podSelector: {matchLabels: {" + selector + "}}";
  return account == "default" ? "" : "serviceAccount: " + plain(account);
}

/// What to propose: an entry of `exceptions` in a Moat document (EX-1).
std::string proposal(const Order& order, const policy::Subject& subject, const std::string& targets,
                     const catalog::Consumer& consumer) {
  const std::string selector = selector_for(order.snapshot.pod_labels[subject.labels],
                                            order.snapshot.pod_specs[subject.spec].service_account);
  if (selector.empty()) return "give its Pods a label, and make an Exception for that";
  return fmt::format("propose an Exception: {{namespace: {}, {}, targets: [{}], reason: {}}}",
                     plain(subject.ns), selector, targets, consumer.id);
}

}  // namespace

std::vector<Leftover> losses(const Order& order, const std::vector<policy::Subject>& subjects,
                             const Plan& plan) {
  const Losses losses(order, plan);
  const std::set<std::string> scope(order.namespaces.begin(), order.namespaces.end());
  std::vector<Leftover> out;
  for (const policy::Subject& subject : subjects) {
    if (subject.host_network || !scope.contains(subject.ns)) continue;
    const auto needs = catalog::consumers_of(order.guard, order.snapshot.pod_specs[subject.spec]);
    if (needs.empty()) continue;
    const FlowSet lost = losses.of(subject);
    for (const catalog::Need& need : needs) {
      std::string targets;
      for (const std::size_t i : need.aims)
        if (!(order.guard.aims[i].flows & lost).empty())
          targets += (targets.empty() ? "" : ", ") + order.guard.aims[i].target->id;
      if (targets.empty()) continue;
      const catalog::Consumer& consumer = *need.consumer;
      out.push_back(
          {subject.ns, subject.workload.str(),
           fmt::format("{} needs {}: {}; without, {}", consumer.title, targets, consumer.why,
                       consumer.breaks),
           (consumer.spare.starts_with("none") ? "nothing spares it; "
                                               : "spare it: " + consumer.spare + "; or ") +
               proposal(order, subject, targets, consumer)});
    }
  }
  return out;
}

}  // namespace podmoat::fix
