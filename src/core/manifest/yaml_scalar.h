#pragma once
// What a scalar of YAML means to Kubernetes: docs/semantics/reading.md RD-3 and RD-4.
#include <optional>
#include <string>
#include <string_view>

#include "core/manifest/tree.h"

namespace podmoat::manifest {

/// A scalar's meaning. `text` is as Node::text wants it, and a view of the input where it can be.
struct Scalar {
  Kind kind = Kind::string;
  std::string_view text;
  std::string made;  ///< holds `text` if the input does not have it so; then `text` is empty

  std::string_view str() const { return text.empty() ? std::string_view(made) : text; }
};

/// What `text`, written without quotes and without a tag, is. Cheap for what begins like a word.
/// Nothing for a number that JSON cannot say (.inf, .nan).
std::optional<Scalar> resolve_plain(std::string_view text);

/// What `text` is under a tag ("tag:yaml.org,2002:int"). Nothing if it cannot be that.
std::optional<Scalar> resolve_tagged(std::string_view tag, std::string_view text);

/// A number of JSON, which may be huge or have a fraction: an integer if its value is one.
Scalar number_of(std::string_view digits);

}  // namespace podmoat::manifest
