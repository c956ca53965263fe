#include "core/model/platforms/tables.h"

#include <algorithm>

namespace podmoat::model {
namespace {

void fill(Platform& platform, Cells cells) {
  for (const Cell& cell : cells) {
    Fact& fact = platform.*cell.fact;
    fact.answer = cell.answer;
    fact.mark = cell.mark;
    fact.source = cell.source;
  }
}

void title(Platform& platform, const Title& title) {
  platform.name = title.name;
  platform.summary = title.summary;
  platform.engine = title.engine;
}

}  // namespace

Platform profile(const Title& named, Cells cells, Spokens languages) {
  Platform out;
  title(out, named);
  fill(out, cells);
  return speaking(std::move(out), languages);
}

Platform changed(Platform base, const Title& named, Cells cells) {
  title(base, named);
  fill(base, cells);
  return base;
}

Platform speaking(Platform base, Spokens languages) {
  for (const Spoken& spoken : languages) {
    const Enforced made{spoken.language,
                        {"enforced", spoken.answer, std::string(spoken.source), "", spoken.mark}};
    const auto known = std::ranges::find(base.languages, spoken.language, &Enforced::language);
    if (known == base.languages.end())
      base.languages.push_back(made);
    else
      *known = made;
  }
  return base;
}

}  // namespace podmoat::model
