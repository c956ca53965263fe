#pragma once
// Strict: how podmoat's own documents are read. No server drops what it does not know from them, so
// an unknown field is a mistake; and every mistake is collected, each with its place.
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "core/model/value.h"

namespace podmoat::catalog {

/// Reads the pieces of one document. Every function returns something usable, so that one mistake
/// does not hide the next.
class Strict {
 public:
  Diagnostics take() { return std::move(diagnostics_); }

 protected:
  using Value = model::Value;

  void report(const Value& at, std::string code, std::string message, std::string hint = "");
  /// What the Diagnostics are about from now on: "Target aws-imds".
  void about(std::string object) { object_ = std::move(object); }

  /// False, and a Diagnostic, unless `value` is a map; a Diagnostic for every key not in `known`.
  bool map(const Value& value, std::string_view what,
           std::initializer_list<std::string_view> known);
  /// The member `key`, or nullptr and a Diagnostic.
  const Value* required(const Value& in, std::string_view key);
  /// The text under `key`; "" and a Diagnostic if it is missing or empty.
  std::string text(const Value& in, std::string_view key);
  /// "" if it is missing.
  std::string optional_text(const Value& in, std::string_view key);
  std::string string_of(const Value& value, std::string_view key);
  bool flag(const Value& in, std::string_view key, bool otherwise);
  /// What the text under `key` stands for, of several; the first of them and a Diagnostic if none.
  template <class T>
  T one_of(const Value& in, std::string_view key,
           std::initializer_list<std::pair<std::string_view, T>> names);
  /// The items of the list `key`; of an absent one none.
  const Value::List& items(const Value& in, std::string_view key);
  /// The same, and a Diagnostic if there are none.
  const Value::List& some_items(const Value& in, std::string_view key);
  std::vector<std::string> some_texts(const Value& in, std::string_view key);

 private:
  Diagnostics diagnostics_;
  std::string object_;
};

template <class T>
T Strict::one_of(const Value& in, std::string_view key,
                 std::initializer_list<std::pair<std::string_view, T>> names) {
  const Value* value = required(in, key);
  if (value == nullptr) return names.begin()->second;
  std::string all;
  for (const auto& [name, meaning] : names) {
    if (value->string() != nullptr && *value->string() == name) return meaning;
    all += (all.empty() ? "" : ", ") + std::string(name);
  }
  report(*value, "bad-value", "\"" + std::string(key) + "\" must be one of " + all);
  return names.begin()->second;
}

}  // namespace podmoat::catalog
