// PM-011: a policy that the API server would refuse, and that therefore is not in force whatever
// its author thinks.
#include <algorithm>
#include <map>
#include <utility>

#include "core/audit/rules/rules.h"

namespace podmoat::audit {
namespace {

/// "NetworkPolicy shop/deny" taken apart, if it is a policy.
std::optional<model::Object> policy_of(const Diagnostic& diagnostic) {
  constexpr std::string_view kKind = "NetworkPolicy ";
  if (!diagnostic.object.starts_with(kKind)) return std::nullopt;
  const std::string rest = diagnostic.object.substr(kKind.size());
  const std::size_t slash = rest.find('/');
  if (slash == std::string::npos) return model::Object{"NetworkPolicy", "", rest, diagnostic.place};
  return model::Object{"NetworkPolicy", rest.substr(0, slash), rest.substr(slash + 1),
                       diagnostic.place};
}

}  // namespace

void check_invalid(const Survey& survey, Findings& out) {
  const Question& question = survey.question();
  std::map<std::string, std::size_t> known;  // one Finding an object, however much is wrong with it
  for (const Diagnostic& diagnostic : question.snapshot.diagnostics) {
    if (diagnostic.level != Level::invalid) continue;
    const auto policy = policy_of(diagnostic);
    if (!policy || !question.scope.covers(policy->ns)) continue;
    const auto [it, is_new] = known.try_emplace(diagnostic.object, out.size());
    const Because because{*policy, "spec", diagnostic.place, diagnostic.message};
    if (!is_new) {
      out[it->second].because.push_back(because);
      continue;
    }
    Finding made = finding("PM-011");
    made.ns = policy->ns;
    made.because = {because};
    made.message = diagnostic.object + " is not in force: " + diagnostic.message;
    if (!diagnostic.hint.empty()) made.remedy = diagnostic.hint;
    made.fingerprint = fingerprint(made, diagnostic.object);
    out.push_back(std::move(made));
  }
}

}  // namespace podmoat::audit
