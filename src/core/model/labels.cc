// Labels and selectors, as apimachinery's pkg/labels/selector.go decides them, and Calico's
// libcalico-go/lib/selector those that ask about a part of a value.
#include "core/model/labels.h"

namespace podmoat::model {
namespace {

bool key_less(const Labels::Entry& entry, std::string_view key) { return entry.first < key; }

std::string joined(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out += (out.empty() ? "" : ",") + value;
  return out;
}

std::string str(const Requirement& r) {
  switch (r.op) {
    case Operator::in:
      return r.values.size() == 1 ? r.key + "=" + r.values[0]
                                  : r.key + " in (" + joined(r.values) + ")";
    case Operator::not_in:
      return r.values.size() == 1 ? r.key + "!=" + r.values[0]
                                  : r.key + " notin (" + joined(r.values) + ")";
    case Operator::exists:
      return r.key;
    case Operator::does_not_exist:
      return "!" + r.key;
    case Operator::contains:
      return r.key + " contains " + joined(r.values);
    case Operator::not_contains:
      return r.key + " does not contain " + joined(r.values);
    case Operator::starts_with:
      return r.key + " starts with " + joined(r.values);
    case Operator::not_starts_with:
      return r.key + " does not start with " + joined(r.values);
    case Operator::ends_with:
      return r.key + " ends with " + joined(r.values);
    case Operator::not_ends_with:
      return r.key + " does not end with " + joined(r.values);
  }
  return r.key;
}

/// Whether `value` has the part that a positive operator asks for.
bool has_part(Operator op, const std::string& part, const std::string& value) {
  if (op == Operator::starts_with) return value.starts_with(part);
  if (op == Operator::ends_with) return value.ends_with(part);
  return value.contains(part);
}

}  // namespace

Labels::Labels(std::vector<Entry> entries) {
  entries_.reserve(entries.size());
  for (Entry& entry : entries) set(std::move(entry.first), std::move(entry.second));
}

const std::string* Labels::find(std::string_view key) const {
  const auto it = std::lower_bound(entries_.begin(), entries_.end(), key, key_less);
  return it != entries_.end() && it->first == key ? &it->second : nullptr;
}

void Labels::set(std::string key, std::string value) {
  const auto it = std::lower_bound(entries_.begin(), entries_.end(), key, key_less);
  if (it != entries_.end() && it->first == key)
    it->second = std::move(value);
  else
    entries_.insert(it, {std::move(key), std::move(value)});
}

std::string Labels::str() const {
  if (entries_.empty()) return "<none>";
  std::string out;
  for (const auto& [key, value] : entries_) out += (out.empty() ? "" : ",") + key + "=" + value;
  return out;
}

Operator opposite(Operator op) { return static_cast<Operator>(static_cast<std::uint8_t>(op) ^ 1); }

bool Requirement::matches(const std::string* value) const {
  const auto listed = [&] {
    return value != nullptr && std::binary_search(values.begin(), values.end(), *value);
  };
  switch (op) {
    case Operator::in:
      return listed();
    case Operator::not_in:
      return !listed();
    case Operator::exists:
      return value != nullptr;
    case Operator::does_not_exist:
      return value == nullptr;
    case Operator::contains:
    case Operator::starts_with:
    case Operator::ends_with:
      return value != nullptr && has_part(op, values.front(), *value);
    case Operator::not_contains:
    case Operator::not_starts_with:
    case Operator::not_ends_with:
      return value == nullptr || !has_part(opposite(op), values.front(), *value);
  }
  return false;
}

bool Selector::matches(const Labels& labels) const {
  return std::all_of(requirements.begin(), requirements.end(),
                     [&](const Requirement& r) { return r.matches(labels.find(r.key)); });
}

std::string Selector::str() const {
  if (requirements.empty()) return "everything";
  std::string out;
  for (const Requirement& r : requirements) out += (out.empty() ? "" : ",") + model::str(r);
  return out;
}

}  // namespace podmoat::model
