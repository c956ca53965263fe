#pragma once
// Random clusters with AdminNetworkPolicy and ClusterNetworkPolicy: those of random_cluster.h, and
// policies of both forms of the API, as structs for the oracle and as documents for the product.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/model/snapshot.h"
#include "support/random_cluster.h"

namespace podmoat::test {

/// Which form of the API: v1alpha1 or v1alpha2.
enum class AdminApi : std::uint8_t { v1alpha1, v1alpha2 };
enum class AdminAction : std::uint8_t { allow, deny, pass };
enum class AdminPeerKind : std::uint8_t {
  namespaces,
  pods,
  networks,
  nodes,
  domain_names,
  unknown
};

struct AdminPeer {
  AdminPeerKind kind = AdminPeerKind::namespaces;
  model::Selector pods;
  model::Selector namespaces;
  model::Selector nodes;
  std::vector<Block> networks;
  std::vector<std::string> domain_names;
};

/// One entry of `ports` or `protocols`: numbers of a protocol, or a name.
struct AdminPort {
  Protocol protocol = Protocol::tcp;
  Ports ports;
  std::string name;  ///< not "": the entry is this name
};

struct AdminRule {
  AdminAction action = AdminAction::deny;
  std::vector<AdminPeer> to;
  std::optional<std::vector<AdminPort>> ports;
};

struct AdminPolicy {
  model::Object object;
  AdminApi api = AdminApi::v1alpha2;
  bool baseline = false;
  int priority = 0;
  bool subject_is_pods = false;
  model::Selector subject_pods;
  model::Selector subject_namespaces;
  std::vector<AdminRule> egress;
};

struct AdminCluster {
  model::Snapshot snapshot;  ///< its policy_objects are `policies`
  std::vector<AdminPolicy> policies;
};

struct AdminKnobs {
  ClusterKnobs cluster;
  AdminApi api = AdminApi::v1alpha2;
  int policies = 4;
  bool domain_names = true;   ///< peers that nobody can resolve
  bool unknown_peers = true;  ///< peers of a kind that nobody knows
  bool equal_priorities = true;
};

/// A cluster in which every policy is valid; every Pod of it has an address of each family, every
/// Node has labels. The same for the same seed.
AdminCluster random_admin_cluster(std::uint64_t seed, const AdminKnobs& knobs);

/// The document of `policy`, as kubectl would print it.
std::shared_ptr<const model::Value> document_of(const AdminPolicy& policy);

}  // namespace podmoat::test
