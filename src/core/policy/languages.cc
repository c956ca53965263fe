// The list of policy languages, in the order of their tiers. What is not read may stand above
// everything that is, so it comes first.
#include "core/policy/languages.h"

#include <array>

namespace podmoat::policy {

std::span<const LanguageEntry> languages() {
  static constexpr std::array<LanguageEntry, 2> kLanguages{{
      {"unread", compile_unread},
      {"NetworkPolicy", compile_network_policy},
  }};
  return kLanguages;
}

}  // namespace podmoat::policy
