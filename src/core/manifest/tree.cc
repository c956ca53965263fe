// Tree: look-ups, and the way from a Tree to a Value.
#include "core/manifest/tree.h"

#include <charconv>
#include <cstdlib>

namespace podmoat::manifest {
namespace {

model::Value scalar_value(const Node& node) {
  switch (node.kind) {
    case Kind::boolean:
      return node.text == "true";
    case Kind::integer: {
      std::int64_t number = 0;
      const char* end = node.text.data() + node.text.size();
      if (std::from_chars(node.text.data(), end, number).ec == std::errc()) return number;
      return std::strtod(std::string(node.text).c_str(), nullptr);
    }
    case Kind::real:
      return std::strtod(std::string(node.text).c_str(), nullptr);
    case Kind::string:
      return node.text;
    default:
      return {};
  }
}

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "a boolean";
    case Kind::integer:
      return "an integer";
    case Kind::real:
      return "a number";
    case Kind::string:
      return "a string";
    case Kind::list:
      return "a list";
    case Kind::map:
      return "a map";
  }
  return "";
}

Cursor Tree::root() const { return nodes_.empty() ? Cursor() : Cursor(*this, 0); }

Cursor Cursor::operator[](std::string_view key) const {
  if (!is(Kind::map)) return {};
  for (const Cursor member : *this)
    if (member->key == key) return member;
  return {};
}

Place Cursor::place(std::uint32_t file) const {
  if (!*this) return {file, 0, 0};
  return {file, (*this)->line, (*this)->column};
}

model::Value value_of(Cursor cursor, std::uint32_t file) {
  if (!cursor) return {};
  model::Value value;
  if (cursor.is(Kind::list)) {
    model::Value::List items;
    items.reserve(cursor->count);
    for (const Cursor item : cursor) items.push_back(value_of(item, file));
    value = std::move(items);
  } else if (cursor.is(Kind::map)) {
    model::Value::Map members;
    members.reserve(cursor->count);
    for (const Cursor member : cursor)
      members.emplace_back(std::string(member->key), value_of(member, file));
    value = std::move(members);
  } else {
    value = scalar_value(*cursor);
  }
  value.place = cursor.place(file);
  return value;
}

std::uint32_t add_value(const model::Value& value, Tree& tree) {
  Node node;
  node.line = value.place.line;
  node.column = value.place.column;
  if (const bool* boolean = value.boolean()) {
    node.kind = Kind::boolean;
    node.text = *boolean ? "true" : "false";
  } else if (const std::int64_t* integer = value.integer()) {
    node.kind = Kind::integer;
    node.text = tree.keep(std::to_string(*integer));
  } else if (const double* number = value.number()) {
    node.kind = Kind::real;
    node.text = tree.keep(std::to_string(*number));
  } else if (const std::string* text = value.string()) {
    node.kind = Kind::string;
    node.text = *text;
  } else if (!value.is_null()) {
    node.kind = value.list() != nullptr ? Kind::list : Kind::map;
  }
  const std::uint32_t self = tree.add(node);
  std::uint32_t last = kNoNode;
  const auto add_child = [&](std::string_view key, const model::Value& child) {
    const std::uint32_t index = add_value(child, tree);
    tree.at(index).key = key;
    tree.link(self, last, index);
    last = index;
  };
  if (const auto* items = value.list())
    for (const model::Value& item : *items) add_child("", item);
  if (const auto* members = value.map())
    for (const auto& [key, member] : *members) add_child(key, member);
  return self;
}

}  // namespace podmoat::manifest
