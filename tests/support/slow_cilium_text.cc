// Documents as they are, without any idea of what they mean.
#include "support/slow_cilium_text.h"

#include <algorithm>

namespace podmoat::test {

using model::Value;

int Trial::ask(const std::string& question, int count) {
  const auto [at, is_new] = answers.try_emplace(question, 0);
  if (is_new) asked.emplace_back(question, count);
  return at->second;
}

const Value* find(const Value* value, std::string_view key) {
  return value == nullptr ? nullptr : value->find(key);
}

std::string text(const Value* value) {
  return value == nullptr || value->string() == nullptr ? "" : *value->string();
}

std::vector<const Value*> items(const Value* value) {
  std::vector<const Value*> out;
  if (value != nullptr && value->list() != nullptr)
    for (const Value& item : *value->list()) out.push_back(&item);
  return out;
}

std::vector<Asked> requirements(const Value* selector) {
  std::vector<Asked> out;
  if (const Value* labels = find(selector, "matchLabels"); labels != nullptr)
    for (const auto& [key, value] : *labels->map()) out.push_back({key, "In", {text(&value)}});
  for (const Value* item : items(find(selector, "matchExpressions"))) {
    Asked r{text(find(item, "key")), text(find(item, "operator")), {}};
    for (const Value* value : items(find(item, "values"))) r.values.push_back(text(value));
    out.push_back(r);
  }
  return out;
}

std::vector<Asked> requirements(const model::Selector& selector, const std::string& before) {
  static const std::map<model::Operator, std::string> names{
      {model::Operator::in, "In"},
      {model::Operator::not_in, "NotIn"},
      {model::Operator::exists, "Exists"},
      {model::Operator::does_not_exist, "DoesNotExist"}};
  std::vector<Asked> out;
  for (const model::Requirement& r : selector.requirements)
    out.push_back({before + r.key, names.at(r.op), r.values});
  return out;
}

bool holds(const Asked& r, const std::optional<std::string>& value) {
  const bool listed = value && std::ranges::find(r.values, *value) != r.values.end();
  if (r.op == "In") return listed;
  if (r.op == "NotIn") return !listed;
  return value.has_value() == (r.op == "Exists");
}

std::pair<std::string, std::string> split(const std::string& key) {  // CL-7
  if (!key.empty() && key[0] == '$') return {"reserved", key.substr(1)};
  const std::size_t colon = key.find(':');
  if (colon == std::string::npos) return {"any", key};
  return {key.substr(0, colon), key.substr(colon + 1)};
}

bool begins(const std::string& value, const std::string& with) {
  return value.substr(0, with.size()) == with;
}

bool in_block(const Address& address, const std::string& cidr) {
  const Block block = *parse_block(cidr);
  if (block.base.family != address.family) return false;
  const int width = address.family == Family::v4 ? 32 : 128;
  for (int bit = 0; bit < block.prefix; ++bit) {
    const int shift = width - 1 - bit;
    if (((block.base.bits >> shift) & 1) != ((address.bits >> shift) & 1)) return false;
  }
  return true;
}

}  // namespace podmoat::test
