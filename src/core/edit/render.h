#pragma once
// Render: Values as lines of YAML or JSON in a given style, at a given column: what to_yaml writes
// at column 0 in kubectl's style, rewrite writes in the style of the lines around.
#include <cstddef>
#include <string>

#include "core/edit/scalar.h"
#include "core/model/value.h"

namespace podmoat::edit {

/// How block style looks. The default is kubectl's.
struct YamlStyle {
  std::size_t step = 2;       ///< columns from a key to its members
  bool indent_lists = false;  ///< whether the dashes of a list stand further in than its key
  Quotes quotes = Quotes::none;
};

/// How flow style looks.
struct FlowStyle {
  bool json = false;
  std::size_t step = 0;  ///< columns from a bracket's line to its items; 0: all on one line
  char blank = ' ';      ///< what lines are indented with
  std::string comma = ", ";
  std::string colon = ": ";
  Quotes quotes = Quotes::none;  ///< YAML only
};

// All of these write without a last line end; the caller has the first line at `column` already.

/// `value` in block style: a list's dashes, a map's keys, a literal's lines at `column`.
std::string yaml_block(const model::Value& value, std::size_t column, const YamlStyle& style);
/// `key: value` in block style, the key at `column`.
std::string yaml_member(const std::string& key, const model::Value& value, std::size_t column,
                        const YamlStyle& style);
/// What yaml_member() writes from behind the colon on.
std::string yaml_after_colon(const model::Value& value, std::size_t column, const YamlStyle& style);
/// `value` in flow style, on a line whose first character is at `column`.
std::string flow(const model::Value& value, std::size_t column, const FlowStyle& style);
/// `key: value` in flow style.
std::string flow_member(const std::string& key, const model::Value& value, std::size_t column,
                        const FlowStyle& style);

}  // namespace podmoat::edit
