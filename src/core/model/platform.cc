// The profiles. A fact that the sources leave open, or on which they contradict each other, is
// `unknown` and makes Verdicts `unknown` where it matters.
#include "core/model/platform.h"

#include <algorithm>
#include <array>

namespace podmoat::model {
namespace {

constexpr std::array<Platform, 2> kPlatforms{{
    {.name = "conformant",
     .summary = "NetworkPolicy is enforced exactly as its documentation promises",
     .enforces = {"enforces", Answer::yes, "the assumption that this profile makes"},
     .cidr_matches_pods = {"cidrMatchesPods", Answer::unknown,
                           "kubernetes/api networking/v1 types.go: ipBlock is meant for addresses "
                           "outside the cluster; plugins differ on the addresses of Pods"},
     .own_node_policed = {"ownNodePoliced", Answer::unknown,
                          "kubernetes.io Network Policies: one passage always allows traffic "
                          "between a Pod and its node, the one on egress isolation makes no such "
                          "exception (kubernetes-sigs/kube-network-policies#283)"}},
    {.name = "none",
     .summary = "nothing enforces NetworkPolicy: the objects are accepted and have no effect",
     .enforces = {"enforces", Answer::no,
                  "kubernetes.io Network Policies, Prerequisites: without a plugin that implements "
                  "it, a NetworkPolicy has no effect"},
     .cidr_matches_pods = {"cidrMatchesPods", Answer::no, "nothing is enforced"},
     .own_node_policed = {"ownNodePoliced", Answer::no, "nothing is enforced"}},
}};

}  // namespace

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

std::span<const Platform> platforms() { return kPlatforms; }

const Platform* find_platform(std::string_view name) {
  const auto it = std::find_if(kPlatforms.begin(), kPlatforms.end(),
                               [&](const Platform& p) { return p.name == name; });
  return it == kPlatforms.end() ? nullptr : &*it;
}

const Platform& conformant() { return kPlatforms[0]; }

}  // namespace podmoat::model
