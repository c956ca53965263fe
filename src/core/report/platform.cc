// What is taken for granted about the cluster, for people and as the document kind Platform
// (docs/schema/platform.json).
#include "core/report/document.h"
#include "core/report/report.h"
#include "core/report/text.h"

namespace podmoat::report {
namespace {

using model::Value;

Paint paint_of(model::Answer answer) {
  switch (answer) {
    case model::Answer::no:
      return Paint::red;
    case model::Answer::yes:
      return Paint::green;
    case model::Answer::unknown:
      return Paint::yellow;
  }
  return Paint::none;
}

/// Where it says so: an object of the input, or a text.
std::string origin(const model::Fact& fact) {
  return fact.evidence.empty() ? fact.source : fact.evidence;
}

void add(Table& table, std::string name, const model::Fact& fact) {
  table.add({std::move(name),
             {std::string(name_of(fact.answer)), paint_of(fact.answer)},
             std::string(name_of(fact.mark)),
             fact.evidence.empty() ? "profile" : "input",
             origin(fact)});
}

Value fact_value(const model::Fact& fact) {
  Value::Map out{
      {"answer", name_of(fact.answer)}, {"mark", name_of(fact.mark)}, {"source", fact.source}};
  if (!fact.evidence.empty()) out.emplace_back("evidence", fact.evidence);
  return out;
}

Value redirect_value(const model::Redirect& redirect) {
  Value::Map out{{"name", redirect.name},
                 {"from", redirect.from.str()},
                 {"protocol", podmoat::name_of(redirect.protocol)},
                 {"port", number(redirect.port)},
                 {"onSomeNodes", model::name_of(redirect.there)},
                 {"notOnSomeNodes", model::name_of(redirect.plain)}};
  if (redirect.to) out.emplace_back("to", redirect.to->str());
  out.emplace_back("toPort", number(redirect.to_port));
  out.emplace_back("source", redirect.source);
  if (!redirect.evidence.empty()) out.emplace_back("evidence", redirect.evidence);
  return out;
}

std::string header(const model::Platform& platform, model::Basis basis,
                   const std::vector<std::string>& hints, const Look& look) {
  const std::size_t room = room_of(look);
  std::string out =
      hanging("Platform  ",
              platform.name + " (" + std::string(name_of(basis)) + "): " + platform.summary, room);
  for (const std::string& one : platform.evidence) out += hanging("From      ", one, room);
  for (const std::string& one : platform.unclear) out += hanging("Unclear   ", one, room);
  for (const model::Redirect& one : platform.redirects)
    out += hanging(
        "Redirect  ",
        one.name + ": " + one.str() + (one.evidence.empty() ? "" : " (" + one.evidence + ")"),
        room);
  for (const std::string& one : hints) out += hanging("Hint      ", one, room);
  return out;
}

}  // namespace

std::string platform_table(const model::Platform& platform, model::Basis basis,
                           const std::vector<std::string>& hints, const Look& look) {
  Table facts({{"FACT"}, {"ANSWER"}, {"MARK"}, {"FROM"}, {"SOURCE"}});
  for (const model::Fact* fact : platform.facts()) add(facts, std::string(fact->name), *fact);
  Table languages({{"LANGUAGE"}, {"ENFORCED"}, {"MARK"}, {"FROM"}, {"SOURCE"}});
  for (const model::Enforced& language : platform.languages)
    add(languages, std::string(language.language), language.fact);
  std::string out = header(platform, basis, hints, look) + "\n" + facts.str(look);
  if (!languages.empty()) out += "\n" + languages.str(look);
  return out;
}

Value platform_document(const model::Platform& platform, model::Basis basis,
                        const std::vector<std::string>& hints) {
  Value::Map facts;
  for (const model::Fact* fact : platform.facts())
    facts.emplace_back(std::string(fact->name), fact_value(*fact));
  Value::Map languages;
  for (const model::Enforced& language : platform.languages)
    languages.emplace_back(std::string(language.language), fact_value(language.fact));
  Value::List redirects;
  for (const model::Redirect& redirect : platform.redirects)
    redirects.push_back(redirect_value(redirect));
  Value::Map out = document("Platform");
  out.emplace_back("name", platform.name);
  out.emplace_back("basis", name_of(basis));
  out.emplace_back("summary", platform.summary);
  out.emplace_back("engine", platform.engine);
  out.emplace_back("evidence", strings(platform.evidence));
  out.emplace_back("unclear", strings(platform.unclear));
  out.emplace_back("hints", strings(hints));
  out.emplace_back("facts", std::move(facts));
  out.emplace_back("languages", std::move(languages));
  out.emplace_back("redirects", std::move(redirects));
  return out;
}

std::string platforms_table(const Look& look) {
  Table table({{"PLATFORM"}, {"ENGINE", false, true}, {"WHAT IT IS"}});
  for (const model::Platform& platform : model::platforms())
    table.add({platform.name, platform.engine, platform.summary});
  return table.str(look);
}

Value platforms_document() {
  Value::List items;
  for (const model::Platform& platform : model::platforms())
    items.push_back(platform_document(platform, model::Basis::given, {}));
  Value::Map out = document("PlatformList");
  out.emplace_back("items", std::move(items));
  return out;
}

}  // namespace podmoat::report
