// What a Plan and a Proof say to people, and kind Proof (docs/schema/proof.json).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "core/report/document.h"
#include "core/report/report.h"
#include "core/report/text.h"

namespace podmoat::report {
namespace {

using model::Value;

constexpr std::size_t kMostNames = 5;

std::string heading(std::string_view text, const Look& look) {
  return painted(text, Paint::bold, look) + "\n";
}

std::string edits_text(const fix::Plan& plan, const model::Snapshot& snapshot, const Look& look) {
  std::string out = heading("Change " + count_of(plan.edits.size(), "rule", "rules") + ":", look);
  for (const fix::Edit& edit : plan.edits) {
    const model::NetworkPolicy& policy = snapshot.network_policies[edit.policy];
    const Place place =
        edit.rule < policy.egress.size() ? policy.egress[edit.rule].place : policy.object.place;
    std::string text = fmt::format("{}/{} egress[{}]: {}", policy.object.ns, policy.object.name,
                                   edit.rule, edit.why);
    if (edit.become.empty()) text += "; the rule goes";
    if (edit.become.size() > 1)
      text += "; it becomes " + count_of(edit.become.size(), "rule", "rules");
    if (const std::string at = spot(place, snapshot); !at.empty()) text += " (" + at + ")";
    out += hanging("  ~ ", text, room_of(look));
  }
  return out;
}

std::string changes_text(const fix::Plan& plan, const model::Snapshot& snapshot, const Look& look) {
  std::string out =
      heading("Change " + count_of(plan.changes.size(), "object", "objects") + ":", look);
  for (const fix::ObjectChange& change : plan.changes) {
    const model::Object& object = snapshot.policy_objects[change.object].object;
    std::string text = object.str() + ": " + change.why;
    if (const std::string at = spot(object.place, snapshot); !at.empty()) text += " (" + at + ")";
    out += hanging("  ~ ", text, room_of(look));
  }
  return out;
}

std::string kind_of(const fix::Addition& addition) {
  const Value* kind = addition.object.find("kind");
  return kind == nullptr || kind->string() == nullptr ? "object" : *kind->string();
}

std::string additions_text(const fix::Plan& plan, const Look& look) {
  const bool all_plain = std::ranges::all_of(plan.additions, [](const fix::Addition& addition) {
    return kind_of(addition) == "NetworkPolicy";
  });
  std::string out =
      heading("Add " +
                  (all_plain ? count_of(plan.additions.size(), "NetworkPolicy", "NetworkPolicies")
                             : count_of(plan.additions.size(), "object", "objects")) +
                  ":",
              look);
  for (const fix::Addition& addition : plan.additions) {
    const std::string name =
        addition.ns.empty() ? addition.name : addition.ns + "/" + addition.name;
    out += hanging(
        "  + ",
        fmt::format("{}{}: {}", all_plain ? "" : kind_of(addition) + " ", name, addition.why),
        room_of(look));
  }
  return out;
}

/// Leftovers with the same reason are one entry: a cluster has hundreds of Pods on the host
/// network, and one thing to say about them.
std::string leftovers_text(std::string_view title, const std::vector<fix::Leftover>& leftovers,
                           const Look& look) {
  std::vector<std::pair<const fix::Leftover*, std::vector<std::string>>> groups;
  for (const fix::Leftover& leftover : leftovers) {
    const std::string who =
        leftover.ns.empty() ? leftover.subject : leftover.ns + "/" + leftover.subject;
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& other) {
      return other.first->why == leftover.why && other.first->remedy == leftover.remedy;
    });
    if (group == groups.end())
      groups.push_back({&leftover, {who}});
    else
      group->second.push_back(who);
  }
  std::string out = heading(title, look);
  for (const auto& [first, names] : groups) {
    const std::string count = names.size() > 1 ? fmt::format("{} times: ", names.size()) : "";
    out += hanging("  ! ", count + first->why, room_of(look));
    out += hanging("    ", listed(names, look.wide ? names.size() : kMostNames), room_of(look));
    out += hanging("    do: ", first->remedy, room_of(look));
  }
  return out;
}

std::string restarts_text(const fix::Plan& plan, const Look& look) {
  std::vector<std::string> names;
  std::size_t pods = 0;
  for (const fix::Restart& restart : plan.restarts) {
    names.push_back(restart.ns + "/" + restart.subject);
    pods += restart.pods.size();
  }
  std::string out = heading("Restart afterwards:", look);
  std::string text = count_of(names.size(), "workload", "workloads");
  if (pods >= names.size()) text += " (" + count_of(pods, "Pod", "Pods") + ")";
  text += ", as open connections outlive a new policy on most plugins: ";
  return out +
         hanging("  ", text + listed(names, look.wide ? names.size() : kMostNames), room_of(look));
}

std::string_view name_of(proof::Outcome outcome) {
  switch (outcome) {
    case proof::Outcome::proven:
      return "proven";
    case proof::Outcome::refuted:
      return "refuted";
    case proof::Outcome::undecided:
      return "undecided";
  }
  return "undecided";
}

std::string_view name_of(proof::Breach breach) {
  switch (breach) {
    case proof::Breach::still_open:
      return "still-open";
    case proof::Breach::cut:
      return "cut";
    case proof::Breach::widened:
      return "widened";
  }
  return "cut";
}

std::string_view words_of(proof::Breach breach) {
  switch (breach) {
    case proof::Breach::still_open:
      return "still reaches a guarded address";
    case proof::Breach::cut:
      return "loses a flow that is not guarded";
    case proof::Breach::widened:
      return "gains a flow that it did not have";
  }
  return "";
}

/// The flow in words; a Counterexample made without them shows the bare flow.
std::string flow_of(const proof::Counterexample& one) {
  return one.to.empty() ? one.flow.str() : one.to;
}

std::string counterexample_text(const proof::Counterexample& one, const Look& look) {
  std::string sender =
      one.labels.entries().empty() ? "without labels" : "with labels " + one.labels.str();
  if (!one.service_account.empty()) sender += " and with ServiceAccount " + one.service_account;
  sender = one.ns.empty() ? "A node, with its Pods on the host network,"
                          : fmt::format("A Pod in namespace {} {}", one.ns, sender);
  std::string out = hanging(
      "  - ", fmt::format("{} {}: {}", sender, words_of(one.breach), flow_of(one)), room_of(look));
  if (!one.because.empty())
    out += hanging("    ",
                   (one.breach == proof::Breach::cut ? "open before because: " : "open because: ") +
                       listed(one.because, look.wide ? one.because.size() : kMostNames),
                   room_of(look));
  else
    out += hanging("    ",
                   one.breach == proof::Breach::cut ? "before, no policy isolated it for egress"
                                                    : "no policy isolates it for egress",
                   room_of(look));
  return out;
}

/// `word` in colour, and `text` hanging beside it.
std::string lead(std::string_view word, Paint paint, std::string_view text, const Look& look) {
  return painted(word, paint, look) + hanging(word, text, room_of(look)).substr(word.size());
}

/// What the Proof speaks of.
std::string extent_of(const proof::Proof& proof) {
  return fmt::format("every label set that a Pod of {} could carry ({} that policies tell apart)",
                     count_of(proof.namespaces, "namespace", "namespaces"),
                     count_of(proof.classes, "kind", "kinds"));
}

Value labels_value(const model::Labels& labels) {
  Value::Map out;
  for (const auto& [key, value] : labels.entries()) out.emplace_back(key, value);
  return out;
}

Value counterexample_value(const proof::Counterexample& one) {
  Value::Map out{{"breach", name_of(one.breach)},
                 {"namespace", one.ns},
                 {"labels", labels_value(one.labels)},
                 {"flow", flow_of(one)},
                 {"because", strings(one.because)}};
  if (!one.service_account.empty()) out.emplace_back("serviceAccount", one.service_account);
  if (one.receiver)
    out.emplace_back("receiver",
                     Value::Map{{"namespaceLabels", labels_value(one.receiver->ns)},
                                {"podLabels", labels_value(one.receiver->pod)},
                                {"port", one.receiver->port},
                                {"protocol", podmoat::name_of(one.receiver->protocol)}});
  return out;
}

/// The Claim, proven.
std::string proven_text(const proof::Proof& proof) {
  std::string left;
  if (proof.exceptions > 0)
    left = fmt::format(", but for what {}, ",
                       proof.exceptions == 1 ? "an Exception leaves" : "Exceptions leave");
  std::string out = fmt::format("every guarded flow{}{} is cut and nothing else{} changes, for {}",
                                proof.anywhere ? " whose address is known" : "", left,
                                proof.collateral ? " that Pods may send" : "", extent_of(proof));
  out += proof.flows_cut == 0
             ? "; nothing guarded was open before"
             : fmt::format("; {} open before",
                           count_of(proof.flows_cut, "guarded flow was", "guarded flows were"));
  if (proof.collateral)
    out += "; at the guarded addresses other ports and protocols may have gone with them";
  return out;
}

}  // namespace

std::string plan_notes(const fix::Plan& plan, const model::Snapshot& snapshot, const Look& look) {
  std::string out;
  if (plan.empty())
    out += plan.leftovers.empty() ? "Nothing to do: no policy needs to change.\n"
                                  : "There is nothing that a policy could fix.\n";
  if (!plan.edits.empty()) out += edits_text(plan, snapshot, look);
  if (!plan.changes.empty()) out += changes_text(plan, snapshot, look);
  if (!plan.additions.empty()) out += additions_text(plan, look);
  if (!plan.leftovers.empty()) out += leftovers_text("No policy can fix:", plan.leftovers, look);
  if (!plan.losses.empty()) out += leftovers_text("Would lose what they need:", plan.losses, look);
  if (!plan.restarts.empty()) out += restarts_text(plan, look);
  return out;
}

std::string exceptions_text(const catalog::Guard& guard, const model::Snapshot& snapshot,
                            const Look& look) {
  const auto line = [&](std::string_view head, const catalog::Exception& exception) {
    std::string text = exception.what() + ": " + exception.why();
    if (const std::string at = spot(exception.moat.place, snapshot); !at.empty())
      text += " (" + at + ")";
    return hanging(head, text, room_of(look));
  };
  std::string kept;
  for (const catalog::Spared& spared : guard.spared)
    if (!(spared.flows & guard.must).empty()) kept += line("  = ", spared.exception);
  std::string ended;
  for (const catalog::Exception& exception : guard.expired) ended += line("  ! ", exception);
  std::string out;
  if (!kept.empty()) out += heading("Left open by Exceptions:", look) + kept;
  if (!ended.empty()) out += heading("Exceptions that ended, and spare nothing:", look) + ended;
  return out;
}

std::string proof_text(const proof::Proof& proof, const Look& look) {
  std::string out;
  switch (proof.outcome) {
    case proof::Outcome::proven:
      out = lead("Proven: ", Paint::green, proven_text(proof), look);
      break;
    case proof::Outcome::refuted:
      out = lead("Refuted: ", Paint::bright_red,
                 count_of(proof.counterexamples.size(), "counterexample", "counterexamples") +
                     " to it, over " + extent_of(proof),
                 look);
      break;
    case proof::Outcome::undecided:
      out =
          lead("Not decided: ", Paint::yellow,
               "no counterexample, and not everything is compared; asked over " + extent_of(proof),
               look);
      break;
  }
  for (const proof::Counterexample& one : proof.counterexamples)
    out += counterexample_text(one, look);
  for (const std::string& question : proof.open_questions)
    out += hanging("  open: ", question, room_of(look));
  const std::size_t shown = look.wide ? proof.beyond.size() : kMostNames;
  for (std::size_t i = 0; i < std::min(shown, proof.beyond.size()); ++i)
    out += hanging("  not spoken of: ", proof.beyond[i], room_of(look));
  if (proof.beyond.size() > shown)
    out += fmt::format("  and {} more\n", proof.beyond.size() - shown);
  return out;
}

Value proof_document(const proof::Proof& proof) {
  Value::List counterexamples;
  for (const proof::Counterexample& one : proof.counterexamples)
    counterexamples.push_back(counterexample_value(one));
  Value::Map out = document("Proof");
  out.emplace_back("outcome", name_of(proof.outcome));
  out.emplace_back("namespaces", number(proof.namespaces));
  out.emplace_back("classes", number(proof.classes));
  out.emplace_back("flowsCut", number(proof.flows_cut));
  out.emplace_back("exceptions", number(proof.exceptions));
  out.emplace_back("collateral", proof.collateral);
  out.emplace_back("addressesUnknown", proof.anywhere);
  out.emplace_back("counterexamples", std::move(counterexamples));
  out.emplace_back("openQuestions", strings(proof.open_questions));
  out.emplace_back("beyond", strings(proof.beyond));
  return out;
}

}  // namespace podmoat::report
