// podmoat fix: a Plan with its Proof, printed, as a diff, or carried out in the files.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "app/cli/change.h"
#include "app/cli/input.h"
#include "app/cli/output.h"

namespace podmoat::cli {
namespace {

struct Flags {
  InputFlags input;
  bool diff = false;
  bool in_place = false;
  std::string style = "except";
};

/// Whether a Plan cuts or opens what it must not. That something stays open is no harm: the notes
/// say what and why.
bool does_harm(const proof::Proof& proof) {
  return std::any_of(proof.counterexamples.begin(), proof.counterexamples.end(),
                     [](const proof::Counterexample& example) {
                       return example.breach != proof::Breach::still_open;
                     });
}

Outcome<Exit> run_fix(const Flags& flags, Terminal& terminal) {
  auto input = load(flags.input, terminal);
  if (!input) return std::unexpected(input.error());
  const audit::Question question = (*input)->question();
  fix::Order order{question.snapshot, question.platform, question.guard,
                   namespaces_in(**input, nullptr), fix::Style::except};
  if (order.namespaces.empty())
    return std::unexpected(Failure{kMisuse, "no namespace of the input is in scope"});
  if (flags.style == "cidrs") order.style = fix::Style::cidrs;
  const fix::Plan plan = fix::synthesize(order);

  // The judge sees what will be written, not what the synthesis had in mind.
  const auto change = make_change(**input, plan);
  if (!change) return std::unexpected(change.error());
  const proof::Proof proof = proof::verify({.before = question.snapshot,
                                            .after = change->after,
                                            .platform = question.platform,
                                            .guard = question.guard,
                                            .namespaces = order.namespaces});
  terminal.err << report::plan_notes(plan, question.snapshot, terminal.err_look)
               << report::proof_text(proof, terminal.err_look);
  if (does_harm(proof))
    return std::unexpected(
        Failure{kWorld,
                "the Plan would change more than it may, which is a mistake in podmoat; nothing "
                "was written"});

  if (flags.in_place) {
    const auto done = carry_out(*change, flags.input.sources);
    if (!done) return std::unexpected(done.error());
    for (const std::string& file : *done) terminal.err << "wrote " << file << "\n";
  } else if (flags.diff) {
    const auto text = diff_of(*change, flags.input.sources);
    if (!text) return std::unexpected(text.error());
    terminal.out << *text;
  } else {
    terminal.out << manifests_of(*change);
  }
  return exit_of(proof);
}

}  // namespace

Verb fix_verb(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("fix", "Make the smallest change that closes the Targets");
  auto flags = std::make_shared<Flags>();
  add_input_flags(*verb, flags->input, true);
  verb->remove_option(verb->get_option("--selector"));
  verb->add_flag("--diff", flags->diff, "Print the change as a diff of the files");
  verb->add_flag("--in-place", flags->in_place,
                 "Change the files: only the lines that must, comments stay")
      ->excludes("--diff");
  verb->add_option("--style", flags->style,
                   "How an address is taken out of a block: except|cidrs (cidrs for plugins that "
                   "get overlapping excepts wrong)")
      ->type_name("STYLE")
      ->check(CLI::IsMember({"except", "cidrs"}));
  verb->footer(
      R"(Without --diff or --in-place the added and changed policies are printed as YAML
for kubectl apply -f -. What cannot be fixed, and whose connections should be
restarted, is told on standard error. So is what no policy governs, as Pods on
the host network, which leaves the exit code alone.

Exit codes:
  0  proven    1  something guarded stays open    4  not decided

Examples:
  # See the change
  podmoat fix deploy/ --diff

  # Make it
  podmoat fix deploy/ --in-place

  # From a running cluster's objects, for kubectl
  kubectl get ns,nodes,pods,netpol -A -o json |
    podmoat fix - | kubectl apply -f -)");
  return {verb, [flags](Terminal& terminal) { return run_fix(*flags, terminal); }};
}

}  // namespace podmoat::cli
