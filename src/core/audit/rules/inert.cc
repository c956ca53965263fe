// PM-024: policies of a language that the Platform does not enforce.
#include <utility>

#include "core/audit/rules/shared.h"
#include "core/language/language.h"

namespace podmoat::audit {
void check_inert(const Survey& survey, Findings& out) {
  const Question& question = survey.question();
  if (!survey.enforced()) return;
  for (const language::Language* language : language::languages()) {
    if (language->always || question.platform.reads(language->name) != model::Answer::no) continue;
    const auto objects = language::objects_of(*language, question.snapshot);
    if (objects.empty()) continue;
    Finding made = finding("PM-024");
    std::vector<std::string> names;
    for (const model::Object* object : objects) names.push_back(object->str());
    made.because.push_back({*objects.front(), "", objects.front()->place, ""});
    made.message = std::to_string(objects.size()) + (objects.size() == 1 ? " object" : " objects") +
                   " of " + std::string(language->name) + " (" + joined(names, 3) +
                   (objects.size() == 1 ? ") has" : ") have") + " no effect: platform " +
                   question.platform.name + " does not enforce that language";
    made.fingerprint = fingerprint(made, language->name);
    out.push_back(std::move(made));
  }
}

}  // namespace podmoat::audit
