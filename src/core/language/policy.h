#pragma once
// Policy: what a policy of any language says, in the terms that all languages share.
//
// A language reads its objects into Policies, each in a Tier; from there on nobody knows languages.
// core/policy finds the Policies that select a Pod and makes their clauses the rules of its Ladder,
// core/proof quantifies over the selectors that stand in them.
//
// What is not known is said in pairs: `sure` holds whatever the truth is, `possible` may hold.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "core/flow/flow_set.h"
#include "core/flow/ladder.h"
#include "core/model/labels.h"
#include "core/model/object.h"
#include "core/model/platform.h"
#include "core/model/snapshot.h"

namespace podmoat::language {

using model::kServiceAccount;

/// Pods: both selectors hold. A policy that speaks of its own namespace asks `namespaces` for
/// model::kNamespaceNameLabel, which is known of every namespace.
struct PodTerm {
  model::Selector pods;        ///< of the Pod's labels; see kServiceAccount
  model::Selector namespaces;  ///< of the labels of its namespace
  auto operator<=>(const PodTerm&) const = default;
};
/// Pods that at least one of the terms holds.
using PodTerms = std::vector<PodTerm>;

/// The term for Pods of one namespace.
PodTerm in_namespace(std::string_view ns, model::Selector pods = {});

/// The namespace that a term asks for by its name and by nothing else, or nothing.
std::optional<std::string_view> named_namespace(const PodTerm& term);

/// Destinations: those of a clause. Addresses and nodes are `places`, sets on the lines v4, v6 and
/// node with flow::PortSet::all() everywhere; Pods are told by terms.
struct Destinations {
  bool everything = false;  ///< every address, node and Pod; the rest is then empty
  flow::Known places;
  PodTerms pods;      ///< Pods that it holds for sure
  PodTerms possible;  ///< Pods that it may hold, beside `pods`
};

/// A port that is a name: the container port of that name of the Pod at the other end.
struct PortName {
  Protocol protocol = Protocol::tcp;
  std::string name;
  auto operator<=>(const PortName&) const = default;
};

/// Protocols and ports of a clause.
struct PortMatch {
  bool all = true;           ///< every port of every protocol; the rest is then empty
  flow::PortSet numbers{};   ///< without Protocol::named
  flow::PortSet possible{};  ///< may match beside `numbers`: one type of ICMP is a part of `other`
  std::vector<PortName> names{};
  auto operator<=>(const PortMatch&) const = default;
};

/// One rule of a policy, or one peer of a rule.
struct Clause {
  flow::Action action = flow::Action::allow;
  Destinations to;
  PortMatch ports;
  std::string rule;     ///< "egress[0].to[1]"
  Place place;          ///< of that rule
  std::string text;     ///< one clause: "allows 0.0.0.0/0 on every port"
  std::string doubt{};  ///< where it is not known what it matches: what would decide
};

struct Policy {
  model::Object object;
  std::uint32_t tier = 0;  ///< into Reading::tiers
  double order = 0;        ///< within the tier: lower first
  PodTerms pods;           ///< it selects these for egress
  PodTerms possible{};     ///< it may select these too; `doubt` says what would decide
  /// Whether it also holds for what shares the network of every node (Pods on the host network).
  model::Answer on_hosts = model::Answer::no;
  std::vector<Clause> clauses;
  bool isolates = true;  ///< whom it selects, the end of its tier holds for
  std::string text;      ///< "isolates the egress of Pods with app=web"
  std::string doubt{};
  /// It could not be read: its clauses may be anything.
  bool unread = false;
};

/// What decides between Policies of one tier that have the same order and disagree.
enum class Ties : std::uint8_t {
  in_order,    ///< the order in which they stand in Reading::policies (by name, as languages sort)
  undefined,   ///< nobody knows
  deny_first,  ///< a deny wins
};

struct Tier {
  std::string name;  ///< for people: "NetworkPolicy"
  /// Where it stands: lower first. The ranks of docs/semantics/combining.md.
  double rank = 0;
  /// A flow must be allowed by the tiers of every stage (the second ladder of EgressFirewall).
  std::uint8_t stage = 0;
  /// What holds at its end for a Pod that some Policy of it isolates.
  flow::Action end = flow::Action::deny;
  bool denies_first = false;  ///< every deny stands before every allow, whatever the orders are
  Ties ties = Ties::in_order;
};

/// Where tiers stand (Tier::rank); Calico's own tiers have their own numbers on the same scale.
namespace rank {
inline constexpr double kPlatform = -2e9;  ///< what a platform lets through before any policy
inline constexpr double kUnread = -1e9;    ///< what is not read may stand above everything
inline constexpr double kAdmin = 1000;     ///< ClusterNetworkPolicy Admin, AdminNetworkPolicy
inline constexpr double kDefault = 1e6;    ///< NetworkPolicy
inline constexpr double kBaseline = 1e7;   ///< ClusterNetworkPolicy Baseline, BANP
}  // namespace rank

/// The tier in which NetworkPolicy stands, and with it the policies of Calico's tier "default" and
/// of Cilium, where one of these is `platform.engine` or may be.
Tier network_policy_tier(const model::Platform& platform);
/// Policy::order of every NetworkPolicy, which counts in Calico's tier.
inline constexpr double kNetworkPolicyOrder = 1000;

/// What all languages made of a Snapshot.
struct Reading {
  std::vector<Tier> tiers;  ///< in the order of (stage, rank)
  std::vector<Policy> policies;
  Diagnostics diagnostics;  ///< warnings about objects that cannot be read, or have no effect

  /// The tier of that stage, rank and name, made if it is not there yet: its number.
  std::uint32_t tier(Tier wanted);
};

/// Reads every policy of `snapshot` as `platform` understands it. O(size of the policies).
/// Languages that the platform does not enforce make no Policy; those of which it is not known
/// make Policies that only possibly select. The Reading does not refer to `snapshot`.
Reading read(const model::Snapshot& snapshot, const model::Platform& platform);

/// The keys of Pod labels that any selector of `reading` mentions, sorted.
std::vector<std::string> mentioned_keys(const Reading& reading);

}  // namespace podmoat::language
