#include "core/proof/side.h"

#include <algorithm>
#include <set>

#include "core/policy/peers.h"

namespace podmoat::proof {
namespace {

/// Calls `visit` for every term by which `policy` selects Pods, or may.
template <class Visit>
void each_term(const language::Policy& policy, Visit visit) {
  for (const auto* terms : {&policy.pods, &policy.possible})
    for (const language::PodTerm& term : *terms) visit(term);
}

}  // namespace

ReadSide::ReadSide(const model::Snapshot& snapshot, const model::Platform& platform)
    : snapshot_(snapshot), reading_(language::read(snapshot, platform)) {
  for (std::uint32_t i = 0; i < reading_.policies.size(); ++i) {
    std::set<std::string_view> names;
    bool anywhere = false;
    each_term(reading_.policies[i], [&](const language::PodTerm& term) {
      const auto ns = language::named_namespace(term);
      if (ns)
        names.insert(*ns);
      else
        anywhere = true;
    });
    if (anywhere)
      rest_.push_back(i);
    else
      for (const std::string_view name : names) named_[std::string(name)].push_back(i);
  }
}

std::vector<std::uint32_t> ReadSide::policies_of(std::string_view ns) const {
  std::vector<std::uint32_t> out;
  if (const auto own = named_.find(ns); own != named_.end()) out = own->second;
  if (rest_.empty()) return out;
  const model::Namespace labelled = policy::namespace_of(snapshot_, ns);
  for (const std::uint32_t number : rest_) {
    bool holds = false;
    each_term(reading_.policies[number], [&](const language::PodTerm& term) {
      holds = holds || policy::matches(term.namespaces, labelled) != policy::Match::no;
    });
    if (holds) out.push_back(number);
  }
  std::ranges::sort(out);
  return out;
}

std::vector<std::uint32_t> ReadSide::policies_of_nodes() const {
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < reading_.policies.size(); ++i)
    if (reading_.policies[i].on_hosts != model::Answer::no) out.push_back(i);
  return out;
}

std::vector<model::Selector> ReadSide::selectors_of(
    std::string_view ns, const std::vector<std::uint32_t>& policies) const {
  const model::Namespace labelled = policy::namespace_of(snapshot_, ns);
  std::set<model::Selector> out;
  for (const std::uint32_t number : policies)
    each_term(reading_.policies[number], [&](const language::PodTerm& term) {
      if (policy::matches(term.namespaces, labelled) != policy::Match::no) out.insert(term.pods);
    });
  return {out.begin(), out.end()};
}

}  // namespace podmoat::proof
