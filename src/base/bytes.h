#pragma once
// ByteSource: where a room that must not touch the world gets bytes from.
#include <cstddef>
#include <span>

#include "base/result.h"

namespace podmoat {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills `into` as far as bytes are at hand and says how many they were; 0 only at the end.
  virtual Result<std::size_t> read(std::span<char> into) = 0;
};

}  // namespace podmoat
