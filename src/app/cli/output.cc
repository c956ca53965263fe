#include "app/cli/output.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "core/edit/writer.h"
#include "io/files/files.h"

namespace podmoat::cli {
namespace {

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

}  // namespace

void add_output_flag(CLI::App& app, std::vector<std::string>& texts,
                     const std::vector<std::string>& formats) {
  app.add_option(
         "-o,--output", texts,
         "Output format: " + joined(formats, "|") + ". Repeatable; FORMAT=FILE writes to a file")
      ->type_name("FORMAT[=FILE]")
      ->expected(1)
      ->take_all();
}

Outcome<std::vector<Output>> parse_outputs(const std::vector<std::string>& texts,
                                           const std::vector<std::string>& formats) {
  std::vector<Output> out;
  std::size_t on_screen = 0;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    Output one{text.substr(0, equals), equals == std::string::npos ? "" : text.substr(equals + 1)};
    if (std::find(formats.begin(), formats.end(), one.format) == formats.end())
      return std::unexpected(Failure{
          kMisuse, "unknown output format '" + one.format + "'; one of: " + joined(formats, ", ")});
    if (one.file.empty()) ++on_screen;
    out.push_back(std::move(one));
  }
  if (on_screen > 1)
    return std::unexpected(
        Failure{kMisuse,
                "only one output can go to standard output; give the others a file: -o json=FILE"});
  if (out.empty()) out.push_back({formats.front(), ""});
  return out;
}

Outcome<void> write_outputs(
    const std::vector<Output>& outputs, Terminal& terminal,
    const std::function<std::string(const std::string& format, const report::Look& look)>& render) {
  for (const Output& output : outputs) {
    if (output.file.empty()) {
      terminal.out << render(output.format, terminal.look);
      continue;
    }
    const auto written =
        files::write_atomically(output.file, render(output.format, report::Look{}));
    if (!written) return std::unexpected(Failure{kWorld, written.error().what});
  }
  return {};
}

std::string document_text(const model::Value& document, const std::string& format) {
  return format == "yaml" ? edit::to_yaml(document) : edit::to_json(document) + "\n";
}

}  // namespace podmoat::cli
