// PM-011: what the API server would refuse: a policy is not in force whatever its author thinks,
// and of anything else nothing was judged.
#include <algorithm>
#include <map>
#include <utility>

#include "core/audit/rules/rules.h"

namespace podmoat::audit {
namespace {

constexpr std::string_view kPolicy = "NetworkPolicy";

/// "NetworkPolicy shop/deny" taken apart. What has no name has a kind only.
model::Object object_of(const Diagnostic& diagnostic) {
  const std::string& text = diagnostic.object;
  const std::size_t blank = text.find(' ');
  if (blank == std::string::npos) return {text, "", "", diagnostic.place};
  const std::string rest = text.substr(blank + 1);
  const std::size_t slash = rest.find('/');
  if (slash == std::string::npos) return {text.substr(0, blank), "", rest, diagnostic.place};
  return {text.substr(0, blank), rest.substr(0, slash), rest.substr(slash + 1), diagnostic.place};
}

Finding refused(const model::Object& object, const Diagnostic& diagnostic) {
  Finding made = finding("PM-011");
  made.ns = object.ns;
  if (object.kind == kPolicy) {
    made.message = diagnostic.object + " is not in force: " + diagnostic.message;
    if (!diagnostic.hint.empty()) made.remedy = diagnostic.hint;
  } else {
    made.severity = Severity::medium;
    made.message = diagnostic.object +
                   " is refused by the API server, so it was not judged: " + diagnostic.message;
    made.remedy = diagnostic.hint.empty() ? "correct the object" : diagnostic.hint;
  }
  made.fingerprint = fingerprint(made, diagnostic.object);
  return made;
}

}  // namespace

void check_invalid(const Survey& survey, Findings& out) {
  const Question& question = survey.question();
  std::map<std::string, std::size_t> known;  // one Finding an object, however much is wrong with it
  for (const Diagnostic& diagnostic : question.snapshot.diagnostics) {
    if (diagnostic.level != Level::invalid || diagnostic.object.empty()) continue;
    const model::Object object = object_of(diagnostic);
    if (!question.scope.covers(object.ns)) continue;
    const auto [it, is_new] = known.try_emplace(diagnostic.object, out.size());
    const Because because{object, "spec", diagnostic.place, diagnostic.message};
    if (is_new) out.push_back(refused(object, diagnostic));
    out[it->second].because.push_back(because);
  }
}

}  // namespace podmoat::audit
