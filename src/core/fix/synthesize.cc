// The synthesis: for each namespace a policy for the Pods that nothing isolates, and for each rule
// that lets a guarded flow through its narrowed form. docs/semantics/fix.md is the argument that
// the two together cut what they must and nothing else.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "base/check.h"
#include "core/fix/complement.h"
#include "core/fix/leftovers.h"
#include "core/fix/losses.h"
#include "core/fix/narrow.h"
#include "core/fix/plan.h"
#include "core/fix/scope.h"
#include "core/fix/zones.h"
#include "core/policy/subject.h"

namespace podmoat::fix {
namespace {

using model::Value;

/// Policies that one namespace may get (FX-3). More than this nobody wants to keep.
constexpr std::size_t kMostAdditions = 64;
constexpr const char* kName = "podmoat-guard";

/// A LabelSelector as people write it: what matchLabels can say is said there.
Value selector_value(const model::Selector& selector) {
  Value::Map labels;
  Value::List expressions;
  for (const model::Requirement& r : selector.requirements) {
    if (r.op == model::Operator::in && r.values.size() == 1) {
      labels.emplace_back(r.key, r.values[0]);
      continue;
    }
    static constexpr const char* kOperators[] = {"In", "NotIn", "Exists", "DoesNotExist"};
    Value::Map expression{{"key", r.key}, {"operator", kOperators[static_cast<int>(r.op)]}};
    if (!r.values.empty())
      expression.emplace_back("values", Value::List(r.values.begin(), r.values.end()));
    expressions.emplace_back(std::move(expression));
  }
  Value::Map out;
  if (!labels.empty()) out.emplace_back("matchLabels", std::move(labels));
  if (!expressions.empty()) out.emplace_back("matchExpressions", std::move(expressions));
  return out;
}

class Synthesis {
 public:
  explicit Synthesis(const Order& order) : order_(order), zones_(order.guard) {}

  Plan run() {
    const language::Reading reading = language::read(order_.snapshot, order_.platform);
    const std::vector<policy::Subject> subjects = policy::subjects(order_.snapshot, reading);
    const std::set<std::string> scope(order_.namespaces.begin(), order_.namespaces.end());
    if (enforced(order_) && !order_.guard.must.empty())
      for (const std::string& ns : scope) guard_namespace(ns);
    std::sort(plan_.additions.begin(), plan_.additions.end(),
              [](const Addition& a, const Addition& b) {
                return std::tie(a.ns, a.name) < std::tie(b.ns, b.name);
              });
    for (Leftover& leftover : leftovers(order_, reading, subjects))
      plan_.leftovers.push_back(std::move(leftover));
    std::stable_sort(plan_.leftovers.begin(), plan_.leftovers.end(),
                     [](const Leftover& a, const Leftover& b) { return a.ns < b.ns; });
    plan_.restarts = restarts(order_, subjects, plan_);
    plan_.losses = losses(order_, subjects, plan_);
    return std::move(plan_);
  }

 private:
  void guard_namespace(const std::string& ns) {
    std::vector<model::Selector> isolating;
    for (const model::NetworkPolicy& policy : policies_of(order_.snapshot, ns)) {
      // A policy that can select nobody isolates nobody, and its rules let nothing through.
      if (!policy.isolates_egress || !satisfiable(policy.pods)) continue;
      isolating.push_back(policy.pods);
      narrow_rules(policy);
    }
    add_policies(ns, isolating);
  }

  /// Whether the API server makes up the name ("web-*", RD-20): nothing that is applied meets it.
  static bool has_no_name(const model::NetworkPolicy& policy) {
    return policy.object.name.ends_with('*');
  }

  void narrow_rules(const model::NetworkPolicy& policy) {
    PODMOAT_CHECK(policy.source != nullptr);
    const Value* spec = policy.source->find("spec");
    for (std::uint32_t i = 0; i < policy.egress.size(); ++i) {
      const Value& source = (*spec->find("egress")->list())[i];
      auto narrowed = narrow(policy.egress[i], source, zones_, order_.style);
      if (!narrowed) continue;
      if (has_no_name(policy)) {
        plan_.leftovers.push_back(
            {policy.object.ns, "NetworkPolicy/" + policy.object.name,
             "it lets a guarded flow through and has no name under which it could be changed",
             "give it a metadata.name instead of generateName, or change it by hand"});
        return;
      }
      plan_.edits.push_back({number_of(order_.snapshot, policy), i, std::move(narrowed->become),
                             std::move(narrowed->why)});
    }
  }

  void add_policies(const std::string& ns, const std::vector<model::Selector>& isolating) {
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
    const std::set<std::string> taken = taken_names(ns);
    std::size_t number = 0;
    for (const model::Selector& selector : *open) {
      std::string name;
      do {
        ++number;
        name = number == 1 ? kName : fmt::format("{}-{}", kName, number);
      } while (taken.contains(name));
      plan_.additions.push_back({ns, name, object(ns, name, selector), reason(selector)});
    }
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

  Value object(const std::string& ns, const std::string& name, const model::Selector& selector) {
    if (egress_.empty()) {
      for (Value& rule : all_but_guarded(zones_, order_.style)) egress_.push_back(std::move(rule));
      for (const catalog::Aim& aim : order_.guard.aims)
        if (!aim.anywhere && !aim.host_only && !aim.flows.empty())
          guards_ += (guards_.empty() ? "" : ",") + aim.target->id;
    }
    Value::Map metadata{{"name", name},
                        {"namespace", ns},
                        {"labels", Value::Map{{"app.kubernetes.io/managed-by", "podmoat"}}},
                        {"annotations", Value::Map{{"podmoat.io/guards", guards_}}}};
    Value::Map spec{{"podSelector", selector_value(selector)},
                    {"policyTypes", Value::List{"Egress"}},
                    {"egress", egress_}};
    return Value::Map{{"apiVersion", "networking.k8s.io/v1"},
                      {"kind", "NetworkPolicy"},
                      {"metadata", std::move(metadata)},
                      {"spec", std::move(spec)}};
  }

  const Order& order_;
  Zones zones_;
  Plan plan_;
  Value::List egress_;  ///< of every Addition, once the first one is made
  std::string guards_;  ///< the Targets they guard against
};

}  // namespace

Plan synthesize(const Order& order) { return Synthesis(order).run(); }

}  // namespace podmoat::fix
