// podmoat platform: what is taken for granted about the network plugin, and what tells.
#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/input.h"
#include "app/cli/output.h"
#include "core/platform/detect.h"

namespace podmoat::cli {
namespace {

const std::vector<std::string> kFormats{"table", "wide", "json", "yaml"};

struct Flags {
  InputFlags input;
  std::vector<std::string> outputs;
  bool list = false;
};

/// What is to be shown: --list, a profile alone, or what the SOURCEs tell.
struct Shown {
  bool list = false;
  model::Platform platform{};
  model::Basis basis = model::Basis::given;
  std::vector<std::string> hints{};
};

Outcome<Shown> show(const Flags& flags, Terminal& terminal) {
  if (flags.list) return Shown{.list = true};
  if (flags.input.sources.empty() && !flags.input.platform.empty()) {
    const auto named = named_platform(flags.input.platform);
    if (!named) return std::unexpected(named.error());
    return Shown{.platform = **named};
  }
  const std::string home =
      flags.input.namespaces.size() == 1 ? flags.input.namespaces[0] : "default";
  const auto loaded = load_snapshot(flags.input.sources, flags.input.recursive, home, terminal);
  if (!loaded) return std::unexpected(loaded.error());
  auto chosen = choose_platform(flags.input.platform, loaded->snapshot, terminal);
  if (!chosen) return std::unexpected(chosen.error());
  return Shown{false, std::move(chosen->platform), chosen->basis,
               platform::hints(loaded->snapshot)};
}

Outcome<Exit> run_platform(const Flags& flags, Terminal& terminal) {
  const auto outputs = parse_outputs(flags.outputs, kFormats);
  if (!outputs) return std::unexpected(outputs.error());
  const auto shown = show(flags, terminal);
  if (!shown) return std::unexpected(shown.error());
  const auto written =
      write_outputs(*outputs, terminal, [&](const std::string& format, const report::Look& look) {
        if (format == "json" || format == "yaml")
          return document_text(
              shown->list ? report::platforms_document()
                          : report::platform_document(shown->platform, shown->basis, shown->hints),
              format);
        report::Look table = look;
        table.wide = table.wide || format == "wide";
        return shown->list
                   ? report::platforms_table(table)
                   : report::platform_table(shown->platform, shown->basis, shown->hints, table);
      });
  if (!written) return std::unexpected(written.error());
  return kClean;
}

}  // namespace

Verb platform_verb(CLI::App& app) {
  CLI::App* verb =
      app.add_subcommand("platform", "Show what enforces policies, and what that changes");
  auto flags = std::make_shared<Flags>();
  add_source_flags(*verb, flags->input, true);
  add_platform_flag(*verb, flags->input);
  verb->add_flag("--list", flags->list, "List the profiles that --platform knows");
  add_output_flag(*verb, flags->outputs, kFormats);
  verb->footer(R"(Examples:
  # What does the cluster run, and which object says so?
  kubectl get nodes,ds,cm,crd,felixconfigurations -A -o json | podmoat platform -

  # One profile, with the source of every fact
  podmoat platform --platform cilium -o wide

  # All profiles
  podmoat platform --list)");
  return {verb, [flags](Terminal& terminal) { return run_platform(*flags, terminal); }};
}

}  // namespace podmoat::cli
