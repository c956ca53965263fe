// podmoat fix: a Plan with its Proof, printed, as a diff, or carried out in the files.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>
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
  std::string engine = "auto";
};

/// Whether a Plan cuts or opens what it must not. That something stays open is no harm: the notes
/// say what and why.
bool does_harm(const proof::Proof& proof) {
  return std::any_of(proof.counterexamples.begin(), proof.counterexamples.end(),
                     [](const proof::Counterexample& example) {
                       return example.breach != proof::Breach::still_open;
                     });
}

/// The engine that the flag asks for.
Outcome<fix::Engine> engine_of(const std::string& flag, const model::Platform& platform,
                               const model::Snapshot& snapshot) {
  const fix::Engine best = fix::choose(platform, snapshot);
  const std::optional<fix::Engine> asked = fix::engine_named(flag);
  if (!asked) return best;
  if (const std::string_view missing = fix::lacks(*asked, platform); !missing.empty())
    return std::unexpected(
        Failure{kMisuse, fmt::format("platform {} cannot take --engine {}: {}; use --engine {}",
                                     platform.name, flag, missing, fix::name_of(best))});
  if (fix::enforced(*asked, platform) == model::Answer::no &&
      platform.enforces.answer != model::Answer::no)
    return std::unexpected(Failure{
        kMisuse, fmt::format("platform {} does not enforce {}; use --engine {}, or name another "
                             "platform with --platform",
                             platform.name, fix::language_of(*asked), fix::name_of(best))});
  return *asked;
}

fix::Style style_of(const std::string& flag) {
  if (flag == "cidrs") return fix::Style::cidrs;
  return flag == "allow-all" ? fix::Style::allow_all : fix::Style::except;
}

/// The Plan. An engine that can deny writes its policies whether they are needed or not; where no
/// guarded flow passes as it is, none is.
fix::Plan plan_of(const fix::Order& order) {
  if (order.engine == fix::Engine::network_policy) return fix::synthesize(order);
  const proof::Proof now = proof::verify({.before = order.snapshot,
                                          .after = order.snapshot,
                                          .platform = order.platform,
                                          .guard = order.guard,
                                          .namespaces = order.namespaces});
  fix::Plan plan = fix::synthesize(order);
  if (now.outcome != proof::Outcome::proven) return plan;
  plan.additions.clear();
  plan.changes.clear();
  plan.restarts.clear();
  plan.losses.clear();
  return plan;
}

/// What to say when the Plan does harm.
Failure harm_of(const fix::Order& order) {
  const fix::Engine best = fix::choose(order.platform, order.snapshot);
  // Blocks that hold no nodes cannot leave everything but an address open (PF-3).
  const bool whole = order.platform.cidr_matches_nodes.answer == model::Answer::yes;
  std::optional<fix::Engine> other = fix::instead_of(order.engine, order.platform);
  if (order.engine != best && (whole || best != fix::Engine::network_policy)) other = best;
  if (!other && whole)
    return {kWorld,
            "the Plan would change more than it may, which is a mistake in podmoat; nothing was "
            "written"};
  return {kMisuse,
          fmt::format("on platform {} {} cannot cut the guarded flows without changing more; "
                      "nothing was written{}",
                      order.platform.name, fix::language_of(order.engine),
                      other ? fmt::format(". Use --engine {}", fix::name_of(*other)) : "")};
}

/// A Plan, what becomes of the files, and whether it keeps to the Claim.
struct Attempt {
  fix::Plan plan;
  Change change;
  proof::Proof proof;
};

/// The judge sees what will be written, not what the synthesis had in mind.
Outcome<Attempt> attempt(const Input& input, const fix::Order& order) {
  fix::Plan plan = plan_of(order);
  auto change = make_change(input, plan);
  if (!change) return std::unexpected(change.error());
  proof::Proof proof = proof::verify({.before = order.snapshot,
                                      .after = change->after,
                                      .platform = order.platform,
                                      .guard = order.guard,
                                      .namespaces = order.namespaces});
  return Attempt{std::move(plan), *std::move(change), std::move(proof)};
}

/// FX-20. Where NetworkPolicy would do harm, and nobody asked for it, the plugin's own language is
/// taken, even if it is not known that the cluster has it switched on.
Outcome<Attempt> best_attempt(const Input& input, fix::Order& order, bool asked) {
  auto first = attempt(input, order);
  if (!first || asked || !does_harm(first->proof)) return first;
  const auto other = fix::instead_of(order.engine, order.platform);
  if (!other) return first;
  order.engine = *other;
  return attempt(input, order);
}

/// What has to be switched on for the policies of the Plan.
std::string condition_of(const fix::Order& order, const fix::Plan& plan) {
  if (plan.empty() || fix::enforced(order.engine, order.platform) != model::Answer::unknown)
    return "";
  const auto& languages = order.platform.languages;
  const auto row =
      std::ranges::find(languages, fix::language_of(order.engine), &model::Enforced::language);
  const model::Fact& fact = row == languages.end() ? order.platform.other_languages : row->fact;
  return fmt::format("Holds only if platform {} enforces {}, which is not known: {}\n",
                     order.platform.name, fix::language_of(order.engine), fact.source);
}

Outcome<Exit> run_fix(const Flags& flags, Terminal& terminal) {
  auto input = load(flags.input, terminal);
  if (!input) return std::unexpected(input.error());
  const audit::Question question = (*input)->question();
  const auto engine = engine_of(flags.engine, question.platform, question.snapshot);
  if (!engine) return std::unexpected(engine.error());
  const audit::Scope& scope = (*input)->scope;
  fix::Order order{
      .snapshot = question.snapshot,
      .platform = question.platform,
      .guard = question.guard,
      .namespaces = namespaces_in(**input, nullptr),
      .style = style_of(flags.style),
      .engine = *engine,
      .everywhere = scope.namespaces.empty() && scope.include.empty() && scope.exclude.empty()};
  if (order.namespaces.empty())
    return std::unexpected(Failure{kMisuse, "no namespace of the input is in scope"});
  const auto made = best_attempt(**input, order, flags.engine != "auto");
  if (!made) return std::unexpected(made.error());
  const auto& [plan, change, proof] = *made;
  terminal.err << report::plan_notes(plan, question.snapshot, terminal.err_look)
               << report::exceptions_text(question.guard, question.snapshot, terminal.err_look)
               << condition_of(order, plan) << report::proof_text(proof, terminal.err_look);
  if (does_harm(proof)) return std::unexpected(harm_of(order));

  if (flags.in_place) {
    const auto done = carry_out(change, flags.input.sources);
    if (!done) return std::unexpected(done.error());
    for (const std::string& file : *done) terminal.err << "wrote " << file << "\n";
  } else if (flags.diff) {
    const auto text = diff_of(change, flags.input.sources);
    if (!text) return std::unexpected(text.error());
    terminal.out << *text;
  } else {
    terminal.out << manifests_of(change);
  }
  return exit_of(proof);
}

}  // namespace

Verb fix_verb(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("fix", "Make the smallest change that closes the Targets");
  auto flags = std::make_shared<Flags>();
  add_input_flags(*verb, flags->input, true);
  add_exceptions_flag(*verb, flags->input);
  verb->remove_option(verb->get_option("--selector"));
  verb->add_flag("--diff", flags->diff, "Print the change as a diff of the files");
  verb->add_flag("--in-place", flags->in_place,
                 "Change the files: only the lines that must, comments stay")
      ->excludes("--diff");
  verb->add_option("--style", flags->style,
                   "How it is written. NetworkPolicy takes an address out of a block: except|cidrs "
                   "(cidrs for plugins that get overlapping excepts wrong). Cilium before 1.16: "
                   "allow-all (denies beside an allow of everything)")
      ->type_name("STYLE")
      ->check(CLI::IsMember({"except", "cidrs", "allow-all"}));
  std::vector<std::string> engines{"auto"};
  for (const fix::Engine engine : fix::engines()) engines.emplace_back(fix::name_of(engine));
  verb->add_option("--engine", flags->engine,
                   fmt::format("Language to write in: {} (auto: the tightest that the cluster has)",
                               fmt::join(engines, "|")))
      ->type_name("ENGINE")
      ->check(CLI::IsMember(engines));
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

  # All but what an Exception leaves open
  podmoat fix deploy/ --exceptions moat.yaml --diff

  # From a running cluster's objects, for kubectl
  kubectl get ns,nodes,pods,netpol -A -o json |
    podmoat fix - | kubectl apply -f -)");
  return {verb, [flags](Terminal& terminal) { return run_fix(*flags, terminal); }};
}

}  // namespace podmoat::cli
