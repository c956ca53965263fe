#include "support/carried_out.h"

#include <algorithm>
#include <map>
#include <memory>
#include <tuple>
#include <utility>

#include "core/manifest/reader.h"

namespace podmoat::test {
namespace {

std::optional<model::NetworkPolicy> decoded(const model::Value& object) {
  auto policy = manifest::decode_network_policy(object);
  if (!policy) return std::nullopt;
  policy->source = std::make_shared<const model::Value>(object);
  return *std::move(policy);
}

}  // namespace

std::optional<model::Snapshot> carried_out(const model::Snapshot& before, const fix::Plan& plan) {
  model::Snapshot after = before;
  std::map<std::uint32_t, std::vector<fix::Edit>> edits;
  for (const fix::Edit& edit : plan.edits) edits[edit.policy].push_back(edit);
  for (const auto& [index, of_policy] : edits) {
    model::NetworkPolicy& policy = after.network_policies[index];
    auto changed = decoded(fix::edited(policy, of_policy));
    if (!changed) return std::nullopt;
    changed->object = policy.object;  // the namespace may not stand in the document
    policy = *std::move(changed);
  }
  for (const fix::Addition& addition : plan.additions) {
    auto added = decoded(addition.object);
    if (!added) return std::nullopt;
    after.network_policies.push_back(*std::move(added));
  }
  std::sort(after.network_policies.begin(), after.network_policies.end(),
            [](const auto& a, const auto& b) {
              return std::tie(a.object.ns, a.object.name) < std::tie(b.object.ns, b.object.name);
            });
  return after;
}

}  // namespace podmoat::test
