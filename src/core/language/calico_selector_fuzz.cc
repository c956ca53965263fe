// A selector that parses is written back as a text that parses to the same tree, and becomes terms
// or is too large.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "core/language/calico_pods.h"
#include "core/language/calico_selector.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto selector = podmoat::language::parse_calico_selector(text);
  if (!selector) return 0;
  const std::string canonical = selector->str();
  const auto again = podmoat::language::parse_calico_selector(canonical);
  PODMOAT_CHECK(again.has_value());
  PODMOAT_CHECK(*again == *selector);
  PODMOAT_CHECK(again->str() == canonical);
  if (size > 1024) return 0;
  const auto pods = podmoat::language::pods_of(*selector);
  PODMOAT_CHECK(!pods || pods->sure.size() <= podmoat::language::kMostTerms);
  return 0;
}
