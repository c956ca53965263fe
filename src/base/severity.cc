#include "base/severity.h"

#include <array>
#include <cstddef>

namespace podmoat {
namespace {
constexpr std::array<std::string_view, 5> kNames{"critical", "high", "medium", "low", "info"};
}

std::string_view name_of(Severity severity) { return kNames[static_cast<std::size_t>(severity)]; }

std::optional<Severity> parse_severity(std::string_view text) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == text) return static_cast<Severity>(i);
  return std::nullopt;
}

}  // namespace podmoat
