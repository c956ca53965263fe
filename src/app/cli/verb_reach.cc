// podmoat can-reach and who-can-reach: one question to one Subject, or to all.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "app/cli/input.h"
#include "app/cli/names.h"
#include "app/cli/output.h"

namespace podmoat::cli {
namespace {

const std::vector<std::string> kFormats{"table", "wide", "json", "yaml"};

struct Flags {
  InputFlags input;
  std::string subject;
  std::string destination;
  std::vector<std::string> outputs;
  bool quiet = false;
};

Exit exit_of(const std::vector<audit::Answer>& answers) {
  audit::Reach worst = audit::Reach::blocked;
  for (const audit::Answer& answer : answers) worst = std::max(worst, answer.verdict.reach);
  switch (worst) {
    case audit::Reach::reachable:
      return kFound;
    case audit::Reach::unknown:
      return kOpen;
    case audit::Reach::blocked:
      return kClean;
  }
  return kOpen;
}

Outcome<Exit> run_reach(const Flags& flags, Terminal& terminal) {
  const auto outputs = parse_outputs(flags.outputs, kFormats);
  if (!outputs) return std::unexpected(outputs.error());
  auto input = load(flags.input, terminal);
  if (!input) return std::unexpected(input.error());
  const auto destination = parse_destination(flags.destination, **input);
  if (!destination) return std::unexpected(destination.error());
  const audit::Question question = (*input)->question();
  std::vector<audit::Answer> answers = audit::who_can_reach(question, *destination);
  const bool one = !flags.subject.empty();
  if (one) {
    auto picked = pick(flags.subject, std::move(answers), **input);
    if (!picked) return std::unexpected(picked.error());
    answers = std::move(*picked);
  }
  if (!flags.quiet) {
    const auto written =
        write_outputs(*outputs, terminal, [&](const std::string& format, const report::Look& look) {
          if (format == "json" || format == "yaml")
            return document_text(report::reach_document(answers, *destination, question.snapshot),
                                 format);
          if (one) {
            std::string out;
            for (const audit::Answer& answer : answers)
              out += report::reach_answer(answer, *destination, question.snapshot);
            return out;
          }
          report::Look table = look;
          table.wide = table.wide || format == "wide";
          return report::reach_table(answers, *destination, question.snapshot, table);
        });
    if (!written) return std::unexpected(written.error());
  }
  return exit_of(answers);
}

void add_flags(CLI::App& verb, Flags& flags) {
  add_input_flags(verb, flags.input, false);
  add_output_flag(verb, flags.outputs, kFormats);
  verb.add_flag("-q,--quiet", flags.quiet, "Print nothing; the exit code is the answer");
}

}  // namespace

Verb can_reach_verb(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("can-reach", "Say whether a Pod reaches a destination");
  auto flags = std::make_shared<Flags>();
  verb->add_option("SUBJECT", flags->subject, "KIND/NAME, or NAMESPACE/KIND/NAME, or a Pod's name")
      ->type_name("")
      ->required();
  verb->add_option("DEST", flags->destination, "A Target, or IP:PORT[/PROTOCOL]")
      ->type_name("")
      ->required();
  add_flags(*verb, *flags);
  verb->footer(R"(The answer is yes, no or unknown, with the reason.

Exit codes:
  0  no (blocked)    1  yes (reachable)    4  unknown

Examples:
  # Does the shop's front end reach the AWS metadata service?
  podmoat can-reach shop/Deployment/web aws-imds -f deploy/

  # A destination by address
  podmoat can-reach web 169.254.169.254:53/UDP -n shop -f cluster.json)");
  return {verb, [flags](Terminal& terminal) { return run_reach(*flags, terminal); }};
}

Verb who_can_reach_verb(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("who-can-reach", "List who reaches a destination");
  auto flags = std::make_shared<Flags>();
  verb->add_option("DEST", flags->destination, "A Target, or IP:PORT[/PROTOCOL]")
      ->type_name("")
      ->required();
  add_flags(*verb, *flags);
  verb->footer(R"(Exit codes:
  0  nobody    1  somebody    4  nobody for sure

Examples:
  # Who reaches the kubelet?
  podmoat who-can-reach kubelet -f cluster.json

  # As a document for programs
  podmoat who-can-reach 169.254.169.254:80 -f deploy/ -R -o json)");
  return {verb, [flags](Terminal& terminal) { return run_reach(*flags, terminal); }};
}

}  // namespace podmoat::cli
