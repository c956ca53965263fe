// Leftovers and Restarts. docs/semantics/fix.md FX-10 to FX-12.
#include "core/fix/leftovers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/fix/scope.h"

namespace podmoat::fix {
namespace {

bool in_scope(const Order& order, const std::string& ns) {
  return std::find(order.namespaces.begin(), order.namespaces.end(), ns) != order.namespaces.end();
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

void add_unenforced(const Order& order, std::vector<Leftover>& out) {
  for (const std::string& ns : order.namespaces)
    out.push_back(
        {ns, "every Pod",
         fmt::format("on platform {} nothing enforces NetworkPolicy", order.platform.name),
         "use a network plugin that does, or a firewall on the nodes; an instance metadata service "
         "can also be closed to Pods with a hop limit of 1"});
}

void add_host_network(const Order& order, const std::vector<policy::Subject>& subjects,
                      std::vector<Leftover>& out) {
  std::set<std::pair<std::string, std::string>> names;
  for (const policy::Subject& subject : subjects)
    if (subject.host_network && in_scope(order, subject.ns))
      names.emplace(subject.ns, subject.workload.str());
  for (const auto& [ns, name] : names)
    out.push_back({ns, name, "it shares the node's network, where no NetworkPolicy holds",
                   "run it without hostNetwork, guard it with a firewall on the node, and let an "
                   "admission policy refuse hostNetwork where it is not needed"});
}

void add_unread(const Order& order, const language::Reading& reading, std::vector<Leftover>& out) {
  std::map<std::string, const language::Policy*> doubtful;
  for (const language::Policy& policy : reading.policies)
    if (policy.unread || policy.pods.empty()) doubtful.emplace(policy.object.str(), &policy);
  for (const auto& [name, policy] : doubtful)
    if (policy->object.ns.empty() || in_scope(order, policy->object.ns))
      out.push_back({policy->object.ns, name,
                     fmt::format("{}: it may allow what the Plan cuts", policy->doubt),
                     "check by hand that it allows no guarded address"});
}

void add_nodes(const Order& order, std::vector<Leftover>& out) {
  std::vector<std::string> anywhere;
  std::vector<std::string> known;
  for (const catalog::Aim& aim : order.guard.aims) {
    if (aim.anywhere) anywhere.push_back(aim.target->id);
    const bool node = aim.target->kind == catalog::Kind::node;
    if (node && !aim.anywhere && !aim.flows.empty()) known.push_back(aim.target->id);
  }
  if (!anywhere.empty())
    out.push_back({"", joined(anywhere), "the input does not say which addresses the nodes have",
                   "give the Node objects too, or --node-cidr"});
  if (!known.empty() && order.platform.own_node_policed.answer != model::Answer::yes)
    out.push_back(
        {"", joined(known),
         fmt::format("platform {} does not promise that egress policy holds between a Pod "
                     "and its own node",
                     order.platform.name),
         "test it with a Pod on each node, or close the ports with a firewall on the nodes"});
}

/// Where policies know nodes by what they are, only Cilium's own can name them.
void add_unnamed_nodes(const Order& order, std::vector<Leftover>& out) {
  if (order.engine == Engine::cilium) return;
  const auto& rows = order.guard.must.rows();
  const bool any = std::ranges::any_of(
      rows, [](const flow::FlowSet::Row& row) { return row.span.line == flow::Line::node; });
  if (any)
    out.push_back({"", "ports of nodes",
                   fmt::format("platform {} knows nodes by what they are, and {} cannot name them",
                               order.platform.name, language_of(order.engine)),
                   "use --engine cilium"});
}

/// Whether `plan` takes something from Pods with these labels.
bool touched(const Order& order, const policy::Subject& subject, const Plan& plan,
             const std::set<std::uint32_t>& changed) {
  // Policies that can deny hold every Pod.
  if (order.engine != Engine::network_policy) return !plan.empty();
  const model::Labels& labels = order.snapshot.pod_labels[subject.labels];
  bool isolated = false;
  for (const model::NetworkPolicy& policy : policies_of(order.snapshot, subject.ns)) {
    if (!policy.isolates_egress || !policy.pods.matches(labels)) continue;
    isolated = true;
    if (changed.contains(number_of(order.snapshot, policy))) return true;
  }
  // An Addition selects exactly the Pods of its namespace that are not isolated, unless there is
  // none because the complement was too large.
  return !isolated && std::any_of(plan.additions.begin(), plan.additions.end(),
                                  [&](const Addition& a) { return a.ns == subject.ns; });
}

}  // namespace

bool enforced(const Order& order) { return order.platform.enforces.answer != model::Answer::no; }

std::vector<Leftover> leftovers(const Order& order, const language::Reading& reading,
                                const std::vector<policy::Subject>& subjects) {
  std::vector<Leftover> out;
  if (!enforced(order)) {
    add_unenforced(order, out);
  } else {
    add_host_network(order, subjects, out);
    add_unread(order, reading, out);
    add_nodes(order, out);
    add_unnamed_nodes(order, out);
  }
  return out;
}

std::vector<Restart> restarts(const Order& order, const std::vector<policy::Subject>& subjects,
                              const Plan& plan) {
  std::set<std::uint32_t> changed;
  for (const Edit& edit : plan.edits) changed.insert(edit.policy);
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> cut;
  for (const policy::Subject& subject : subjects) {
    if (subject.host_network || !in_scope(order, subject.ns)) continue;
    if (!touched(order, subject, plan, changed)) continue;
    auto& pods = cut[{subject.ns, subject.workload.str()}];
    for (const std::uint32_t pod : subject.pods)
      if (const std::string& name = order.snapshot.pods[pod].name; !name.empty())
        pods.push_back(name);
  }
  std::vector<Restart> out;
  for (auto& [who, pods] : cut) {
    std::sort(pods.begin(), pods.end());
    out.push_back({who.first, who.second, std::move(pods)});
  }
  return out;
}

}  // namespace podmoat::fix
