#pragma once
// Engine: the policy language in which a Plan is written.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/model/platform.h"
#include "core/model/snapshot.h"

namespace podmoat::fix {

enum class Engine : std::uint8_t {
  network_policy,
  cluster_network_policy,
  admin_network_policy,
  cilium,
  calico,
  antrea,
  egress_firewall,
};

/// All of them, in the order in which people are told of them.
std::span<const Engine> engines();
/// As --engine takes it: "clusternetworkpolicy".
std::string_view name_of(Engine engine);
/// The engine of that name, or nothing.
std::optional<Engine> engine_named(std::string_view name);
/// As Platform::languages and people call it: "ClusterNetworkPolicy".
std::string_view language_of(Engine engine);

/// What the plugin's version lacks of what `engine` writes, as a clause for people; "" if nothing
/// is known to be missing. FX-26.
std::string_view lacks(Engine engine, const model::Platform& platform);
/// Whether `platform` enforces what `engine` writes.
model::Answer enforced(Engine engine, const model::Platform& platform);

/// The tightest engine that is known to be there (docs/semantics/fix.md FX-20): the plugin's own
/// language if it has one; else a language of cluster-wide policies that the platform enforces and
/// of which the Snapshot has objects; else EgressFirewall where OVN enforces it; else
/// NetworkPolicy.
Engine choose(const model::Platform& platform, const model::Snapshot& snapshot);

/// What may do where `engine` cannot close an address without closing nodes, as blocks do not hold
/// them (PF-3): the plugin's own language, if it is not known that the platform lacks it.
std::optional<Engine> instead_of(Engine engine, const model::Platform& platform);

}  // namespace podmoat::fix
