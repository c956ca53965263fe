// Cilium, where a deny wins over everything: one clusterwide policy of denies that isolates nobody.
// Versions that cannot say "isolates nobody" get, in each namespace, the denies for all of its Pods
// beside an allow of everything for those that no other policy isolates. docs/semantics/fix.md
// FX-24, FX-25.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "core/fix/complement.h"
#include "core/fix/draft.h"
#include "core/fix/engines/engines.h"
#include "core/fix/scope.h"
#include "core/fix/shares.h"
#include "core/policy/peers.h"

namespace podmoat::fix {
namespace {

using model::Value;

constexpr WrittenKind kClusterwide{"cilium.io/v2", "CiliumClusterwideNetworkPolicy"};
constexpr WrittenKind kNamespaced{"cilium.io/v2", "CiliumNetworkPolicy"};
/// Entries of one `ports` (CL-3).
constexpr std::size_t kMostPorts = 40;
/// Selectors of Pods that no policy isolates, in one namespace.
constexpr std::size_t kMostOpen = 64;

/// Keys as Cilium has them (CL-7).
std::string pod_key(const std::string& key) {
  return key == language::kServiceAccount ? "k8s:io.cilium.k8s.policy.serviceaccount" : key;
}
std::string namespace_key(const std::string& key) {
  if (key == model::kNamespaceNameLabel) return "k8s:io.kubernetes.pod.namespace";
  return "k8s:io.cilium.k8s.namespace.labels." + key;
}

/// A clusterwide endpointSelector.
Value selector_of(const language::PodTerm& term) {
  model::Selector all;
  for (const model::Requirement& r : term.namespaces.requirements)
    all.requirements.push_back({namespace_key(r.key), r.op, r.values});
  for (const model::Requirement& r : term.pods.requirements)
    all.requirements.push_back({pod_key(r.key), r.op, r.values});
  return selector_value(all);
}

Value to_ports(const std::vector<flow::PortSet::Run>& runs) {
  Value::List out;
  for (const auto& part : parts_of(runs, kMostPorts)) {
    Value::List ports;
    for (const flow::PortSet::Run& run : part) {
      // "0" is every port of the protocol (CL-27).
      const bool whole = run.ports == Ports{};
      Value::Map port{{"port", whole ? "0" : std::to_string(run.ports.first)}};
      if (!whole && run.ports.first != run.ports.last)
        port.emplace_back("endPort", int{run.ports.last});
      port.emplace_back("protocol", name_of(run.protocol));
      ports.emplace_back(std::move(port));
    }
    out.push_back(Value::Map{{"ports", std::move(ports)}});
  }
  return out;
}

/// The items of egressDeny.
Value::List denies(const flow::FlowSet& flows) {
  Value::List out;
  for (const Denial& denial : denials(flows)) {
    const Value ports = to_ports(denial.ports);
    Value::List blocks;
    for (const Block& block : denial.blocks) blocks.push_back(Value::Map{{"cidr", block.str()}});
    if (!blocks.empty())
      out.push_back(Value::Map{{"toCIDRSet", std::move(blocks)}, {"toPorts", ports}});
    Value::List nodes;
    if (denial.own_node) nodes.emplace_back("host");
    if (denial.other_nodes) nodes.emplace_back("remote-node");
    if (!nodes.empty())
      out.push_back(Value::Map{{"toEntities", std::move(nodes)}, {"toPorts", ports}});
  }
  return out;
}

/// The one rule as `spec`, several as `specs`.
Value::Map body_of(Value::List rules) {
  if (rules.size() == 1) return {{"spec", std::move(rules.front())}};
  return {{"specs", std::move(rules)}};
}

void clusterwide(Draft& draft) {
  Value::List rules;
  std::string why;
  for (const Share& share : shares(draft.order(), draft.plan())) {
    const Value::List deny = denies(share.flows);
    if (deny.empty()) continue;
    for (const language::PodTerm& term : share.pods)
      rules.push_back(
          Value::Map{{"endpointSelector", selector_of(term)},
                     {"enableDefaultDeny", Value::Map{{"egress", false}, {"ingress", false}}},
                     {"egressDeny", deny}});
    why += (why.empty() ? "denies the guarded flows of " : "; ") + words_for(share.pods);
  }
  if (rules.empty()) return;
  const std::string name = draft.name(kClusterwide, "", kGuardName);
  draft.put(kClusterwide, "", name, body_of(std::move(rules)), why);
}

/// The form for versions without enableDefaultDeny.
class Namespaces {
 public:
  Namespaces(const Task& task, Draft& draft)
      : task_(task), draft_(draft), shares_(shares(task.order, task.plan)) {}

  void guard(const std::string& ns) {
    const auto open = open_selectors(ns);
    if (!open) return;
    const model::Namespace labelled = policy::namespace_of(task_.order.snapshot, ns);
    Value::List rules;
    for (const Share& share : shares_) {
      const Value::List deny = denies(share.flows);
      for (const language::PodTerm& term : share.pods)
        if (!deny.empty() && policy::matches(term.namespaces, labelled) != policy::Match::no)
          rules.push_back(Value::Map{{"endpointSelector", selector_value(term.pods, pod_key)},
                                     {"egressDeny", deny}});
    }
    if (rules.empty()) return;
    for (const model::Selector& selector : *open)
      rules.push_back(
          Value::Map{{"endpointSelector", selector_value(selector, pod_key)},
                     {"egress", Value::List{Value::Map{{"toEntities", Value::List{"all"}}}}}});
    join_alike(rules);
    const std::string name = draft_.name(kNamespaced, ns, kGuardName);
    draft_.put(kNamespaced, ns, name, body_of(std::move(rules)),
               open->empty() ? "denies the guarded flows; every Pod is isolated already"
                             : "denies the guarded flows, and allows the rest to Pods that no "
                               "other policy isolates");
  }

 private:
  /// Selectors of the Pods that no policy isolates; nothing, and a Leftover, where that is not
  /// known.
  std::optional<std::vector<model::Selector>> open_selectors(const std::string& ns) {
    const model::Namespace labelled = policy::namespace_of(task_.order.snapshot, ns);
    std::vector<model::Selector> isolating;
    std::string doubt;
    for (const language::Policy& policy : task_.reading.policies) {
      if (!policy.isolates || is_own_policy(policy)) continue;
      for (const language::PodTerm& term : policy.pods) {
        const policy::Match match = policy::matches(term.namespaces, labelled);
        if (match == policy::Match::yes) isolating.push_back(term.pods);
        if (match == policy::Match::unknown) doubt = policy.object.str();
      }
      for (const language::PodTerm& term : policy.possible)
        if (policy::matches(term.namespaces, labelled) != policy::Match::no)
          doubt = policy.object.str();
    }
    auto open = complement(isolating, kMostOpen);
    if (!doubt.empty() || !open) {
      task_.plan.leftovers.push_back(
          {ns, "every Pod",
           doubt.empty() ? fmt::format("to tell the Pods that no policy isolates from the others "
                                       "takes more than {} selectors",
                                       kMostOpen)
                         : "whom " + doubt + " isolates is not known",
           "use a version of Cilium with enableDefaultDeny (1.16 or later)"});
      return std::nullopt;
    }
    return open;
  }

  /// Whether the Plan before this one wrote it.
  bool is_own_policy(const language::Policy& policy) const {
    return std::ranges::any_of(task_.order.snapshot.policy_objects, [&](const auto& object) {
      return object.object == policy.object && is_own(object);
    });
  }

  /// Where one selector has a rule of denies and one that allows, both become one.
  static void join_alike(Value::List& rules) {
    if (rules.size() != 2 ||
        !(*rules[0].find("endpointSelector") == *rules[1].find("endpointSelector")))
      return;
    if (const Value* egress = rules[1].find("egress")) {
      rules[0].set("egress", *egress);
      rules.pop_back();
    }
  }

  const Task& task_;
  Draft& draft_;
  std::vector<Share> shares_;
};

}  // namespace

void plan_cilium(const Task& task) {
  Draft draft(task.order, task.plan);
  const bool soft = !task.order.platform.ignores_no_default_deny;
  if (soft && task.order.style != Style::allow_all) return clusterwide(draft);
  Namespaces namespaces(task, draft);
  for (const std::string& ns : task.order.namespaces) namespaces.guard(ns);
}

}  // namespace podmoat::fix
