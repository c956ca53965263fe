#pragma once
// Value: a document as YAML and JSON have it, without judgement. Small documents only (policies,
// the catalogue, what podmoat writes); lists of a cluster's size never become Values.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/diagnostic.h"

namespace podmoat::model {

class Value {
 public:
  using List = std::vector<Value>;
  using Member = std::pair<std::string, Value>;
  using Map = std::vector<Member>;  ///< in document order, keys unique

  Value() = default;  ///< null
  Value(bool value) : is_(value) {}
  Value(std::int64_t value) : is_(value) {}
  Value(int value) : is_(static_cast<std::int64_t>(value)) {}
  Value(double value) : is_(value) {}
  Value(std::string value) : is_(std::move(value)) {}
  Value(std::string_view value) : is_(std::string(value)) {}
  Value(const char* value) : is_(std::string(value)) {}
  Value(List value) : is_(std::move(value)) {}
  Value(Map value) : is_(std::move(value)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(is_); }
  /// The alternative asked for, or nullptr.
  const bool* boolean() const { return std::get_if<bool>(&is_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&is_); }
  const double* number() const { return std::get_if<double>(&is_); }
  const std::string* string() const { return std::get_if<std::string>(&is_); }
  const List* list() const { return std::get_if<List>(&is_); }
  const Map* map() const { return std::get_if<Map>(&is_); }
  List* list() { return std::get_if<List>(&is_); }
  Map* map() { return std::get_if<Map>(&is_); }

  /// The member of a map, or nullptr: for a missing key and for what is no map.
  const Value* find(std::string_view key) const;
  Value* find(std::string_view key);
  /// Sets a member of a map, at its old place or at the end. A null becomes a map first.
  void set(std::string_view key, Value value);
  /// Removes a member if it is there.
  void erase(std::string_view key);

  /// Where it was read; not part of equality.
  Place place;

  friend bool operator==(const Value& a, const Value& b) { return a.is_ == b.is_; }

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Map> is_;
};

}  // namespace podmoat::model
