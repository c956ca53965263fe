#pragma once
// Kinds: what each kind of object is to podmoat. The one table of kinds.
#include <cstdint>
#include <optional>
#include <string_view>

namespace podmoat::manifest {

enum class Role : std::uint8_t {
  pod,
  workload,  ///< makes Pods
  ns,
  node,
  system_config,      ///< tells of the network plugin, if its name is known
  system_definition,  ///< a CustomResourceDefinition, which tells what is installed
  network_policy,
  service,
  endpoint_slice,
  endpoints,
  policy_object,  ///< of another policy language, known to podmoat or not
  cluster_role,
  cluster_role_binding,
  service_account,
  mesh,     ///< of a service mesh; read if it may be taken for a fence
  skipped,  ///< counted, and no more
};

struct KindRow {
  std::string_view group;    ///< "*": any
  std::string_view version;  ///< "*": any
  std::string_view kind;     ///< "": kinds that are known by a part of their names
  Role role = Role::skipped;
  bool namespaced = true;
};

/// The row of a kind; one with Role::skipped for a kind that has none. Rows that say more come
/// first in the table.
const KindRow& kind_row(std::string_view api_version, std::string_view kind);

/// Whether `kind` is a Pod's or a workload's in some group.
bool is_workload_kind(std::string_view kind);

}  // namespace podmoat::manifest
