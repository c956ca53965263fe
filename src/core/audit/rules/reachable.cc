// PM-001 metadata reachable, PM-002 node reachable, PM-004 open on IPv6 only, PM-006 on the host
// network, PM-012 undecided: what the Verdicts of a Subject come to.
//
// Targets that one Subject reaches by the same rules make one Finding: on a cluster whose cloud is
// not known a dozen services share 169.254.169.254. What a Ladder comes to is worked out once and
// stamped on every Subject that stands on it.
#include <algorithm>
#include <map>
#include <utility>

#include "core/audit/exposure.h"
#include "core/audit/rules/shared.h"

namespace podmoat::audit {
namespace {

/// The rule that a Target's Verdicts break, and the Verdict that shows it; nullptr: none.
struct Broken {
  std::string_view rule;
  const Verdict* verdict = nullptr;
};

/// The first of the Verdicts that says so; IPv4 comes before IPv6.
const Verdict* first(const AimVerdicts& verdicts, Reach reach) {
  for (const Verdict* verdict : verdicts.all())
    if (verdict->reach == reach) return verdict;
  return nullptr;
}

Broken broken(catalog::Kind kind, const AimVerdicts& verdicts, bool host_network) {
  if (const Verdict* open = first(verdicts, Reach::reachable)) {
    if (host_network) return {"PM-006", open};
    if (kind == catalog::Kind::node) return {"PM-002", open};
    const bool v4_closed = verdicts.v4 && verdicts.v4->reach == Reach::blocked;
    return {v4_closed ? "PM-004" : "PM-001", open};
  }
  if (const Verdict* open = first(verdicts, Reach::unknown)) return {"PM-012", open};
  return {};
}

/// A Finding in the making: Targets that break the same rule in the same way.
struct Group {
  Finding finding;
  const Verdict* verdict;
  bool anywhere;        ///< nobody knows where the Targets are
  bool beyond = false;  ///< the platform lets it through, whatever policies say
};

/// On the host network it makes no difference where a Target is.
bool is_anywhere(const catalog::Aim& aim, const Broken& broken) {
  return aim.anywhere && broken.rule != "PM-006";
}

/// Whether policies could close what the Verdict says is open.
bool in_reach_of_policies(const Verdict& verdict, const Judged& judged) {
  return judged.exposure.held != model::Answer::no &&
         std::none_of(verdict.because.begin(), verdict.because.end(),
                      [](const Because& cause) { return cause.object.kind == "Platform"; });
}

/// `fixable`: policies could close it.
Group group_of(const catalog::Aim& aim, const Broken& broken, bool fixable) {
  Group out{finding(broken.rule), broken.verdict, is_anywhere(aim, broken)};
  const bool open = broken.rule == "PM-001" || broken.rule == "PM-002" || broken.rule == "PM-004";
  out.finding.fixable = fixable && open && !aim.anywhere;
  out.finding.target = aim.target->id;
  // An address of a Target that could be anywhere shows nothing.
  if (broken.verdict->witness && !aim.anywhere)
    out.finding.witness = broken.verdict->witness->str();
  out.finding.because = broken.verdict->because;
  return out;
}

/// Adds a Target. A Target that could be anywhere cannot be acted on yet: it must not drown the
/// rest.
/// What keeps a Pod from the credentials lowers the severity, never the Verdict (PF-70).
void add_target(const catalog::Target& target, bool withheld, Group& group) {
  Finding& finding = group.finding;
  const std::string_view id = finding.rule->id;
  const bool is_first = finding.targets.empty();
  finding.targets.push_back(target.id);
  if (group.anywhere)
    finding.severity = Severity::low;
  else if (id == "PM-001" || id == "PM-002" || (id == "PM-004" && withheld)) {
    const Severity own = withheld ? Severity::low : target.severity;
    finding.severity = is_first ? own : std::min(finding.severity, own);
  }
}

void describe(Group& group) {
  Finding& finding = group.finding;
  const Verdict& verdict = *group.verdict;
  const std::string targets = joined(finding.targets, 3);
  if (finding.rule->id == "PM-012") {
    finding.message = "whether it reaches " + targets + " is not decided: " + verdict.reason;
    finding.remedy = "give what is missing, or treat the Subject as if it reached the Target";
    return;
  }
  finding.message =
      "reaches " + targets +
      (finding.witness.empty() ? ", wherever that is" : " (" + finding.witness + ")") + ": " +
      verdict.reason;
  const bool open =
      finding.rule->id == "PM-001" || finding.rule->id == "PM-002" || finding.rule->id == "PM-004";
  if (open && !finding.fixable && !group.anywhere && group.beyond)
    finding.remedy = "no policy closes it: see the Findings about the platform for what does";
  if (group.anywhere)
    finding.remedy =
        "add the Node objects to the input, or give --node-cidr or --catalog; then run podmoat fix";
}

/// What one Judged comes to, with everything filled in but the Subject.
Findings patterns(const Survey& survey, const Judged& judged, bool fargate) {
  const auto& aims = survey.question().guard.aims;
  std::vector<Group> groups;
  for (std::size_t i = 0; i < aims.size(); ++i) {
    const Broken what = broken(aims[i].target->kind, judged.aims[i], judged.host_network);
    if (what.verdict == nullptr) continue;
    auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& other) {
      return other.finding.rule->id == what.rule && other.anywhere == is_anywhere(aims[i], what) &&
             other.verdict->reason == what.verdict->reason &&
             same_cause(other.finding.because, what.verdict->because);
    });
    const bool fixable = survey.enforced() && in_reach_of_policies(*what.verdict, judged);
    if (group == groups.end()) group = groups.insert(group, group_of(aims[i], what, fixable));
    group->beyond = survey.enforced() && !fixable;
    const bool withheld = !survey.question().credentials.withheld(*aims[i].target, fargate).empty();
    add_target(*aims[i].target, withheld, *group);
  }
  Findings out;
  for (Group& group : groups) {
    describe(group);
    out.push_back(std::move(group.finding));
  }
  return out;
}

/// Whether the Exception leaves the Subject something of the Targets of `finding`.
bool concerns(const catalog::Spared& spared, const Finding& finding, const catalog::Guard& guard) {
  for (std::size_t i = 0; i < guard.aims.size(); ++i) {
    const catalog::Aim& aim = guard.aims[i];
    if (std::ranges::find(finding.targets, aim.target->id) == finding.targets.end()) continue;
    if (std::ranges::find(spared.aims, i) != spared.aims.end()) return true;
    if (!aim.anywhere && !(aim.flows & spared.flows).empty()) return true;
  }
  return false;
}

/// A Finding about what Exceptions leave to the Subject: nobody has to act on it, and it is still
/// to be seen (EX-6).
void permit(const Survey& survey, const Leave& leave, Finding& finding) {
  const catalog::Guard& guard = survey.question().guard;
  finding.severity = Severity::info;
  finding.fixable = false;
  finding.remedy = "take the Exception out when it is no longer needed";
  std::string why;
  for (const std::size_t i : leave.exceptions) {
    const catalog::Spared& spared = guard.spared[i];
    if (!concerns(spared, finding, guard)) continue;
    why += (why.empty() ? "; an Exception leaves it that: " : "; ") + spared.exception.why();
    finding.because.push_back(permission(spared));
  }
  finding.message += why;
}

/// What a Subject comes to to whom Exceptions leave something.
Findings patterns(const Survey& survey, const Leave& leave, bool fargate) {
  Findings out = patterns(survey, leave.rest, fargate);
  for (Finding& finding : patterns(survey, leave.spared, fargate)) {
    permit(survey, leave, finding);
    out.push_back(std::move(finding));
  }
  return out;
}

}  // namespace

void check_reachable(const Survey& survey, Findings& out) {
  std::map<std::pair<const void*, bool>, Findings> known;  // by Judged, or by Leave, and Fargate
  for (const policy::Subject& subject : survey.subjects()) {
    const Leave* leave = survey.leave_of(subject);
    const Judged& judged = survey.judged(subject);
    const bool fargate = on_fargate(subject, survey.question().snapshot);
    const std::pair key{leave != nullptr ? static_cast<const void*>(leave) : &judged, fargate};
    auto it = known.find(key);
    if (it == known.end())
      it = known
               .emplace(key, leave != nullptr ? patterns(survey, *leave, fargate)
                                              : patterns(survey, judged, fargate))
               .first;
    for (const Finding& pattern : it->second) out.push_back(stamped(pattern, survey, subject));
  }
}

}  // namespace podmoat::audit
