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
#include <functional>
#include <string_view>

#include "base/bytes.h"
#include "base/diagnostic.h"
#include "base/result.h"
#include "core/manifest/intake.h"
#include "core/manifest/tree.h"

namespace podmoat::manifest {

/// Bytes of the largest object that is read. The API server takes 3 MiB, which are less than
/// 16 when they are indented.
/// Source: apiserver pkg/server/config.go, MaxRequestBodyBytes.
inline constexpr std::size_t kMaxJsonObject = std::size_t{16} << 20U;
inline constexpr std::size_t kJsonWindow = std::size_t{1} << 20U;

/// Who gets what is read: the objects one after the other (the Tree lives until the call returns),
/// and at most one mistake, which is the end.
struct JsonSink {
  std::function<void(Cursor object, ItemKind item)> take;
  std::function<void(Diagnostic)> report;
};

/// Hands every object of `before` + the rest of `source` to `sink`: the objects themselves, and of
/// lists (whatever has an array `items`) each item. A mistake is an error with its line and column;
/// fails only if `source` does. The Tree of a Pod has what fields_of("Pod") names, others have
/// everything. Memory: 5 x the larger of `window` and four times the largest object.
Result<void> read_json(std::string_view before, ByteSource& source, std::uint32_t file,
                       const JsonSink& sink, std::size_t window = kJsonWindow);
/// The same, into `intake`.
Result<void> read_json(std::string_view before, ByteSource& source, std::uint32_t file,
                       Intake& intake);

/// `text` as one JSON value, with everything in it; checked as a whole. Node offsets count from
/// `text`, which must outlive the Tree's use. Fails with the first mistake.
std::expected<void, Diagnostic> read_json_value(std::string_view text, std::uint32_t file,
                                                Tree& tree);

}  // namespace podmoat::manifest
