// What the nodes of a cloud drop of Pods' traffic, whatever network plugin runs: no language, but
// a Policy all the same, for all Pods, in a tier that nothing stands above. Rules:
// docs/semantics/platforms.md PF-64.
#include <array>
#include <string_view>
#include <utility>

#include "core/language/fields.h"
#include "core/language/language.h"

namespace podmoat::language {
namespace {

struct Filter {
  std::string_view platforms;  ///< what the names of the Platforms start with
  std::string_view address;
  std::uint16_t port;
  bool surely;  ///< on every node that is in use
  std::string_view source;
};

constexpr std::array kFilters{
    Filter{"aks-", "168.63.129.16/32", 80, true,
           "Azure/azure-container-networking test/network/wireserver_metadata_test.sh"},
    Filter{"aks-", "168.63.129.16/32", 32526, false,
           "Azure/AKS CHANGELOG: dropped by node images from 2024-08-27 on"},
};

Clause clause_for(const Filter& filter) {
  const flow::FlowSet there = addresses({*parse_block(filter.address)});
  Clause out;
  out.action = flow::Action::deny;
  out.to.places = {filter.surely ? there : flow::FlowSet{}, there};
  out.ports.all = false;
  out.ports.numbers = flow::PortSet::of(Protocol::tcp, {filter.port, filter.port});
  out.rule = "nodes";
  out.text = std::string(filter.surely ? "drops " : "may drop ") + std::string(filter.address) +
             " on TCP " + std::to_string(filter.port) + " on its nodes (" +
             std::string(filter.source) + ")";
  if (!filter.surely) out.doubt = "which image the nodes have: " + std::string(filter.source);
  return out;
}

void read(const Source& source, Reading& reading) {
  Policy policy;
  for (const Filter& filter : kFilters)
    if (source.platform.name.starts_with(filter.platforms))
      policy.clauses.push_back(clause_for(filter));
  if (policy.clauses.empty()) return;
  policy.object = {"Platform", "", source.platform.name, {}};
  policy.tier =
      reading.tier({.name = "nodes", .rank = rank::kPlatform - 1, .end = flow::Action::pass});
  policy.pods.push_back({});
  policy.isolates = false;
  policy.text = "drops what its nodes do not forward";
  reading.policies.push_back(std::move(policy));
}

}  // namespace

const Language& node_filter() {
  static const Language language{"node filter", {}, read, true};
  return language;
}

}  // namespace podmoat::language
