#pragma once
// What stands in a JSON string or number. Inside the room; used by json_walk.cc.
#include <optional>
#include <string>
#include <string_view>

namespace podmoat::manifest {

/// `raw`, which stands between the quotes of a string, without its escapes; nothing if an escape is
/// none. Half of a surrogate pair becomes U+FFFD, as the API server reads it.
std::optional<std::string> json_unescaped(std::string_view raw);

enum class JsonNumber { none, integer, real };

/// Whether `text` is a number as RFC 8259 section 6 writes it; with a fraction or exponent: real.
JsonNumber json_number(std::string_view text);

}  // namespace podmoat::manifest
