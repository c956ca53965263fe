// kind AuditReport: docs/schema/audit-report.json.
#include "core/report/document.h"
#include "core/report/report.h"

namespace podmoat::report {
namespace {

using model::Value;

std::string_view name_of(Level level) {
  switch (level) {
    case Level::error:
      return "error";
    case Level::invalid:
      return "invalid";
    case Level::warning:
      return "warning";
  }
  return "error";
}

Value platform(const audit::Report& report) {
  Value::Map facts;
  for (const model::Fact* fact : report.platform->facts())
    facts.emplace_back(std::string(fact->name), Value::Map{{"answer", model::name_of(fact->answer)},
                                                           {"source", fact->source}});
  return Value::Map{{"name", report.platform->name},
                    {"basis", model::name_of(report.basis)},
                    {"facts", std::move(facts)}};
}

Value summary(const audit::Summary& summary) {
  Value::Map findings;
  for (const Severity severity :
       {Severity::critical, Severity::high, Severity::medium, Severity::low, Severity::info}) {
    const auto it = summary.findings.find(severity);
    findings.emplace_back(std::string(podmoat::name_of(severity)),
                          number(it == summary.findings.end() ? 0 : it->second));
  }
  return Value::Map{
      {"pods", number(summary.pods)},           {"subjects", number(summary.subjects)},
      {"reachable", number(summary.reachable)}, {"spared", number(summary.spared)},
      {"unknown", number(summary.unknown)},     {"findings", std::move(findings)}};
}

Value finding(const audit::Finding& finding, const model::Snapshot& snapshot) {
  return Value::Map{
      {"id", finding.rule->id},
      {"severity", podmoat::name_of(finding.severity)},
      {"namespace", finding.ns},
      {"subject", finding.subject},
      {"pods", strings(finding.pods)},
      {"target", finding.target},
      {"targets", strings(finding.targets)},
      {"witness", finding.witness},
      {"because", because(finding.because, snapshot)},
      {"message", finding.message},
      {"remedy", finding.remedy},
      {"fixable", finding.fixable},
      {"frameworks", Value::List(finding.rule->frameworks.begin(), finding.rule->frameworks.end())},
      {"fingerprint", finding.fingerprint}};
}

Value diagnostic(const Diagnostic& diagnostic, const model::Snapshot& snapshot) {
  return Value::Map{{"level", name_of(diagnostic.level)},
                    {"code", diagnostic.code},
                    {"message", diagnostic.message},
                    {"hint", diagnostic.hint},
                    {"file", file_of(diagnostic.place, snapshot)},
                    {"line", number(diagnostic.place.line)},
                    {"column", number(diagnostic.place.column)}};
}

}  // namespace

Value audit_document(const audit::Report& report, const model::Snapshot& snapshot) {
  Value::List findings;
  findings.reserve(report.findings.size());
  for (const audit::Finding& one : report.findings) findings.push_back(finding(one, snapshot));
  Value::List diagnostics;
  for (const Diagnostic& one : snapshot.diagnostics)
    diagnostics.push_back(diagnostic(one, snapshot));
  Value::Map out = document("AuditReport");
  out.emplace_back("platform", platform(report));
  out.emplace_back("nodesAsTold", report.nodes_as_told);
  out.emplace_back("summary", summary(report.summary));
  out.emplace_back("findings", std::move(findings));
  out.emplace_back("diagnostics", std::move(diagnostics));
  return out;
}

}  // namespace podmoat::report
