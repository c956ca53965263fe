// Engine: a table of names, and the choice. docs/semantics/fix.md FX-20.
#include "core/fix/engine.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace podmoat::fix {
namespace {

struct Row {
  Engine engine;
  std::string_view name;
  std::string_view language;
};

constexpr std::array kRows{
    Row{Engine::network_policy, "networkpolicy", "NetworkPolicy"},
    Row{Engine::cluster_network_policy, "clusternetworkpolicy", "ClusterNetworkPolicy"},
    Row{Engine::admin_network_policy, "adminnetworkpolicy", "AdminNetworkPolicy"},
    Row{Engine::cilium, "cilium", "Cilium"},
    Row{Engine::calico, "calico", "Calico"},
    Row{Engine::antrea, "antrea", "Antrea"},
    Row{Engine::egress_firewall, "egressfirewall", "EgressFirewall"},
};

const Row& row_of(Engine engine) {
  const auto* row = std::ranges::find(kRows, engine, &Row::engine);
  PODMOAT_CHECK(row != kRows.end());
  return *row;
}

/// Whether the Snapshot has a policy of `kind`, which shows that the cluster knows it.
bool shows(const model::Snapshot& snapshot, std::string_view kind, std::string_view version) {
  return std::ranges::any_of(snapshot.policy_objects, [&](const model::PolicyObject& object) {
    return object.object.kind == kind && object.group() == "policy.networking.k8s.io" &&
           object.version() == version;
  });
}

}  // namespace

std::span<const Engine> engines() {
  static const auto all = [] {
    std::array<Engine, kRows.size()> out{};
    std::ranges::transform(kRows, out.begin(), &Row::engine);
    return out;
  }();
  return all;
}

std::string_view name_of(Engine engine) { return row_of(engine).name; }

std::optional<Engine> engine_named(std::string_view name) {
  const auto* row = std::ranges::find(kRows, name, &Row::name);
  return row == kRows.end() ? std::nullopt : std::optional(row->engine);
}

std::string_view language_of(Engine engine) { return row_of(engine).language; }

std::string_view lacks(Engine engine, const model::Platform& platform) {
  if (engine == Engine::calico && platform.lacks_tiers)
    return "its Calico is older than 3.29, which brought the Tier that this engine writes";
  return "";
}

model::Answer enforced(Engine engine, const model::Platform& platform) {
  if (platform.enforces.answer == model::Answer::no) return model::Answer::no;
  if (!lacks(engine, platform).empty()) return model::Answer::no;
  return platform.reads(language_of(engine));
}

Engine choose(const model::Platform& platform, const model::Snapshot& snapshot) {
  const auto sure = [&](Engine engine) { return enforced(engine, platform) == model::Answer::yes; };
  for (const Engine own : {Engine::cilium, Engine::calico, Engine::antrea})
    if (platform.engine == name_of(own) && sure(own)) return own;
  if (sure(Engine::cluster_network_policy) && shows(snapshot, "ClusterNetworkPolicy", "v1alpha2"))
    return Engine::cluster_network_policy;
  if (sure(Engine::admin_network_policy) &&
      (shows(snapshot, "AdminNetworkPolicy", "v1alpha1") ||
       shows(snapshot, "BaselineAdminNetworkPolicy", "v1alpha1")))
    return Engine::admin_network_policy;
  if (platform.engine == "ovn" && sure(Engine::egress_firewall)) return Engine::egress_firewall;
  return Engine::network_policy;
}

std::optional<Engine> instead_of(Engine engine, const model::Platform& platform) {
  if (platform.cidr_matches_nodes.answer == model::Answer::yes) return std::nullopt;
  for (const Engine own : {Engine::cilium, Engine::calico, Engine::antrea})
    if (own != engine && platform.engine == name_of(own) &&
        enforced(own, platform) != model::Answer::no)
      return own;
  return std::nullopt;
}

}  // namespace podmoat::fix
