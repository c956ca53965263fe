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

#include "base/check.h"
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
  FlowSet out;
  for (const catalog::Spared& spared : order.guard.spared)
    if (policy::matches(spared.namespaces, spared.pods, view, order.snapshot) == policy::Match::yes)
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
                     const std::string& reason) {
  const std::string selector = selector_for(order.snapshot.pod_labels[subject.labels],
                                            order.snapshot.pod_specs[subject.spec].service_account);
  if (selector.empty()) return "give its Pods a label, and make an Exception for that";
  return fmt::format("propose an Exception: {{namespace: {}, {}, targets: [{}], reason: {}}}",
                     plain(subject.ns), selector, targets, reason);
}

/// Workload Identity of GKE: where Pods ask for their own tokens, as policies see it.
class WorkloadIdentity {
 public:
  explicit WorkloadIdentity(const Order& order) : order_(order) {
    // Dataplane V2 judges the address before it is redirected, every other plugin afterwards.
    if (order.platform.name == "gke-dataplane-v2") add("169.254.169.254", 80);
    for (const model::Redirect& redirect : order.platform.redirects)
      if (redirect.to && redirect.to->str() == kServer) add(kServer, redirect.to_port);
    tokens_ = tokens_ & order.guard.must;
  }

  /// The guarded Targets that go with it, "gcp-mds"; "" if Pods keep their tokens where `lost` is
  /// taken.
  std::string targets(const FlowSet& lost) const {
    std::string out;
    if ((tokens_ & lost).empty()) return out;
    for (const catalog::Aim& aim : order_.guard.aims)
      if (aim.target->provider == "gcp" && !(aim.flows & tokens_).empty())
        out += (out.empty() ? "" : ", ") + aim.target->id;
    return out;
  }

  /// The account of Google that the Subject's ServiceAccount stands for, or "".
  std::string google_account(const policy::Subject& subject) const {
    const std::string& name = order_.snapshot.pod_specs[subject.spec].service_account;
    for (const model::ServiceAccount& account : order_.snapshot.rbac.accounts)
      if (account.object.ns == subject.ns && account.object.name == name)
        return account.google_account;
    return "";
  }

  /// What the Subject would lose with `lost`.
  void add_loss(const policy::Subject& subject, const FlowSet& lost,
                std::vector<Leftover>& out) const {
    const std::string targets = this->targets(lost);
    const std::string account = targets.empty() ? "" : google_account(subject);
    if (account.empty()) return;
    out.push_back({subject.ns, subject.workload.str(),
                   fmt::format("its ServiceAccount stands for {}, and with Workload Identity its "
                               "tokens come from {}; without, calls to Google fail",
                               account, place()),
                   proposal(order_, subject, targets, "workload-identity")});
  }

  /// IAM may know a ServiceAccount by its name, of which the cluster has no trace.
  void add_unnamed(std::vector<Leftover>& out) const {
    const std::string targets = this->targets(tokens_);
    if (targets.empty()) return;
    out.push_back(
        {"", "Pods that Google knows by their ServiceAccount alone",
         fmt::format("with Workload Identity their tokens come from {}, and no object of the "
                     "cluster names them",
                     place()),
         fmt::format("propose an Exception for each: {{namespace: ..., serviceAccount: ..., "
                     "targets: [{}], reason: workload-identity}}",
                     targets)});
  }

 private:
  static constexpr const char* kServer = "169.254.169.252";

  void add(const char* address, std::uint16_t port) {
    const auto parsed = parse_address(address);
    PODMOAT_CHECK(parsed.has_value());
    tokens_ = tokens_ |
              FlowSet::box(flow::span_of(*parsed), flow::PortSet::of(Protocol::tcp, {port, port}));
  }
  std::string place() const { return tokens_.witness()->str(); }

  const Order& order_;
  FlowSet tokens_;
};

}  // namespace

std::vector<Leftover> losses(const Order& order, const std::vector<policy::Subject>& subjects,
                             const Plan& plan) {
  const Losses losses(order, plan);
  const std::set<std::string> scope(order.namespaces.begin(), order.namespaces.end());
  const WorkloadIdentity identity(order);
  std::vector<Leftover> out;
  for (const policy::Subject& subject : subjects) {
    if (subject.host_network || !scope.contains(subject.ns)) continue;
    const FlowSet lost = losses.of(subject);
    if (lost.empty()) continue;
    identity.add_loss(subject, lost, out);
    const auto needs = catalog::consumers_of(order.guard, order.snapshot.pod_specs[subject.spec]);
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
               proposal(order, subject, targets, consumer.id)});
    }
  }
  if (!plan.empty()) identity.add_unnamed(out);
  return out;
}

}  // namespace podmoat::fix
