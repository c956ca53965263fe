#pragma once
// Result<T>: a value, or the reason why the world did not give one.
#include <expected>
#include <string>
#include <utility>

namespace podmoat {

/// Why something failed, in words for the user. Each level that hands an Error up may put its own
/// context in front: "audit: shop.yaml: permission denied".
struct Error {
  std::string what;
};

template <class T>
using Result = std::expected<T, Error>;

/// `fail("no such file")` in a function that returns a Result.
inline std::unexpected<Error> fail(std::string what) {
  return std::unexpected(Error{std::move(what)});
}

}  // namespace podmoat
