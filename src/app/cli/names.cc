#include "app/cli/names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <set>
#include <utility>

#include "base/private_address.h"

namespace podmoat::cli {
namespace {

Failure misuse(std::string what) { return {kMisuse, std::move(what)}; }

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Kinds as kubectl takes them: singular, plural and short.
std::string kind_of(const std::string& text) {
  struct Names {
    const char* kind;
    std::array<const char*, 3> names;
  };
  static constexpr Names kKinds[] = {
      {"Pod", {"pod", "pods", "po"}},
      {"Deployment", {"deployment", "deployments", "deploy"}},
      {"StatefulSet", {"statefulset", "statefulsets", "sts"}},
      {"DaemonSet", {"daemonset", "daemonsets", "ds"}},
      {"ReplicaSet", {"replicaset", "replicasets", "rs"}},
      {"ReplicationController", {"replicationcontroller", "replicationcontrollers", "rc"}},
      {"Job", {"job", "jobs", "job"}},
      {"CronJob", {"cronjob", "cronjobs", "cj"}},
  };
  const std::string wanted = lower(text);
  for (const Names& names : kKinds)
    for (const char* name : names.names)
      if (wanted == name) return names.kind;
  return "";
}

struct Wanted {
  std::string ns;
  std::string kind;
  std::string name;
};

Wanted wanted(const std::string& text) {
  const std::size_t first = text.find('/');
  if (first == std::string::npos) return {"", "", text};
  const std::size_t second = text.find('/', first + 1);
  const std::string head = text.substr(0, first);
  if (second != std::string::npos) {
    const std::string middle = text.substr(first + 1, second - first - 1);
    const std::string kind = kind_of(middle);
    return {head, kind.empty() ? middle : kind, text.substr(second + 1)};
  }
  const std::string kind = kind_of(head);
  if (!kind.empty()) return {"", kind, text.substr(first + 1)};
  return {head, "", text.substr(first + 1)};
}

bool means(const Wanted& wanted, const audit::Answer& answer, const model::Snapshot& snapshot) {
  if (!wanted.ns.empty() && wanted.ns != answer.subject.ns) return false;
  const model::Workload& workload = answer.subject.workload;
  if (workload.name == wanted.name && (wanted.kind.empty() || wanted.kind == workload.kind))
    return true;
  if (!wanted.kind.empty() && wanted.kind != "Pod") return false;
  return std::any_of(answer.subject.pods.begin(), answer.subject.pods.end(),
                     [&](std::uint32_t pod) { return snapshot.pods[pod].name == wanted.name; });
}

/// "169.254.169.254:80/TCP" taken apart.
struct Parts {
  Address address;
  Protocol protocol = Protocol::tcp;
  std::uint16_t port = 0;
};

Outcome<Parts> parse_parts(const std::string& text) {
  const auto wrong = [&](const std::string& why) {
    return std::unexpected(
        misuse("destination '" + text + "': " + why +
               "; write a Target (`podmoat catalog` lists them) or IP:PORT[/PROTOCOL], as in "
               "169.254.169.254:80 or [fd00:ec2::254]:80/TCP"));
  };
  Parts out;
  std::string rest = text;
  if (const std::size_t slash = rest.rfind('/'); slash != std::string::npos) {
    std::string name = rest.substr(slash + 1);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const auto protocol = parse_protocol(name);
    if (!protocol) return wrong("'" + rest.substr(slash + 1) + "' is not TCP, UDP or SCTP");
    out.protocol = *protocol;
    rest.resize(slash);
  }
  const std::size_t colon = rest.rfind(':');
  const bool bracketed = rest.starts_with('[');
  if (colon == std::string::npos || (bracketed && rest[colon - 1] != ']'))
    return wrong(colon == std::string::npos ? "no Target of this name, and no port" : "no port");
  std::string host = rest.substr(0, colon);
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!bracketed && host.find(':') != std::string::npos)
    return wrong("an IPv6 address needs brackets");
  const auto address = parse_address(host);
  if (!address) return wrong(address.error().what);
  out.address = *address;
  const char* first = rest.data() + colon + 1;
  const char* last = rest.data() + rest.size();
  const auto [end, error] = std::from_chars(first, last, out.port);
  if (error != std::errc() || end != last || out.port == 0) return wrong("the port is not 1-65535");
  return out;
}

bool has(const std::vector<Address>& addresses, const Address& address) {
  return std::find(addresses.begin(), addresses.end(), address) != addresses.end();
}

/// Who has the address: Pods, nodes, Services, or every Pod for itself.
void add_owners(const Input& input, const Address& address, audit::Destination& out) {
  const model::Snapshot& snapshot = input.snapshot;
  out.loopback = parse_block("127.0.0.0/8")->contains(address) || address.str() == "::1";
  for (std::uint32_t i = 0; i < snapshot.pods.size(); ++i) {
    if (!has(snapshot.pods[i].addresses, address)) continue;
    if (snapshot.spec_of(snapshot.pods[i]).host_network)
      out.node = true;  // such a Pod's addresses are its node's
    else
      out.pods.push_back(i);
  }
  for (const model::Node& node : snapshot.nodes)
    out.node = out.node || has(node.addresses, address);
  for (const Block& block : input.choice.node_blocks)
    out.node = out.node || block.contains(address);
  for (const model::Service& service : snapshot.services)
    for (const model::Service::Claim& claim : service.claims)
      out.service = out.service || claim.address == address;
}

/// Whether policies know nodes by what they are, or may.
bool perhaps_by_identity(const model::Platform& platform) {
  return platform.cidr_matches_nodes.answer != model::Answer::yes &&
         platform.enforces.answer != model::Answer::no;
}

/// Whether the input says where nodes are. Even then it does not tell all their addresses.
bool told_nodes(const Input& input) {
  return !input.snapshot.nodes.empty() || !input.choice.node_blocks.empty();
}

flow::FlowSet own_node(const flow::PortSet& ports) {
  return flow::FlowSet::box({flow::Line::node, flow::kOwnNode, flow::kOwnNode}, ports);
}

/// A Target's address is the cloud's, and so is what lies near the metadata address.
bool is_the_clouds(const Input& input, const Address& address) {
  return parse_block("169.254.169.0/24")->contains(address) ||
         std::ranges::any_of(input.catalog.targets, [&](const catalog::Target& target) {
           return std::ranges::any_of(
               target.rows, [&](const catalog::Row& row) { return row.address == address; });
         });
}

/// The flows at nodes that `ports` of an address of no known node may be all the same, to policies
/// that know nodes by what they are: nobody told the nodes, or it is link-local and an agent of the
/// Pod's own node may have it (PF-52), or it is private, and no node is known to have it.
flow::FlowSet perhaps_at_nodes(const Input& input, const Address& address,
                               const flow::PortSet& ports) {
  const model::Platform& platform = input.platform;
  if (!perhaps_by_identity(platform)) return {};
  for (const char* block : {"169.254.0.0/16", "fe80::/10", "fd00:ec2::23/128"})
    if (parse_block(block)->contains(address))
      return platform.cidr_matches_host_link_local.answer == model::Answer::yes ? flow::FlowSet()
                                                                                : own_node(ports);
  return told_nodes(input) && !is_private(address)
             ? flow::FlowSet()
             : flow::FlowSet::box(flow::whole(flow::Line::node), ports);
}

/// Where the flows of `out` go for policies, if somebody takes them elsewhere on the way: as the
/// Aim of a Target that has that one address.
void add_redirects(const Input& input, const Parts& parts, audit::Destination& out) {
  catalog::Row row;
  row.address = parts.address;
  row.ports = flow::PortSet::of(parts.protocol, {parts.port, parts.port});
  catalog::Target target;
  target.id = out.text;
  target.rows.push_back(std::move(row));
  catalog::Catalog one;
  one.targets.push_back(std::move(target));
  const catalog::Guard guard = catalog::guard(
      one, input.snapshot, {.targets = {out.text}, .node_blocks = input.choice.node_blocks},
      input.platform);
  if (guard.aims[0].redirects.empty()) return;
  out.flows = guard.aims[0].flows;
  out.anywhere = guard.aims[0].anywhere;
  out.doubts = guard.aims[0].doubts;
}

audit::Destination at_target(const catalog::Target& target, const Input& input) {
  catalog::Choice choice = input.choice;
  choice.providers = {};
  choice.targets = {target.id};
  const catalog::Guard guard =
      catalog::guard(input.catalog, input.snapshot, choice, input.platform);
  audit::Destination out;
  out.text = target.id;
  out.node = target.kind == catalog::Kind::node;
  out.doubts = guard.doubts;
  for (const catalog::Aim& aim : guard.aims) {
    out.flows = out.flows | aim.flows;
    out.anywhere = out.anywhere || aim.anywhere;
    out.host_only = out.host_only || aim.host_only;
  }
  return out;
}

/// A known node's address, as policies see it.
void place_node(const Input& input, const flow::PortSet& ports, audit::Destination& out) {
  out.one_node = input.snapshot.nodes.size() > 1;
  if (!perhaps_by_identity(input.platform)) return;
  // To policies that know nodes by what they are the address says nothing.
  const flow::FlowSet nodes = flow::FlowSet::box(flow::whole(flow::Line::node), ports);
  out.maybe_node = !input.platform.nodes_by_identity();
  out.flows = out.maybe_node ? out.flows | nodes : nodes;
}

audit::Destination at_address(const Parts& parts, const Input& input) {
  audit::Destination out;
  const auto ports = flow::PortSet::of(parts.protocol, {parts.port, parts.port});
  out.flows = flow::FlowSet::box(flow::span_of(parts.address), ports);
  out.text = out.flows.witness()->str();
  add_owners(input, parts.address, out);
  // PF-52: to such a plugin what is on an interface of the Pod's own node is that node.
  if (input.platform.nodes_by_identity() && has(input.platform.host_addresses, parts.address) &&
      input.platform.cidr_matches_host_link_local.answer == model::Answer::no) {
    out.flows = own_node(ports);
  } else if (!out.node && out.pods.empty() && !out.loopback &&
             !is_the_clouds(input, parts.address)) {
    const flow::FlowSet nodes = perhaps_at_nodes(input, parts.address, ports);
    out.maybe_node = !nodes.empty();
    out.unclaimed = !out.service && told_nodes(input) && is_private(parts.address);
    out.flows = out.flows | nodes;
  }
  if (!input.platform.redirects.empty()) add_redirects(input, parts, out);
  if (out.node) place_node(input, ports, out);
  return out;
}

}  // namespace

Outcome<audit::Destination> parse_destination(const std::string& text, const Input& input) {
  if (const catalog::Target* target = input.catalog.find(text)) {
    audit::Destination out = at_target(*target, input);
    if (out.flows.empty())
      return std::unexpected(
          misuse("Target " + target->id + " has no fixed address; supply it with --catalog FILE"));
    return out;
  }
  const auto parts = parse_parts(text);
  if (!parts) return std::unexpected(parts.error());
  return at_address(*parts, input);
}

Outcome<std::vector<audit::Answer>> pick(const std::string& text, std::vector<audit::Answer> all,
                                         const Input& input) {
  const Wanted want = wanted(text);
  std::vector<audit::Answer> out;
  std::set<std::string> workloads;
  for (audit::Answer& answer : all) {
    if (!means(want, answer, input.snapshot)) continue;
    workloads.insert(answer.subject.ns + "/" + answer.subject.workload.str());
    out.push_back(std::move(answer));
  }
  if (out.empty())
    return std::unexpected(misuse("no workload or Pod '" + text + "' in the input" +
                                  (input.scope.namespaces.empty() ? "" : " and scope") +
                                  "; write NAMESPACE/KIND/NAME, as in shop/Deployment/web"));
  if (workloads.size() > 1) {
    std::string names;
    for (const std::string& name : workloads) names += "\n  " + name;
    return std::unexpected(misuse("'" + text + "' means several workloads; say which:" + names));
  }
  return out;
}

}  // namespace podmoat::cli
