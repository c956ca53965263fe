#pragma once
// Values on one line, as tables of tests want them: "{to: [{podSelector: {}}], ports: [{port:
// 80}]}".
#include <ostream>
#include <string>

#include "core/model/value.h"

namespace podmoat::model {

inline void PrintTo(const Value& value, std::ostream* out);

}  // namespace podmoat::model

namespace podmoat::test {

/// `value` in YAML's flow style, with no quotes anywhere.
inline std::string text_of(const model::Value& value) {
  std::string out;
  const auto separate = [&] {
    if (out.size() > 1) out += ", ";
  };
  if (const auto* map = value.map()) {
    out = "{";
    for (const auto& [key, member] : *map) {
      separate();
      out += key + ": " + text_of(member);
    }
    return out + "}";
  }
  if (const auto* list = value.list()) {
    out = "[";
    for (const model::Value& item : *list) {
      separate();
      out += text_of(item);
    }
    return out + "]";
  }
  if (const auto* string = value.string()) return *string;
  if (const auto* integer = value.integer()) return std::to_string(*integer);
  if (const auto* number = value.number()) return std::to_string(*number);
  if (const auto* boolean = value.boolean()) return *boolean ? "true" : "false";
  return "null";
}

}  // namespace podmoat::test

namespace podmoat::model {

/// gtest prints a Value in the same words.
inline void PrintTo(const Value& value, std::ostream* out) { *out << test::text_of(value); }

}  // namespace podmoat::model
