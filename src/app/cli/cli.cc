// The command line as a whole: verbs, help in kubectl's manner, terminal, exit codes.
#include "app/cli/cli.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <vector>

#include "core/report/text.h"

#ifndef PODMOAT_VERSION
#error "the build says which version this is"
#endif

namespace podmoat::cli {
namespace {

constexpr const char* kAbout =
    "podmoat keeps Kubernetes Pods away from the node's metadata service and the\n"
    "node's own ports: it shows who reaches them, why, and makes the smallest change\n"
    "that closes them.";

/// Help is written for terminals of this width, whatever the terminal's own.
constexpr std::size_t kColumns = 80;

/// Help as kubectl prints it: what it is, the verbs or flags, examples, usage last.
class Help : public CLI::Formatter {
 public:
  explicit Help(std::string program) : program_(std::move(program)) {}

  std::string make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const override {
    std::string out = app->get_description() + "\n\n";
    std::string commands;
    for (const CLI::App* verb : app->get_subcommands([](const CLI::App*) { return true; }))
      commands += row("  " + verb->get_name(), 17, verb->get_description());
    if (!commands.empty()) out += "Commands:\n" + commands + "\n";
    if (!app->get_footer().empty()) out += app->get_footer() + "\n\n";
    std::string arguments;
    std::string options;
    for (const CLI::Option* option : app->get_options())
      if (option->get_positional())
        arguments += "  " + option->get_name() + "\n" + row("", 6, option->get_description());
      else
        options += describe(*option);
    if (!arguments.empty()) out += "Arguments:\n" + arguments + "\n";
    if (!options.empty()) out += "Options:\n" + options + "\n";
    out += "Usage:\n  " + usage(*app) + "\n";
    return out;
  }

 private:
  static std::string row(std::string head, std::size_t column, const std::string& text) {
    head.resize(column, ' ');
    return report::hanging(head, text, kColumns);
  }

  /// "  -o, --output FORMAT[=FILE]", its default, and what it is for below.
  static std::string describe(const CLI::Option& option) {
    std::string name = option.get_name(false, true);
    std::string words;
    for (const std::string& part : CLI::detail::split(name, ','))
      words += (words.empty() ? "" : ", ") + part;
    if (option.get_type_size() != 0) {
      // CLI11 adds what it checks the value for, which the description says already.
      const std::string type = option.get_type_name();
      if (!type.empty()) words += " " + type.substr(0, type.find(':'));
    }
    const std::string value = option.get_default_str();
    if (!value.empty() && value != "[]") words += " (default: " + value + ")";
    return "  " + words + "\n" + row("", 6, option.get_description());
  }

  std::string usage(const CLI::App& app) const {
    if (app.get_parent() == nullptr) return program_ + " COMMAND [options]";
    std::string out = program_ + " " + app.get_name();
    for (const CLI::Option* option : app.get_options())
      if (option->get_positional())
        out += option->get_required() ? " " + option->get_name()
                                      : " [" + option->get_name() +
                                            (option->get_expected_max() > 1 ? "..." : "") + "]";
    return out + " [options]";
  }

  std::string program_;
};

report::Look look_of(int descriptor, const std::string& colour) {
  report::Look look;
  const bool terminal = isatty(descriptor) != 0;
  // https://no-color.org: any value that is not empty switches colour off.
  const char* no_colour = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  const bool plain = (no_colour != nullptr && *no_colour != '\0') ||
                     (kind != nullptr && std::string_view(kind) == "dumb");
  look.colour = colour == "always" || (colour == "auto" && terminal && !plain);
  winsize size{};
  if (const char* columns = std::getenv("COLUMNS"); columns != nullptr && std::atoi(columns) > 0)
    look.width = static_cast<std::size_t>(std::atoi(columns));
  else if (terminal && ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    look.width = size.ws_col;
  else
    look.wide = !terminal;  // whoever reads from a pipe wants all of it
  return look;
}

std::string program_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  return name.starts_with("kubectl-") ? "kubectl podmoat" : "podmoat";
}

int report_failure(const Failure& failure) {
  std::cerr << "podmoat: " << failure.what << "\n";
  return failure.code;
}

/// What CLI11 found wrong; it calls a word that is no verb a missing one.
int report_misuse(const std::string& program, const std::vector<Verb>& verbs,
                  const std::string& first, const std::string& wrong) {
  const bool unknown =
      !first.starts_with('-') && std::none_of(verbs.begin(), verbs.end(), [&](const Verb& verb) {
        return verb.app->get_name() == first;
      });
  std::cerr << "podmoat: " << (unknown ? "unknown command '" + first + "'" : wrong) << "\nSee \""
            << program << " --help\".\n";
  return kMisuse;
}

}  // namespace

int run(int argc, const char* const* argv) {
  const std::string program = program_name(argc > 0 ? argv[0] : "podmoat");
  CLI::App app(kAbout, program);
  app.formatter(std::make_shared<Help>(program));
  app.set_help_flag("-h,--help", "Show this help");
  app.set_version_flag("--version", "podmoat " PODMOAT_VERSION, "Show the version");
  app.require_subcommand(1);
  app.fallthrough(true);
  app.option_defaults()->always_capture_default();
  std::string colour = "auto";
  app.add_option("--color", colour, "Colour: auto|always|never")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.footer(R"(Exit codes:
  0  nothing to report        1  findings, reachable, refuted
  2  wrong use or input       3  a file or the system failed
  4  unknown or undecided

Use ")" + program +
             R"( COMMAND --help" for more about a command.)");

  const std::vector<Verb> verbs{audit_verb(app),   can_reach_verb(app), who_can_reach_verb(app),
                                explain_verb(app), fix_verb(app),       verify_verb(app),
                                catalog_verb(app), platform_verb(app)};
  if (argc <= 1) {
    std::cout << app.help();
    return kMisuse;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help, std::cout, std::cerr);
  } catch (const CLI::ParseError& error) {
    return report_misuse(program, verbs, argv[1], error.what());
  }
  Terminal terminal{std::cout, std::cerr, look_of(STDOUT_FILENO, colour),
                    look_of(STDERR_FILENO, colour)};
  for (const Verb& verb : verbs) {
    if (!verb.app->parsed()) continue;
    const Outcome<Exit> outcome = verb.run(terminal);
    std::cout.flush();
    if (!outcome) return report_failure(outcome.error());
    if (!std::cout) return report_failure({kWorld, "standard output cannot be written"});
    return *outcome;
  }
  return kMisuse;
}

}  // namespace podmoat::cli
