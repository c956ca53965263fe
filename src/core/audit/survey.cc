#include "core/audit/survey.h"

#include <algorithm>
#include <utility>

namespace podmoat::audit {
namespace {

using flow::FlowSet;

FlowSet on_line(const FlowSet& set, flow::Line line) {
  return set & FlowSet::box(flow::whole(line), flow::PortSet::all());
}

/// Everything that a rule asks of a Ladder.
FlowSet asked(const catalog::Guard& guard) {
  FlowSet out;
  for (const catalog::Aim& aim : guard.aims) out = out | aim.flows;
  for (const catalog::Neighbour* neighbour : guard.neighbours) out = out | neighbour->flows;
  return out;
}

}  // namespace

std::vector<const Verdict*> AimVerdicts::all() const {
  std::vector<const Verdict*> out;
  for (const auto* verdict : {&anywhere, &nodes, &v4, &v6})
    if (*verdict) out.push_back(&**verdict);
  return out;
}

Reach AimVerdicts::worst() const {
  Reach out = Reach::blocked;
  for (const Verdict* verdict : all()) out = std::max(out, verdict->reach);
  return out;
}

Survey::Survey(const Question& question)
    : question_(question),
      asked_(asked(question.guard)),
      policies_(std::make_unique<policy::Policies>(question.snapshot, question.platform, asked_)),
      subjects_(subjects_in(question.snapshot, policies_->reading(), question.scope)) {
  for (const catalog::Aim& aim : question.guard.aims)
    wanted_.push_back({on_line(aim.flows, flow::Line::v4), on_line(aim.flows, flow::Line::v6),
                       on_line(aim.flows, flow::Line::node)});
  on_host_network_ = judge_on_hosts();
  judged_of_.reserve(subjects_.size());
  for (const policy::Subject& subject : subjects_) judged_of_.push_back(verdicts_of(subject));
}

Survey::~Survey() = default;

Judged Survey::judge_each(const Judging& judge_one) const {
  Judged out;
  for (std::size_t i = 0; i < wanted_.size(); ++i) {
    const catalog::Aim& aim = question_.guard.aims[i];
    const auto verdict = [&](const FlowSet& wanted) -> std::optional<Verdict> {
      if (wanted.empty()) return std::nullopt;
      return judge_one(aim, wanted);
    };
    if (aim.anywhere)
      out.aims.push_back({.anywhere = verdict(aim.flows)});
    else
      out.aims.push_back({.v4 = verdict(wanted_[i].v4),
                          .v6 = verdict(wanted_[i].v6),
                          .nodes = verdict(wanted_[i].nodes)});
  }
  return out;
}

Judged Survey::judge_on(const flow::Ladder& ladder, Exposure exposure) const {
  flow::Known known;
  if (enforced()) known = flow::evaluate(ladder, asked_);
  Judged out = judge_each([&](const catalog::Aim& aim, const FlowSet& wanted) {
    if (aim.host_only) return out_of_the_node();
    if (!enforced()) return unhindered(wanted, "nothing enforces policies on this platform");
    return exposed(judge(*policies_, ladder, known, wanted, aim.anywhere), wanted, exposure);
  });
  out.exposure = std::move(exposure);
  out.ladder = &ladder;
  return out;
}

// A Pod on the host network is its node: what listens there it reaches without leaving it.
Judged Survey::judge_on_hosts() const {
  const flow::Ladder& ladder = policies_->host_ladder();
  Judged out = judge_each([&](const catalog::Aim& aim, const FlowSet& wanted) {
    const bool at_home = aim.host_only || aim.target->kind == catalog::Kind::node;
    if (ladder.tiers.empty() || at_home)
      return unhindered(wanted, "it shares the node's network, where no NetworkPolicy holds");
    return judge(*policies_, ladder, wanted, aim.anywhere);
  });
  out.host_network = true;
  return out;
}

const Judged* Survey::verdicts_of(const policy::Subject& subject) {
  if (subject.host_network) return &on_host_network_;
  const flow::Ladder* ladder = &policies_->ladder(policy::view_of(subject, question_.snapshot));
  Exposure exposure;
  if (enforced()) exposure = exposure_of(subject, question_.snapshot, question_.platform);
  const std::pair key{ladder, exposure.fact};
  const auto known = judged_.find(key);
  if (known != judged_.end()) return &known->second;
  return &judged_.emplace(key, judge_on(*ladder, std::move(exposure))).first->second;
}

std::vector<const model::NetworkPolicy*> Survey::isolating(const policy::Subject& subject) const {
  const model::Snapshot& snapshot = question_.snapshot;
  const auto name = [](const model::NetworkPolicy& policy) -> std::string_view {
    return policy.object.ns;
  };
  std::vector<const model::NetworkPolicy*> out;
  for (const auto& policy : std::ranges::equal_range(
           snapshot.network_policies, std::string_view(subject.ns), std::ranges::less{}, name))
    if (policy.isolates_egress && policy.pods.matches(snapshot.pod_labels[subject.labels]))
      out.push_back(&policy);
  return out;
}

Finding stamped(const Finding& pattern, const Survey& survey, const policy::Subject& subject) {
  Finding out = pattern;
  out.ns = subject.ns;
  out.subject = subject.workload.str();
  for (const std::uint32_t pod : subject.pods) {
    const std::string& name = survey.question().snapshot.pods[pod].name;
    if (!name.empty()) out.pods.push_back(name);
  }
  out.pod_count = subject.pods.size();
  out.fingerprint = fingerprint(out);
  return out;
}

}  // namespace podmoat::audit
