// NetworkPolicy, which cannot deny: for each namespace a policy for the Pods that nothing isolates,
// and for each rule that lets a guarded flow through its narrowed form. docs/semantics/fix.md FX-1
// to FX-9 is the argument that the two together cut what they must and nothing else.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "base/check.h"
#include "core/fix/complement.h"
#include "core/fix/draft.h"
#include "core/fix/engines/engines.h"
#include "core/fix/narrow.h"
#include "core/fix/plan.h"
#include "core/fix/scope.h"
#include "core/fix/zones.h"
#include "core/policy/peers.h"

namespace podmoat::fix {
namespace {

using flow::FlowSet;
using model::Value;

/// Policies that one namespace may get (FX-3). More than this nobody wants to keep.
constexpr std::size_t kMostAdditions = 64;
constexpr std::string_view kApi = "networking.k8s.io/v1";

/// Both hold.
model::Selector both(model::Selector a, const model::Selector& b) {
  for (const model::Requirement& requirement : b.requirements)
    if (std::ranges::find(a.requirements, requirement) == a.requirements.end())
      a.requirements.push_back(requirement);
  return a;
}

/// What Exceptions leave to Pods of one namespace (FX-23).
struct Exceptions {
  std::vector<const catalog::Spared*> selectable;
  /// Left to all of its Pods: who is meant no NetworkPolicy can select.
  FlowSet open{};
};

/// Whether a NetworkPolicy can select by it.
bool selectable(const model::Selector& pods) {
  return std::ranges::none_of(pods.requirements, [](const model::Requirement& r) {
    return r.key == language::kServiceAccount || model::of_parts(r.op);
  });
}

/// Whether every label set that `part` selects is one that `whole` does.
bool within(const model::Selector& part, const model::Selector& whole) {
  const auto rest = complement({whole}, kMostAdditions);
  return rest && std::ranges::none_of(*rest, [&](const model::Selector& selector) {
           return satisfiable(both(part, selector));
         });
}

class Synthesis {
 public:
  explicit Synthesis(const Task& task)
      : order_(task.order), plan_(task.plan), zones_(task.order.guard) {}

  void run() {
    const std::set<std::string> scope(order_.namespaces.begin(), order_.namespaces.end());
    for (const std::string& ns : scope) guard_namespace(ns);
    std::sort(plan_.additions.begin(), plan_.additions.end(),
              [](const Addition& a, const Addition& b) {
                return std::tie(a.ns, a.name) < std::tie(b.ns, b.name);
              });
  }

 private:
  void guard_namespace(const std::string& ns) {
    exceptions_ = exceptions_of(ns);
    if ((order_.guard.must - exceptions_.open).empty()) return;  // nothing is left to take
    std::optional<Zones> own;
    if (!exceptions_.open.empty()) own.emplace(without(exceptions_.open));
    Zones& zones = own ? *own : zones_;
    std::vector<model::Selector> isolating;
    names_ = taken_names(ns);
    number_ = 0;
    std::vector<const model::NetworkPolicy*> narrowed;
    for (const model::NetworkPolicy& policy : policies_of(order_.snapshot, ns)) {
      // A policy that can select nobody isolates nobody, and its rules let nothing through.
      if (!policy.isolates_egress || !satisfiable(policy.pods)) continue;
      isolating.push_back(policy.pods);
      if (narrow_rules(policy, zones)) narrowed.push_back(&policy);
    }
    add_policies(ns, isolating, zones);
    for (const model::NetworkPolicy* policy : narrowed) give_back(*policy);
  }

  /// The Exceptions that hold in `ns`; those that ask for what no NetworkPolicy selects by are left
  /// over.
  Exceptions exceptions_of(const std::string& ns) {
    Exceptions out;
    const model::Namespace labelled = policy::namespace_of(order_.snapshot, ns);
    for (const catalog::Spared& spared : order_.guard.spared) {
      const FlowSet flows = spared.flows & order_.guard.must;
      if (flows.empty() || policy::matches(spared.namespaces, labelled) != policy::Match::yes)
        continue;
      if (selectable(spared.pods)) {
        out.selectable.push_back(&spared);
        continue;
      }
      out.open = out.open | flows;
      plan_.leftovers.push_back(
          {ns, catalog::words_for(spared.pods),
           fmt::format("a NetworkPolicy cannot tell them from other Pods, so {} stays open to the "
                       "whole namespace",
                       flows.str()),
           "give them a label and make the Exception for that"});
    }
    return out;
  }

  catalog::Guard without(const FlowSet& flows) const {
    catalog::Guard out = order_.guard;
    out.must = out.must - flows;
    out.may = out.may - flows;
    return out;
  }

  /// Whether the API server makes up the name ("web-*", RD-20): nothing that is applied meets it.
  static bool has_no_name(const model::NetworkPolicy& policy) {
    return policy.object.name.ends_with('*');
  }

  /// Whether a rule was narrowed. What Exceptions leave to all Pods of the policy stays in it, as
  /// in those that give_back() made before.
  bool narrow_rules(const model::NetworkPolicy& policy, Zones& shared) {
    FlowSet kept = exceptions_.open;
    for (const catalog::Spared* spared : exceptions_.selectable)
      if (within(policy.pods, spared->pods)) kept = kept | spared->flows;
    std::optional<Zones> own;
    if (!(kept == exceptions_.open)) own.emplace(without(kept));
    Zones& zones = own ? *own : shared;
    PODMOAT_CHECK(policy.source != nullptr);
    const Value* spec = policy.source->find("spec");
    bool any = false;
    for (std::uint32_t i = 0; i < policy.egress.size(); ++i) {
      const Value& source = (*spec->find("egress")->list())[i];
      auto narrowed = narrow(policy.egress[i], source, zones, order_.style);
      if (!narrowed) continue;
      if (has_no_name(policy)) {
        plan_.leftovers.push_back(
            {policy.object.ns, "NetworkPolicy/" + policy.object.name,
             "it lets a guarded flow through and has no name under which it could be changed",
             "give it a metadata.name instead of generateName, or change it by hand"});
        return false;
      }
      any = true;
      plan_.edits.push_back({number_of(order_.snapshot, policy), i, std::move(narrowed->become),
                             std::move(narrowed->why)});
    }
    return any;
  }

  /// Allows the Pods of `policy` that Exceptions name what its rules allowed them.
  void give_back(const model::NetworkPolicy& policy) {
    for (const catalog::Spared* spared : exceptions_.selectable) {
      FlowSet reached;
      for (const model::PolicyRule& rule : policy.egress) reached = reached | addresses_of(rule);
      const FlowSet lost = reached & spared->flows & order_.guard.must;
      const model::Selector whom = both(policy.pods, spared->pods);
      if (lost.empty() || !satisfiable(whom) || within(policy.pods, spared->pods)) continue;
      add(policy.object.ns, whom, allowing(lost),
          fmt::format("an Exception leaves {} to Pods with {}", lost.str(), whom.str()));
    }
  }

  void add_policies(const std::string& ns, const std::vector<model::Selector>& isolating,
                    Zones& zones) {
    // PF-20: whom nothing isolates is denied already.
    if (order_.platform.denies_by_default.answer == model::Answer::yes) return;
    const auto open = complement(isolating, kMostAdditions);
    if (!open) {
      plan_.leftovers.push_back(
          {ns, "Pods that no policy isolates",
           fmt::format("to tell them from those that {} policies isolate takes more than {} "
                       "policies",
                       isolating.size(), kMostAdditions),
           "isolate the whole namespace with one policy that has an empty podSelector"});
      return;
    }
    const Value::List egress = all_but_guarded(zones, order_.style);
    for (const model::Selector& selector : *open) add(ns, selector, egress, reason(selector));
    for (const catalog::Spared* spared : exceptions_.selectable)
      for (const model::Selector& selector : *open) {
        const model::Selector whom = both(selector, spared->pods);
        const FlowSet flows = spared->flows & order_.guard.must;
        if (!satisfiable(whom)) continue;
        add(ns, whom, allowing(flows),
            fmt::format("an Exception leaves {} to Pods with {}", flows.str(), whom.str()));
      }
  }

  void add(const std::string& ns, const model::Selector& selector, Value::List egress,
           std::string why) {
    std::string name;
    do {
      ++number_;
      name = number_ == 1 ? kGuardName : fmt::format("{}-{}", kGuardName, number_);
    } while (names_.contains(name));
    Value::Map spec{{"podSelector", selector_value(selector)},
                    {"policyTypes", Value::List{"Egress"}},
                    {"egress", std::move(egress)}};
    Value::Map object{{"apiVersion", kApi},
                      {"kind", "NetworkPolicy"},
                      {"metadata", metadata_value(ns, name, order_.guard)},
                      {"spec", std::move(spec)}};
    plan_.additions.push_back({ns, std::move(name), std::move(object), std::move(why)});
  }

  /// Names of the namespace's policies, with those that are read but not in force.
  std::set<std::string> taken_names(const std::string& ns) const {
    std::set<std::string> taken;
    for (const model::NetworkPolicy& policy : policies_of(order_.snapshot, ns))
      taken.insert(policy.object.name);
    for (const model::PolicyObject& other : order_.snapshot.policy_objects)
      if (other.object.ns == ns) taken.insert(other.object.name);
    const std::string prefix = "NetworkPolicy " + ns + "/";
    for (const Diagnostic& diagnostic : order_.snapshot.diagnostics)
      if (diagnostic.object.starts_with(prefix))
        taken.insert(diagnostic.object.substr(prefix.size()));
    return taken;
  }

  static std::string reason(const model::Selector& selector) {
    return selector.empty() ? "no policy isolates the Pods of this namespace for egress"
                            : "no policy isolates Pods with " + selector.str() + " for egress";
  }

  const Order& order_;
  Plan& plan_;
  Zones zones_;
  // Of the namespace at hand:
  Exceptions exceptions_;
  std::set<std::string> names_;  ///< that are taken
  std::size_t number_ = 0;       ///< of the last Addition
};

}  // namespace

void plan_network_policy(const Task& task) { Synthesis(task).run(); }

}  // namespace podmoat::fix
