#pragma once
// Output: -o FORMAT and -o FORMAT=FILE, repeatable.
#include <functional>
#include <string>
#include <vector>

#include "app/cli/cli.h"

namespace podmoat::cli {

/// One -o. Without a file it is for standard output.
struct Output {
  std::string format;
  std::string file;
};

/// Adds -o with the formats of a verb. The first is the default.
void add_output_flag(CLI::App& app, std::vector<std::string>& texts,
                     const std::vector<std::string>& formats);

/// Reads the values of -o. At most one may be for standard output; none means `formats[0]` there.
Outcome<std::vector<Output>> parse_outputs(const std::vector<std::string>& texts,
                                           const std::vector<std::string>& formats);

/// Writes every output: `render` makes the text of a format.
Outcome<void> write_outputs(
    const std::vector<Output>& outputs, Terminal& terminal,
    const std::function<std::string(const std::string& format, const report::Look& look)>& render);

/// A document in "json" or "yaml".
std::string document_text(const model::Value& document, const std::string& format);

}  // namespace podmoat::cli
