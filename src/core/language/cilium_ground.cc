// By default nodes are identities of their own and blocks hold the world alone. In the mode `nodes`
// of policy-cidr-match-mode nodes lie among the addresses, as far as anybody tells which are
// theirs.
#include "core/language/cilium_ground.h"

#include <algorithm>
#include <array>

#include "core/language/cilium_selector.h"
#include "core/language/fields.h"

namespace podmoat::language {
namespace {

using flow::FlowSet;
using flow::Known;
using model::Answer;

FlowSet set_of(const std::vector<Address>& list) {
  std::vector<FlowSet::Box> boxes;
  for (const Address& address : list)
    boxes.push_back({flow::span_of(address), flow::PortSet::all()});
  return FlowSet::of(std::move(boxes));
}

FlowSet set_of(std::initializer_list<const char*> blocks) {
  std::vector<Block> all;
  for (const char* text : blocks) all.push_back(*parse_block(text));
  return addresses(all);
}

/// Addresses that the API server does not take for its own object, and those of clouds' services.
const FlowSet& no_apiserver() {
  static const FlowSet special =
      set_of({"127.0.0.0/8", "169.254.0.0/16", "::1/128", "fe80::/10", "fd00:ec2::/32",
              "fd20:ce::254/128", "168.63.129.16/32", "100.100.100.200/32"});
  return special;
}

/// Addresses that no Pod has.
const FlowSet& no_pod() {
  static const FlowSet special =
      set_of({"127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "::1/128", "fe80::/10", "ff00::/8"});
  return special;
}

/// Addresses of the groups that `holds` is true of.
Known having(const std::vector<CiliumGroup>& groups, auto holds) {
  Known out;
  for (const CiliumGroup& group : groups)
    if (holds(group)) out = out | group.blocks;
  return out;
}

}  // namespace

const FlowSet& all_addresses() {
  static const FlowSet all = FlowSet::of({{flow::whole(flow::Line::v4), flow::PortSet::all()},
                                          {flow::whole(flow::Line::v6), flow::PortSet::all()}});
  return all;
}

Known operator|(const Known& a, const Known& b) {
  return {a.sure | b.sure, a.possible | b.possible};
}

Known operator&(const Known& a, const Known& b) {
  return {a.sure & b.sure, a.possible & b.possible};
}

Known other_addresses(const Known& known) {
  return {all_addresses() - known.possible, all_addresses() - known.sure};
}

CiliumGround::CiliumGround(const model::Snapshot& snapshot, const model::Platform& platform)
    : by_identity_(platform.nodes_by_identity()),
      blocks_hold_nodes_(platform.cidr_matches_nodes.answer),
      blocks_hold_pods_(platform.cidr_matches_pods.answer != Answer::no) {
  for (const model::Pod& pod : snapshot.pods)
    if (blocks_hold_pods_ && pod.addresses.size() > 1) pods_.push_back(pod.addresses);
  std::vector<Address> nodes;
  for (const model::Node& node : snapshot.nodes) {
    nodes.insert(nodes.end(), node.addresses.begin(), node.addresses.end());
    each_node_.push_back(set_of(node.addresses));
  }
  nodes_ = set_of(nodes);
  for (const model::Backends& backends : snapshot.backends)
    if (backends.object.ns == "default" && backends.service == "kubernetes")
      apiserver_.insert(apiserver_.end(), backends.addresses.begin(), backends.addresses.end());
  apiserver_on_node_ =
      snapshot.nodes.empty() || std::ranges::any_of(apiserver_, [&](const Address& address) {
        return std::ranges::find(nodes, address) != nodes.end();
      });
}

Known CiliumGround::own_node() const { return known_nodes(language::nodes(true, false), {}); }

Known CiliumGround::other_nodes() const { return known_nodes(language::nodes(false, true), {}); }

Known CiliumGround::nodes() const { return known_nodes(language::nodes(true, true), nodes_); }

// Where it is not known how nodes are known, they are at both places, and one of the two counts.
Known CiliumGround::known_nodes(const FlowSet& line, const FlowSet& addresses) const {
  if (by_identity_) return Known::exactly(line);
  if (blocks_hold_nodes_ == Answer::yes) return {addresses, all_addresses()};
  return {addresses | line, all_addresses() | line};
}

// Where blocks hold Pods by their addresses the world is what no Pod has, which nobody knows of
// most addresses (CL-35).
Known CiliumGround::world() const {
  const FlowSet world = by_identity_ ? all_addresses() : all_addresses() - nodes_;
  if (blocks_hold_pods_) return {world & no_pod(), world};
  return Known::exactly(world);
}

// A Pod's own node is one identity with the labels of all its addresses: a block that holds one of
// them holds it by any of them, and an exception that holds one takes it away altogether.
Known CiliumGround::block(const Known& within, bool whole) const {
  const auto holds = [&](const Address& address) {
    return !within.possible.ports_at(flow::at(address)).empty();
  };
  std::vector<Address> held;  // CL-35
  for (const std::vector<Address>& pod : pods_)
    if (std::ranges::any_of(pod, holds)) held.insert(held.end(), pod.begin(), pod.end());
  Known out{within.sure, within.possible | set_of(held)};
  if (by_identity_) return out;
  const bool surely = blocks_hold_nodes_ == Answer::yes && !whole;
  out.sure = out.sure - nodes_;
  for (const FlowSet& node : each_node_) {
    if (surely && within.sure.contains(node)) out.sure = out.sure | node;
    if (!(within.possible & node).empty()) out.possible = out.possible | node;
  }
  return out;
}

const char* CiliumGround::doubt() const {
  if (!blocks_hold_pods_) return "which addresses nodes have";
  return by_identity_ ? "which addresses Pods have" : "which addresses nodes and Pods have";
}

Known CiliumGround::kube_apiserver(bool& surely) const {
  surely = !apiserver_.empty();
  Known out;
  if (surely)
    out = Known::exactly(set_of(apiserver_));
  else
    out.possible = all_addresses() - no_apiserver();
  if (by_identity_ && (!surely || apiserver_on_node_))
    out.possible = out.possible | language::nodes(true, true);
  return out;
}

Known groups_with(const std::vector<CiliumGroup>& groups, const model::Selector& selector) {
  Known out = Known::exactly(all_addresses());
  for (const model::Requirement& r : selector.requirements) {
    const std::string name(name_of_cilium_key(r.key));
    if (name.starts_with("io.cilium.k8s")) {
      out.sure = {};
      continue;
    }
    const bool negative =
        r.op == model::Operator::not_in || r.op == model::Operator::does_not_exist;
    const Known found = having(groups, [&](const CiliumGroup& group) {
      const std::string* value = group.labels.find(name);
      return value != nullptr &&
             (r.values.empty() || std::ranges::find(r.values, *value) != r.values.end());
    });
    out = out & (negative ? other_addresses(found) : found);
  }
  const bool all_read = std::ranges::all_of(groups, &CiliumGroup::read);
  if (!all_read) out.sure = {};
  if (!all_read || out.sure.empty()) out.possible = all_addresses();
  return out;
}

}  // namespace podmoat::language
