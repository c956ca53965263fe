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
  network_policy,
  service,
  endpoint_slice,
  endpoints,
  cluster_role,
  cluster_role_binding,
  service_account,
  config_map,     ///< read if its name is one of a few
  mesh,           ///< of a service mesh; read if it may be taken for a fence
  unread_policy,  ///< a policy in a language, or a version, that is not read
  skipped,        ///< counted, and no more
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
