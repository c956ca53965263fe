#include "core/audit/survey.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/check.h"

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

bool matches_glob(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    for (std::size_t skip = 0; skip <= text.size(); ++skip)
      if (matches_glob(pattern.substr(1), text.substr(skip))) return true;
    return false;
  }
  return !text.empty() && pattern.front() == text.front() &&
         matches_glob(pattern.substr(1), text.substr(1));
}

bool any_glob(const std::vector<std::string>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return matches_glob(pattern, text); });
}

}  // namespace

bool Scope::covers(std::string_view ns) const {
  const bool named =
      namespaces.empty() || std::find(namespaces.begin(), namespaces.end(), ns) != namespaces.end();
  return named && (include.empty() || any_glob(include, ns)) && !any_glob(exclude, ns);
}

Survey::Survey(const Question& question)
    : question_(question),
      policies_(std::make_unique<policy::Policies>(question.snapshot, question.platform,
                                                   asked(question.guard))) {
  subjects_ = policy::subjects(question.snapshot);
  std::erase_if(subjects_, [&](const policy::Subject& subject) {
    return !question.scope.covers(subject.ns) ||
           !question.scope.pods.matches(question.snapshot.pod_labels[subject.labels]);
  });
  on_host_network_ = judge_on(nullptr, true);
}

Survey::~Survey() = default;

Judged Survey::judge_on(const flow::Ladder* ladder, bool host_network) const {
  Judged out{host_network, ladder, {}};
  const bool enforced = question_.platform.enforces.answer != model::Answer::no;
  for (const catalog::Aim& aim : question_.guard.aims) {
    const auto on = [&](flow::Line line) -> std::optional<Verdict> {
      const FlowSet wanted = on_line(aim.flows, line);
      if (wanted.empty()) return std::nullopt;
      if (host_network)
        return unhindered(wanted, "it shares the node's network, where no NetworkPolicy holds");
      if (aim.host_only) return out_of_the_node();
      if (!enforced) return unhindered(wanted, "nothing enforces policies on this platform");
      return judge(*policies_, *ladder, wanted, aim.anywhere);
    };
    out.aims.push_back({on(flow::Line::v4), on(flow::Line::v6)});
  }
  return out;
}

const Judged& Survey::judged(const policy::Subject& subject) const {
  if (subject.host_network) return on_host_network_;
  const flow::Ladder* ladder = &policies_->ladder(
      policy::PodView{subject.ns, question_.snapshot.pod_labels[subject.labels]});
  const auto known = judged_.find(ladder);
  if (known != judged_.end()) return known->second;
  return judged_.emplace(ladder, judge_on(ladder, false)).first->second;
}

std::pair<std::uint32_t, std::uint32_t> Survey::policies_of(std::string_view ns) const {
  const auto& all = question_.snapshot.network_policies;
  const auto [first, last] =
      std::equal_range(all.begin(), all.end(), ns, [](const auto& a, const auto& b) {
        if constexpr (requires { a.object; })
          return a.object.ns < b;
        else
          return a < b.object.ns;
      });
  return {static_cast<std::uint32_t>(first - all.begin()),
          static_cast<std::uint32_t>(last - all.begin())};
}

std::vector<std::uint32_t> Survey::isolating(const policy::Subject& subject) const {
  std::vector<std::uint32_t> out;
  const model::Snapshot& snapshot = question_.snapshot;
  const auto [first, last] = policies_of(subject.ns);
  for (std::uint32_t i = first; i < last; ++i) {
    const model::NetworkPolicy& policy = snapshot.network_policies[i];
    if (policy.isolates_egress && policy.pods.matches(snapshot.pod_labels[subject.labels]))
      out.push_back(i);
  }
  return out;
}

Finding finding(std::string_view rule) {
  Finding out;
  out.rule = find_rule(rule);
  PODMOAT_CHECK(out.rule != nullptr);
  out.severity = out.rule->severity;
  return out;
}

std::string fingerprint(const Finding& finding, std::string_view object) {
  // FNV-1a, 64 bits: stable over platforms and versions, which std::hash is not.
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto mix = [&](std::string_view text) {
    for (const char c : text)
      hash = (hash ^ static_cast<unsigned char>(c)) * std::uint64_t{0x100000001b3};
    hash = (hash ^ 0xff) * std::uint64_t{0x100000001b3};  // "ab","c" is not "a","bc"
  };
  for (const std::string_view part :
       {finding.rule->id, std::string_view(finding.ns), std::string_view(finding.subject),
        std::string_view(finding.target), object})
    mix(part);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(16, '0');
  for (std::size_t i = 0; i < 16; ++i) out[i] = kDigits[(hash >> (60 - 4 * i)) & 15];
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
