// podmoat audit: who can reach which Target, why, how bad.
#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/input.h"
#include "app/cli/output.h"

namespace podmoat::cli {
namespace {

const std::vector<std::string> kFormats{"table", "wide", "json", "yaml", "sarif"};

struct Flags {
  InputFlags input;
  std::vector<std::string> outputs;
  std::string detail = "summary";
  std::string group_by = "namespace";
  std::string fail_on = "medium";
  bool strict = false;
};

/// "passed over 3 objects of kinds that no rule reads: 2 ConfigMap, 1 Rollout", or nothing.
std::string passed_over(const model::Snapshot& snapshot) {
  std::size_t objects = 0;
  std::string kinds;
  for (const auto& [kind, count] : snapshot.skipped) {
    objects += count;
    kinds += (kinds.empty() ? "" : ", ") + std::to_string(count) + " " + kind;
  }
  if (objects == 0) return "";
  return "passed over " + std::to_string(objects) + (objects == 1 ? " object" : " objects") +
         " of kinds that no rule reads: " + kinds + "\n";
}

Outcome<Exit> run_audit(const Flags& flags, Terminal& terminal) {
  const auto outputs = parse_outputs(flags.outputs, kFormats);
  if (!outputs) return std::unexpected(outputs.error());
  auto input = load(flags.input, terminal);
  if (!input) return std::unexpected(input.error());
  const audit::Question question = (*input)->question();
  terminal.err << passed_over(question.snapshot);
  const audit::Report report = audit::audit(question);

  const auto detail = flags.detail == "all" ? report::Detail::all : report::Detail::summary;
  const std::map<std::string, report::GroupBy> groups{{"namespace", report::GroupBy::ns},
                                                      {"workload", report::GroupBy::workload},
                                                      {"policy", report::GroupBy::policy},
                                                      {"target", report::GroupBy::target}};
  const auto written = write_outputs(
      *outputs, terminal, [&](const std::string& format, const report::Look& look) -> std::string {
        if (format == "json" || format == "yaml")
          return document_text(report::audit_document(report, question.snapshot), format);
        if (format == "sarif")
          return document_text(report::sarif(report, question.snapshot), "json");
        report::Look table = look;
        table.wide = table.wide || format == "wide";
        return report::audit_table(report, question.snapshot, detail, groups.at(flags.group_by),
                                   table);
      });
  if (!written) return std::unexpected(written.error());

  if (const auto limit = parse_severity(flags.fail_on))
    for (const audit::Finding& finding : report.findings)
      if (finding.severity <= *limit) return kFound;
  if (flags.strict && report.summary.unknown > 0) return kOpen;
  return kClean;
}

}  // namespace

Verb audit_verb(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("audit", "Show which Pods reach which Targets, and why");
  auto flags = std::make_shared<Flags>();
  add_input_flags(*verb, flags->input, true);
  add_exceptions_flag(*verb, flags->input);
  add_output_flag(*verb, flags->outputs, kFormats);
  verb->add_option("--report", flags->detail, "How much: summary|all")
      ->type_name("DETAIL")
      ->check(CLI::IsMember({"summary", "all"}));
  verb->add_option("--group-by", flags->group_by, "Groups: namespace|workload|policy|target")
      ->type_name("WHAT")
      ->check(CLI::IsMember({"namespace", "ns", "workload", "policy", "target"}))
      ->transform([](const std::string& text) { return text == "ns" ? "namespace" : text; });
  verb->add_option("--fail-on", flags->fail_on,
                   "Exit 1 for findings at least this bad: critical|high|medium|low|info|none")
      ->type_name("SEVERITY")
      ->check(CLI::IsMember({"critical", "high", "medium", "low", "info", "none"}));
  verb->add_flag("--strict", flags->strict, "Exit 4 if a Verdict is unknown");
  verb->footer(R"(Exit codes:
  0  nothing at or above --fail-on    1  findings    4  unknown, with --strict

Examples:
  # What do the manifests of a folder let through?
  podmoat audit deploy/

  # A whole cluster, as kubectl prints it; also as SARIF for code scanning
  kubectl get ns,nodes,pods,netpol,svc,endpointslices,ds,cm -A -o json |
    podmoat audit - -o table -o sarif=podmoat.sarif

  # What Exceptions leave open counts as info
  podmoat audit deploy/ --exceptions moat.yaml

  # Every finding in two namespaces, each with the rule that decided
  podmoat audit -f cluster.json -n shop,payments --report all)");
  return {verb, [flags](Terminal& terminal) { return run_audit(*flags, terminal); }};
}

}  // namespace podmoat::cli
