// The audit for people: an overview that fits on a screen, or every Finding as a block.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "core/report/document.h"
#include "core/report/report.h"
#include "core/report/text.h"

namespace podmoat::report {
namespace {

using audit::Finding;

constexpr std::array kSeverities{Severity::critical, Severity::high, Severity::medium,
                                 Severity::low, Severity::info};
constexpr std::size_t kMostClusterLines = 20;
constexpr std::size_t kMostCauses = 5;
constexpr std::size_t kMostNames = 3;

bool about_cluster(const Finding& finding) { return finding.ns.empty() && finding.subject.empty(); }

/// "Deployment/web", or the object at fault where there is no Subject.
std::string who(const Finding& finding) {
  if (!finding.subject.empty()) return finding.subject;
  if (finding.because.empty()) return "";
  const model::Object& object = finding.because.front().object;
  return object.kind + "/" + object.name;
}

std::string target_of(const Finding& finding) {
  if (finding.target.empty()) return "";
  const std::size_t more = finding.targets.empty() ? 0 : finding.targets.size() - 1;
  return finding.target + (more > 0 ? fmt::format(" +{}", more) : "");
}

// ---- Header -------------------------------------------------------------------------------------

std::string counts_of(const std::map<Severity, std::size_t>& counts, const Look& look) {
  std::string out;
  for (const Severity severity : kSeverities) {
    const auto it = counts.find(severity);
    if (it == counts.end() || it->second == 0) continue;
    out += (out.empty() ? "" : ", ") + std::to_string(it->second) + " " +
           painted(name_of(severity), paint_of(severity), look);
  }
  return out.empty() ? "none" : out;
}

std::string header(const audit::Report& report, const Look& look) {
  const audit::Summary& summary = report.summary;
  std::string seen = count_of(summary.pods, "Pod", "Pods") + " in " +
                     count_of(summary.subjects, "Subject", "Subjects") + "; " +
                     fmt::format("{} {} a guarded Target", summary.reachable,
                                 summary.reachable == 1 ? "reaches" : "reach");
  if (summary.spared > 0) seen += fmt::format(", {} by Exceptions alone", summary.spared);
  if (summary.unknown > 0) seen += fmt::format(", {} undecided", summary.unknown);
  return hanging("Platform  ",
                 fmt::format("{} ({}): {}", report.platform->name, name_of(report.basis),
                             report.platform->summary),
                 room_of(look)) +
         hanging("Clouds    ",
                 report.providers.empty() ? "all, as nothing says which"
                                          : listed(report.providers, report.providers.size()),
                 room_of(look)) +
         hanging("Seen      ", seen, room_of(look)) +
         (report.nodes_as_told
              ? hanging("Nodes     ",
                        "guarded where Kubernetes says that they are; of bridges and second "
                        "interfaces it says nothing (--node-cidr does)",
                        room_of(look))
              : "") +
         "Findings  " + counts_of(summary.findings, look) + "\n\n";
}

/// No Finding is good news only if there was something to look at.
std::string all_clear(const audit::Report& report, const Look& look) {
  const audit::Summary& summary = report.summary;
  std::string text;
  if (summary.subjects == 0)
    text = "No findings, and nothing to look at: the input and scope have no Pod and no workload.";
  else if (summary.reachable == 0 && summary.unknown == 0)
    text = fmt::format("No findings: none of the {} reaches a guarded Target.",
                       count_of(summary.subjects, "Subject", "Subjects"));
  else
    text = "No findings.";
  text += fmt::format(" This rests on platform {}", report.platform->name);
  if (!report.catalog_checked.empty())
    text += fmt::format(" and on the catalogue as checked on {}", report.catalog_checked);
  return hanging("", text + ".", room_of(look));
}

// ---- Groups -------------------------------------------------------------------------------------

using Key = std::pair<std::string, std::string>;

/// The groups that a Finding belongs to. Of policies and of Targets it may concern several.
std::vector<Key> keys_of(const Finding& finding, GroupBy group_by) {
  std::vector<Key> out;
  switch (group_by) {
    case GroupBy::ns:
      return {{finding.ns, ""}};
    case GroupBy::workload:
      return {{finding.ns, finding.subject.empty() ? "(no workload)" : finding.subject}};
    case GroupBy::policy:
      for (const audit::Because& cause : finding.because) {
        Key key{cause.object.ns, cause.object.name};
        if (cause.object.kind.ends_with("Policy") &&
            std::find(out.begin(), out.end(), key) == out.end())
          out.push_back(std::move(key));
      }
      if (out.empty()) out.push_back({finding.ns, "(no policy)"});
      return out;
    case GroupBy::target:
      for (const std::string& target : finding.targets) out.push_back({"", target});
      if (out.empty()) out.push_back({"", "(no Target)"});
      return out;
  }
  return out;
}

struct Group {
  std::map<Severity, std::size_t> counts;
  /// Pods of each Subject. The Subjects of a workload differ in their first Pod.
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> pods;
  const Finding* worst = nullptr;

  void add(const Finding& finding) {
    ++counts[finding.severity];
    if (!finding.subject.empty())
      pods[{finding.ns, finding.subject, finding.pods.empty() ? "" : finding.pods.front()}] =
          finding.pod_count;
    if (worst == nullptr) worst = &finding;  // they come worst first
  }
  std::size_t count(Severity severity) const {
    const auto it = counts.find(severity);
    return it == counts.end() ? 0 : it->second;
  }
  std::size_t all_pods() const {
    std::size_t out = 0;
    for (const auto& [subject, count] : pods) out += count;
    return out;
  }
  /// Worst first: more of the worst severity, then of the next.
  bool operator<(const Group& other) const {
    for (const Severity severity : kSeverities)
      if (count(severity) != other.count(severity)) return count(severity) > other.count(severity);
    return false;
  }
};

using Groups = std::vector<std::pair<Key, Group>>;

Groups groups_of(const audit::Report& report, GroupBy group_by) {
  std::map<Key, Group> found;
  for (const Finding& finding : report.findings)
    if (!about_cluster(finding))
      for (const Key& key : keys_of(finding, group_by)) found[key].add(finding);
  Groups out(found.begin(), found.end());
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.second < b.second; });
  return out;
}

std::string worst_of(const Finding& finding, GroupBy group_by) {
  std::string out(finding.rule->id);
  std::string name = who(finding);
  if (group_by == GroupBy::policy || group_by == GroupBy::target) name = finding.ns + "/" + name;
  if (group_by != GroupBy::workload || finding.subject.empty()) out += " " + name;
  if (!finding.target.empty() && group_by != GroupBy::target) out += " -> " + target_of(finding);
  return out;
}

std::string group_table(const audit::Report& report, GroupBy group_by, const Look& look) {
  std::vector<Table::Column> columns;
  if (group_by != GroupBy::target) columns.push_back({"NAMESPACE"});
  if (group_by == GroupBy::workload) columns.push_back({"WORKLOAD"});
  if (group_by == GroupBy::policy) columns.push_back({"POLICY"});
  if (group_by == GroupBy::target) columns.push_back({"TARGET"});
  for (const char* title : {"PODS", "CRIT", "HIGH", "MED", "LOW"}) columns.push_back({title, true});
  columns.push_back({"INFO", true, true});
  columns.push_back({"WORST"});
  Table table(std::move(columns));
  for (const auto& [key, group] : groups_of(report, group_by)) {
    std::vector<Table::Cell> row;
    if (group_by != GroupBy::target) row.emplace_back(key.first);
    if (group_by != GroupBy::ns) row.emplace_back(key.second);
    row.emplace_back(group.all_pods());
    for (const Severity severity : kSeverities) {
      const std::size_t count = group.count(severity);
      row.emplace_back(std::to_string(count), count > 0 ? paint_of(severity) : Paint::none);
    }
    row.emplace_back(worst_of(*group.worst, group_by));
    table.add(std::move(row));
  }
  return table.empty() ? "" : table.str(look) + "\n";
}

/// Findings about no namespace, one paragraph each.
std::string cluster_lines(const audit::Report& report, const Look& look) {
  std::string out;
  std::size_t count = 0;
  for (const Finding& finding : report.findings) {
    if (!about_cluster(finding) || ++count > kMostClusterLines) continue;
    const std::string head =
        fmt::format("  {:<8} {}  ", name_of(finding.severity), finding.rule->id);
    const std::string body = hanging(head, finding.message, room_of(look));
    out += painted(head, paint_of(finding.severity), look) + body.substr(head.size());
  }
  if (count == 0) return "";
  if (count > kMostClusterLines)
    out += fmt::format("  and {} more (--report all)\n", count - kMostClusterLines);
  return painted("The cluster", Paint::bold, look) + "\n" + out + "\n";
}

std::string hint(const audit::Report& report, const Look& look) {
  const auto fixable = static_cast<std::size_t>(
      std::count_if(report.findings.begin(), report.findings.end(),
                    [](const Finding& finding) { return finding.fixable; }));
  std::string text =
      fmt::format("--report all shows every finding; podmoat explain {} tells what it means.",
                  report.findings.front().rule->id);
  if (fixable > 0)
    text += fmt::format(" podmoat fix can close {} of {}.", fixable, report.findings.size());
  return hanging("", text, room_of(look));
}

// ---- Every Finding ------------------------------------------------------------------------------

/// `text`, and the place behind it, or on a line of its own where that would be too long.
std::string with_place(std::string_view head, const std::string& text, const std::string& place,
                       const Look& look) {
  std::string out = hanging(head, text, room_of(look));
  if (place.empty()) return out;
  const std::string shown = clean(place);
  const std::size_t start = out.rfind('\n', out.size() - 2) + 1;  // npos + 1 is 0
  const std::size_t last_line = width_of(std::string_view(out).substr(start)) - 1;
  out.pop_back();
  if (look.wide || last_line + width_of(shown) + 3 <= look.width) return out + " (" + shown + ")\n";
  return out + "\n" + std::string(width_of(head), ' ') + "(" + shown + ")\n";
}

std::string targets_text(const Finding& finding, const Look& look) {
  const std::vector<std::string>& targets = finding.targets;
  std::string out =
      targets.empty() ? finding.target : listed(targets, look.wide ? targets.size() : kMostNames);
  if (!finding.witness.empty()) out += (out.empty() ? "" : " at ") + finding.witness;
  return out;
}

/// Whether the message names all that the line of the Target would.
bool tells_target(const Finding& finding, const Look& look) {
  return finding.message.find(finding.witness) != std::string::npos &&
         finding.message.find(finding.target) != std::string::npos &&
         (!look.wide || finding.targets.size() <= kMostNames);
}

/// The cause without what the message has said already.
std::string cause_of(const Finding& finding, audit::Because cause) {
  if (finding.message.find(cause.text) != std::string::npos) cause.text.clear();
  return words_of(cause);
}

std::string block(const Finding& finding, const model::Snapshot& snapshot, const Look& look) {
  const std::string head =
      std::string(name_of(finding.severity)) + " " + std::string(finding.rule->id) + " ";
  std::string about = about_cluster(finding) ? "the cluster" : finding.ns + "/" + who(finding);
  if (finding.pod_count > 0 && finding.pods.empty())
    about += " (" + count_of(finding.pod_count, "Pod", "Pods") + ")";
  std::string out = hanging(head, about, room_of(look));
  out = painted(head, paint_of(finding.severity), look) + out.substr(head.size());
  out += hanging("  ", finding.message, room_of(look));
  if (!finding.pods.empty())
    out +=
        hanging("  pods     ", listed(finding.pods, look.wide ? finding.pods.size() : kMostNames),
                room_of(look));
  if (const std::string text = targets_text(finding, look);
      !text.empty() && !tells_target(finding, look))
    out += hanging("  target   ", text, room_of(look));
  const std::size_t causes =
      look.wide ? finding.because.size() : std::min(kMostCauses, finding.because.size());
  for (std::size_t i = 0; i < causes; ++i)
    out += with_place(i == 0 ? "  because  " : "           ", cause_of(finding, finding.because[i]),
                      spot(finding.because[i].place, snapshot), look);
  if (finding.because.size() > causes)
    out += fmt::format("           and {} more\n", finding.because.size() - causes);
  if (!finding.remedy.empty()) out += hanging("  to do    ", finding.remedy, room_of(look));
  if (look.wide) out += "  id       " + clean(finding.fingerprint) + "\n";
  return out + "\n";
}

std::string title_of(const Key& key, GroupBy group_by) {
  switch (group_by) {
    case GroupBy::ns:
      return "namespace " + key.first;
    case GroupBy::workload:
    case GroupBy::policy:
      return key.first + "/" + key.second;
    case GroupBy::target:
      return key.second;
  }
  return key.second;
}

/// Every Finding once, under the first group that it belongs to.
std::string all_findings(const audit::Report& report, const model::Snapshot& snapshot,
                         GroupBy group_by, const Look& look) {
  std::map<Key, std::vector<const Finding*>> members;
  std::vector<const Finding*> cluster;
  for (const Finding& finding : report.findings)
    (about_cluster(finding) ? cluster : members[keys_of(finding, group_by).front()])
        .push_back(&finding);
  std::string out;
  const auto add = [&](const std::string& title, const std::vector<const Finding*>& findings) {
    out += hanging("# ", title + ": " + count_of(findings.size(), "finding", "findings"),
                   room_of(look)) +
           "\n";
    for (const Finding* finding : findings) out += block(*finding, snapshot, look);
  };
  for (const auto& [key, group] : groups_of(report, group_by))
    if (const auto it = members.find(key); it != members.end())
      add(title_of(key, group_by), it->second);
  if (!cluster.empty()) add("the cluster", cluster);
  return out;
}

}  // namespace

std::string audit_table(const audit::Report& report, const model::Snapshot& snapshot, Detail detail,
                        GroupBy group_by, const Look& look) {
  const std::string top = header(report, look);
  if (report.findings.empty()) return top + all_clear(report, look);
  if (detail == Detail::all) return top + all_findings(report, snapshot, group_by, look);
  return top + group_table(report, group_by, look) + cluster_lines(report, look) +
         hint(report, look);
}

}  // namespace podmoat::report
