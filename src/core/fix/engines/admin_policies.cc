// ClusterNetworkPolicy in the tier Admin and AdminNetworkPolicy, which are one idea in two
// spellings: denies that stand before every other policy of the kind. docs/semantics/fix.md FX-27.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "core/fix/draft.h"
#include "core/fix/engines/engines.h"
#include "core/fix/shares.h"

namespace podmoat::fix {
namespace {

using model::Value;

/// Blocks of one peer; and for both kinds the most of a list (CNP-19, which is stricter than
/// ANP-21).
constexpr std::size_t kMost = 25;

/// What sets the two kinds apart.
struct Spelling {
  WrittenKind kind;
  const char* ports;  ///< the member of a rule
  Value (*port)(const flow::PortSet::Run& run);
};

Value cluster_port(const flow::PortSet::Run& run) {
  std::string protocol(name_of(run.protocol));
  std::ranges::transform(protocol, protocol.begin(),
                         [](char c) { return static_cast<char>(c | ('a' - 'A')); });
  const int first = std::max<int>(run.ports.first, 1);
  const int last = run.ports.last;
  const Value port =
      first == last ? Value(Value::Map{{"number", first}})
                    : Value(Value::Map{{"range", Value::Map{{"start", first}, {"end", last}}}});
  return Value::Map{{protocol, Value::Map{{"destinationPort", port}}}};
}

Value admin_port(const flow::PortSet::Run& run) {
  const int first = std::max<int>(run.ports.first, 1);
  const int last = run.ports.last;
  Value::Map port{{"protocol", name_of(run.protocol)}};
  if (first == last) {
    port.emplace_back("port", first);
    return Value::Map{{"portNumber", std::move(port)}};
  }
  port.emplace_back("start", first);
  port.emplace_back("end", last);
  return Value::Map{{"portRange", std::move(port)}};
}

const Spelling kCluster{
    {"policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy"}, "protocols", cluster_port};
const Spelling kAdmin{
    {"policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy"}, "ports", admin_port};

Value subject_of(const language::PodTerm& term) {
  if (term.pods.empty()) return Value::Map{{"namespaces", selector_value(term.namespaces)}};
  return Value::Map{{"pods", Value::Map{{"namespaceSelector", selector_value(term.namespaces)},
                                        {"podSelector", selector_value(term.pods)}}}};
}

/// The rules that deny `flows`, each within the limits.
std::vector<Value> rules_of(const flow::FlowSet& flows, const Spelling& spelling) {
  std::vector<Value> out;
  for (const Denial& denial : denials(flows)) {
    std::vector<Value> peers;
    for (const auto& blocks : parts_of(denial.blocks, kMost)) {
      Value::List networks;
      for (const Block& block : blocks) networks.emplace_back(block.str());
      peers.push_back(Value::Map{{"networks", std::move(networks)}});
    }
    for (const auto& some_peers : parts_of(peers, kMost))
      for (const auto& runs : parts_of(denial.ports, kMost)) {
        Value::List ports;
        for (const auto& run : runs) ports.push_back(spelling.port(run));
        out.push_back(
            Value::Map{{"action", "Deny"}, {"to", some_peers}, {spelling.ports, std::move(ports)}});
      }
  }
  return out;
}

/// Says which policies may decide before the Plan's do.
void note_priority(Draft& draft, const Spelling& spelling) {
  for (const model::PolicyObject& object : draft.order().snapshot.policy_objects) {
    if (object.object.kind != spelling.kind.kind || is_own(object)) continue;
    const Value* spec = object.source->find("spec");
    const Value* priority = spec == nullptr ? nullptr : spec->find("priority");
    const Value* tier = spec == nullptr ? nullptr : spec->find("tier");
    if (priority == nullptr || !(*priority == Value(0))) continue;
    if (tier != nullptr && !(*tier == Value("Admin"))) continue;
    draft.plan().leftovers.push_back(
        {"", object.object.str(), "it has priority 0 too, and nothing can stand before it",
         "give it a higher number, unless its rules leave the guarded flows alone"});
  }
}

void plan_admin(const Task& task, const Spelling& spelling) {
  Draft draft(task.order, task.plan);
  bool any = false;
  for (const Share& share : shares_by_labels(task.order, task.plan))
    for (const language::PodTerm& term : share.pods)
      for (const auto& rules : parts_of(rules_of(share.flows, spelling), kMost)) {
        Value::Map spec;
        if (spelling.kind.kind == kCluster.kind.kind) spec.emplace_back("tier", "Admin");
        spec.emplace_back("priority", 0);
        spec.emplace_back("subject", subject_of(term));
        spec.emplace_back("egress", rules);
        const std::string name = draft.name(spelling.kind, "", kGuardName);
        // Only the experimental channel of AdminNetworkPolicy has peers that are addresses.
        const bool older = spelling.kind.kind != kCluster.kind.kind;
        draft.put(
            spelling.kind, "", name, {{"spec", std::move(spec)}},
            "denies the guarded flows of " + words_for({term}) +
                (older ? "; needs the experimental channel of the kind, which has networks" : ""));
        any = true;
      }
  if (any) note_priority(draft, spelling);
}

}  // namespace

void plan_cluster_network_policy(const Task& task) { plan_admin(task, kCluster); }
void plan_admin_network_policy(const Task& task) { plan_admin(task, kAdmin); }

}  // namespace podmoat::fix
