// Calico: a tier of its own before all others, in which the guarded flows are denied and everything
// else is passed on. docs/semantics/fix.md FX-26.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "core/fix/draft.h"
#include "core/fix/engines/engines.h"
#include "core/fix/shares.h"

namespace podmoat::fix {
namespace {

using model::Value;

constexpr std::string_view kServed = "projectcalico.org/v3";
constexpr std::string_view kStored = "crd.projectcalico.org/v1";
/// The tier is first, with room before it, unless somebody stands there.
constexpr double kOrder = 100;
/// Entries of one rule (types: policy_common.go).
constexpr std::size_t kMostNets = 256;
constexpr std::size_t kMostPorts = 50;
/// "Pod" in the selector language: hosts have no orchestrator (CA-24).
constexpr const char* kEveryPod = "projectcalico.org/orchestrator == 'k8s'";

/// How the cluster's objects are written.
std::string_view api_of(const model::Snapshot& snapshot) {
  bool stored = false;
  for (const model::PolicyObject& object : snapshot.policy_objects) {
    if (object.api_version == kServed) return kServed;
    stored = stored || object.api_version == kStored;
  }
  return stored ? kStored : kServed;
}

bool is_tier(const model::PolicyObject& object) {
  return object.object.kind == "Tier" && object.group().ends_with("projectcalico.org");
}

const Value* spec_member(const model::PolicyObject& object, std::string_view name) {
  const Value* spec = object.source->find("spec");
  return spec == nullptr ? nullptr : spec->find(name);
}

/// An order below that of every tier there is (CA-3).
Value order_before(const model::Snapshot& snapshot) {
  double least = 2 * kOrder;
  for (const model::PolicyObject& object : snapshot.policy_objects) {
    if (!is_tier(object) || is_own(object)) continue;
    const Value* order = spec_member(object, "order");
    if (order == nullptr) continue;
    if (const auto* integer = order->integer())
      least = std::min(least, static_cast<double>(*integer));
    if (const auto* number = order->number()) least = std::min(least, *number);
  }
  const double before = least > 0 ? least / 2 : least - 1;
  const auto whole = static_cast<std::int64_t>(before);
  if (static_cast<double>(whole) == before) return whole;
  return before;
}

/// Whether the cluster's tiers have a defaultAction, which older versions do not know.
bool knows_default_action(const model::Snapshot& snapshot) {
  return std::ranges::any_of(snapshot.policy_objects, [](const model::PolicyObject& object) {
    return is_tier(object) && spec_member(object, "defaultAction") != nullptr;
  });
}

std::string quoted(const std::string& text) {
  const char* quote = text.find('\'') == std::string::npos ? "'" : "\"";
  return quote + text + quote;
}

std::string said(const model::Requirement& r, const std::string& key) {
  std::string values;
  for (const std::string& value : r.values) values += (values.empty() ? "" : ", ") + quoted(value);
  switch (r.op) {
    case model::Operator::in:
      return r.values.size() == 1 ? key + " == " + values : key + " in {" + values + "}";
    case model::Operator::not_in:
      return r.values.size() == 1 ? key + " != " + values : key + " not in {" + values + "}";
    case model::Operator::exists:
      return "has(" + key + ")";
    case model::Operator::does_not_exist:
      return "!has(" + key + ")";
    case model::Operator::contains:
      return key + " contains " + values;
    case model::Operator::not_contains:
      return "!(" + key + " contains " + values + ")";
    case model::Operator::starts_with:
      return key + " starts with " + values;
    case model::Operator::not_starts_with:
      return "!(" + key + " starts with " + values + ")";
    case model::Operator::ends_with:
      return key + " ends with " + values;
    case model::Operator::not_ends_with:
      return "!(" + key + " ends with " + values + ")";
  }
  return "";
}

void add(std::string& selector, const std::string& more) {
  selector += (selector.empty() ? "" : " && ") + more;
}

/// selector, namespaceSelector and serviceAccountSelector (CA-5).
Value::Map whom(const language::PodTerm& term) {
  std::string pods = kEveryPod;
  std::string namespaces;
  std::string accounts;
  for (const model::Requirement& r : term.pods.requirements) {
    if (r.key == language::kServiceAccount)
      add(accounts, said(r, "projectcalico.org/name"));
    else
      add(pods, said(r, r.key));
  }
  for (const model::Requirement& r : term.namespaces.requirements) add(namespaces, said(r, r.key));
  Value::Map out{{"selector", pods}};
  if (!namespaces.empty()) out.emplace_back("namespaceSelector", namespaces);
  if (!accounts.empty()) out.emplace_back("serviceAccountSelector", accounts);
  return out;
}

Value::List ports_value(const std::vector<Ports>& ranges) {
  Value::List out;
  for (const Ports& range : ranges)
    if (range.first == range.last)
      out.emplace_back(int{range.first});
    else
      out.emplace_back(fmt::format("{}:{}", range.first, range.last));
  return out;
}

/// Rules for one protocol at blocks of one family.
void add_rules(const char* action, Protocol protocol, const std::vector<Ports>& ranges,
               const std::vector<Value>& nets, Value::List& out) {
  for (const auto& some_nets : parts_of(nets, kMostNets))
    for (const auto& some_ports : parts_of(ranges, kMostPorts)) {
      Value::Map to{{"nets", some_nets}};
      if (some_ports.front() != Ports{}) to.emplace_back("ports", ports_value(some_ports));
      out.push_back(Value::Map{
          {"action", action}, {"protocol", name_of(protocol)}, {"destination", std::move(to)}});
    }
}

/// A rule has one protocol, and blocks of one family (CA-14, CA-18).
void add_rules(const char* action, const flow::FlowSet& flows, Value::List& out) {
  for (const Denial& denial : denials(flows))
    for (const Family family : {Family::v4, Family::v6}) {
      Value::List nets;
      for (const Block& block : denial.blocks)
        if (block.family() == family) nets.emplace_back(block.str());
      for (const Protocol protocol : {Protocol::tcp, Protocol::udp, Protocol::sctp}) {
        std::vector<Ports> ranges;
        for (const flow::PortSet::Run& run : denial.ports)
          if (run.protocol == protocol) ranges.push_back(run.ports);
        add_rules(action, protocol, ranges, nets, out);
      }
    }
}

class Calico {
 public:
  explicit Calico(const Task& task)
      : order_(task.order),
        draft_(task.order, task.plan),
        api_(api_of(task.order.snapshot)),
        policy_kind_{api_, "GlobalNetworkPolicy"} {}

  void run() {
    Value::List deny;
    add_rules("Deny", order_.guard.must, deny);
    if (deny.empty()) return;
    deny.push_back(Value::Map{{"action", "Pass"}});
    put_tier();
    int number = 0;
    for (const catalog::Spared& spared : order_.guard.spared) {
      Value::List pass;
      add_rules("Pass", spared.flows & order_.guard.must, pass);
      if (pass.empty()) continue;
      put_policy("spared", {spared.pods, both(scope_selector(order_), spared.namespaces)}, ++number,
                 std::move(pass), "an Exception leaves them what it names");
    }
    put_policy("metadata", {{}, scope_selector(order_)}, 1000, std::move(deny),
               "denies the guarded flows and passes on the rest");
  }

 private:
  static model::Selector both(model::Selector a, const model::Selector& b) {
    a.requirements.insert(a.requirements.end(), b.requirements.begin(), b.requirements.end());
    return a;
  }

  void put_tier() {
    const WrittenKind kind{api_, "Tier"};
    tier_ = draft_.name(kind, "", kGuardName);
    Value::Map spec{{"order", order_before(order_.snapshot)}};
    if (knows_default_action(order_.snapshot)) spec.emplace_back("defaultAction", "Pass");
    draft_.put(kind, "", tier_, {{"spec", std::move(spec)}}, "a tier before all others");
  }

  void put_policy(const char* stem, const language::PodTerm& pods, int order, Value::List egress,
                  std::string why) {
    const std::string name = draft_.name(policy_kind_, "", tier_ + "." + stem);
    Value::Map spec{{"tier", tier_}, {"order", order}};
    for (auto& member : whom(pods)) spec.push_back(std::move(member));
    spec.emplace_back("types", Value::List{"Egress"});
    spec.emplace_back("egress", std::move(egress));
    draft_.put(policy_kind_, "", name, {{"spec", std::move(spec)}}, std::move(why));
  }

  const Order& order_;
  Draft draft_;
  std::string_view api_;
  WrittenKind policy_kind_;
  std::string tier_;
};

}  // namespace

void plan_calico(const Task& task) { Calico(task).run(); }

}  // namespace podmoat::fix
