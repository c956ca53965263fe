// PM-011: a policy that the API server would refuse, and that therefore is not in force whatever
// its author thinks; and one whose fields were dropped so that it says something else.
#include <set>
#include <utility>

#include "core/audit/rules/rules.h"

namespace podmoat::audit {
namespace {

/// "NetworkPolicy shop/deny" -> the namespace, if it is a policy.
std::optional<std::string> policy_namespace(const std::string& object) {
  constexpr std::string_view kKind = "NetworkPolicy ";
  if (!object.starts_with(kKind)) return std::nullopt;
  const std::size_t slash = object.find('/');
  if (slash == std::string::npos) return std::string();
  return object.substr(kKind.size(), slash - kKind.size());
}

}  // namespace

void check_invalid(const Survey& survey, Findings& out) {
  const Question& question = survey.question();
  std::set<std::string> seen;  // one Finding an object, however much is wrong with it
  for (const Diagnostic& diagnostic : question.snapshot.diagnostics) {
    if (diagnostic.level != Level::invalid) continue;
    const auto ns = policy_namespace(diagnostic.object);
    if (!ns || !question.scope.covers(*ns)) continue;
    if (!seen.insert(diagnostic.object).second) continue;
    Finding made = finding("PM-011");
    made.ns = *ns;
    const std::size_t slash = diagnostic.object.find('/');
    made.because = {
        {{"NetworkPolicy", *ns,
          slash == std::string::npos ? "" : diagnostic.object.substr(slash + 1), diagnostic.place},
         "spec",
         diagnostic.place,
         diagnostic.message}};
    made.message = diagnostic.object + " is not in force: " + diagnostic.message;
    made.remedy = diagnostic.hint.empty() ? std::string(made.rule->remedy) : diagnostic.hint;
    made.fingerprint = fingerprint(made, diagnostic.object);
    out.push_back(std::move(made));
  }
}

}  // namespace podmoat::audit
