// A document of kind Moat to Exceptions. The form is that of docs/semantics/exceptions.md EX-1 to
// EX-4. As strict as a catalogue: an Exception that is half understood opens more than was meant.
#include <algorithm>
#include <utility>

#include "core/catalog/catalog.h"
#include "core/catalog/strict.h"
#include "core/model/names.h"

namespace podmoat::catalog {
namespace {

using model::Operator;
using model::Value;

class MoatDecoder : public Strict {
 public:
  MoatDecoder(const Catalog& catalog, std::uint32_t file) : catalog_(catalog), file_(file) {}
  std::vector<Exception> document(const Value& value);

 private:
  model::Object moat(const Value& value);
  Exception exception(const Value& value);
  void select(const Value& value, Exception& out);
  model::Selector namespaces(const Value& value);
  model::Selector selector(const Value& in, std::string_view key);
  void add_labels(const Value& labels, model::Selector& out);
  void add_expression(const Value& value, model::Selector& out);
  std::vector<std::string> values(const Value& in, Operator op);
  void check_key(const Value& at, const std::string& key);
  /// The value of a label, which may be empty.
  std::string label_value(const Value& value);
  std::vector<std::string> targets(const Value& in);
  std::string reason(const Value& in);
  std::optional<Date> until(const Value& in);

  const Catalog& catalog_;
  std::uint32_t file_;
};

void MoatDecoder::check_key(const Value& at, const std::string& key) {
  if (!key.empty() && !model::is_label_key(key))
    report(at, "bad-label-key", "\"" + key + "\" is no label key",
           "a key is [prefix/]name: letters, digits, \"-\", \"_\", \".\", at most 63 in the name");
}

std::string MoatDecoder::label_value(const Value& value) {
  const std::string* text = value.string();
  if (text == nullptr)
    report(value, "bad-value", "the value of a label must be a text", "put it in quotes");
  else if (!model::is_label_value(*text))
    report(value, "bad-label-value", "\"" + *text + "\" is no label value",
           "a value is letters, digits, \"-\", \"_\", \".\", at most 63");
  return text == nullptr ? "" : *text;
}

void MoatDecoder::add_labels(const Value& labels, model::Selector& out) {
  if (labels.map() == nullptr) {
    report(labels, "bad-value", "\"matchLabels\" must be a map", "write matchLabels: {app: web}");
    return;
  }
  for (const auto& [key, value] : *labels.map()) {
    check_key(value, key);
    out.requirements.push_back({key, Operator::in, {label_value(value)}});
  }
}

std::vector<std::string> MoatDecoder::values(const Value& in, Operator op) {
  std::vector<std::string> out;
  for (const Value& item : items(in, "values")) out.push_back(label_value(item));
  std::ranges::sort(out);
  const auto again = std::ranges::unique(out);
  out.erase(again.begin(), again.end());
  const bool takes_values = op == Operator::in || op == Operator::not_in;
  if (takes_values == out.empty())
    report(in, "bad-values",
           takes_values ? "\"values\" must not be empty for In and NotIn"
                        : "\"values\" must be empty for Exists and DoesNotExist");
  return out;
}

void MoatDecoder::add_expression(const Value& value, model::Selector& out) {
  if (!map(value, "an entry of \"matchExpressions\"", {"key", "operator", "values"})) return;
  std::string key = text(value, "key");
  check_key(value, key);
  const auto op = one_of<Operator>(value, "operator",
                                   {{"In", Operator::in},
                                    {"NotIn", Operator::not_in},
                                    {"Exists", Operator::exists},
                                    {"DoesNotExist", Operator::does_not_exist}});
  out.requirements.push_back({std::move(key), op, values(value, op)});
}

model::Selector MoatDecoder::selector(const Value& in, std::string_view key) {
  model::Selector out;
  const Value* value = in.find(key);
  if (value == nullptr) return out;
  if (!map(*value, "\"" + std::string(key) + "\"", {"matchLabels", "matchExpressions"})) return out;
  if (const Value* labels = value->find("matchLabels")) add_labels(*labels, out);
  for (const Value& item : items(*value, "matchExpressions")) add_expression(item, out);
  return out;
}

model::Selector MoatDecoder::namespaces(const Value& value) {
  model::Selector selected = selector(value, "namespaceSelector");
  const Value* by_name = value.find("namespace");
  if (by_name == nullptr) return selected;
  if (value.find("namespaceSelector") != nullptr)
    report(*by_name, "bad-value",
           "an Exception has either \"namespace\" or \"namespaceSelector\", not both");
  const std::string name = string_of(*by_name, "namespace");
  if (!name.empty() && !model::is_dns_label(name))
    report(*by_name, "bad-value", "\"" + name + "\" is no name of a namespace",
           "it is one name; for more write namespaceSelector");
  return {{{model::kNamespaceNameLabel, Operator::in, {name}}}};
}

void MoatDecoder::select(const Value& value, Exception& out) {
  out.namespaces = namespaces(value);
  out.pods = selector(value, "podSelector");
  if (const Value* account = value.find("serviceAccount")) {
    const std::string name = string_of(*account, "serviceAccount");
    if (!name.empty() && !model::is_dns_subdomain(name))
      report(*account, "bad-value", "\"" + name + "\" is no name of a ServiceAccount",
             "its namespace stands under \"namespace\"");
    out.pods.requirements.push_back({model::kServiceAccount, Operator::in, {name}});
  }
  if (out.namespaces.empty() && out.pods.empty())
    report(value, "selects-everything", "the Exception selects every Pod of every namespace",
           "say whom it is for: namespace, namespaceSelector, podSelector or serviceAccount");
}

std::vector<std::string> MoatDecoder::targets(const Value& in) {
  std::vector<std::string> out;
  for (const Value& item : some_items(in, "targets")) {
    const std::string name = string_of(item, "targets");
    const Target* target = name.empty() ? nullptr : catalog_.find(name);
    if (target == nullptr && !name.empty())
      report(item, "unknown-target", "unknown Target \"" + name + "\"",
             "`podmoat catalog` lists them");
    if (target != nullptr && std::ranges::find(out, target->id) == out.end())
      out.push_back(target->id);
  }
  return out;
}

std::string MoatDecoder::reason(const Value& in) {
  std::string out = text(in, "reason");
  if (!out.empty() && out.find_first_not_of(" \t\r\n") == std::string::npos)
    report(*in.find("reason"), "bad-value", "\"reason\" must say something");
  return out;
}

std::optional<Date> MoatDecoder::until(const Value& in) {
  const Value* value = in.find("until");
  if (value == nullptr) return std::nullopt;
  const std::string written = string_of(*value, "until");
  if (written.empty()) return std::nullopt;
  const auto date = parse_date(written);
  if (date) return *date;
  report(*value, "bad-date", "\"" + written + "\" is no day: " + date.error().what,
         "write the last day on which it holds: 2026-12-31");
  return std::nullopt;
}

Exception MoatDecoder::exception(const Value& value) {
  Exception out;
  if (!map(value, "an Exception",
           {"namespace", "namespaceSelector", "podSelector", "serviceAccount", "targets", "reason",
            "until"}))
    return out;
  select(value, out);
  out.targets = targets(value);
  out.reason = reason(value);
  out.until = until(value);
  return out;
}

model::Object MoatDecoder::moat(const Value& value) {
  model::Object out{"Moat", "", "", value.place};
  const Value* metadata = required(value, "metadata");
  if (metadata == nullptr || !map(*metadata, "\"metadata\"", {"name", "labels", "annotations"}))
    return out;
  out.name = text(*metadata, "name");
  if (!out.name.empty() && !model::is_dns_subdomain(out.name))
    report(*metadata->find("name"), "bad-value", "\"" + out.name + "\" is no name of an object",
           "use a-z, 0-9, \"-\" and \".\"");
  about(out.str());
  return out;
}

std::vector<Exception> MoatDecoder::document(const Value& value) {
  std::vector<Exception> out;
  about("Moat");
  if (!map(value, "a Moat", {"apiVersion", "kind", "metadata", "spec"})) return out;
  one_of<bool>(value, "apiVersion", {{"podmoat.io/v1alpha1", true}});
  one_of<bool>(value, "kind", {{"Moat", true}});
  const model::Object object = moat(value);
  const Value* spec = required(value, "spec");
  if (spec == nullptr || !map(*spec, "\"spec\"", {"exceptions"})) return out;
  for (const Value& item : items(*spec, "exceptions")) {
    Exception one = exception(item);
    one.moat = object;
    one.moat.place = {file_, item.place.line, item.place.column};
    one.path = "spec.exceptions[" + std::to_string(out.size()) + "]";
    out.push_back(std::move(one));
  }
  return out;
}

std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

}  // namespace

std::string words_for(const model::Selector& pods) {
  if (pods.empty()) return "every Pod";
  std::string out = "Pods with " + pods.str();
  if (const std::size_t at = out.find(model::kServiceAccount); at != std::string::npos)
    out.replace(at, std::string_view(model::kServiceAccount).size(), "serviceAccount");
  return out;
}

std::string Exception::what() const {
  std::string out = listed(targets) + " to " + words_for(pods);
  if (namespaces.empty()) return out;
  const model::Requirement& first = namespaces.requirements.front();
  const bool by_name = namespaces.requirements.size() == 1 && first.op == Operator::in &&
                       first.key == model::kNamespaceNameLabel && first.values.size() == 1;
  if (by_name) return out + " in namespace " + first.values.front();
  return out + " in namespaces with " + namespaces.str();
}

std::string Exception::why() const { return reason + (until ? ", until " + until->str() : ""); }

std::expected<std::vector<Exception>, Diagnostics> decode_moat(const Value& document,
                                                               const Catalog& catalog,
                                                               std::uint32_t file) {
  MoatDecoder decoder(catalog, file);
  std::vector<Exception> out = decoder.document(document);
  Diagnostics diagnostics = decoder.take();
  if (diagnostics.empty()) return out;
  for (Diagnostic& diagnostic : diagnostics) diagnostic.place.file = file;
  return std::unexpected(std::move(diagnostics));
}

}  // namespace podmoat::catalog
