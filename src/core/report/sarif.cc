// SARIF 2.1.0 (OASIS), within what code scanning services take: 25,000 results in a run, 20 tags on
// a rule, relative URIs. A service shows a result where its location points and recognises it by
// its fingerprint, so the location is the rule that decided and lines have no part in the latter.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/report/document.h"
#include "core/report/report.h"

namespace podmoat::report {
namespace {

using model::Value;

constexpr std::size_t kMostResults = 25'000;
constexpr std::size_t kMostTags = 20;
constexpr std::size_t kMostRelated = 100;

std::string_view level_of(Severity severity) {
  switch (severity) {
    case Severity::critical:
    case Severity::high:
      return "error";
    case Severity::medium:
      return "warning";
    case Severity::low:
    case Severity::info:
      return "note";
  }
  return "error";
}

/// On the scale of CVSS, as services rank security results.
std::string_view score_of(Severity severity) {
  switch (severity) {
    case Severity::critical:
      return "9.5";
    case Severity::high:
      return "8.0";
    case Severity::medium:
      return "5.0";
    case Severity::low:
      return "3.0";
    case Severity::info:
      return "0.0";
  }
  return "9.5";
}

/// A path as a relative URI reference; "" for what is none: standard input, an absolute path.
/// Source: RFC 3986 sections 3.3 and 4.2.
std::string uri_of(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  if (path.empty() || path == "-" || path.starts_with('/')) return "";
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

Value text(std::string_view words) { return Value::Map{{"text", words}}; }

Value rule_value(const audit::RuleInfo& rule) {
  Value::List tags{"security", "kubernetes"};
  for (const std::string_view item : rule.frameworks)
    if (tags.size() < kMostTags) tags.emplace_back(item);
  const std::string help =
      fmt::format("{}\n\nAttack: {}\n\nRemedy: {}", rule.what, rule.attack, rule.remedy);
  const std::string markdown =
      fmt::format("{}\n\n**Attack.** {}\n\n**Remedy.** {}", rule.what, rule.attack, rule.remedy);
  return Value::Map{{"id", rule.id},
                    {"name", rule.name},
                    {"shortDescription", text(rule.title)},
                    {"fullDescription", text(rule.what)},
                    {"help", Value::Map{{"text", help}, {"markdown", markdown}}},
                    {"defaultConfiguration", Value::Map{{"level", level_of(rule.severity)}}},
                    {"properties", Value::Map{{"security-severity", score_of(rule.severity)},
                                              {"tags", std::move(tags)}}}};
}

class Writer {
 public:
  Writer(const audit::Report& report, const model::Snapshot& snapshot)
      : report_(report), snapshot_(snapshot) {
    for (const model::Pod& pod : snapshot.pods)
      workloads_.emplace(std::pair(std::string_view(pod.ns), pod.workload.str()), pod.place);
  }

  Value log() const {
    Value::List rules;
    for (const audit::RuleInfo& rule : audit::rules()) rules.push_back(rule_value(rule));
    // Findings are sorted worst first, so that what is left out is the least.
    const std::size_t count = std::min(report_.findings.size(), kMostResults);
    Value::List results;
    results.reserve(count);
    for (std::size_t i = 0; i < count; ++i) results.push_back(result(report_.findings[i]));
    Value::Map run{{"tool", Value::Map{{"driver", Value::Map{{"name", "podmoat"},
                                                             {"rules", std::move(rules)}}}}}};
    if (count < report_.findings.size())
      run.emplace_back("invocations", left_out(report_.findings.size() - count));
    run.emplace_back("results", std::move(results));
    return Value::Map{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                      {"version", "2.1.0"},
                      {"runs", Value::List{std::move(run)}}};
  }

 private:
  static Value left_out(std::size_t count) {
    return Value::List{Value::Map{
        {"executionSuccessful", true},
        {"toolExecutionNotifications",
         Value::List{Value::Map{
             {"level", "warning"},
             {"message", text(fmt::format("{} results are left out, the least severe of all; the "
                                          "JSON report has every one",
                                          count))}}}}}};
  }

  /// Nothing if the place has no line or its file no relative URI.
  std::optional<Value> physical(const Place& place) const {
    const std::string uri = uri_of(file_of(place, snapshot_));
    if (place.line == 0 || uri.empty()) return std::nullopt;
    return Value::Map{{"artifactLocation", Value::Map{{"uri", uri}, {"uriBaseId", "%SRCROOT%"}}},
                      {"region", Value::Map{{"startLine", number(place.line)}}}};
  }

  std::optional<Place> place_of_workload(const audit::Finding& finding) const {
    const auto it = workloads_.find(std::pair(std::string_view(finding.ns), finding.subject));
    return it == workloads_.end() ? std::nullopt : std::optional(it->second);
  }

  /// The Subject, else the object that the Finding is about, else the cluster.
  static Value logical(const audit::Finding& finding) {
    std::string name = finding.ns.empty() ? "cluster" : finding.ns;
    if (!finding.subject.empty())
      name = finding.ns + "/" + finding.subject;
    else if (!finding.because.empty())
      name = finding.because.front().object.str();
    return Value::List{Value::Map{{"fullyQualifiedName", name}, {"kind", "resource"}}};
  }

  Value result(const audit::Finding& finding) const {
    Value::Map location;
    Value::List related;
    for (const audit::Because& cause : finding.because) {
      auto there = physical(cause.place);
      if (!there) continue;
      if (location.empty())
        location.emplace_back("physicalLocation", std::move(*there));
      else if (related.size() < kMostRelated)
        related.emplace_back(Value::Map{{"id", number(related.size() + 1)},
                                        {"physicalLocation", std::move(*there)},
                                        {"message", text(words_of(cause))}});
    }
    if (location.empty())
      if (const auto place = place_of_workload(finding))
        if (auto there = physical(*place))
          location.emplace_back("physicalLocation", std::move(*there));
    location.emplace_back("logicalLocations", logical(finding));

    const auto index = finding.rule - audit::rules().data();
    Value::Map out{{"ruleId", finding.rule->id},
                   {"ruleIndex", static_cast<std::int64_t>(index)},
                   {"level", level_of(finding.severity)},
                   {"message", text(message(finding))},
                   {"locations", Value::List{std::move(location)}}};
    if (!related.empty()) out.emplace_back("relatedLocations", std::move(related));
    out.emplace_back("partialFingerprints", Value::Map{{"podmoat/v1", finding.fingerprint}});
    out.emplace_back("properties", Value::Map{{"severity", podmoat::name_of(finding.severity)},
                                              {"targets", strings(finding.targets)}});
    return out;
  }

  static std::string message(const audit::Finding& finding) {
    std::string out;
    if (!finding.subject.empty()) out = finding.ns + "/" + finding.subject + ": ";
    out += finding.message;
    if (!finding.remedy.empty()) out += ". Remedy: " + finding.remedy;
    return out;
  }

  const audit::Report& report_;
  const model::Snapshot& snapshot_;
  /// The first Pod of each workload.
  std::map<std::pair<std::string_view, std::string>, Place> workloads_;
};

}  // namespace

Value sarif(const audit::Report& report, const model::Snapshot& snapshot) {
  return Writer(report, snapshot).log();
}

}  // namespace podmoat::report
