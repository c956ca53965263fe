// PM-015: a Subject that reaches a kubelet and whose account may use nodes/proxy. Each alone is
// half of it: the port asks for credentials, and the right needs a way to the port. Together they
// are commands in every container of the node. docs/semantics/rbac.md RB-6 to RB-8.
#include "core/audit/nodes_proxy.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <tuple>
#include <utility>

#include "core/audit/rules/shared.h"

namespace podmoat::audit {
namespace {

constexpr std::string_view kTarget = "kubelet-api";

/// The Verdict of the family that is worst, or nullptr if all are blocked.
const Verdict* worst_of(const AimVerdicts& verdicts) {
  const Verdict* out = nullptr;
  for (const Verdict* verdict : verdicts.all())
    if (verdict->reach != Reach::blocked && (out == nullptr || verdict->reach > out->reach))
      out = verdict;
  return out;
}

/// RB-7: the Verdict on every node; where policies close that, the one on the Pod's own node, if
/// the platform is known not to police it.
std::optional<Verdict> way_of(const Verdict* worst, const AimVerdicts& verdicts,
                              const catalog::Aim& aim, const model::Platform& platform) {
  const bool open_at_home = platform.own_node_policed.answer == model::Answer::no &&
                            !verdicts.all().empty() && !aim.host_only;
  if (worst != nullptr && (worst->reach == Reach::reachable || !open_at_home)) return *worst;
  if (!open_at_home) return std::nullopt;
  return with_own_node({}, aim.flows, platform);
}

/// RB-6: the Pod's own field, else its account's, else yes.
bool token_is_mounted(const model::Snapshot& snapshot, const policy::Subject& subject) {
  const model::PodSpec& spec = snapshot.pod_specs[subject.spec];
  if (spec.projects_token) return true;
  if (spec.automounts_token) return *spec.automounts_token;
  const auto key = std::tie(subject.ns, spec.service_account);
  const auto account = std::ranges::lower_bound(
      snapshot.rbac.accounts, key, std::less<>(),
      [](const model::ServiceAccount& a) { return std::tie(a.object.ns, a.object.name); });
  const bool found = account != snapshot.rbac.accounts.end() &&
                     !(key < std::tie(account->object.ns, account->object.name));
  return !found || account->automounts.value_or(true);
}

std::string verb_of(const ProxyGrant& grant) {
  if (grant.rule == nullptr) return "get";
  const auto& verbs = grant.rule->verbs;
  const bool all = std::ranges::find(verbs, "*") != verbs.end();
  return all || std::ranges::find(verbs, "get") != verbs.end() ? "get" : "create";
}

/// "of every node", or of those that every rule is restricted to.
std::string nodes_of(const std::vector<ProxyGrant>& grants) {
  std::vector<std::string> names;
  for (const ProxyGrant& grant : grants) {
    if (grant.rule == nullptr || grant.rule->resource_names.empty()) return "every node it reaches";
    names.insert(names.end(), grant.rule->resource_names.begin(), grant.rule->resource_names.end());
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return (names.size() == 1 ? "node " : "the nodes ") + joined(names, 3);
}

void add_causes(const ProxyGrant& grant, std::vector<Because>& out) {
  const model::ClusterRoleBinding& binding = *grant.binding;
  const model::RoleSubject& to = *grant.subject;
  out.push_back({binding.object, to.path, to.place,
                 "gives ClusterRole " + binding.role + " to " + to.kind + " " +
                     (to.ns.empty() ? "" : to.ns + "/") + to.name});
  if (grant.rule == nullptr) {
    out.push_back(
        {{"ClusterRole", "", binding.role, {}},
         "",
         {},
         grant.unknown ? "is not in the input" : "is the API server's own and allows nodes/proxy"});
    return;
  }
  const bool own = grant.role->object.name == binding.role;
  out.push_back({grant.role->object, grant.rule->path, grant.rule->place,
                 "allows " + verb_of(grant) + " on nodes/proxy" +
                     (own ? "" : ", and " + binding.role + " aggregates it")});
}

/// What is the same for all Subjects of one account that stand on one Ladder and mount alike.
Finding pattern(const std::string& account, std::vector<ProxyGrant> grants, const Verdict& verdict,
                bool anywhere, bool mounted) {
  const bool sure = std::ranges::any_of(grants, [](const ProxyGrant& g) { return !g.unknown; });
  if (sure) std::erase_if(grants, [](const ProxyGrant& g) { return g.unknown; });
  const bool reaches = verdict.reach == Reach::reachable;
  Finding out = finding("PM-015");
  if (!reaches) out.severity = Severity::high;
  if (!mounted) out.severity = Severity::medium;
  if (!sure) out.severity = Severity::low;
  out.target = kTarget;
  out.targets = {out.target};
  if (verdict.witness && !anywhere) out.witness = verdict.witness->str();
  for (const ProxyGrant& grant : grants) add_causes(grant, out.because);
  out.because.insert(out.because.end(), verdict.because.begin(), verdict.because.end());
  out.message = "ServiceAccount " + account +
                (sure ? " may " + verb_of(grants.front()) : " may perhaps get") +
                " nodes/proxy and the Subject " + (reaches ? "reaches " : "perhaps reaches ") +
                out.target + (out.witness.empty() ? "" : " (" + out.witness + ")") + ": " +
                "together that is commands in every container of " + nodes_of(grants);
  if (!reaches) out.message += "; " + verdict.reason;
  if (!sure)
    out.message += "; ClusterRole " + grants.front().binding->role + " is not in the input";
  if (!mounted) out.message += "; no token of the account is mounted, it would have to be got";
  return out;
}

}  // namespace

void check_nodes_proxy(const Survey& survey, Findings& out) {
  const Question& question = survey.question();
  const auto& aims = question.guard.aims;
  const auto aim =
      std::ranges::find_if(aims, [](const catalog::Aim& a) { return a.target->id == kTarget; });
  const NodesProxy rights(question.snapshot.rbac);
  if (aim == aims.end() || rights.empty()) return;
  const auto index = static_cast<std::size_t>(aim - aims.begin());
  for (const policy::Subject& subject : survey.subjects()) {
    const Judged& judged = survey.judged(subject);
    const Verdict* open = worst_of(judged.aims[index]);
    const auto verdict = way_of(open, judged.aims[index], *aim, question.platform);
    if (!verdict) continue;
    const std::string& account = question.snapshot.pod_specs[subject.spec].service_account;
    auto grants = rights.of(subject.ns, account);
    if (grants.empty()) continue;
    Finding made = pattern(subject.ns + "/" + account, std::move(grants), *verdict, aim->anywhere,
                           token_is_mounted(question.snapshot, subject));
    if (open == nullptr || open->reach != verdict->reach) {
      made.message += "; " + verdict->reason;
      made.remedy = "take the right to nodes/proxy away: no policy closes the way";
    } else {
      made.fixable = verdict->reach == Reach::reachable && survey.enforced() && !aim->anywhere &&
                     !judged.host_network;
    }
    out.push_back(stamped(made, survey, subject));
  }
}

}  // namespace podmoat::audit
