#pragma once
// Scalars as text: one value as YAML or JSON writes it, and nothing about lines and columns but for
// block scalars. What to_yaml, to_json and rewrite have in common.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/model/value.h"

namespace podmoat::edit {

/// How strings are quoted that need no quotes. What needs quotes gets double ones for its content
/// ("yes", "1e3", escapes) and single ones for its form (': ', a leading '*').
enum class Quotes : std::uint8_t { none, single, twice };

/// Not a list and not a map that has something in it: what is written without lines of its own.
bool is_inline(const model::Value& value);

/// `value`, which is_inline(), on one line, safe in block and flow style, as a value and as a key.
/// What is no UTF-8 in a string becomes U+FFFD, here and below.
std::string yaml_scalar(const model::Value& value, Quotes quotes = Quotes::none);

/// Whether `text` can be, and is better, written as a literal block ("|"): it has several lines
/// and nothing that such a block cannot say.
bool wants_literal(std::string_view text);

/// A literal block of `text`, which wants_literal(), from "|" on, without the last line end; its
/// lines are at `indent` columns.
std::string yaml_literal(std::string_view text, std::size_t indent);

/// `value`, which is_inline(), as JSON. An infinite or undefined number becomes null.
std::string json_scalar(const model::Value& value);

}  // namespace podmoat::edit
