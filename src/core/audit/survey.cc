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

/// The Exceptions that surely select the Subject.
std::vector<std::size_t> exceptions_for(const policy::Subject& subject, const Question& question) {
  std::vector<std::size_t> out;
  const auto& spared = question.guard.spared;
  for (std::size_t i = 0; i < spared.size(); ++i)
    if (selects(spared[i], subject, question.snapshot) == policy::Match::yes) out.push_back(i);
  return out;
}

}  // namespace

policy::Match selects(const catalog::Spared& spared, const policy::Subject& subject,
                      const model::Snapshot& snapshot) {
  return policy::matches(spared.namespaces, spared.pods, policy::view_of(subject, snapshot),
                         snapshot);
}

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

Reach Judged::worst() const {
  Reach out = Reach::blocked;
  for (const AimVerdicts& verdicts : aims) out = std::max(out, verdicts.worst());
  return out;
}

Survey::Survey(const Question& question)
    : question_(question),
      asked_(asked(question.guard)),
      policies_(std::make_unique<policy::Policies>(question.snapshot, question.platform, asked_)),
      subjects_(subjects_in(question.snapshot, policies_->reading(), question.scope,
                            catalog::label_keys(question.guard))) {
  for (const catalog::Aim& aim : question.guard.aims) wanted_.push_back(wanted(aim.flows));
  on_host_network_ = judge_on_hosts(wanted_);
  judged_of_.reserve(subjects_.size());
  for (const policy::Subject& subject : subjects_) judged_of_.push_back(verdicts_of(subject));
  leave_of_.resize(subjects_.size(), nullptr);
  if (question.guard.spared.empty()) return;
  for (std::size_t i = 0; i < subjects_.size(); ++i)
    leave_of_[i] = leave_for(subjects_[i], *judged_of_[i]);
}

Survey::~Survey() = default;

Survey::Wanted Survey::wanted(FlowSet flows) {
  Wanted out{.all = {},
             .v4 = on_line(flows, flow::Line::v4),
             .v6 = on_line(flows, flow::Line::v6),
             .nodes = on_line(flows, flow::Line::node)};
  out.all = std::move(flows);
  return out;
}

Judged Survey::judge_each(const Wants& wants, const Judging& judge_one) const {
  Judged out;
  for (std::size_t i = 0; i < wants.size(); ++i) {
    const catalog::Aim& aim = question_.guard.aims[i];
    const auto verdict = [&](const FlowSet& wanted) -> std::optional<Verdict> {
      if (wanted.empty()) return std::nullopt;
      return judge_one(aim, wanted);
    };
    if (aim.anywhere)
      out.aims.push_back({.anywhere = verdict(wants[i].all)});
    else if (aim.target->kind == catalog::Kind::node && !aim.doubts.empty())
      // At their addresses or on their line, one of which is the way: asked at once.
      out.aims.push_back({.nodes = verdict(wants[i].all)});
    else
      out.aims.push_back({.v4 = verdict(wants[i].v4),
                          .v6 = verdict(wants[i].v6),
                          .nodes = verdict(wants[i].nodes)});
  }
  return out;
}

Judged Survey::judge_on(const Wants& wants, const flow::Ladder& ladder, Exposure exposure) const {
  flow::Known known;
  if (enforced()) known = flow::evaluate(ladder, asked_);
  Judged out = judge_each(wants, [&](const catalog::Aim& aim, const FlowSet& wanted) {
    if (aim.host_only) return out_of_the_node();
    if (!enforced()) return unhindered(wanted, "nothing enforces policies on this platform");
    return exposed(judge(*policies_, ladder, known, wanted, aim.anywhere, aim.doubts), wanted,
                   exposure);
  });
  out.exposure = std::move(exposure);
  out.ladder = &ladder;
  return out;
}

// A Pod on the host network is its node: what listens there it reaches without leaving it.
Judged Survey::judge_on_hosts(const Wants& wants) const {
  const flow::Ladder& ladder = policies_->host_ladder();
  Judged out = judge_each(wants, [&](const catalog::Aim& aim, const FlowSet& wanted) {
    const bool at_home = aim.host_only || aim.target->kind == catalog::Kind::node;
    if (ladder.tiers.empty() || at_home) return unhindered(wanted, kOnHost);
    return judge(*policies_, ladder, wanted, aim.anywhere, aim.doubts);
  });
  out.host_network = true;
  return out;
}

const Judged* Survey::verdicts_of(const policy::Subject& subject) {
  if (subject.host_network) return &on_host_network_;
  const flow::Ladder* ladder = &policies_->ladder(policy::view_of(subject, question_.snapshot));
  Exposure exposure;
  if (enforced()) exposure = exposure_of(subject, question_.snapshot, question_.platform);
  const std::tuple key{ladder, exposure.fact, exposure.sure};
  const auto known = judged_.find(key);
  if (known != judged_.end()) return &known->second;
  return &judged_.emplace(key, judge_on(wanted_, *ladder, std::move(exposure))).first->second;
}

Judged Survey::judge_again(const Wants& wants, const Judged& judged) const {
  if (judged.host_network) return judge_on_hosts(wants);
  return judge_on(wants, *judged.ladder, judged.exposure);
}

Leave Survey::leave(std::vector<std::size_t> exceptions, const Judged& judged) const {
  Leave out{.exceptions = std::move(exceptions), .flows = {}, .spared = {}, .rest = {}};
  std::vector<bool> named(wanted_.size(), false);
  for (const std::size_t i : out.exceptions) {
    const catalog::Spared& spared = question_.guard.spared[i];
    out.flows = out.flows | spared.flows;
    for (const std::size_t aim : spared.aims) named[aim] = true;
  }
  Wants spared;
  Wants rest;
  for (std::size_t i = 0; i < wanted_.size(); ++i) {
    const FlowSet& all = wanted_[i].all;
    // Where a Target is nobody knows, an Exception for another one cannot be known to hold it.
    const FlowSet left = !question_.guard.aims[i].anywhere ? all & out.flows
                         : named[i]                        ? all
                                                           : FlowSet();
    rest.push_back(wanted(all - left));
    spared.push_back(wanted(left));
  }
  out.spared = judge_again(spared, judged);
  out.rest = judge_again(rest, judged);
  return out;
}

const Leave* Survey::leave_for(const policy::Subject& subject, const Judged& judged) {
  std::vector<std::size_t> exceptions = exceptions_for(subject, question_);
  if (exceptions.empty()) return nullptr;
  const std::pair key{&judged, exceptions};
  const auto known = leaves_.find(key);
  if (known != leaves_.end()) return &known->second;
  return &leaves_.emplace(key, leave(std::move(exceptions), judged)).first->second;
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
