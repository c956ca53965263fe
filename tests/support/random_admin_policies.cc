// Random policies over the alphabets of random_cluster.cc: a handful of blocks, ports and labels,
// so that rules overlap each other and NetworkPolicy's.
#include "support/random_admin_policies.h"

#include <algorithm>
#include <array>

namespace podmoat::test {
namespace {

constexpr std::array kNetworks{
    "0.0.0.0/0",   "0.0.0.0/1",   "169.254.0.0/16", "169.254.169.254/32", "10.0.0.0/8",
    "10.1.0.0/29", "10.0.0.1/32", "::/0",           "fd00:ec2::/32",      "fd00:ec2::254/128"};
constexpr std::array<std::uint16_t, 6> kPorts{1, 53, 80, 443, 10250, 65535};
constexpr std::array kPortNames{"http", "dns"};
constexpr std::array kDomainNames{"example.org", "*.example.org", "metadata.google.internal"};

class Maker {
 public:
  Maker(std::uint64_t seed, const AdminKnobs& knobs) : random_(seed * 2 + 1), knobs_(knobs) {
    out_.snapshot = random_cluster(seed, knobs.cluster);
  }
  AdminCluster make();

 private:
  bool one_in(int count) { return below(random_, count) == 0; }
  template <class List>
  auto any_of(const List& list) {
    return list[static_cast<std::size_t>(below(random_, static_cast<int>(list.size())))];
  }
  model::Selector namespaces();
  AdminPolicy policy(int number);
  AdminRule rule(bool baseline);
  AdminPeer peer(bool domain_names);
  std::vector<AdminPort> ports(bool names);

  std::mt19937_64 random_;
  AdminKnobs knobs_;
  AdminCluster out_;
};

AdminCluster Maker::make() {
  for (model::Node& node : out_.snapshot.nodes) node.labels = random_labels(random_);
  int number = 0;
  for (model::Pod& pod : out_.snapshot.pods) {
    const std::string last = std::to_string(number++);
    pod.addresses = {*parse_address("10.1.0." + last), *parse_address("fd00:ec2:2::" + last)};
  }
  const int count = below(random_, knobs_.policies + 1);
  bool has_baseline = false;
  for (int i = 0; i < count; ++i) {
    AdminPolicy made = policy(i);
    if (made.baseline && made.api == AdminApi::v1alpha1) {
      if (has_baseline) continue;
      has_baseline = true;
    }
    out_.policies.push_back(std::move(made));
  }
  for (const AdminPolicy& made : out_.policies)
    out_.snapshot.policy_objects.push_back(
        {made.object,
         std::string("policy.networking.k8s.io/") +
             (made.api == AdminApi::v1alpha1 ? "v1alpha1" : "v1alpha2"),
         document_of(made)});
  return std::move(out_);
}

/// Labels of namespaces, or one of them by its name.
model::Selector Maker::namespaces() {
  if (!one_in(3)) return random_selector(random_);
  const auto op = one_in(4) ? model::Operator::not_in : model::Operator::in;
  return {{{model::kNamespaceNameLabel, op, {any_of(out_.snapshot.namespaces).object.name}}}};
}

AdminPolicy Maker::policy(int number) {
  AdminPolicy out;
  out.api = knobs_.api;
  out.baseline = one_in(3);
  out.priority = knobs_.equal_priorities ? below(random_, 4) * 10 : number * 7 % 1001;
  const bool older = out.api == AdminApi::v1alpha1;
  out.object = {older ? (out.baseline ? "BaselineAdminNetworkPolicy" : "AdminNetworkPolicy")
                      : "ClusterNetworkPolicy",
                "", older && out.baseline ? "default" : "admin-" + std::to_string(number),
                Place{0, 1000 + static_cast<std::uint32_t>(number), 1}};
  out.subject_is_pods = one_in(2);
  if (out.subject_is_pods) out.subject_pods = random_selector(random_);
  if (!one_in(3)) out.subject_namespaces = namespaces();
  for (int i = below(random_, 4); i > 0; --i) out.egress.push_back(rule(out.baseline));
  return out;
}

AdminRule Maker::rule(bool baseline) {
  const bool older = knobs_.api == AdminApi::v1alpha1;
  AdminRule out;
  out.action = any_of(std::array{AdminAction::allow, AdminAction::deny, AdminAction::pass});
  if (older && baseline && out.action == AdminAction::pass) out.action = AdminAction::deny;
  bool unnamed = false;
  for (int i = 1 + below(random_, 2); i > 0; --i) {
    out.to.push_back(peer(!(older && baseline)));
    const AdminPeerKind kind = out.to.back().kind;
    unnamed = unnamed || kind == AdminPeerKind::networks || kind == AdminPeerKind::nodes ||
              kind == AdminPeerKind::domain_names;
  }
  if (!one_in(3)) out.ports = ports(!unnamed);
  return out;
}

AdminPeer Maker::peer(bool domain_names) {
  AdminPeer out;
  const int which = below(random_, 20);
  if (which == 0 && knobs_.unknown_peers) {
    out.kind = AdminPeerKind::unknown;
  } else if (which <= 2 && knobs_.domain_names && domain_names) {
    out.kind = AdminPeerKind::domain_names;
    out.domain_names = {any_of(kDomainNames)};
  } else if (which <= 5) {
    out.kind = AdminPeerKind::nodes;
    out.nodes = random_selector(random_);
  } else if (which <= 12) {
    out.kind = AdminPeerKind::networks;
    for (int i = 1 + below(random_, 2); i > 0; --i) {
      const Block block = *parse_block(any_of(kNetworks));
      if (std::ranges::find(out.networks, block) == out.networks.end())
        out.networks.push_back(block);
    }
  } else if (which <= 15) {
    out.namespaces = namespaces();
  } else {
    out.kind = AdminPeerKind::pods;
    out.pods = random_selector(random_);
    if (!one_in(3)) out.namespaces = namespaces();
  }
  return out;
}

std::vector<AdminPort> Maker::ports(bool names) {
  std::vector<AdminPort> out;
  for (int i = 1 + below(random_, 2); i > 0; --i) {
    AdminPort entry;
    const int which = below(random_, 4);
    entry.protocol =
        any_of(std::array{Protocol::tcp, Protocol::tcp, Protocol::udp, Protocol::sctp});
    if (which == 0 && names) {
      entry.name = any_of(kPortNames);
    } else {
      entry.ports = {any_of(kPorts), any_of(kPorts)};
      if (entry.ports.last < entry.ports.first) std::swap(entry.ports.first, entry.ports.last);
      if (which != 1) entry.ports.last = entry.ports.first;
    }
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace

AdminCluster random_admin_cluster(std::uint64_t seed, const AdminKnobs& knobs) {
  return Maker(seed, knobs).make();
}

}  // namespace podmoat::test
