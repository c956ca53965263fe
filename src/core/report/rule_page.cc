// The page of a rule, for a terminal and for docs/rules.md.
#include <fmt/format.h>

#include "core/report/report.h"
#include "core/report/text.h"

namespace podmoat::report {
namespace {

/// A sentence: the pages keep remedies as clauses, for use inside other sentences. One that begins
/// with a command keeps it as it is typed.
std::string sentence(std::string_view clause) {
  std::string out(clause);
  if (out.empty()) return out;
  if (!out.starts_with("podmoat ") && out[0] >= 'a' && out[0] <= 'z')
    out[0] = static_cast<char>(out[0] - 'a' + 'A');
  if (out.back() != '.') out += '.';
  return out;
}

struct Section {
  std::string_view title;
  std::string text;
};

std::vector<Section> sections(const audit::RuleInfo& rule) {
  return {{"What was found", std::string(rule.what)},
          {"What an attacker does with it", std::string(rule.attack)},
          {"What to do", sentence(rule.remedy)}};
}

}  // namespace

std::string rule_page(const audit::RuleInfo& rule, const Look& look) {
  const std::string severity(name_of(rule.severity));
  std::string out = painted(rule.id, Paint::bold, look) + "  " + std::string(rule.name) + "  (" +
                    painted(severity, paint_of(rule.severity), look) + ")\n" +
                    hanging("", rule.title, look.width);
  for (const Section& section : sections(rule))
    out += "\n" + painted(section.title, Paint::bold, look) + "\n" +
           hanging("  ", section.text, look.width);
  if (!rule.frameworks.empty()) {
    out += "\n" + painted("Where others name it", Paint::bold, look) + "\n";
    for (const std::string_view item : rule.frameworks) out += hanging("  - ", item, look.width);
  }
  return out;
}

std::string rules_markdown() {
  std::string out =
      "# Rules\n\n"
      "Written from `src/core/audit/rule_pages.cc`; a test keeps the two equal, and with "
      "`PODMOAT_UPDATE=1` it\nrewrites this file. `podmoat explain PM-nnn` shows the same pages. "
      "Ids are stable for ever. The severity is the\nusual one; where a rule is about a Target, "
      "the Target's own may replace it.\n\n"
      "| rule | name | severity | what it is |\n|---|---|---|---|\n";
  for (const audit::RuleInfo& rule : audit::rules())
    out += fmt::format("| [{0}](#{1}) | {2} | {3} | {4} |\n", rule.id,
                       "pm-" + std::string(rule.id.substr(3)), rule.name, name_of(rule.severity),
                       rule.title);
  for (const audit::RuleInfo& rule : audit::rules()) {
    out += fmt::format("\n## {}\n\n**{}** (`{}`, {})\n", rule.id, rule.title, rule.name,
                       name_of(rule.severity));
    for (const Section& section : sections(rule))
      out += fmt::format("\n*{}.* {}\n", section.title, section.text);
    if (rule.frameworks.empty()) continue;
    out += "\n*Where others name it.*\n\n";
    for (const std::string_view item : rule.frameworks) out += fmt::format("- {}\n", item);
  }
  return out;
}

}  // namespace podmoat::report
