#include "core/model/value.h"

#include <algorithm>

namespace podmoat::model {

const Value* Value::find(std::string_view key) const {
  const Map* members = map();
  if (members == nullptr) return nullptr;
  const auto it = std::find_if(members->begin(), members->end(),
                               [&](const Member& member) { return member.first == key; });
  return it == members->end() ? nullptr : &it->second;
}

Value* Value::find(std::string_view key) {
  return const_cast<Value*>(static_cast<const Value*>(this)->find(key));
}

void Value::set(std::string_view key, Value value) {
  if (is_null()) is_ = Map{};
  if (Value* member = find(key))
    *member = std::move(value);
  else if (Map* members = map())
    members->emplace_back(std::string(key), std::move(value));
}

void Value::erase(std::string_view key) {
  if (Map* members = map())
    std::erase_if(*members, [&](const Member& member) { return member.first == key; });
}

}  // namespace podmoat::model
