// Shares, from the Exceptions' selectors: the flows that the same Exceptions spare are one Share,
// for the label sets that none of these Exceptions selects. docs/semantics/fix.md FX-21.
#include "core/fix/shares.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/fix/complement.h"

namespace podmoat::fix {
namespace {

using flow::FlowSet;
using flow::Line;
using flow::PortSet;
using model::Operator;
using model::Requirement;
using model::Selector;

/// Terms that one Share may take.
constexpr std::size_t kMostTerms = 64;
/// Puts the labels of a namespace beside those of its Pods: no label's key has it.
constexpr std::string_view kOfNamespace = "@ns:";

std::vector<PortSet::Run> with_ports(const PortSet& ports) {
  std::vector<PortSet::Run> out;
  for (const PortSet::Run& run : ports.runs())
    if (run.protocol != Protocol::other && run.protocol != Protocol::named) out.push_back(run);
  return out;
}

/// One selector over the labels of both.
Selector joined(const Selector& namespaces, const Selector& pods) {
  Selector out = pods;
  for (Requirement requirement : namespaces.requirements) {
    requirement.key.insert(0, kOfNamespace);
    out.requirements.push_back(std::move(requirement));
  }
  return out;
}

/// What joined() joined; nothing if no Pod can be meant, as every namespace has its name and every
/// Pod an account.
std::optional<language::PodTerm> parted(const Selector& both) {
  language::PodTerm out;
  for (Requirement requirement : both.requirements) {
    const bool of_namespace = requirement.key.starts_with(kOfNamespace);
    if (of_namespace) requirement.key.erase(0, kOfNamespace.size());
    const bool always_there = of_namespace ? requirement.key == model::kNamespaceNameLabel
                                           : requirement.key == language::kServiceAccount;
    if (always_there && requirement.op == Operator::does_not_exist) return std::nullopt;
    if (always_there && requirement.op == Operator::exists) continue;
    (of_namespace ? out.namespaces : out.pods).requirements.push_back(std::move(requirement));
  }
  return out;
}

/// Adds the requirements of `more`; one that is there already is not said twice.
void narrow_to(const Selector& more, Selector& selector) {
  for (const Requirement& requirement : more.requirements)
    if (std::ranges::find(selector.requirements, requirement) == selector.requirements.end())
      selector.requirements.push_back(requirement);
}

/// The guarded flows by the Exceptions that spare them.
std::map<std::set<std::size_t>, FlowSet> by_exceptions(const catalog::Guard& guard) {
  std::map<std::set<std::size_t>, FlowSet> out{{{}, guard.must}};
  for (std::size_t i = 0; i < guard.spared.size(); ++i) {
    std::map<std::set<std::size_t>, FlowSet> next;
    for (auto& [who, flows] : out) {
      FlowSet spared = flows & guard.spared[i].flows;
      FlowSet rest = flows - spared;
      if (!rest.empty()) next.emplace(who, std::move(rest));
      if (spared.empty()) continue;
      std::set<std::size_t> with = who;
      with.insert(i);
      next.emplace(std::move(with), std::move(spared));
    }
    out = std::move(next);
  }
  return out;
}

}  // namespace

std::vector<Denial> denials(const FlowSet& flows) {
  std::vector<std::pair<PortSet, Denial>> out;
  std::map<PortSet, std::size_t> known;
  for (const FlowSet::Row& row : flows.rows()) {
    auto ports = with_ports(row.ports);
    if (row.span.line == Line::peer || ports.empty()) continue;
    const auto [at, fresh] = known.try_emplace(row.ports, out.size());
    if (fresh) out.emplace_back(row.ports, Denial{.ports = std::move(ports), .blocks = {}});
    Denial& denial = out[at->second].second;
    if (row.span.line == Line::node) {
      denial.own_node = denial.own_node || row.span.first == flow::kOwnNode;
      denial.other_nodes = denial.other_nodes || row.span.last >= flow::kOtherNode;
      continue;
    }
    for (const Block& block : flow::blocks_of(row.span)) denial.blocks.push_back(block);
  }
  std::vector<Denial> denials;
  for (auto& [ports, denial] : out) denials.push_back(std::move(denial));
  return denials;
}

Selector scope_selector(const Order& order) {
  if (order.everywhere) return {};
  std::vector<std::string> names = order.namespaces;
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return {{{model::kNamespaceNameLabel, Operator::in, std::move(names)}}};
}

std::vector<Share> shares(const Order& order, Plan& plan) {
  const Selector scope = scope_selector(order);
  std::vector<Share> out;
  for (auto& [exceptions, flows] : by_exceptions(order.guard)) {
    std::vector<Selector> spared;
    for (const std::size_t i : exceptions)
      spared.push_back(joined(order.guard.spared[i].namespaces, order.guard.spared[i].pods));
    const auto rest = complement(spared, kMostTerms);
    if (!rest) {
      plan.leftovers.push_back(
          {"", "Pods without an Exception",
           fmt::format("to tell them from those that {} Exceptions name takes more than {} "
                       "selectors, so {} stays open",
                       spared.size(), kMostTerms, flows.str()),
           "write fewer Exceptions, by one label that says what it is for"});
      continue;
    }
    Share share{std::move(flows), {}};
    for (const Selector& selector : *rest) {
      auto term = parted(selector);
      if (!term) continue;
      narrow_to(scope, term->namespaces);
      if (satisfiable(term->namespaces)) share.pods.push_back(*std::move(term));
    }
    if (!share.pods.empty()) out.push_back(std::move(share));
  }
  return out;
}

std::vector<Share> shares_by_labels(const Order& order, Plan& plan) {
  std::vector<Share> out = shares(order, plan);
  const auto asks = [](const language::PodTerm& term) {
    return std::ranges::find(term.pods.requirements, std::string_view(language::kServiceAccount),
                             &Requirement::key) != term.pods.requirements.end();
  };
  std::erase_if(out, [&](const Share& share) {
    if (std::ranges::none_of(share.pods, asks)) return false;
    plan.leftovers.push_back(
        {"", "Exceptions for a ServiceAccount",
         fmt::format("a policy of {} cannot tell Pods by their account, so {} stays open to all",
                     language_of(order.engine), share.flows.str()),
         "give the Pods a label and make the Exception for that"});
    return true;
  });
  return out;
}

std::string words_for(const language::PodTerms& pods) {
  std::string out;
  for (const language::PodTerm& term : pods) {
    std::string words = term.pods.empty() ? "every Pod" : "Pods with " + term.pods.str();
    if (!term.namespaces.empty()) words += " in namespaces with " + term.namespaces.str();
    out += (out.empty() ? "" : "; ") + words;
  }
  return out;
}

}  // namespace podmoat::fix
