#include "core/language/policy.h"

#include <algorithm>

namespace podmoat::language {

PodTerm in_namespace(std::string_view ns, model::Selector pods) {
  return {std::move(pods),
          {{{model::kNamespaceNameLabel, model::Operator::in, {std::string(ns)}}}}};
}

std::optional<std::string_view> named_namespace(const PodTerm& term) {
  if (term.namespaces.requirements.size() != 1) return std::nullopt;
  const model::Requirement& r = term.namespaces.requirements.front();
  const bool by_name = r.key == model::kNamespaceNameLabel && r.op == model::Operator::in;
  if (!by_name || r.values.size() != 1) return std::nullopt;
  return r.values.front();
}

std::uint32_t Reading::tier(Tier wanted) {
  const auto known = std::ranges::find_if(tiers, [&](const Tier& tier) {
    return tier.stage == wanted.stage && tier.rank == wanted.rank && tier.name == wanted.name;
  });
  if (known != tiers.end()) return static_cast<std::uint32_t>(known - tiers.begin());
  tiers.push_back(std::move(wanted));
  return static_cast<std::uint32_t>(tiers.size() - 1);
}

}  // namespace podmoat::language
