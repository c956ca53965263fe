// What is read and written is read again as the same.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/address.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace podmoat;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto address = parse_address_as_written(text))
    PODMOAT_CHECK(parse_address_as_written(address->str()) == *address);
  if (const auto address = parse_address(text))
    PODMOAT_CHECK(parse_address(address->str()) == *address);
  if (const auto block = parse_block(text)) {
    PODMOAT_CHECK(parse_block(block->str()) == *block);
    PODMOAT_CHECK(block->contains(block->first()) && block->contains(block->last()));
    PODMOAT_CHECK(block_of(block->last(), block->prefix) == *block);
  }
  return 0;
}
