#pragma once
// JSON in: one object, several one after the other, or a List as large as a cluster, which is never
// in memory as a whole.
//
// The input passes through a window of about a megabyte. simdjson's first stage checks the window's
// UTF-8 and strings and lists where its tokens begin; the walk over those tokens (json_walk.h)
// finds exactly where an object ends and makes a Tree of it that holds what a decoder reads.
// What the window cuts off waits for the next one; only an object that is larger than the window
// makes it grow, to kMaxObject at most. How the input is laid out does not matter.
//
// Not checked: the grammar of what no decoder reads, beyond strings, UTF-8 and that brackets
// match in number ("image": tru passes; a missing bracket never does).
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>

#include "base/bytes.h"
#include "base/diagnostic.h"
#include "base/result.h"
#include "core/manifest/intake.h"
#include "core/manifest/tree.h"

namespace podmoat::manifest {

/// Bytes of the largest object that is read. The API server takes 3 MiB.
/// Source: apiserver pkg/server/config.go, MaxRequestBodyBytes.
inline constexpr std::size_t kMaxJsonObject = std::size_t{32} << 20U;
inline constexpr std::size_t kJsonWindow = std::size_t{1} << 20U;

/// Hands every object of `before` + the rest of `source` to `intake`: the objects themselves, and
/// of lists (whatever has an array `items`) each item. A mistake is reported to `intake` as one
/// error with its line and column, and ends the reading; fails only if `source` does.
/// Trees of the kinds that make Pods hold the members of kPodFields, others everything.
/// Memory: about 5 x the larger of `window` and twice the largest object.
Result<void> read_json(std::string_view before, ByteSource& source, std::uint32_t file,
                       Intake& intake, std::size_t window = kJsonWindow);

/// `text` as one JSON value, with everything in it; checked as a whole. Node offsets count from
/// `text`, which must outlive the Tree's use. Fails with the first mistake.
std::expected<void, Diagnostic> read_json_value(std::string_view text, std::uint32_t file,
                                                Tree& tree);

}  // namespace podmoat::manifest
