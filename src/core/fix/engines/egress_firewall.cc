// EgressFirewall: the one object of each namespace gets denies in front of its rules.
// docs/semantics/fix.md FX-29.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "core/fix/draft.h"
#include "core/fix/engines/engines.h"
#include "core/fix/scope.h"
#include "core/fix/shares.h"
#include "core/policy/peers.h"

namespace podmoat::fix {
namespace {

using model::Value;

constexpr WrittenKind kKind{"k8s.ovn.org/v1", "EgressFirewall"};
constexpr const char* kName = "default";
/// Rules of one object (EF-11).
constexpr std::size_t kMostRules = 8000;
/// Ports of one rule: there are no ranges, each port is an entry of its own (EF-6).
constexpr std::size_t kMostPorts = 100;

class Firewalls {
 public:
  explicit Firewalls(const Task& task) : order_(task.order), plan_(task.plan) {}

  void guard(const std::string& ns) {
    const Value::List rules = rules_of(ns);
    if (rules.empty()) return;
    const model::PolicyObject* there = find(ns);
    Value::List all = rules;
    if (there != nullptr)
      if (const Value* old = rules_in(*there))
        for (const Value& rule : *old->list())
          if (std::ranges::find(rules, rule) == rules.end()) all.push_back(rule);
    if (all.size() > kMostRules) {
      plan_.leftovers.push_back({ns, "EgressFirewall default",
                                 fmt::format("it would have more than {} rules", kMostRules),
                                 "guard fewer addresses, or write them as blocks"});
      return;
    }
    put(ns, there, std::move(all), rules.size());
  }

 private:
  const model::PolicyObject* find(const std::string& ns) const {
    const auto& all = order_.snapshot.policy_objects;
    const auto found = std::ranges::find_if(all, [&](const model::PolicyObject& o) {
      return o.object.kind == kKind.kind && o.object.ns == ns && o.object.name == kName &&
             o.group() == "k8s.ovn.org";
    });
    return found == all.end() ? nullptr : &*found;
  }

  static const Value* rules_in(const model::PolicyObject& object) {
    const Value* spec = object.source->find("spec");
    const Value* egress = spec == nullptr ? nullptr : spec->find("egress");
    return egress == nullptr || egress->list() == nullptr ? nullptr : egress;
  }

  void put(const std::string& ns, const model::PolicyObject* there, Value::List rules,
           std::size_t fresh) {
    if (there == nullptr) {
      Value::Map object{{"apiVersion", kKind.api_version},
                        {"kind", kKind.kind},
                        {"metadata", metadata_value(ns, kName, order_.guard)},
                        {"spec", Value::Map{{"egress", std::move(rules)}}}};
      plan_.additions.push_back(
          {ns, kName, std::move(object), "denies the guarded flows of every Pod"});
      return;
    }
    Value after = *there->source;
    Value spec = Value::Map();
    if (const Value* old = after.find("spec"); old != nullptr && old->map() != nullptr) spec = *old;
    spec.set("egress", std::move(rules));
    after.set("spec", std::move(spec));
    plan_.changes.push_back(
        {static_cast<std::uint32_t>(there - order_.snapshot.policy_objects.data()),
         std::move(after), fmt::format("{} denies before its rules", fresh)});
  }

  /// The guarded flows of every Pod of `ns`: it is all of them or none.
  flow::FlowSet flows_of(const std::string& ns) {
    const model::Namespace labelled = policy::namespace_of(order_.snapshot, ns);
    flow::FlowSet flows = order_.guard.must;
    for (const catalog::Spared& spared : order_.guard.spared) {
      const flow::FlowSet some = spared.flows & flows;
      if (some.empty() || policy::matches(spared.namespaces, labelled) != policy::Match::yes)
        continue;
      flows = flows - some;
      if (spared.pods.empty()) continue;
      plan_.leftovers.push_back(
          {ns, catalog::words_for(spared.pods),
           fmt::format("an EgressFirewall cannot tell them from other Pods, so {} stays open to "
                       "the whole namespace",
                       some.str()),
           "make the Exception for a namespace of their own"});
    }
    return flows;
  }

  Value::List rules_of(const std::string& ns) {
    Value::List out;
    for (const Denial& denial : denials(flows_of(ns))) {
      const auto ports = ports_of(denial);
      if (!ports) {
        plan_.leftovers.push_back(
            {ns, "a range of ports",
             fmt::format("an EgressFirewall has no ranges, and this one is more than {} ports",
                         kMostPorts),
             "close it with another kind of policy, or on the nodes"});
        continue;
      }
      for (const Block& block : denial.blocks)
        out.push_back(Value::Map{{"type", "Deny"},
                                 {"to", Value::Map{{"cidrSelector", block.str()}}},
                                 {"ports", *ports}});
    }
    return out;
  }

  static std::optional<Value::List> ports_of(const Denial& denial) {
    Value::List out;
    for (const flow::PortSet::Run& run : denial.ports)
      for (int port = run.ports.first; port <= run.ports.last; ++port) {
        if (out.size() == kMostPorts) return std::nullopt;
        out.push_back(Value::Map{{"protocol", name_of(run.protocol)}, {"port", port}});
      }
    return out;
  }

  const Order& order_;
  Plan& plan_;
};

}  // namespace

void plan_egress_firewall(const Task& task) {
  Firewalls firewalls(task);
  for (const std::string& ns : task.order.namespaces) firewalls.guard(ns);
}

}  // namespace podmoat::fix
