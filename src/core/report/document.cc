// The pieces that several documents share, so that they cannot differ.
#include "core/report/document.h"

namespace podmoat::report {

using model::Value;

Value::Map document(std::string_view kind) {
  return {{"apiVersion", "podmoat.io/v1alpha1"}, {"kind", kind}};
}

Value number(std::size_t count) { return static_cast<std::int64_t>(count); }

Value strings(const std::vector<std::string>& texts) {
  return Value::List(texts.begin(), texts.end());
}

std::string_view file_of(const Place& place, const model::Snapshot& snapshot) {
  return place.file < snapshot.files.size() ? std::string_view(snapshot.files[place.file]) : "";
}

std::string spot(const Place& place, const model::Snapshot& snapshot) {
  return place.line == 0 ? "" : snapshot.where(place);
}

Value because(const std::vector<audit::Because>& causes, const model::Snapshot& snapshot) {
  Value::List out;
  for (const audit::Because& cause : causes)
    out.push_back(Value::Map{{"kind", cause.object.kind},
                             {"namespace", cause.object.ns},
                             {"name", cause.object.name},
                             {"rule", cause.rule},
                             {"file", file_of(cause.place, snapshot)},
                             {"line", number(cause.place.line)}});
  return out;
}

std::string words_of(const audit::Because& cause) {
  std::string out = cause.object.str();
  // "spec" is the policy as a whole: naming it says nothing.
  if (!cause.rule.empty() && cause.rule != "spec") out += " " + cause.rule;
  if (!cause.text.empty()) out += " " + cause.text;
  return out;
}

}  // namespace podmoat::report
