// Nothing here is clever: keys one by one, addresses bit by bit.
#include "support/slow_values.h"

#include <algorithm>
#include <set>
#include <vector>

namespace podmoat::test {
namespace {

using model::Value;

/// One requirement, with matchLabels written as In.
struct Requirement {
  std::string key;
  std::string op;
  std::set<std::string> values;
};

std::vector<Requirement> requirements_of(const Value& selector) {
  std::vector<Requirement> out;
  if (const Value* labels = selector.find("matchLabels"); labels != nullptr && labels->map())
    for (const auto& [key, value] : *labels->map()) out.push_back({key, "In", {*value.string()}});
  if (const Value* list = selector.find("matchExpressions"); list != nullptr && list->list())
    for (const Value& item : *list->list()) {
      Requirement r{slow_text(item, "key"), slow_text(item, "operator"), {}};
      if (const Value* values = item.find("values"); values != nullptr && values->list())
        for (const Value& value : *values->list()) r.values.insert(*value.string());
      out.push_back(r);
    }
  return out;
}

bool holds(const Requirement& r, const std::string* value) {
  if (r.op == "In") return value != nullptr && r.values.count(*value) != 0;
  if (r.op == "NotIn") return value == nullptr || r.values.count(*value) == 0;
  return (r.op == "Exists") == (value != nullptr);
}

}  // namespace

Truth both(Truth a, Truth b) { return std::min(a, b); }
Truth either(Truth a, Truth b) { return std::max(a, b); }

SlowLabels slow_labels(const model::Labels& labels) {
  return {{labels.entries().begin(), labels.entries().end()}, true};
}

SlowLabels slow_namespace(const model::Snapshot& snapshot, const std::string& name) {
  for (const model::Namespace& ns : snapshot.namespaces)
    if (ns.object.name == name) {
      SlowLabels out = slow_labels(ns.labels);
      out.complete = ns.complete;
      return out;
    }
  return {{{"kubernetes.io/metadata.name", name}}, false};
}

const Value* slow_get(const Value& value, std::initializer_list<const char*> path) {
  const Value* at = &value;
  for (const char* key : path) {
    if (at == nullptr) return nullptr;
    at = at->find(key);
  }
  return at;
}

std::string slow_text(const Value& value, const char* key) {
  const Value* found = value.find(key);
  return found == nullptr || found->string() == nullptr ? "" : *found->string();
}

Truth slow_selects(const Value* selector, const SlowLabels& labels) {
  if (selector == nullptr) return Truth::yes;
  std::map<std::string, std::vector<Requirement>> by_key;
  for (const Requirement& r : requirements_of(*selector)) by_key[r.key].push_back(r);
  Truth answer = Truth::yes;
  for (const auto& [key, list] : by_key) {
    std::vector<const std::string*> candidates;  // what the label may be
    const std::string other = "a value that nobody names";
    std::set<std::string> named;
    if (labels.known.count(key) != 0) {
      candidates.push_back(&labels.known.at(key));
    } else {
      candidates.push_back(nullptr);
      if (!labels.complete) {
        candidates.push_back(&other);
        for (const Requirement& r : list) named.insert(r.values.begin(), r.values.end());
        for (const std::string& value : named) candidates.push_back(&value);
      }
    }
    std::size_t good = 0;
    for (const std::string* candidate : candidates)
      if (std::all_of(list.begin(), list.end(),
                      [&](const Requirement& r) { return holds(r, candidate); }))
        ++good;
    const Truth here = good == candidates.size() ? Truth::yes : good > 0 ? Truth::maybe : Truth::no;
    answer = both(answer, here);
  }
  return answer;
}

bool slow_holds(const std::string& block, const Address& address) {
  const std::size_t slash = block.find('/');
  const auto base = parse_address(block.substr(0, slash));
  const int prefix = std::stoi(block.substr(slash + 1));
  if (base->family != address.family) return false;
  const int width = address.family == Family::v4 ? 32 : 128;
  for (int bit = 0; bit < prefix; ++bit) {
    const int shift = width - 1 - bit;
    if (((base->bits >> shift) & 1) != ((address.bits >> shift) & 1)) return false;
  }
  return true;
}

bool slow_unroutable(const Address& address) {
  for (const char* block :
       {"169.254.0.0/16", "fe80::/10", "127.0.0.0/8", "::1/128", "224.0.0.0/4", "ff00::/8"})
    if (slow_holds(block, address)) return true;
  return false;
}

Truth slow_node_address(const model::Snapshot& snapshot, const Value* selector,
                        const Address& address) {
  for (const model::Node& node : snapshot.nodes) {
    int of_family = 0;
    bool own = false;
    for (const Address& one : node.addresses) {
      if (one.family == address.family) ++of_family;
      if (one == address) own = true;
    }
    if (!own) continue;
    if (slow_selects(selector, slow_labels(node.labels)) == Truth::no) return Truth::no;
    return of_family == 1 ? Truth::yes : Truth::maybe;
  }
  return slow_unroutable(address) ? Truth::no : Truth::maybe;
}

}  // namespace podmoat::test
