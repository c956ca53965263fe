#pragma once
// Platform: facts on how a cluster's network plugin and cloud treat policies. Data, each fact with
// the source it rests on; an answer names the Platform it assumed.
// What each fact means, and every profile: docs/semantics/platforms.md.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/protocol.h"
#include "core/model/answer.h"

namespace podmoat::model {

enum class Basis : std::uint8_t { assumed, detected, given };
/// "assumed", "detected", "given".
std::string_view name_of(Basis basis);

/// How well a Fact is known.
enum class Mark : std::uint8_t {
  verified,     ///< read in the source named
  derived,      ///< follows from sources, said nowhere
  third_party,  ///< seen in reports of others
  memory,       ///< not looked up
};
/// "verified", "derived", "third party", "memory".
std::string_view name_of(Mark mark);

struct Fact {
  std::string_view name;  ///< the field's name in reports
  Answer answer = Answer::unknown;
  std::string source{};    ///< where it is written that it is so
  std::string evidence{};  ///< the object of the Snapshot that tells; "" if the profile does
  Mark mark = Mark::memory;
};

/// Somebody on the node rewrites the destination before policies see it
/// (docs/semantics/platforms.md PF-DNAT): what a Pod sends to `from` is judged as sent to `to`.
struct Redirect {
  std::string name;  ///< "GKE metadata server"
  Address from;
  Protocol protocol = Protocol::tcp;
  std::uint16_t port = 80;
  std::optional<Address> to;  ///< nothing: the Pod's own node
  std::uint16_t to_port = 0;
  std::string source;
  std::string evidence{};      ///< as Fact::evidence
  Answer there = Answer::yes;  ///< does some node do that?
  Answer plain = Answer::no;   ///< is there a node that leaves the address as it is?
  std::string question{};      ///< where one of the two is unknown: what would tell

  /// "169.254.169.254:80/TCP goes to 169.254.169.252:988"; "... on some nodes", "... may go to ..."
  /// where not every node does so, or nobody knows.
  std::string str() const;
};

/// Whether the plugin enforces a policy language, by the language's name in core/language.
struct Enforced {
  std::string_view language;
  Fact fact;
};

struct Platform {
  std::string name;
  std::string summary;  ///< one sentence for people
  /// The family of plugins, which decides how a language is read: "kubernetes" (as documented),
  /// "calico", "cilium", "aws", "antrea", "ovn", "kube-router", "npm", ...
  std::string engine;

  Fact enforces{"enforces"};  ///< does anything enforce policies?
  Fact cidr_matches_pods{"cidrMatchesPods"};
  /// no: nodes are known by what they are (flow::Line::node), never by their address
  Fact cidr_matches_nodes{"cidrMatchesNodes"};
  /// no: 0.0.0.0/0 and ::/0 hold no node, even where smaller blocks do
  Fact whole_range_matches_nodes{"wholeRangeMatchesNodes"};
  /// no: a link-local address on an interface of the node counts as the node
  Fact cidr_matches_host_link_local{"cidrMatchesHostLinkLocal"};
  Fact own_node_policed{"ownNodePoliced"};  ///< does egress policy hold for a Pod's own node?
  /// does the node itself take what policies let its own Pods send to it?
  Fact own_node_accepts{"ownNodeAccepts"};
  /// no: ports of the NodePort range on the Pod's own node are beyond policy
  Fact node_port_range_policed{"nodePortRangePoliced"};
  Fact ipv4_policed{"ipv4Policed"};
  Fact ipv6_policed{"ipv6Policed"};
  /// have Pods a way out over a family of which their status names no address?
  Fact hidden_family{"hiddenFamily"};
  /// no: an `except` of one policy takes away what another one allows
  Fact except_is_local{"exceptIsLocal"};
  Fact sees_service_addresses{"seesServiceAddresses"};  ///< policy before Service DNAT?
  Fact starts_closed{"startsClosed"};  ///< is a new Pod held by its policies from its first packet?
  Fact host_policies{"hostPolicies"};  ///< can a policy hold Pods on the host network?
  Fact bare_pods_policed{"barePodsPoliced"};  ///< are Pods without an owner held by policies?
  Fact windows_policed{"windowsPoliced"};     ///< are Pods on Windows nodes held by policies?
  Fact fargate_policed{"fargatePoliced"};     ///< are Pods on virtual nodes (AWS Fargate)?
  Fact all_reaches_nodes{"allReachesNodes"};  ///< does a rule without destination hold the nodes?
  /// do policies of the default-deny kind hold whoever selects nobody (Cilium `always`)?
  Fact denies_by_default{"deniesByDefault"};
  /// does it enforce languages that are not among `languages`?
  Fact other_languages{"otherLanguages"};

  std::vector<Enforced> languages;  ///< those not listed: `other_languages`
  std::vector<Redirect> redirects;
  /// detected: addresses on interfaces that agents make on every node, see
  /// cidr_matches_host_link_local
  std::vector<Address> host_addresses{};
  /// detected: Cilium does not take enableDefaultDeny for an answer, PF-41
  bool ignores_no_default_deny = false;
  bool lacks_tiers = false;  ///< detected: a Calico that does not know the kind Tier, PF-48
  std::vector<std::string> evidence{};  ///< detected: the objects that tell, "DaemonSet a/b (f:1)"
  std::vector<std::string> unclear{};   ///< detected: what is missing or contradicts itself

  /// Every Fact above, in order, for whoever prints or compares them. `languages` and `redirects`
  /// are not among them.
  std::vector<const Fact*> facts() const;
  std::vector<Fact*> facts();
  /// Whether it enforces `language`.
  Answer reads(std::string_view language) const;
  /// Whether nodes are on flow::Line::node and not at addresses.
  bool nodes_by_identity() const {
    return cidr_matches_nodes.answer == Answer::no && enforces.answer != Answer::no;
  }
};

/// All profiles, in the order in which they are listed to the user.
std::span<const Platform> platforms();
/// The profile of that name, or nullptr.
const Platform* find_platform(std::string_view name);
/// What is assumed when nothing is said: policies as their documentation promises.
const Platform& conformant();

}  // namespace podmoat::model
