// Verdict: three-valued answers out of the two sets that a Ladder leaves.
#include "core/audit/verdict.h"

#include <algorithm>
#include <utility>

namespace podmoat::audit {
namespace {

using flow::FlowSet;
using flow::Ladder;
using flow::Rule;

Because because(const policy::Policies& policies, std::uint32_t origin) {
  const policy::Origin& from = policies.origin(origin);
  return {from.object, from.rule, from.place, from.text};
}

/// Every rule that lets `flow` through in the tier that decides. Within a tier several allow rules
/// can let the same flow through, and each of them would have to change.
std::vector<Because> allowing(const policy::Policies& policies, const Ladder& ladder,
                              const flow::Flow& flow) {
  std::vector<Because> out;
  for (const flow::Tier& tier : ladder.tiers) {
    bool passed = false;
    for (const auto& rule : tier.rules) {
      if (!rule->match.possible.contains(flow)) continue;
      if (rule->action == flow::Action::allow) out.push_back(because(policies, rule->origin));
      passed = passed || (rule->action != flow::Action::allow && rule->match.sure.contains(flow));
      if (passed) break;
    }
    if (!out.empty()) return out;
  }
  return out;
}

std::vector<Because> isolating(const policy::Policies& policies, const Ladder& ladder) {
  std::vector<Because> out;
  for (const flow::Tier& tier : ladder.tiers)
    for (const std::uint32_t origin : tier.end_origins) out.push_back(because(policies, origin));
  return out;
}

/// Rules of which it is not known what they match.
std::vector<Because> undecided(const policy::Policies& policies, const Ladder& ladder) {
  std::vector<Because> out;
  std::vector<std::uint32_t> seen;
  for (const flow::Tier& tier : ladder.tiers)
    for (const auto& rule : tier.rules)
      if (!rule->match.exact() && std::find(seen.begin(), seen.end(), rule->origin) == seen.end()) {
        seen.push_back(rule->origin);
        out.push_back(because(policies, rule->origin));
      }
  return out;
}

/// Whether `some` has a flow at every destination that `all` has one at.
bool at_every_destination(const FlowSet& some, const FlowSet& all) {
  std::vector<FlowSet::Box> open;
  for (const FlowSet::Row& row : some.rows()) open.push_back({row.span, flow::PortSet::all()});
  return (all - FlowSet::of(std::move(open))).empty();
}

Verdict reachable(const policy::Policies& policies, const Ladder& ladder, const FlowSet& open) {
  Verdict out;
  out.reach = Reach::reachable;
  out.witness = open.witness();
  out.because = allowing(policies, ladder, *out.witness);
  out.reason = out.because.empty() ? "no policy isolates it for egress" : "a policy allows it";
  return out;
}

Verdict unknown(const policy::Policies& policies, const Ladder& ladder, const flow::Known& known,
                bool anywhere) {
  Verdict out;
  out.reach = Reach::unknown;
  out.witness = known.possible.witness();
  out.because = undecided(policies, ladder);
  for (const Because& because : out.because)
    out.open_questions.push_back(because.object.str() + " is in a language that is not read");
  if (anywhere && !known.sure.empty()) {
    out.because = allowing(policies, ladder, *out.witness);
    out.open_questions.push_back(
        "the addresses of the nodes are not in the input; add Node objects or give --node-cidr");
  }
  out.reason = out.open_questions.empty() ? "it is not decided" : out.open_questions.front();
  return out;
}

}  // namespace

std::string_view name_of(Reach reach) {
  switch (reach) {
    case Reach::blocked:
      return "blocked";
    case Reach::unknown:
      return "unknown";
    case Reach::reachable:
      return "reachable";
  }
  return "unknown";
}

Verdict judge(const policy::Policies& policies, const Ladder& ladder, const FlowSet& wanted,
              bool anywhere) {
  const flow::Known known = flow::evaluate(ladder, wanted);
  const bool surely =
      anywhere ? !wanted.empty() && at_every_destination(known.sure, wanted) : !known.sure.empty();
  if (surely) return reachable(policies, ladder, known.sure);
  if (!known.possible.empty()) return unknown(policies, ladder, known, anywhere);
  Verdict out;
  out.because = isolating(policies, ladder);
  out.reason = "no rule of the policies that isolate it allows it";
  return out;
}

Verdict unhindered(const FlowSet& wanted, std::string reason) {
  Verdict out;
  out.reach = wanted.empty() ? Reach::blocked : Reach::reachable;
  out.witness = wanted.witness();
  out.reason = std::move(reason);
  return out;
}

Verdict out_of_the_node() {
  Verdict out;
  out.reason = "it listens on the node's own loopback, which only Pods on the host network share";
  return out;
}

Verdict with_own_node(Verdict verdict, const model::Platform& platform) {
  if (verdict.reach != Reach::blocked || platform.own_node_policed.answer == model::Answer::yes)
    return verdict;
  if (platform.own_node_policed.answer == model::Answer::no) {
    verdict.reach = Reach::reachable;
    verdict.reason = "a Pod always reaches its own node on this platform";
    return verdict;
  }
  verdict.reach = Reach::unknown;
  verdict.reason =
      "blocked on every other node; whether policy holds between a Pod and its own node is not "
      "promised";
  verdict.open_questions.push_back(std::string(platform.own_node_policed.source));
  return verdict;
}

}  // namespace podmoat::audit
