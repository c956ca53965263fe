// podmoat explain: the page of a rule, or the derivation of one Verdict.
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "app/cli/input.h"
#include "app/cli/names.h"

namespace podmoat::cli {
namespace {

struct Flags {
  InputFlags input;
  std::string subject;  ///< or a rule's id
  std::string destination;
};

Outcome<Exit> explain_rule(const std::string& id, Terminal& terminal) {
  const audit::RuleInfo* rule = audit::find_rule(id);
  if (rule == nullptr) {
    std::string known;
    for (const audit::RuleInfo& info : audit::rules())
      known += "\n  " + std::string(info.id) + "  " + std::string(info.title);
    return std::unexpected(Failure{kMisuse, "no rule '" + id +
                                                "'; to explain a Verdict name SUBJECT and TARGET. "
                                                "Rules:" +
                                                known});
  }
  terminal.out << report::rule_page(*rule, terminal.look);
  return kClean;
}

Outcome<Exit> run_explain(const Flags& flags, Terminal& terminal) {
  if (flags.destination.empty()) return explain_rule(flags.subject, terminal);
  auto input = load(flags.input, terminal);
  if (!input) return std::unexpected(input.error());
  const auto destination = parse_destination(flags.destination, **input);
  if (!destination) return std::unexpected(destination.error());
  const audit::Question question = (*input)->question();
  const auto answers = pick(flags.subject, audit::who_can_reach(question, *destination), **input);
  if (!answers) return std::unexpected(answers.error());
  const policy::PodPeers peers(question.snapshot, destination->pods);
  const policy::Policies policies(question.snapshot, question.platform, flow::FlowSet::all(),
                                  peers);
  for (const audit::Answer& answer : *answers)
    terminal.out << report::derivation(answer, *destination, policies, question.snapshot,
                                       question.platform, terminal.look);
  return kClean;
}

}  // namespace

Verb explain_verb(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("explain", "Explain a rule, or how a Verdict came about");
  auto flags = std::make_shared<Flags>();
  verb->add_option("SUBJECT", flags->subject, "PM-nnn, or a Subject as can-reach takes it")
      ->type_name("")
      ->required();
  verb->add_option("TARGET", flags->destination, "A Target, or IP:PORT[/PROTOCOL]")->type_name("");
  add_input_flags(*verb, flags->input, false);
  verb->footer(R"(Examples:
  # What is PM-003, and what to do about it?
  podmoat explain PM-003

  # Why does this Pod reach the metadata service?
  podmoat explain shop/Deployment/web aws-imds -f deploy/)");
  return {verb, [flags](Terminal& terminal) { return run_explain(*flags, terminal); }};
}

}  // namespace podmoat::cli
