#pragma once
// Cluster: a made-up cluster, the same one for the same Plan of it, object by object. What it is
// made of follows what clusters have: namespaces with a dozen workloads each, about 20 Pods a
// workload, policies that deny by default, open DNS and let one application out with exceptions.
#include <cstdint>
#include <random>
#include <string>

#include "emitter.h"

namespace podmoat::bench {

/// Whose policies stand among the NetworkPolicies.
enum class Mixed : std::uint8_t { none, calico, cilium };

struct Size {
  std::uint32_t pods = 1000;
  std::uint32_t policies = 100;
  std::uint64_t seed = 1;

  std::uint32_t namespaces() const { return pods / 200 + 4; }
  std::uint32_t workloads() const { return pods / 20 + 1; }
  Mixed mixed = Mixed::none;
  std::uint32_t nodes() const { return pods / 50 + 3; }
  /// Policies for the whole cluster, where languages are mixed.
  std::uint32_t cluster_policies() const { return mixed == Mixed::none ? 0 : 30; }
};

/// Writes objects. Each begins with its own random numbers, from the seed and its number, so an
/// object does not depend on which others are written.
class Cluster {
 public:
  Cluster(Size size, Emitter& out) : size_(size), out_(out) {}

  /// As the API server has it: about 8 KB of indented JSON.
  void pod(std::uint32_t number);
  /// What a person writes: about 400 bytes of YAML.
  void small_pod(std::uint32_t number);
  /// A NetworkPolicy, or one of Size::mixed.
  void policy(std::uint32_t number);
  void cluster_policy(std::uint32_t number);
  void name_space(std::uint32_t number);
  void node(std::uint32_t number);

  /// "namespace/name": the API server lists objects in the order of these.
  std::string pod_key(std::uint32_t number);
  std::string policy_key(std::uint32_t number) const;

 private:
  /// What a Pod has of its workload.
  struct Workload {
    std::uint32_t number;
    std::string ns, app, hash, owner_kind, owner;
    bool host_network;
    std::uint32_t containers;
  };

  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }
  void reseed(std::uint64_t kind, std::uint32_t number);
  std::string hex(std::size_t digits);
  std::string uid();
  static std::string namespace_name(std::uint32_t number);
  bool denies_all(std::uint32_t policy) const;
  std::string policy_name(std::uint32_t number) const;
  Workload workload_of(std::uint32_t pod);
  std::string pod_name(const Workload& workload, std::uint32_t pod);
  static std::string pod_address(std::uint32_t pod);
  std::string node_name(std::uint32_t pod) const;

  void head(const char* version, const char* kind);
  void identity();
  void labels(const Workload& workload);
  void pod_metadata(const Workload& workload, std::uint32_t number);
  void pod_spec(const Workload& workload, std::uint32_t number);
  void container(const Workload& workload, std::uint32_t index);
  void environment(const Workload& workload);
  void probe(const char* name, const char* path);
  void scheduling(const Workload& workload, std::uint32_t number);
  void volumes(const Workload& workload);
  void pod_status(const Workload& workload, std::uint32_t number);
  void condition(const char* type);
  void container_status(const Workload& workload, std::uint32_t index);

  bool is_foreign(std::uint32_t number) const;
  std::string workload_app(std::uint32_t number, const std::string& ns);
  void foreign_policy(std::uint32_t number);
  void calico_policy(std::uint32_t number, const std::string& ns);
  void cilium_policy(std::uint32_t number, const std::string& ns);
  void list(std::string_view name, std::initializer_list<std::string_view> items);
  void policy_types(bool ingress, bool egress);
  void pod_selector(const std::string& ns);
  void dns_rule();
  void internet_rule();
  void peer_rule(const char* peers);
  void ports(std::uint32_t count);

  Size size_;
  Emitter& out_;
  std::mt19937_64 random_;
};

}  // namespace podmoat::bench
