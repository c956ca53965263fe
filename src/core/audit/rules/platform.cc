// What the Platform leaves open, once for the cluster: PM-018 it is not clear which one it is,
// PM-019 new Pods start open, PM-020 a family is not policed, PM-025 the NodePort range of the own
// node.
#include <algorithm>
#include <utility>

#include "core/audit/rules/shared.h"

namespace podmoat::audit {
namespace {

using model::Answer;

bool has_policies(const Question& question) {
  return !question.snapshot.network_policies.empty() || !question.snapshot.policy_objects.empty();
}

void add(Finding made, const std::string& what, Findings& out) {
  made.fingerprint = fingerprint(made, what);
  out.push_back(std::move(made));
}

/// PM-018. Milder where only settings are assumed.
void check_clear(const Question& question, Findings& out) {
  const model::Platform& platform = question.platform;
  if (platform.unclear.empty()) return;
  Finding made = finding("PM-018");
  const bool assumed = platform.name != "unclear" && platform.enforces.answer != Answer::unknown;
  if (assumed) made.severity = Severity::low;
  for (const std::string& one : platform.unclear)
    made.message += (made.message.empty() ? "" : "; ") + one;
  add(std::move(made), platform.name, out);
}

/// PM-019, where policies close a metadata service: a Pod has asked it before they do.
void check_start(const Survey& survey, Findings& out) {
  const model::Fact& fact = survey.question().platform.starts_closed;
  if (fact.answer != Answer::no) return;
  const auto& aims = survey.question().guard.aims;
  std::vector<bool> blocked(aims.size(), false);
  std::size_t subjects = 0;
  for (const policy::Subject& subject : survey.subjects()) {
    const Judged& judged = survey.judged(subject);
    if (judged.host_network) continue;
    bool any = false;
    for (std::size_t i = 0; i < aims.size(); ++i) {
      if (aims[i].target->kind != catalog::Kind::metadata || aims[i].host_only) continue;
      if (judged.aims[i].all().empty() || judged.aims[i].worst() != Reach::blocked) continue;
      any = blocked[i] = true;
    }
    if (any) ++subjects;
  }
  if (subjects == 0) return;
  Finding made = finding("PM-019");
  for (std::size_t i = 0; i < aims.size(); ++i)
    if (blocked[i]) made.targets.push_back(aims[i].target->id);
  made.target = made.targets.front();
  made.message = std::to_string(subjects) + (subjects == 1 ? " Subject is" : " Subjects are") +
                 " kept from " + joined(made.targets, 3) + " by policy; on platform " +
                 survey.question().platform.name +
                 " a new Pod runs for a moment before its policies hold it";
  add(std::move(made), "", out);
}

/// The clause of the exemptions that lets a family through, or nullptr.
const language::Clause* exemption(const Survey& survey, std::string_view fact) {
  for (const language::Policy& policy : survey.policies().reading().policies) {
    if (policy.object.kind != "Platform") continue;
    for (const language::Clause& clause : policy.clauses)
      if (clause.rule == fact) return &clause;
  }
  return nullptr;
}

/// PM-020.
void check_family(const Survey& survey, const model::Fact& fact, std::string_view family,
                  Findings& out) {
  if (fact.answer == Answer::yes) return;
  const language::Clause* clause = exemption(survey, fact.name);
  Finding made = finding("PM-020");
  const std::string name(family);
  if (clause == nullptr) {
    made.severity = Severity::info;
    made.message = "policies do not hold for " + name +
                   (fact.answer == Answer::no ? "" : ", or it is not known that they do") +
                   "; no Pod of the input has an " + name + " address";
  } else if (!clause->to.places.sure.empty()) {
    made.message = "policies do not hold for " + name + ", which Pods use: " + fact.source;
  } else {
    made.severity = Severity::medium;
    made.message = clause->doubt;
  }
  add(std::move(made), name, out);
}

/// PM-025.
void check_node_ports(const Question& question, Findings& out) {
  const model::Platform& platform = question.platform;
  if (platform.node_port_range_policed.answer != Answer::no) return;
  if (platform.own_node_policed.answer == Answer::no) return;  // PM-013 says more
  Finding made = finding("PM-025");
  made.target = "nodeport-range";
  made.targets = {made.target};
  made.message = "on platform " + platform.name +
                 " a Pod reaches the ports 30000 to 32767 of its own node whatever policies say";
  add(std::move(made), "", out);
}

}  // namespace

void check_platform(const Survey& survey, Findings& out) {
  const Question& question = survey.question();
  check_clear(question, out);
  if (!survey.enforced() || !has_policies(question)) return;
  check_start(survey, out);
  check_family(survey, question.platform.ipv4_policed, "IPv4", out);
  check_family(survey, question.platform.ipv6_policed, "IPv6", out);
  check_node_ports(question, out);
}

}  // namespace podmoat::audit
