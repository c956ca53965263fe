// podmoat verify: the Proof for any pair of inputs, whoever made the change.
#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/change.h"
#include "app/cli/input.h"
#include "app/cli/output.h"

namespace podmoat::cli {
namespace {

const std::vector<std::string> kFormats{"table", "json", "yaml"};

/// The Guard of a cluster with the nodes of both sides: a change may bring nodes.
catalog::Guard guard_of_both(const Input& before, const model::Snapshot& after,
                             const std::string& provider) {
  model::Snapshot both;
  both.nodes = before.snapshot.nodes;
  both.nodes.insert(both.nodes.end(), after.nodes.begin(), after.nodes.end());
  catalog::Choice choice = before.choice;
  if (provider == "auto") choice.providers = catalog::detect_providers(both);
  return catalog::guard(before.catalog, both, choice, before.platform);
}

struct Flags {
  InputFlags input;
  std::string before;
  std::string after;
  bool overlay = false;
  std::vector<std::string> outputs;
};

Outcome<Exit> run_verify(Flags flags, Terminal& terminal) {
  const auto outputs = parse_outputs(flags.outputs, kFormats);
  if (!outputs) return std::unexpected(outputs.error());
  flags.input.sources = {flags.before};
  auto before = load(flags.input, terminal);
  if (!before) return std::unexpected(before.error());
  std::vector<std::string> sources{flags.after};
  if (flags.overlay) sources.insert(sources.begin(), flags.before);
  const std::string home =
      flags.input.namespaces.size() == 1 ? flags.input.namespaces[0] : "default";
  const auto after = load_snapshot(sources, flags.input.recursive, home, terminal, flags.overlay);
  if (!after) return std::unexpected(after.error());

  const std::vector<std::string> namespaces = namespaces_in(**before, &after->snapshot);
  if (namespaces.empty())
    return std::unexpected(
        Failure{kMisuse, "no namespace in scope: see -n, --include and --exclude"});
  const catalog::Guard guard = guard_of_both(**before, after->snapshot, flags.input.provider);
  terminal.err << report::exceptions_text(guard, (*before)->snapshot, terminal.err_look);
  const proof::Proof proof = proof::verify({.before = (*before)->snapshot,
                                            .after = after->snapshot,
                                            .platform = (*before)->platform,
                                            .guard = guard,
                                            .namespaces = namespaces});
  const auto written =
      write_outputs(*outputs, terminal, [&](const std::string& format, const report::Look& look) {
        if (format == "json" || format == "yaml")
          return document_text(report::proof_document(proof), format);
        return report::proof_text(proof, look);
      });
  if (!written) return std::unexpected(written.error());
  return exit_of(proof);
}

}  // namespace

Verb verify_verb(CLI::App& app) {
  CLI::App* verb =
      app.add_subcommand("verify", "Prove that a change cuts the Targets and nothing else");
  auto flags = std::make_shared<Flags>();
  verb->add_option("BEFORE", flags->before, "SOURCE with the state before")
      ->type_name("")
      ->required();
  verb->add_option("AFTER", flags->after, "SOURCE with the state after")->type_name("")->required();
  verb->add_flag("--overlay", flags->overlay,
                 "AFTER holds only what changes: it is applied over BEFORE");
  add_input_flags(*verb, flags->input, false);
  add_exceptions_flag(*verb, flags->input);
  verb->remove_option(verb->get_option("--filename"));
  verb->remove_option(verb->get_option("--selector"));
  add_output_flag(*verb, flags->outputs, kFormats);
  verb->footer(
      R"(The Proof holds for every label set that a Pod of each namespace could have, not
for the Pods of today.

Exit codes:
  0  proven    1  refuted, with a counterexample    4  not decided

Examples:
  # Does my change do what it should, and nothing else?
  git worktree add /tmp/before main && podmoat verify /tmp/before/deploy deploy/

  # A policy to be added to what is there
  podmoat verify --overlay cluster.json my-policy.yaml)");
  return {verb, [flags](Terminal& terminal) { return run_verify(*flags, terminal); }};
}

}  // namespace podmoat::cli
