// The profiles. A fact that the sources leave open, or on which they contradict each other, is
// `unknown` and makes Verdicts `unknown` where it matters.
#include "core/model/platform.h"

#include <algorithm>

namespace podmoat::model {
namespace {

constexpr const char* kAssumed = "the assumption that this profile makes";
constexpr const char* kTypes = "kubernetes/api networking/v1 types.go";

/// NetworkPolicy and its cluster-wide kin as their documentation promises; of the rest nothing is
/// promised.
Platform make_conformant() {
  Platform out;
  out.name = "conformant";
  out.summary = "policies are enforced exactly as their documentation promises";
  out.engine = "kubernetes";
  const auto is = [](Fact& fact, Answer answer, std::string source) {
    fact.answer = answer;
    fact.source = std::move(source);
  };
  is(out.enforces, Answer::yes, kAssumed);
  is(out.cidr_matches_pods, Answer::unknown,
     std::string(kTypes) +
         ": ipBlock is meant for addresses outside the cluster; plugins differ on the addresses of "
         "Pods");
  is(out.cidr_matches_nodes, Answer::yes, kAssumed);
  is(out.cidr_matches_host_link_local, Answer::yes, kAssumed);
  is(out.own_node_policed, Answer::unknown,
     "kubernetes.io Network Policies: one passage always allows traffic between a Pod and its "
     "node, "
     "the one on egress isolation makes no such exception "
     "(kubernetes-sigs/kube-network-policies#283)");
  for (Fact* fact : {&out.node_port_range_policed, &out.ipv4_policed, &out.ipv6_policed,
                     &out.except_is_local, &out.all_reaches_nodes, &out.bare_pods_policed})
    is(*fact, Answer::yes, kAssumed);
  is(out.sees_service_addresses, Answer::unknown,
     "kubernetes.io Network Policies: whether policy sees the address before or after a Service is "
     "rewritten is not defined");
  is(out.starts_closed, Answer::unknown,
     "kubernetes.io Network Policies: a Pod may start before its policies are in force");
  is(out.host_policies, Answer::no, "kubernetes.io Network Policies: hostNetwork Pods");
  is(out.denies_by_default, Answer::no, kTypes);
  is(out.other_languages, Answer::unknown,
     "no documentation of Kubernetes promises that a plugin's own policies are enforced");
  for (const char* language : {"NetworkPolicy", "AdminNetworkPolicy", "ClusterNetworkPolicy"})
    out.languages.push_back({language, {"enforces", Answer::yes, kAssumed}});
  return out;
}

Platform make_none() {
  Platform out = make_conformant();
  out.name = "none";
  out.summary = "nothing enforces policies: the objects are accepted and have no effect";
  for (Fact* fact : {&out.enforces, &out.cidr_matches_pods, &out.own_node_policed,
                     &out.node_port_range_policed, &out.ipv4_policed, &out.ipv6_policed,
                     &out.bare_pods_policed, &out.starts_closed, &out.other_languages}) {
    fact->answer = Answer::no;
    fact->source = "nothing is enforced";
  }
  out.enforces.source =
      "kubernetes.io Network Policies, Prerequisites: without a plugin that implements it, a "
      "NetworkPolicy has no effect";
  out.languages.clear();
  return out;
}

}  // namespace

std::string_view name_of(Answer answer) {
  switch (answer) {
    case Answer::no:
      return "no";
    case Answer::yes:
      return "yes";
    case Answer::unknown:
      return "unknown";
  }
  return "unknown";
}

std::string_view name_of(Basis basis) {
  switch (basis) {
    case Basis::assumed:
      return "assumed";
    case Basis::detected:
      return "detected";
    case Basis::given:
      return "given";
  }
  return "assumed";
}

std::vector<const Fact*> Platform::facts() const {
  return {&enforces,           &cidr_matches_pods,
          &cidr_matches_nodes, &cidr_matches_host_link_local,
          &own_node_policed,   &node_port_range_policed,
          &ipv4_policed,       &ipv6_policed,
          &except_is_local,    &sees_service_addresses,
          &starts_closed,      &host_policies,
          &bare_pods_policed,  &all_reaches_nodes,
          &denies_by_default,  &other_languages};
}

Answer Platform::reads(std::string_view language) const {
  const auto found = std::ranges::find(languages, language, &Enforced::language);
  return found == languages.end() ? other_languages.answer : found->fact.answer;
}

std::span<const Platform> platforms() {
  static const std::vector<Platform> all{make_conformant(), make_none()};
  return all;
}

const Platform* find_platform(std::string_view name) {
  const auto all = platforms();
  const auto it = std::ranges::find(all, name, &Platform::name);
  return it == all.end() ? nullptr : &*it;
}

const Platform& conformant() { return platforms()[0]; }

}  // namespace podmoat::model
