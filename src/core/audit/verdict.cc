// Verdict: three-valued answers out of the two sets that a Ladder leaves.
#include "core/audit/verdict.h"

#include <algorithm>
#include <utility>

namespace podmoat::audit {
namespace {

using flow::Action;
using flow::FlowSet;
using flow::Ladder;

Because because(const policy::Policies& policies, std::uint32_t origin) {
  const policy::Origin& from = policies.origin(origin);
  return {from.object, from.rule, from.place, from.text};
}

/// What denies the flow that stands for `wanted`: rules that say so, or policies that isolate the
/// Subject and let nothing of it through.
Verdict blocked(const policy::Policies& policies, const Ladder& ladder, const FlowSet& wanted) {
  Verdict out;
  out.reason = "no rule of the policies that isolate it allows it";
  const auto witness = wanted.witness();
  if (!witness) return out;
  for (const flow::Step& step : flow::derive(ladder, *witness)) {
    if (step.action != Action::deny) continue;
    if (step.rule != nullptr) {
      out.because.push_back(because(policies, step.rule->origin));
      out.reason = "a policy denies it";
      continue;
    }
    for (const std::uint32_t origin : ladder.tiers[step.tier].end_origins)
      out.because.push_back(because(policies, origin));
  }
  return out;
}

/// Adds the rules of which it is not known whether they match a flow of `open`, and what would
/// decide.
void add_doubts(const policy::Policies& policies, const Ladder& ladder, const FlowSet& open,
                Verdict& verdict) {
  std::vector<std::uint32_t> seen;
  const auto is_new = [](const auto& list, const auto& item) {
    return std::find(list.begin(), list.end(), item) == list.end();
  };
  for (const flow::Tier& tier : ladder.tiers)
    for (const auto& rule : tier.rules) {
      if (rule->match.exact() || !is_new(seen, rule->origin)) continue;
      if (((rule->match.possible - rule->match.sure) & open).empty()) continue;
      seen.push_back(rule->origin);
      verdict.because.push_back(because(policies, rule->origin));
      const std::string& doubt = policies.origin(rule->origin).doubt;
      if (!doubt.empty() && is_new(verdict.open_questions, doubt))
        verdict.open_questions.push_back(doubt);
    }
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
  const bool isolated = std::ranges::any_of(
      ladder.tiers, [](const flow::Tier& tier) { return !tier.end_origins.empty(); });
  if (out.because.empty())
    out.reason = isolated ? "the policies that isolate it pass it on, and nothing denies it"
                          : "no policy isolates it for egress";
  else
    out.reason = out.because.front().object.kind == "Platform"
                     ? "the platform lets it through before any policy"
                     : "a policy allows it";
  return out;
}

Verdict unknown(const policy::Policies& policies, const Ladder& ladder, const flow::Known& known,
                bool anywhere, const std::vector<catalog::Doubt>& doubts) {
  Verdict out;
  out.reach = Reach::unknown;
  out.witness = known.possible.witness();
  add_doubts(policies, ladder, known.possible, out);
  if (anywhere && !known.sure.empty()) {
    out.witness = known.sure.witness();
    out.because = allowing(policies, ladder, *out.witness);
    out.open_questions.push_back(
        "its address is not in the input; Node objects or --node-cidr tell where nodes are, "
        "--catalog where a metadata service is");
  }
  for (const catalog::Doubt& doubt : doubts) {
    const FlowSet open = known.sure & doubt.flows;
    if (anywhere || open.empty()) continue;
    out.witness = open.witness();
    for (Because& one : allowing(policies, ladder, *out.witness))
      out.because.push_back(std::move(one));
    out.open_questions.push_back(doubt.question);
  }
  if (out.open_questions.empty() && out.because.size() > 1)
    out.open_questions.push_back(
        "policies that stand at the same place disagree, and which goes first is not defined");
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

std::vector<Because> allowing(const policy::Policies& policies, const Ladder& ladder,
                              const flow::Flow& flow) {
  std::vector<Because> sure;
  std::vector<Because> perhaps;
  std::optional<std::uint8_t> done;  // the stage of which the rest does not matter
  for (const flow::Tier& tier : ladder.tiers) {
    if (done == tier.stage) continue;
    bool decided = false;  // some rule of the tier surely matches
    bool passed = false;   // some rule of the tier may hand it on to the next
    for (const auto& rule : tier.rules) {
      if (!rule->match.possible.contains(flow)) continue;
      const bool surely = rule->match.sure.contains(flow);
      if (rule->action == Action::allow)
        (surely ? sure : perhaps).push_back(because(policies, rule->origin));
      else if (!decided)
        passed = passed || rule->action == Action::pass;
      decided = decided || surely;
      if (surely && rule->action != Action::allow) break;
    }
    if (!passed && (decided || tier.end != Action::pass)) done = tier.stage;
  }
  sure.insert(sure.end(), perhaps.begin(), perhaps.end());
  return sure;
}

Verdict judge(const policy::Policies& policies, const Ladder& ladder, const FlowSet& wanted,
              bool anywhere, const std::vector<catalog::Doubt>& doubts) {
  return judge(policies, ladder, flow::evaluate(ladder, wanted), wanted, anywhere, doubts);
}

Verdict judge(const policy::Policies& policies, const Ladder& ladder, const flow::Known& all,
              const FlowSet& wanted, bool anywhere, const std::vector<catalog::Doubt>& doubts) {
  const flow::Known known{all.sure & wanted, all.possible & wanted};
  const FlowSet leading = catalog::leading(known.sure, doubts);
  const bool surely =
      anywhere ? !wanted.empty() && at_every_destination(known.sure, wanted) : !leading.empty();
  if (surely) return reachable(policies, ladder, leading);
  if (!known.possible.empty()) return unknown(policies, ladder, known, anywhere, doubts);
  return blocked(policies, ladder, wanted);
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

Verdict with_own_node(Verdict verdict, const FlowSet& wanted, const model::Platform& platform) {
  const model::Fact& fact = platform.own_node_policed;
  if (verdict.reach == Reach::reachable || fact.answer == model::Answer::yes) return verdict;
  if (fact.answer == model::Answer::no)
    return unhindered(wanted, "a Pod always reaches its own node on this platform");
  if (verdict.reach == Reach::blocked)
    verdict.reason =
        "blocked on every other node; whether policy holds between a Pod and its own node is not "
        "promised";
  verdict.reach = Reach::unknown;
  verdict.open_questions.emplace_back(fact.source);
  return verdict;
}

}  // namespace podmoat::audit
