// Diagnostics as compilers print them, so that editors find the place.
#include <fmt/format.h>

#include "core/report/document.h"
#include "core/report/report.h"
#include "core/report/text.h"

namespace podmoat::report {
namespace {

/// A cluster's worth of warnings buries the errors among them.
constexpr std::size_t kMostWarnings = 20;

struct Word {
  std::string_view name;
  Paint paint;
};

Word word_of(Level level) {
  switch (level) {
    case Level::error:
      return {"error", Paint::bright_red};
    case Level::invalid:
      return {"invalid", Paint::red};
    case Level::warning:
      return {"warning", Paint::yellow};
  }
  return {"error", Paint::bright_red};
}

/// "shop.yaml:14:5: ", as much of it as is known.
std::string place_of(const Place& place, const model::Snapshot& snapshot) {
  std::string out(file_of(place, snapshot));
  if (place.line > 0) out += fmt::format(":{}", place.line);
  if (place.line > 0 && place.column > 0) out += fmt::format(":{}", place.column);
  return out.empty() ? out : clean(out) + ": ";
}

std::string line_of(const Diagnostic& diagnostic, const model::Snapshot& snapshot,
                    const Look& look) {
  const Word level = word_of(diagnostic.level);
  const std::string place = place_of(diagnostic.place, snapshot);
  // The object is named once: messages often begin with it.
  const bool named =
      diagnostic.object.empty() || diagnostic.message.find(diagnostic.object) != std::string::npos;
  const std::string message =
      clean(named ? diagnostic.message : diagnostic.object + ": " + diagnostic.message);
  std::string out = place + painted(level.name, level.paint, look) + ": " + message;
  if (diagnostic.hint.empty()) return out + "\n";
  const std::string hint = clean(diagnostic.hint);
  const std::size_t used = width_of(place) + level.name.size() + 2 + width_of(message);
  if (look.wide || used + width_of(hint) + 9 <= look.width) return out + " (hint: " + hint + ")\n";
  return out + "\n" + hanging("  hint: ", hint, look.width);
}

}  // namespace

std::string diagnostics_text(const Diagnostics& diagnostics, const model::Snapshot& snapshot,
                             const Look& look) {
  std::string out;
  std::size_t warnings = 0;
  for (const Diagnostic& diagnostic : diagnostics)
    if (diagnostic.level != Level::warning || ++warnings <= kMostWarnings)
      out += line_of(diagnostic, snapshot, look);
  if (warnings > kMostWarnings)
    out += "and " + count_of(warnings - kMostWarnings, "more warning", "more warnings") + "\n";
  return out;
}

}  // namespace podmoat::report
