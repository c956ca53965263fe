// Antrea: a ClusterNetworkPolicy of drops, first in the tier that stands first of Antrea's own.
// docs/semantics/fix.md FX-28.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "core/fix/draft.h"
#include "core/fix/engines/engines.h"
#include "core/fix/shares.h"

namespace podmoat::fix {
namespace {

using model::Value;

constexpr WrittenKind kKind{"crd.antrea.io/v1beta1", "ClusterNetworkPolicy"};
constexpr const char* kTier = "emergency";
constexpr double kTierPriority = 50;

const Value* spec_member(const model::PolicyObject& object, std::string_view name) {
  const Value* spec = object.source->find("spec");
  return spec == nullptr ? nullptr : spec->find(name);
}

std::optional<double> number_of(const Value* value) {
  if (value == nullptr) return std::nullopt;
  if (const auto* integer = value->integer()) return static_cast<double>(*integer);
  if (const auto* number = value->number()) return *number;
  return std::nullopt;
}

/// Where the tier of a policy stands; nothing if its object is not there.
std::optional<double> tier_of(const model::Snapshot& snapshot, const model::PolicyObject& policy) {
  const Value* tier = spec_member(policy, "tier");
  if (tier == nullptr || tier->string() == nullptr) return 250;
  std::string name = *tier->string();
  if (name == "Emergency" || name == kTier) return kTierPriority;
  for (const model::PolicyObject& object : snapshot.policy_objects)
    if (object.object.kind == "Tier" && object.group() == policy.group() &&
        object.object.name == name)
      return number_of(spec_member(object, "priority"));
  return std::nullopt;
}

/// Says which policies may decide before the Plan's do (AN-3, AN-4).
void note_order(Draft& draft) {
  const model::Snapshot& snapshot = draft.order().snapshot;
  for (const model::PolicyObject& object : snapshot.policy_objects) {
    if (object.group() != "crd.antrea.io" || is_own(object)) continue;
    if (!object.object.kind.ends_with("NetworkPolicy")) continue;
    const auto tier = tier_of(snapshot, object);
    if (!tier || *tier > kTierPriority) continue;
    const auto priority = number_of(spec_member(object, "priority"));
    if (*tier == kTierPriority && priority && *priority > 1) continue;
    draft.plan().leftovers.push_back(
        {object.object.ns, object.object.str(),
         *tier < kTierPriority
             ? fmt::format("its tier stands before {}, where the Plan's policy is", kTier)
             : "it has priority 1 too, and nothing can stand before it",
         "give it a higher number, unless its rules leave the guarded flows alone"});
  }
}

Value::List rules_of(const flow::FlowSet& flows) {
  Value::List out;
  for (const Denial& denial : denials(flows)) {
    Value::List to;
    for (const Block& block : denial.blocks)
      to.push_back(Value::Map{{"ipBlock", Value::Map{{"cidr", block.str()}}}});
    if (to.empty()) continue;
    Value::List ports;
    for (const flow::PortSet::Run& run : denial.ports) {
      Value::Map port{{"protocol", name_of(run.protocol)}};
      if (run.ports != Ports{}) port.emplace_back("port", int{run.ports.first});
      if (run.ports != Ports{} && run.ports.first != run.ports.last)
        port.emplace_back("endPort", int{run.ports.last});
      ports.push_back(std::move(port));
    }
    out.push_back(
        Value::Map{{"action", "Drop"}, {"to", std::move(to)}, {"ports", std::move(ports)}});
  }
  return out;
}

}  // namespace

void plan_antrea(const Task& task) {
  Draft draft(task.order, task.plan);
  bool any = false;
  for (const Share& share : shares_by_labels(task.order, task.plan)) {
    Value::List rules = rules_of(share.flows);
    if (rules.empty()) continue;
    Value::List applied_to;
    for (const language::PodTerm& term : share.pods) {
      Value::Map entry{{"namespaceSelector", selector_value(term.namespaces)}};
      if (!term.pods.empty()) entry.emplace_back("podSelector", selector_value(term.pods));
      applied_to.push_back(std::move(entry));
    }
    Value::Map spec{{"tier", kTier},
                    {"priority", 1},
                    {"appliedTo", std::move(applied_to)},
                    {"egress", std::move(rules)}};
    const std::string name = draft.name(kKind, "", kGuardName);
    draft.put(kKind, "", name, {{"spec", std::move(spec)}},
              "drops the guarded flows of " + words_for(share.pods));
    any = true;
  }
  if (any) note_order(draft);
}

}  // namespace podmoat::fix
