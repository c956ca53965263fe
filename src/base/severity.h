#pragma once
// How bad a Finding is.
#include <cstdint>
#include <optional>
#include <string_view>

namespace podmoat {

/// From worst to least.
enum class Severity : std::uint8_t { critical, high, medium, low, info };

/// "critical", "high", "medium", "low", "info".
std::string_view name_of(Severity severity);
std::optional<Severity> parse_severity(std::string_view text);

}  // namespace podmoat
