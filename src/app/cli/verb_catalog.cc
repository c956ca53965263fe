// podmoat catalog: Targets and Neighbours, with sources.
#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/input.h"
#include "app/cli/output.h"

namespace podmoat::cli {
namespace {

const std::vector<std::string> kFormats{"table", "wide", "json", "yaml"};

struct Flags {
  std::vector<std::string> catalogs;
  std::vector<std::string> outputs;
};

Outcome<Exit> run_catalog(const Flags& flags, Terminal& terminal) {
  const auto outputs = parse_outputs(flags.outputs, kFormats);
  if (!outputs) return std::unexpected(outputs.error());
  const auto catalog = load_catalog(flags.catalogs);
  if (!catalog) return std::unexpected(catalog.error());
  const auto written =
      write_outputs(*outputs, terminal, [&](const std::string& format, const report::Look& look) {
        if (format == "json" || format == "yaml")
          return document_text(report::catalog_document(*catalog), format);
        report::Look table = look;
        table.wide = table.wide || format == "wide";
        return report::catalog_table(*catalog, table);
      });
  if (!written) return std::unexpected(written.error());
  return kClean;
}

}  // namespace

Verb catalog_verb(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("catalog", "Show Targets and Neighbours, with their sources");
  auto flags = std::make_shared<Flags>();
  verb->add_option("--catalog", flags->catalogs, "A catalogue that extends the built-in one")
      ->type_name("FILE")
      ->expected(1)
      ->take_all();
  add_output_flag(*verb, flags->outputs, kFormats);
  verb->footer(R"(Examples:
  # What is guarded, and what is spared
  podmoat catalog

  # The whole catalogue as a file to start one's own from
  podmoat catalog -o yaml > catalog.yaml)");
  return {verb, [flags](Terminal& terminal) { return run_catalog(*flags, terminal); }};
}

}  // namespace podmoat::cli
