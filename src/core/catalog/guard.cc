// What to cut in one cluster: the Targets of the Catalog with the addresses that they have here.
//
// A metadata service stands at addresses of its own; a node's port stands at every address of every
// node, as far as Node objects (status.addresses), --node-cidr and host-network Pods tell. Nodes
// have more addresses than these (bridges, secondary interfaces), which no object names.
// Source of the rules: docs/decisions/0003-what-is-guarded.md.
#include <algorithm>
#include <array>
#include <set>

#include "base/check.h"
#include "core/catalog/catalog.h"

namespace podmoat::catalog {
namespace {

using flow::FlowSet;
using flow::PortSet;
using flow::Span;
using Boxes = std::vector<FlowSet::Box>;

Block block(std::string_view text) {
  const auto parsed = parse_block(text);
  PODMOAT_CHECK(parsed.has_value());
  return *parsed;
}

/// Every address that one machine can have and another can send to: all but "this network",
/// loopback, link-local, multicast and the reserved ones.
/// Source: IANA IPv4 and IPv6 Special-Purpose Address Registries; RFC 1112 section 4; RFC 4291.
std::vector<Span> unicast() {
  Boxes special;
  for (const char* text : {"0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4",
                           "240.0.0.0/4", "::/128", "::1/128", "fe80::/10", "ff00::/8"})
    special.push_back({flow::span_of(block(text)), PortSet::all()});
  const FlowSet lines = FlowSet::of({{flow::whole(flow::Line::v4), PortSet::all()},
                                     {flow::whole(flow::Line::v6), PortSet::all()}});
  const FlowSet rest = lines - FlowSet::of(std::move(special));
  std::vector<Span> out;
  for (const FlowSet::Row& row : rest.rows()) out.push_back(row.span);
  return out;
}

/// The v6 loopback is one address, the v4 loopback a block: RFC 1122 section 3.2.1.3.
bool is_loopback(const Address& address) {
  static const Block v4 = block("127.0.0.0/8");
  static const Block v6 = block("::1/128");
  return v4.contains(address) || v6.contains(address);
}

/// Labels of nodes on which etcd runs where it runs on nodes at all: kubeadm's, its older form, and
/// the one of distributions with separate etcd nodes (RKE2, K3s).
/// Source: kubernetes.io "Well-Known Labels", node-role.kubernetes.io/control-plane.
bool is_control_plane(const model::Node& node) {
  constexpr std::array kRoles{"node-role.kubernetes.io/control-plane",
                              "node-role.kubernetes.io/master", "node-role.kubernetes.io/etcd"};
  return std::ranges::any_of(kRoles,
                             [&](const char* role) { return node.labels.find(role) != nullptr; });
}

/// Where nodes are. Both lists are empty if nothing tells.
struct NodePlaces {
  std::vector<Span> all;
  std::vector<Span> control_plane;  ///< the same as `all` if no node says it is one
};

/// Adds where host-network Pods are: their addresses are their nodes'. Nothing tells the role of a
/// node that is known by them only, so it may be of the control plane.
void add_host_network(const model::Snapshot& snapshot, NodePlaces& out) {
  std::set<Address> known;
  for (const model::Node& node : snapshot.nodes)
    known.insert(node.addresses.begin(), node.addresses.end());
  for (const model::Pod& pod : snapshot.pods) {
    if (!snapshot.spec_of(pod).host_network) continue;
    for (const Address& address : pod.addresses) {
      if (!known.insert(address).second) continue;
      out.all.push_back(flow::span_of(address));
      out.control_plane.push_back(flow::span_of(address));
    }
  }
}

NodePlaces places_of(const model::Snapshot& snapshot, const std::vector<Block>& blocks) {
  NodePlaces out;
  const bool labelled = std::ranges::any_of(snapshot.nodes, is_control_plane);
  for (const model::Node& node : snapshot.nodes)
    for (const Address& address : node.addresses) {
      out.all.push_back(flow::span_of(address));
      if (!labelled || is_control_plane(node)) out.control_plane.push_back(flow::span_of(address));
    }
  for (const Block& where : blocks) {
    out.all.push_back(flow::span_of(where));
    out.control_plane.push_back(flow::span_of(where));
  }
  // Host-network Pods alone are no list of nodes: there may be others.
  if (!out.all.empty()) add_host_network(snapshot, out);
  return out;
}

/// Where the nodes are for policies: those that know nodes by what they are know them all.
NodePlaces seen_by(const model::Platform& platform, NodePlaces places) {
  if (!platform.nodes_by_identity()) return places;
  const Span nodes = flow::whole(flow::Line::node);
  return {{nodes}, {nodes}};
}

/// Whether it is not known how policies know nodes: they may be at either place.
bool nodes_in_doubt(const model::Platform& platform) {
  return platform.cidr_matches_nodes.answer == model::Answer::unknown &&
         platform.enforces.answer != model::Answer::no;
}

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::ranges::find(list, item) != list.end();
}

bool lacks_address(const Target& target) {
  return target.kind == Kind::metadata &&
         std::ranges::any_of(target.rows, [](const Row& row) { return !row.address; });
}

bool chosen_by_default(const Target& target, const Choice& choice) {
  if (!target.guarded) return false;
  if (target.kind == Kind::node) return true;
  if (choice.providers.empty()) return !lacks_address(target);
  return contains(choice.providers, target.provider);
}

/// In the order of the Catalog, each once.
std::vector<const Target*> chosen(const Catalog& catalog, const Choice& choice) {
  std::set<const Target*> named;
  for (const std::string& id : choice.targets) {
    named.insert(catalog.find(id));
    PODMOAT_CHECK(catalog.find(id) != nullptr);
  }
  std::vector<const Target*> out;
  for (const Target& target : catalog.targets)
    if (named.empty() ? chosen_by_default(target, choice) : named.contains(&target))
      out.push_back(&target);
  return out;
}

/// PF-53. Where it is not known which nodes redirect, what goes to either address may lead nowhere.
void add_doubt(const model::Redirect& redirect, const FlowSet& from, const FlowSet& to, Aim& aim) {
  using enum model::Answer;
  if (redirect.there != unknown && redirect.plain != unknown) return;
  Doubt out{.flows = {}, .question = redirect.question};
  if (redirect.plain == unknown) out.flows = from;
  if (redirect.there == unknown) out.flows = out.flows | to;
  if (redirect.plain == unknown && redirect.there == unknown) {
    out.one = from;
    out.other = to;
  }
  aim.doubts.push_back(std::move(out));
}

/// Fills a Guard aim by aim.
class Builder {
 public:
  Builder(const model::Snapshot& snapshot, const Choice& choice, const model::Platform& platform)
      : nodes_(seen_by(platform, places_of(snapshot, choice.node_blocks))), platform_(platform) {}

  Aim aim(const Target& target);
  /// Every flow of the aims so far that must go.
  FlowSet must() const { return FlowSet::of(must_); }
  /// What may go with it, before Neighbours are taken out.
  FlowSet around() const { return FlowSet::of(around_); }

 private:
  /// The row's flows at `spans`, where `beside` may go with them.
  void guard(const std::vector<Span>& spans, const PortSet& ports, const PortSet& beside,
             Boxes& flows);
  /// The row's flows at its own address, or where somebody takes them.
  void guard_address(const Row& row, Aim& aim, Boxes& flows);
  /// The row's flows at nodes: at the addresses `at`, and, where policies may know nodes by what
  /// they are, there too: one of the two leads to the Target, whichever it is (PF-3).
  void guard_nodes(const std::vector<Span>& at, const PortSet& ports, Aim& aim, Boxes& flows);
  /// The row's flows wherever it could be.
  void search(const Row& row, Boxes& flows);

  const NodePlaces nodes_;
  const model::Platform& platform_;
  const std::vector<Span> unicast_ = unicast();
  /// What NetworkPolicy cannot allow at an address once one of its ports is taken out.
  const PortSet portless_ = PortSet::all(Protocol::other) | PortSet::all(Protocol::named);
  Boxes must_;
  Boxes around_;
};

void Builder::guard(const std::vector<Span>& spans, const PortSet& ports, const PortSet& beside,
                    Boxes& flows) {
  for (const Span& span : spans) {
    flows.push_back({span, ports});
    must_.push_back({span, ports});
    around_.push_back({span, beside});
  }
}

void Builder::guard_address(const Row& row, Aim& aim, Boxes& flows) {
  PortSet ports = row.ports;
  for (const model::Redirect& redirect : platform_.redirects) {
    const PortSet taken = PortSet::of(redirect.protocol, {redirect.port, redirect.port});
    if (redirect.from != *row.address || (ports & taken).empty()) continue;
    if (redirect.plain == model::Answer::no) ports = ports - taken;
    aim.redirects.push_back(redirect.str());
    const PortSet there = PortSet::of(redirect.protocol, {redirect.to_port, redirect.to_port});
    const std::vector<Span> places =
        redirect.to ? std::vector{flow::span_of(*redirect.to)} : nodes_.all;
    Boxes to;
    for (const Span& span : places.empty() ? unicast_ : places) to.push_back({span, there});
    add_doubt(redirect, FlowSet::box(flow::span_of(redirect.from), taken), FlowSet::of(to), aim);
    if (places.empty())
      flows.insert(flows.end(), to.begin(), to.end());
    else if (redirect.to)
      guard(places, there, portless_, flows);
    else
      guard_nodes(places, there, aim, flows);
    aim.anywhere = aim.anywhere || places.empty();
  }
  if (!ports.empty()) guard({flow::span_of(*row.address)}, ports, PortSet::all(), flows);
}

void Builder::guard_nodes(const std::vector<Span>& at, const PortSet& ports, Aim& aim,
                          Boxes& flows) {
  guard(at, ports, portless_, flows);
  if (!nodes_in_doubt(platform_)) return;
  Doubt doubt{.flows = {},
              .other = FlowSet::box(flow::whole(flow::Line::node), ports),
              .question = "whether policies on platform " + platform_.name +
                          " know nodes by their addresses: " + platform_.cidr_matches_nodes.source};
  Boxes one;
  for (const Span& span : at) one.push_back({span, ports});
  doubt.one = FlowSet::of(std::move(one));
  doubt.flows = doubt.one | doubt.other;
  aim.doubts.push_back(std::move(doubt));
  guard({flow::whole(flow::Line::node)}, ports, portless_, flows);
}

void Builder::search(const Row& row, Boxes& flows) {
  for (const Span& span : unicast_) flows.push_back({span, row.ports});
}

Aim Builder::aim(const Target& target) {
  Aim out{.target = &target, .flows = {}};
  out.host_only = std::ranges::all_of(
      target.rows, [](const Row& row) { return row.address && is_loopback(*row.address); });
  const std::vector<Span>& nodes = target.control_plane_only ? nodes_.control_plane : nodes_.all;
  out.anywhere = target.kind == Kind::node ? nodes.empty() : lacks_address(target);

  Boxes flows;
  for (const Row& row : target.rows) {
    if (row.address && is_loopback(*row.address))
      flows.push_back({flow::span_of(*row.address), row.ports});
    else if (row.address)
      guard_address(row, out, flows);
    else if (out.anywhere)
      search(row, flows);
    else
      guard_nodes(nodes, row.ports, out, flows);
  }
  out.flows = FlowSet::of(std::move(flows));
  return out;
}

std::vector<const Neighbour*> neighbours_of(const Catalog& catalog, const Choice& choice,
                                            const std::vector<Aim>& aims) {
  const auto wanted = [&](const Neighbour& neighbour) {
    if (choice.providers.empty() || neighbour.provider == "any") return true;
    return contains(choice.providers, neighbour.provider) ||
           std::ranges::any_of(
               aims, [&](const Aim& aim) { return aim.target->provider == neighbour.provider; });
  };
  std::vector<const Neighbour*> out;
  for (const Neighbour& neighbour : catalog.neighbours)
    if (wanted(neighbour)) out.push_back(&neighbour);
  return out;
}

bool needs(const Consumer& consumer, const Aim& aim) {
  return contains(consumer.targets, aim.target->id);
}

std::vector<const Consumer*> consumers_for(const Catalog& catalog, const std::vector<Aim>& aims) {
  std::vector<const Consumer*> out;
  for (const Consumer& consumer : catalog.consumers)
    if (std::ranges::any_of(aims, [&](const Aim& aim) { return needs(consumer, aim); }))
      out.push_back(&consumer);
  return out;
}

/// What `exception` spares of the aims; nothing if it names none of them.
std::optional<Spared> spared_by(const Exception& exception, const std::vector<Aim>& aims) {
  Spared out{.namespaces = exception.namespaces, .pods = exception.pods, .flows = {}};
  for (std::size_t i = 0; i < aims.size(); ++i) {
    if (!contains(exception.targets, aims[i].target->id)) continue;
    out.aims.push_back(i);
    if (!aims[i].anywhere) out.flows = out.flows | aims[i].flows;
  }
  if (out.aims.empty()) return std::nullopt;
  out.exception = exception;
  return out;
}

void add_exceptions(const Choice& choice, Guard& out) {
  for (const Exception& exception : choice.exceptions)
    if (exception.until && *exception.until < choice.today)
      out.expired.push_back(exception);
    else if (auto spared = spared_by(exception, out.aims))
      out.spared.push_back(*std::move(spared));
}

/// Whether `end` is the end of `repository`, in whole parts of the path.
bool ends_with_path(std::string_view repository, std::string_view end) {
  if (!repository.ends_with(end)) return false;
  repository.remove_suffix(end.size());
  return repository.empty() || repository.ends_with('/');
}

}  // namespace

std::vector<Need> consumers_of(const Guard& guard, const model::PodSpec& spec) {
  std::vector<Need> out;
  for (const Consumer* consumer : guard.consumers) {
    const bool runs = std::ranges::any_of(spec.images, [&](const std::string& image) {
      return std::ranges::any_of(
          consumer->images, [&](const std::string& end) { return ends_with_path(image, end); });
    });
    if (!runs) continue;
    Need need{.consumer = consumer};
    for (std::size_t i = 0; i < guard.aims.size(); ++i)
      if (needs(*consumer, guard.aims[i])) need.aims.push_back(i);
    out.push_back(std::move(need));
  }
  return out;
}

Guard guard(const Catalog& catalog, const model::Snapshot& snapshot, const Choice& choice,
            const model::Platform& platform) {
  Guard out;
  Builder builder(snapshot, choice, platform);
  for (const Target* target : chosen(catalog, choice)) out.aims.push_back(builder.aim(*target));
  out.neighbours = neighbours_of(catalog, choice, out.aims);
  out.consumers = consumers_for(catalog, out.aims);
  out.must = builder.must();
  for (const Aim& aim : out.aims)
    out.doubts.insert(out.doubts.end(), aim.doubts.begin(), aim.doubts.end());

  FlowSet beside;
  for (const Neighbour* neighbour : out.neighbours) beside = beside | neighbour->flows;
  out.may = (builder.around() - beside) | out.must;
  add_exceptions(choice, out);
  out.nodes_as_told = choice.node_blocks.empty() && !platform.nodes_by_identity() &&
                      std::ranges::any_of(out.aims, [](const Aim& aim) {
                        return aim.target->kind == Kind::node && !aim.anywhere && !aim.host_only;
                      });
  return out;
}

std::vector<std::string> label_keys(const Guard& guard) {
  std::set<std::string> keys;
  for (const Spared& spared : guard.spared)
    for (const model::Requirement& requirement : spared.pods.requirements)
      keys.insert(requirement.key);
  return {keys.begin(), keys.end()};
}

}  // namespace podmoat::catalog
