// can-reach and who-can-reach: answers as a table, a sentence, and kind ReachReport
// (docs/schema/reach-report.json).
#include <fmt/format.h>

#include <algorithm>

#include "core/report/document.h"
#include "core/report/report.h"
#include "core/report/text.h"

namespace podmoat::report {
namespace {

using audit::Answer;
using audit::Reach;
using model::Value;

std::vector<std::string> pod_names(const Answer& answer, const model::Snapshot& snapshot) {
  std::vector<std::string> out;
  for (const std::uint32_t pod : answer.subject.pods)
    if (const std::string& name = snapshot.pods[pod].name; !name.empty()) out.push_back(name);
  return out;
}

/// The rule that decided if one did, else the reason.
std::string why(const Answer& answer, const model::Snapshot& snapshot) {
  const audit::Verdict& verdict = answer.verdict;
  if (verdict.reach != Reach::reachable || verdict.because.empty()) return verdict.reason;
  const audit::Because& first = verdict.because.front();
  std::string out = first.object.ns == answer.subject.ns ? "" : first.object.ns + "/";
  out += first.object.name + " " + first.rule;
  if (const std::string at = spot(first.place, snapshot); !at.empty()) out += " (" + at + ")";
  if (verdict.because.size() > 1) out += fmt::format(" +{}", verdict.because.size() - 1);
  return out;
}

std::size_t how_many(const std::vector<Answer>& answers, Reach reach) {
  return static_cast<std::size_t>(std::count_if(
      answers.begin(), answers.end(), [&](const Answer& a) { return a.verdict.reach == reach; }));
}

std::string total(const std::vector<Answer>& answers, const audit::Destination& destination,
                  const Look& look) {
  const std::size_t open = how_many(answers, Reach::reachable);
  const std::size_t unknown = how_many(answers, Reach::unknown);
  const std::size_t blocked = how_many(answers, Reach::blocked);
  std::string text =
      fmt::format("{} of {} {} {}", open, count_of(answers.size(), "Subject", "Subjects"),
                  open == 1 ? "reaches" : "reach", destination.text);
  if (unknown > 0) text += fmt::format(", {} undecided", unknown);
  if (blocked > 0)
    text += fmt::format(", {} blocked{}", blocked, look.wide ? "" : " (-o wide lists them)");
  return hanging("", text, room_of(look));
}

}  // namespace

std::string reach_table(const std::vector<Answer>& answers, const audit::Destination& destination,
                        const model::Snapshot& snapshot, const Look& look) {
  Table table({{"NAMESPACE"},
               {"SUBJECT"},
               {"PODS", true},
               {"VERDICT"},
               {"WITNESS", false, true},
               {"WHY"},
               {"POD NAMES", false, true}});
  for (const Reach reach : {Reach::reachable, Reach::unknown, Reach::blocked}) {
    if (reach == Reach::blocked && !look.wide) continue;
    for (const Answer& answer : answers) {
      const audit::Verdict& verdict = answer.verdict;
      if (verdict.reach != reach) continue;
      table.add({answer.subject.ns,
                 answer.subject.workload.str(),
                 answer.subject.pods.size(),
                 {std::string(audit::name_of(reach)), paint_of(reach)},
                 verdict.witness ? verdict.witness->str() : std::string("-"),
                 why(answer, snapshot),
                 listed(pod_names(answer, snapshot), std::size_t{1} << 20)});
    }
  }
  std::string out = table.empty() ? "" : table.str(look) + "\n";
  if (answers.empty()) return "There is no Pod and no workload in the input and scope.\n";
  return out + total(answers, destination, look);
}

std::string reach_answer(const Answer& answer, const audit::Destination& destination,
                         const model::Snapshot& snapshot) {
  const audit::Verdict& verdict = answer.verdict;
  const std::string who = clean(answer.subject.ns + "/" + answer.subject.workload.str());
  std::string to = destination.text;
  if (verdict.witness && verdict.witness->str() != to) to += " (" + verdict.witness->str() + ")";
  std::string out;
  switch (verdict.reach) {
    case Reach::reachable:
      out = fmt::format("yes: {} reaches {}: {}\n", who, to, clean(verdict.reason));
      break;
    case Reach::blocked:
      out = fmt::format("no: {} does not reach {}: {}\n", who, destination.text,
                        clean(verdict.reason));
      break;
    case Reach::unknown:
      out = fmt::format("unknown: whether {} reaches {} is not decided: {}\n", who, to,
                        clean(verdict.reason));
      break;
  }
  for (const audit::Because& cause : verdict.because) {
    out += "  " + clean(words_of(cause));
    if (const std::string at = spot(cause.place, snapshot); !at.empty())
      out += " (" + clean(at) + ")";
    out += "\n";
  }
  for (const std::string& question : verdict.open_questions)
    if (question != verdict.reason) out += "  open: " + clean(question) + "\n";
  return out;
}

Value reach_document(const std::vector<Answer>& answers, const audit::Destination& destination,
                     const model::Snapshot& snapshot) {
  Value::List subjects;
  for (const Answer& answer : answers)
    subjects.push_back(Value::Map{{"namespace", answer.subject.ns},
                                  {"name", answer.subject.workload.str()},
                                  {"pods", strings(pod_names(answer, snapshot))},
                                  {"verdict", audit::name_of(answer.verdict.reach)},
                                  {"because", because(answer.verdict.because, snapshot)}});
  Value::Map out = document("ReachReport");
  out.emplace_back("destination", destination.text);
  out.emplace_back("subjects", std::move(subjects));
  return out;
}

}  // namespace podmoat::report
