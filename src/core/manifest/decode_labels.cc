// Labels and label selectors. Source: docs/semantics/reading.md RD-21, RD-22; apimachinery
// pkg/apis/meta/v1/validation/validation.go, ValidateLabels and ValidateLabelSelector.
#include <algorithm>

#include "core/manifest/decode.h"
#include "core/model/names.h"

namespace podmoat::manifest {
namespace {

constexpr const char* kKeyHint =
    "a key is [prefix/]name: letters, digits, \"-\", \"_\", \".\", at most 63 in the name";
constexpr const char* kValueHint =
    "a value is letters, digits, \"-\", \"_\", \".\", at most 63, with a letter or digit at its "
    "ends";

void check_key(Decoding& decoding, const Field& field, std::string_view key) {
  if (model::is_label_key(key)) return;
  decoding.refuse(field, "bad-label-key",
                  field.path() + ": \"" + std::string(key) + "\" is no label key", kKeyHint);
}

void check_value(Decoding& decoding, const Field& field, std::string_view value) {
  if (model::is_label_value(value)) return;
  decoding.refuse(field, "bad-label-value",
                  field.path() + ": \"" + std::string(value) + "\" is no label value", kValueHint);
}

std::vector<model::Labels::Entry> entries_of(Decoding& decoding, const Field& field) {
  std::vector<model::Labels::Entry> entries;
  if (field.absent() || !is_map(decoding, field)) return entries;
  entries.reserve(field.node()->count);
  for (const Cursor member : field.node()) {
    const Field value = field[member->key];
    const std::string_view text = string_of(decoding, value).value_or("");
    check_key(decoding, value, member->key);
    check_value(decoding, value, text);
    entries.emplace_back(member->key, text);
  }
  return entries;
}

std::optional<model::Operator> operator_of(Decoding& decoding, const Field& field) {
  static constexpr std::pair<std::string_view, model::Operator> kOperators[] = {
      {"In", model::Operator::in},
      {"NotIn", model::Operator::not_in},
      {"Exists", model::Operator::exists},
      {"DoesNotExist", model::Operator::does_not_exist},
  };
  const std::string_view text = string_of(decoding, field).value_or("");
  for (const auto& [name, op] : kOperators)
    if (name == text) return op;
  decoding.refuse(field, "bad-operator",
                  field.path() + " is \"" + std::string(text) +
                      "\"; it must be In, NotIn, Exists or DoesNotExist",
                  "");
  return std::nullopt;
}

void add_expression(Decoding& decoding, const Field& field, model::Selector& selector) {
  if (!is_map(decoding, field)) return;
  warn_unknown(decoding, field, {"key", "operator", "values"});
  const Field key = field["key"];
  const Field op = field["operator"];
  const Field values = field["values"];
  model::Requirement requirement;
  requirement.key = string_of(decoding, key).value_or("");
  check_key(decoding, key, requirement.key);
  each_item(decoding, values, [&](const Field& value) {
    requirement.values.emplace_back(string_of(decoding, value).value_or(""));
    check_value(decoding, value, requirement.values.back());
  });
  std::ranges::sort(requirement.values);
  const auto repeated = std::ranges::unique(requirement.values);
  requirement.values.erase(repeated.begin(), repeated.end());
  const auto read = operator_of(decoding, op);
  if (!read) return;
  requirement.op = *read;
  const bool takes_values = *read == model::Operator::in || *read == model::Operator::not_in;
  if (takes_values == requirement.values.empty())
    decoding.refuse(values.node() ? values : op, "bad-values",
                    values.path() +
                        (takes_values ? " must not be empty for " : " must be empty for ") +
                        std::string(op.node().string()),
                    "");
  selector.requirements.push_back(std::move(requirement));
}

}  // namespace

model::Labels labels_of(Decoding& decoding, const Field& field) {
  return model::Labels(entries_of(decoding, field));
}

model::Selector selector_of(Decoding& decoding, const Field& field) {
  model::Selector selector;
  if (field.absent() || !is_map(decoding, field)) return selector;
  const Field labels = field["matchLabels"];
  const Field expressions = field["matchExpressions"];
  const model::Labels wanted = labels_of(decoding, labels);
  for (const auto& [key, value] : wanted.entries())
    selector.requirements.push_back({key, model::Operator::in, {value}});
  each_item(decoding, expressions,
            [&](const Field& item) { add_expression(decoding, item, selector); });
  warn_unknown(decoding, field, {"matchLabels", "matchExpressions"},
               selector.empty() ? ", which leaves a selector that selects everything" : "");
  return selector;
}

}  // namespace podmoat::manifest
