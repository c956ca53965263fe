#include "core/catalog/strict.h"

#include <algorithm>

namespace podmoat::catalog {

void Strict::report(const Value& at, std::string code, std::string message, std::string hint) {
  diagnostics_.push_back({.level = Level::error,
                          .code = std::move(code),
                          .message = std::move(message),
                          .hint = std::move(hint),
                          .object = object_,
                          .place = at.place});
}

bool Strict::map(const Value& value, std::string_view what,
                 std::initializer_list<std::string_view> known) {
  if (value.map() == nullptr) {
    report(value, "bad-value", std::string(what) + " must be a map");
    return false;
  }
  std::string fields;
  for (const std::string_view field : known)
    fields += (fields.empty() ? "" : ", ") + std::string(field);
  for (const auto& [key, member] : *value.map())
    if (std::ranges::find(known, key) == known.end())
      report(member, "unknown-field", std::string(what) + " has no field \"" + key + "\"",
             "it has " + fields);
  return true;
}

const model::Value* Strict::required(const Value& in, std::string_view key) {
  const Value* value = in.find(key);
  if (value == nullptr || value->is_null()) {
    report(in, "missing-field", "the field \"" + std::string(key) + "\" is missing");
    return nullptr;
  }
  return value;
}

std::string Strict::string_of(const Value& value, std::string_view key) {
  const std::string* string = value.string();
  if (string == nullptr || string->empty()) {
    report(value, "bad-value", "\"" + std::string(key) + "\" must be a text that is not empty",
           "put it in quotes");
    return "";
  }
  return *string;
}

std::string Strict::text(const Value& in, std::string_view key) {
  const Value* value = required(in, key);
  return value == nullptr ? "" : string_of(*value, key);
}

std::string Strict::optional_text(const Value& in, std::string_view key) {
  const Value* value = in.find(key);
  return value == nullptr ? "" : string_of(*value, key);
}

bool Strict::flag(const Value& in, std::string_view key, bool otherwise) {
  const Value* value = in.find(key);
  if (value == nullptr) return otherwise;
  if (value->boolean() == nullptr) {
    report(*value, "bad-value", "\"" + std::string(key) + "\" must be true or false");
    return otherwise;
  }
  return *value->boolean();
}

const model::Value::List& Strict::items(const Value& in, std::string_view key) {
  static const Value::List kNone;
  const Value* value = in.find(key);
  if (value == nullptr || value->is_null()) return kNone;
  if (value->list() == nullptr) {
    report(*value, "bad-value", "\"" + std::string(key) + "\" must be a list");
    return kNone;
  }
  return *value->list();
}

const model::Value::List& Strict::some_items(const Value& in, std::string_view key) {
  const Value* value = required(in, key);
  if (value != nullptr && value->list() != nullptr && value->list()->empty())
    report(*value, "bad-value", "\"" + std::string(key) + "\" must have at least one entry");
  return items(in, key);
}

std::vector<std::string> Strict::some_texts(const Value& in, std::string_view key) {
  std::vector<std::string> out;
  for (const Value& item : some_items(in, key)) out.push_back(string_of(item, key));
  return out;
}

}  // namespace podmoat::catalog
