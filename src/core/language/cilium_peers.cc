// A rule has one kind of peers. Every item of it becomes one destination, so that an answer can
// name the item that decided: places for blocks, nodes and the world, terms for Pods.
#include "core/language/cilium_peers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/language/cilium_selector.h"

namespace podmoat::language {
namespace {

using flow::Known;
using model::Answer;

void add(Destinations& to, const Known& places) { to.places = to.places | places; }

void everything_possible(Destinations& to) {
  to.places.possible = all_places();
  to.possible.push_back({});
}

std::string words_of(const model::Selector& selector) {
  return selector.empty() ? "every label" : selector.str();
}

/// A CIDR as Cilium takes it: not inside the IPv4-mapped range, which nothing on the wire is in.
std::optional<Block> cidr_of(const Field& field) {
  const auto block = block_of(field);
  const auto text = field.string().value_or("");
  if (block && block->family() == Family::v4 && text.contains(':')) {
    field.problem("must not be an IPv4 address written as IPv6");
    return std::nullopt;
  }
  return block;
}

/// Reads the kinds of peers of one rule, each into `out`.
class PeerReader {
 public:
  PeerReader(const CiliumContext& context, bool deny, CiliumPeers& out)
      : context_(context), deny_(deny), out_(out) {}

  void cidr(const Field& item);
  void cidr_set(const Field& item);
  void entity(const Field& item);
  void endpoint_selector(const Field& item);
  void service(const Field& item);
  void node(const Field& item);
  void fqdn(const Field& item);
  void group(const Field& item);

 private:
  CiliumPeer& add_peer(const Field& item, std::string text) {
    CiliumPeer& peer = out_.peers.emplace_back();
    peer.rule = item.path();
    if (peer.rule.starts_with("spec.")) peer.rule = peer.rule.substr(5);
    peer.place = item.place();
    peer.text = std::move(text);
    return peer;
  }
  void add_held(CiliumHeld held, CiliumPeer& peer) const;
  bool add_services(CiliumPeer& peer, auto meant) const;
  void add_backends(const model::Service& service, CiliumPeer& peer) const;
  Known group_named(const std::string& name, CiliumPeer& peer) const;

  const CiliumContext& context_;
  bool deny_;
  CiliumPeers& out_;
};

void PeerReader::cidr(const Field& item) {
  const auto block = cidr_of(item);
  if (!block) return;
  add(add_peer(item, block->str()).to,
      context_.ground.block(Known::exactly(addresses({*block})), block->prefix == 0));
}

Known PeerReader::group_named(const std::string& name, CiliumPeer& peer) const {
  const auto found = std::ranges::find(context_.groups, name, &CiliumGroup::name);
  if (found != context_.groups.end() && found->read) {
    if (!found->blocks.exact()) peer.doubt = "what a CiliumCIDRGroup holds by a block of length 0";
    return found->blocks;
  }
  peer.doubt = fmt::format("what CiliumCIDRGroup {} holds", name);
  return {{}, all_addresses()};
}

void PeerReader::cidr_set(const Field& item) {
  item.only({"cidr", "cidrGroupRef", "cidrGroupSelector", "except"});
  const int kinds = static_cast<int>(item["cidr"].present()) +
                    static_cast<int>(item["cidrGroupRef"].present()) +
                    static_cast<int>(item["cidrGroupSelector"].present());
  if (kinds != 1) item.problem("must have one of cidr, cidrGroupRef and cidrGroupSelector");
  CiliumPeer& peer = add_peer(item, "");
  std::vector<Block> except;
  std::string holes;
  for (const Field& hole : item["except"].items())
    if (const auto block = cidr_of(hole)) {
      holes += (except.empty() ? " except " : ", ") + block->str();
      except.push_back(*block);
    }
  Known places;
  bool whole = false;
  if (item["cidr"].present()) {
    if (const auto block = cidr_of(item["cidr"])) {
      peer.text = block->str();
      whole = block->prefix == 0;
      places = Known::exactly(addresses({*block}));
      for (const Block& hole : except)
        if (!block->contains(hole)) item["except"].problem("must lie inside cidr");
    }
  } else if (const auto name = item["cidrGroupRef"].string()) {
    peer.text = "CiliumCIDRGroup " + *name;
    places = group_named(*name, peer);
  } else {
    const model::Selector selector = selector_of(item["cidrGroupSelector"]);
    peer.text = "CiliumCIDRGroups with " + words_of(selector);
    places = groups_with(context_.groups, selector);
    if (!places.exact()) peer.doubt = "which CiliumCIDRGroups there are and what they hold";
  }
  const flow::FlowSet hole = addresses(except);
  add(peer.to, context_.ground.block({places.sure - hole, places.possible - hole}, whole));
  peer.text += holes;
}

void PeerReader::entity(const Field& item) {
  const std::string name = item.string().value_or("");
  static constexpr std::array<std::string_view, 4> kNobody{"none", "health", "ingress", "init"};
  CiliumPeer& peer = add_peer(item, "entity " + name);
  if (name == "all") {
    peer.to.everything = true;
  } else if (name == "world") {
    add(peer.to, context_.ground.world());
  } else if (name == "host") {
    add(peer.to, context_.ground.own_node());
  } else if (name == "remote-node") {
    add(peer.to, context_.ground.other_nodes());
  } else if (name == "cluster" || name == "cluster-mesh") {
    // With the API server, of which an address outside of the cluster has the identity too.
    bool surely = false;
    const Known server = context_.ground.kube_apiserver(surely);
    const Known nodes = context_.ground.nodes();
    add(peer.to, {nodes.sure | server.sure, nodes.possible | server.possible});
    peer.to.pods.push_back({});
    if (!server.exact()) peer.doubt = "where the API server is";
  } else if (name == "unmanaged") {
    peer.to.possible.push_back({});
    peer.doubt = "which Pods started before Cilium did";
  } else if (name == "kube-apiserver") {
    bool surely = false;
    add(peer.to, context_.ground.kube_apiserver(surely));
    if (!peer.to.places.exact())
      peer.doubt = surely ? "which node the API server is on" : "where the API server is";
  } else if (std::ranges::find(kNobody, name) == kNobody.end()) {
    item.problem(fmt::format("\"{}\" is no entity that the schema knows", name));
  }
  if (!peer.to.places.exact() && peer.doubt.empty()) peer.doubt = context_.ground.doubt();
}

void PeerReader::add_held(CiliumHeld held, CiliumPeer& peer) const {
  const auto add_places = [&](Answer answer, const Known& places) {
    if (answer == Answer::yes) add(peer.to, places);
    if (answer == Answer::unknown) add(peer.to, {{}, places.possible});
  };
  const CiliumGround& ground = context_.ground;
  if (held.own_node == held.other_nodes) {
    add_places(held.own_node, ground.nodes());
  } else {
    add_places(held.own_node, ground.own_node());
    add_places(held.other_nodes, ground.other_nodes());
  }
  add_places(held.world, ground.world());
  append(peer.to.pods, held.pods);
  append(peer.to.possible, held.possible);
  if (peer.doubt.empty()) peer.doubt = std::move(held.doubt);
}

void PeerReader::endpoint_selector(const Field& item) {
  const model::Selector selector = selector_of(item);
  std::string where = context_.ns.empty() ? " of every namespace" : " of its own namespace";
  for (const model::Requirement& r : selector.requirements) {
    const std::string_view name = name_of_cilium_key(r.key);
    if (name == "io.kubernetes.pod.namespace" || name.starts_with("io.cilium.k8s.namespace."))
      where.clear();
  }
  const std::string who = selector.empty() ? "every Pod" : "who has " + selector.str();
  CiliumPeer& peer = add_peer(item, who + where);
  add_held(cilium_endpoints(selector, context_.ns, context_.init), peer);
}

void PeerReader::add_backends(const model::Service& service, CiliumPeer& peer) const {
  std::vector<Block> blocks;
  for (const model::Backends& backends : context_.source.snapshot.backends)
    if (backends.object.ns == service.object.ns && backends.service == service.object.name)
      for (const Address& address : backends.addresses)
        blocks.push_back(podmoat::block_of(address, address.family == Family::v4 ? 32 : 128));
  add(peer.to, context_.ground.block(Known::exactly(addresses(blocks)), false));
}

/// Adds what the Services stand for that `meant` is true of; whether there is one.
bool PeerReader::add_services(CiliumPeer& peer, auto meant) const {
  bool found = false;
  for (const model::Service& service : context_.source.snapshot.services) {
    if (!meant(service)) continue;
    found = true;
    if (service.selector.entries().empty()) {
      add_backends(service, peer);
      continue;
    }
    model::Selector selector;
    for (const auto& [key, value] : service.selector.entries())
      selector.requirements.push_back({"k8s:" + key, model::Operator::in, {value}});
    add_held(cilium_endpoints(selector, service.object.ns, false), peer);
  }
  return found;
}

void PeerReader::service(const Field& item) {
  item.only({"k8sService", "k8sServiceSelector"});
  const Field by_name = item["k8sService"];
  const Field by_labels = item["k8sServiceSelector"];
  by_name.only({"serviceName", "namespace"});
  by_labels.only({"selector", "namespace"});
  const bool labelled = by_labels.present();
  const std::string ns = (labelled ? by_labels : by_name)["namespace"].string().value_or("");
  const std::string name = by_name["serviceName"].string().value_or("");
  model::Selector selector = selector_of(by_labels["selector"]);
  CiliumPeer& peer = add_peer(item, labelled ? "Services with " + words_of(selector)
                                             : "Service " + (ns.empty() ? "*/" : ns + "/") + name);
  for (model::Requirement& r : selector.requirements) r.key = name_of_cilium_key(r.key);
  const bool found = !deny_ && add_services(peer, [&](const model::Service& service) {
    if (!ns.empty() && service.object.ns != ns) return false;
    return labelled ? selector.matches(service.labels) : service.object.name == name;
  });
  if (found) return;
  everything_possible(peer.to);
  peer.doubt = deny_ ? "what toServices denies, as Cilium looks no Service up for it"
                     : "what the Service is, as it is not in the input";
}

void PeerReader::node(const Field& item) {
  out_.by_node_labels = true;
  const model::Selector selector = selector_of(item);
  CiliumPeer& peer = add_peer(item, "other nodes with " + words_of(selector));
  const Known places = context_.ground.other_nodes();
  add(peer.to, selector.empty() ? places : Known{{}, places.possible});
  if (!peer.to.places.exact()) peer.doubt = "which of the other nodes it is";
}

void PeerReader::fqdn(const Field& item) {
  item.only({"matchName", "matchPattern"});
  const auto name = item["matchName"].string();
  const auto pattern = item["matchPattern"].string();
  if (name.has_value() == pattern.has_value())
    item.problem("must have one of matchName and matchPattern");
  CiliumPeer& peer = add_peer(item, "the name " + name.value_or(pattern.value_or("")));
  peer.to.places.possible = context_.ground.world().possible;
  peer.doubt = "which addresses DNS gives for the name";
  if (deny_) item.problem("must not stand in a deny");
}

void PeerReader::group(const Field& item) {
  CiliumPeer& peer = add_peer(item, "a group of the cloud");
  peer.to.places.possible = context_.ground.block({{}, all_addresses()}, false).possible;
  peer.doubt = "which addresses the cloud gives for the group";
}

struct Kind {
  std::string_view name;
  void (PeerReader::*read)(const Field& item);
  bool empty_is_nobody;  ///< else a list that is empty counts as absent
};

constexpr std::array<Kind, 8> kKinds{{{"toCIDR", &PeerReader::cidr, true},
                                      {"toCIDRSet", &PeerReader::cidr_set, true},
                                      {"toEntities", &PeerReader::entity, true},
                                      {"toEndpoints", &PeerReader::endpoint_selector, true},
                                      {"toServices", &PeerReader::service, false},
                                      {"toNodes", &PeerReader::node, true},
                                      {"toFQDNs", &PeerReader::fqdn, false},
                                      {"toGroups", &PeerReader::group, false}}};

}  // namespace

CiliumPeers cilium_peers(const Field& rule, bool deny, const CiliumContext& context) {
  CiliumPeers out;
  PeerReader reader(context, deny, out);
  bool nobody = false;
  std::string_view first;
  for (const Kind& kind : kKinds) {
    const Field list = rule[kind.name];
    const std::vector<Field> items = list.items();
    if (list.present() && items.empty() && kind.empty_is_nobody) nobody = true;
    if (items.empty()) continue;
    if (!first.empty()) list.problem(fmt::format("must not stand beside {}", first));
    first = kind.name;
    for (const Field& item : items) (reader.*kind.read)(item);
  }
  out.given = nobody || !first.empty();
  if (nobody) out.peers.clear();
  return out;
}

}  // namespace podmoat::language
