// PM-028: an Exception that ended, that selects no Pod of the input, or of which it is not known
// whether it does. docs/semantics/exceptions.md EX-5, EX-8, EX-9.
#include <algorithm>
#include <set>
#include <utility>

#include "core/audit/rules/shared.h"

namespace podmoat::audit {
namespace {

Finding about(const catalog::Exception& exception, std::string message) {
  Finding out = finding("PM-028");
  out.target = exception.targets.front();
  out.targets = exception.targets;
  out.because = {
      {exception.moat, exception.path, exception.moat.place, "leaves " + exception.what()}};
  out.message = exception.str() + " " + std::move(message);
  out.fingerprint = fingerprint(out, exception.str());
  return out;
}

/// Which Pods of the input an Exception selects, and which it may select.
struct Selected {
  bool any = false;
  std::set<std::string> open;  ///< namespaces whose labels would decide
};

Selected selected_by(const catalog::Spared& spared, const Survey& survey) {
  Selected out;
  for (const policy::Subject& subject : survey.subjects()) {
    const policy::Match match = selects(spared, subject, survey.question().snapshot);
    out.any = out.any || match == policy::Match::yes;
    if (match == policy::Match::unknown) out.open.insert(subject.ns);
  }
  return out;
}

}  // namespace

void check_exceptions(const Survey& survey, Findings& out) {
  const Question& question = survey.question();
  for (const catalog::Exception& exception : question.guard.expired)
    out.push_back(about(exception, "ended with " + exception.until->str() + " and spares nothing"));
  const bool all = question.scope.covers_all() && !survey.subjects().empty();
  for (const catalog::Spared& spared : question.guard.spared) {
    const Selected selected = selected_by(spared, survey);
    if (!selected.open.empty()) {
      const std::vector<std::string> names(selected.open.begin(), selected.open.end());
      out.push_back(about(spared.exception,
                          "asks for labels that are not in the input, so it "
                          "spares nothing in " +
                              joined(names, 3)));
      out.back().severity = Severity::info;
      out.back().remedy = "add the Namespace objects to the input";
    } else if (all && !selected.any) {
      out.push_back(about(spared.exception, "selects no Pod of the input"));
      out.back().severity = Severity::info;
    }
  }
}

}  // namespace podmoat::audit
