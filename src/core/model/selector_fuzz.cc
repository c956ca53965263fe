// parse_selector never crashes, and what it reads it writes and reads again as the same selector.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "core/model/labels.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto selector = podmoat::model::parse_selector(text);
  if (!selector || selector->empty()) return 0;
  const auto again = podmoat::model::parse_selector(selector->str());
  PODMOAT_CHECK(again.has_value());
  PODMOAT_CHECK(*again == *selector);
  return 0;
}
