#pragma once
// A Diagnostic says what is wrong with an input, where, and what to do about it.
#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace podmoat {

/// Where something stands in an input: `file` indexes the Snapshot's file names, `line` and
/// `column` start at 1 (0: not known).
struct Place {
  std::uint32_t file = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  auto operator<=>(const Place&) const = default;
};

/// error: the input cannot be read, the run ends with exit 2 and no answer.
/// invalid: one object would be refused by the API server; it counts as not in force.
/// warning: read, but not as its author may think (an unknown field was dropped).
enum class Level : std::uint8_t { error, invalid, warning };

struct Diagnostic {
  Level level = Level::error;
  std::string code;     ///< stable, kebab-case: "yaml-syntax", "unknown-field"
  std::string message;  ///< one sentence, lower case, no full stop
  std::string hint;     ///< what to do, or ""
  std::string object;   ///< "NetworkPolicy shop/deny-imds", or "" where no object is known
  Place place;
};

using Diagnostics = std::vector<Diagnostic>;

}  // namespace podmoat
