// A rule is read once; what it matches is known then, but for peers that hang on the namespace of
// the sender (`namespaces`), which are settled for each namespace (clauses_of).
#include "core/language/antrea_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/language/node_addresses.h"

namespace podmoat::language::antrea_parts {
namespace {

using flow::Action;
using flow::PortSet;
using model::Operator;

/// "egress[0].to[1]" of "spec.egress[0].to[1]".
std::string short_path(const Field& field) {
  return field.path().substr(std::string_view("spec.").size());
}

void read_action(const Field& rule, const RuleSource& source, Rule& out) {
  static constexpr std::array<std::tuple<std::string_view, Action, std::string_view>, 4> kActions{
      {{"Allow", Action::allow, "allows"},
       {"Drop", Action::deny, "drops"},
       {"Reject", Action::deny, "rejects"},
       {"Pass", Action::pass, "passes to NetworkPolicy"}}};
  const std::string name = rule["action"].string().value_or("");
  const auto at =
      std::ranges::find(kActions, name, [](const auto& row) { return std::get<0>(row); });
  if (at == kActions.end()) return rule["action"].problem("must be Allow, Drop, Reject or Pass");
  out.action = std::get<1>(*at);
  out.verb = std::get<2>(*at);
  if (out.action == Action::pass && source.baseline)
    rule["action"].problem("must not be Pass in the baseline tier");
}

/// A number or a name, and endPort (AN-25).
void read_port(const Field& item, Rule& out) {
  item.only({"protocol", "port", "endPort", "sourcePort", "sourceEndPort"});
  const Protocol protocol = protocol_of(item["protocol"]).value_or(Protocol::tcp);
  const bool part = item["sourcePort"].present();
  if (part) port_of(item["sourcePort"]);
  if (item["sourceEndPort"].present() && !part) item["sourcePort"].problem("is missing");
  std::string words = fmt::format("{} {}", name_of(protocol), item["port"].text().value_or("*"));
  std::optional<PortSet> numbers;
  if (item["port"].absent()) {
    numbers = PortSet::all(protocol);
    words = fmt::format("every {} port", name_of(protocol));
    if (item["endPort"].present()) item["port"].problem("is missing");
  } else if (item["port"].is_integer()) {
    const std::uint16_t first = port_of(item["port"]).value_or(1);
    std::uint16_t last = first;
    if (item["endPort"].present()) last = port_of(item["endPort"]).value_or(first);
    if (last < first) item["endPort"].problem("must not be below port");
    numbers = PortSet::of(protocol, {first, std::max(first, last)});
    if (last > first) words += fmt::format("-{}", last);
  } else {
    const std::string name = item["port"].string().value_or("");
    if (name.empty() || std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; }))
      item["port"].problem("must be a number without quotes, or a name");
    if (item["endPort"].present()) item["endPort"].problem("needs a port that is a number");
    if (part)
      numbers = PortSet::all(protocol);
    else
      out.ports.names.push_back({protocol, name});
  }
  if (numbers) {
    PortSet& set = part ? out.ports.possible : out.ports.numbers;
    set = set | *numbers;
  }
  out.on += (out.on.empty() ? "" : ", ") + words + (part ? " from some ports" : "");
}

void read_byte(const Field& field) {
  const auto number = field.integer();
  if (number && (*number < 0 || *number > 255)) field.problem("must be 0 to 255");
}

/// ICMP and IGMP: parts of what has no ports (AN-26).
void read_protocol(const Field& item, const RuleSource& source, Rule& out) {
  item.only({"icmp", "igmp"});
  const auto members = item.members();
  if (members.size() != 1) return item.problem("must be icmp or igmp");
  const auto& [name, value] = members.front();
  if (name == "icmp") {
    value.only({"icmpType", "icmpCode"});
    read_byte(value["icmpType"]);
    read_byte(value["icmpCode"]);
  } else {
    value.only({"igmpType", "groupAddress"});
    *source.igmp = true;
    if (out.action == Action::pass || out.verb == "rejects")
      value.problem("must not be passed or rejected");
  }
  out.ports.possible = out.ports.possible | PortSet::all(Protocol::other);
  out.on += (out.on.empty() ? "" : ", ") + std::string(name == "icmp" ? "ICMP" : "IGMP");
}

void read_ports(const Field& rule, const RuleSource& source, Rule& out) {
  const std::vector<Field> ports = rule["ports"].items();
  const std::vector<Field> protocols = rule["protocols"].items();
  out.ports.all = ports.empty() && protocols.empty();
  for (const Field& item : ports) read_port(item, out);
  for (const Field& item : protocols) read_protocol(item, source, out);
  if (out.ports.all) out.on = "every port";
  if (*source.igmp && (!ports.empty() || rule["to"].present() || rule["toServices"].present()))
    rule.problem("must have neither ports nor destinations in a policy with igmp");
}

void read_namespaces(const Field& field, const RuleSource& source, Peer& out) {
  field.only({"match", "sameLabels"});
  if (!source.own.empty()) field.problem("is for ClusterNetworkPolicy only");
  for (const Field& key : field["sameLabels"].items()) {
    out.same_labels.push_back(key.string().value_or(""));
    if (out.same_labels.back().empty()) key.problem("must be the key of a label");
  }
  out.self = field["match"].present();
  if (out.self && field["match"].string() != "Self") field["match"].problem("must be Self");
  if (out.self == !out.same_labels.empty()) field.problem("must have match or sameLabels");
  out.words = out.self
                  ? "Pods of its own namespace"
                  : fmt::format("Pods of namespaces with its {}", fmt::join(out.same_labels, ", "));
}

/// A peer that is one of what groups can be, too.
Members members_of(const Field& item, const RuleSource& source, bool* multicast) {
  if (item["group"].present())
    return source.groups.find(source.own, item["group"].string().value_or(""));
  if (item["ipBlock"].present()) return block_of_peer(item["ipBlock"], multicast);
  if (item["nodeSelector"].present()) return nodes_of(item["nodeSelector"], source.snapshot);
  if (item["externalEntitySelector"].present()) {
    selector_of(item["externalEntitySelector"]);
    return external_entities();
  }
  if (item["serviceAccount"].present()) {
    if (!source.own.empty()) item["serviceAccount"].problem("is for ClusterNetworkPolicy only");
    Members out;
    out.pods = {account_of(item["serviceAccount"])};
    out.words = words_of(out.pods.front());
    return out;
  }
  if (item["fqdn"].present()) {  // AN-19
    const std::string name = item["fqdn"].string().value_or("");
    if (name.find_first_not_of(
            "-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.*") !=
        std::string::npos)
      item["fqdn"].problem("must be a name of a host");
    Members out;
    out.places.possible = all_places();
    out.possible = {PodTerm{}};
    out.words = name;
    out.doubt = "which addresses " + name + " has";
    return out;
  }
  return pods_of(item, source.own);
}

/// Exactly one way to name a peer; two for Pods (AN-15).
void check_one(const Field& item) {
  item.only({"podSelector", "namespaceSelector", "namespaces", "ipBlock", "fqdn", "nodeSelector",
             "group", "serviceAccount", "externalEntitySelector", "scope"});
  if (item["scope"].present() && item["scope"].string() != "Cluster")
    item["scope"].problem("must be Cluster");
  std::size_t count = 0;
  std::size_t pods = 0;
  for (const auto& [name, value] : item.members()) {
    if (name == "scope") continue;
    ++count;
    if (name == "podSelector" || name == "namespaceSelector" || name == "namespaces") ++pods;
  }
  const bool entities = item["externalEntitySelector"].present() && item["podSelector"].absent();
  const bool two = pods == 2 && item["podSelector"].present();
  if (count == 1 || (count == 2 && (two || (entities && pods == 1)))) return;
  item.problem("must have one field, or podSelector with one that selects namespaces");
}

Peer peer_of(const Field& item, const RuleSource& source, bool* multicast) {
  Peer out;
  out.rule = short_path(item);
  out.place = item.place();
  check_one(item);
  if (item["namespaces"].present()) {
    if (item["podSelector"].present()) out.pods = selector_of(item["podSelector"]);
    read_namespaces(item["namespaces"], source, out);
    if (!out.pods.empty()) out.words += " with " + out.pods.str();
    return out;
  }
  Members members = members_of(item, source, multicast);
  out.to.places = std::move(members.places);
  out.to.pods = std::move(members.pods);
  out.to.possible = std::move(members.possible);
  out.words = std::move(members.words);
  out.doubt = std::move(members.doubt);
  return out;
}

void read_peers(const Field& rule, const RuleSource& source, Rule& out) {
  int blocks[2] = {0, 0};
  for (const Field& item : rule["to"].items()) {
    bool multicast = false;
    out.peers.push_back(peer_of(item, source, &multicast));
    if (item["ipBlock"].present()) ++blocks[multicast ? 1 : 0];
  }
  if (blocks[1] == 0) return;
  if (out.action == Action::pass || out.verb == "rejects")
    rule["action"].problem("must be Allow or Drop for multicast");
  if (blocks[0] != 0) rule["to"].problem("must not mix multicast with other addresses");
}

/// AN-22: a way through a Service, to whatever stands behind it.
void read_services(const Field& rule, const RuleSource& source, Rule& out) {
  const Field list = rule["toServices"];
  if (list.absent()) return;
  Peer peer;
  peer.rule = short_path(list);
  peer.place = list.place();
  for (const Field& item : list.items()) {
    item.only({"name", "namespace", "scope"});
    if (item["name"].string().value_or("").empty()) item["name"].problem("is missing");
    const std::string ns = item["namespace"].string().value_or(std::string(source.own));
    if (ns.empty()) item["namespace"].problem("is missing");
    peer.words += fmt::format("{}Service {}/{}", peer.words.empty() ? "" : ", ", ns,
                              item["name"].string().value_or(""));
  }
  if (list.items().empty()) list.problem("must not be empty");
  if (!rule["to"].items().empty() || rule["ports"].present() || rule["protocols"].present())
    list.problem("must stand without to, ports and protocols");
  if (out.action != Action::deny) {
    peer.to.places.possible = routable_places();
    peer.to.possible = {PodTerm{}};
    peer.doubt = "whether it goes through the Service";
  }
  out.peers.push_back(std::move(peer));
}

void read_layer7(const Field& rule, Rule& out) {
  const std::vector<Field> list = rule["l7Protocols"].items();
  out.layer7 = !list.empty();
  for (const Field& item : list) {
    item.only({"http", "tls"});
    if (item.members().size() != 1) item.problem("must be http or tls");
    item["http"].only({"host", "method", "path"});
    item["tls"].only({"sni"});
  }
  if (!out.layer7) return;
  if (out.action != Action::allow) rule["action"].problem("must be Allow with l7Protocols");
  if (rule["toServices"].present()) rule["toServices"].problem("must stand without l7Protocols");
}

/// The Pods of a relative peer, for sure or perhaps.
Destinations settle(const Peer& peer, const Home& home) {
  PodTerm term{peer.pods, {}};
  bool sure = home.ns != nullptr && !home.doubtful;
  if (peer.self && home.ns != nullptr) term = in_namespace(home.ns->object.name, peer.pods);
  for (const std::string& key : peer.same_labels) {
    const std::string* value = home.ns == nullptr ? nullptr : home.ns->labels.find(key);
    if (value != nullptr) {
      term.namespaces.requirements.push_back({key, Operator::in, {*value}});
    } else if (home.ns != nullptr && home.ns->complete) {
      return {};
    } else {
      term.namespaces.requirements.push_back({key, Operator::exists, {}});
      sure = false;
    }
  }
  Destinations out;
  (sure ? out.pods : out.possible).push_back(std::move(term));
  return out;
}

/// AN-27: allowed perhaps, and denied if not.
void add_layer7(Clause allow, std::vector<Clause>& out) {
  Clause deny = allow;
  if (allow.to.everything) {
    allow.to.everything = false;
    allow.to.places.possible = all_places();
    allow.to.possible = {PodTerm{}};
  }
  allow.to.places.sure = {};
  allow.to.possible.insert(allow.to.possible.end(), allow.to.pods.begin(), allow.to.pods.end());
  allow.to.pods.clear();
  allow.doubt = "what the layer 7 rule says about the content";
  allow.text += ", as far as its layer 7 rule accepts";
  deny.action = Action::deny;
  deny.text += ", and drops what its layer 7 rule does not accept";
  out.push_back(std::move(allow));
  out.push_back(std::move(deny));
}

}  // namespace

bool Rule::relative() const {
  return std::ranges::any_of(peers, [](const Peer& peer) { return peer.relative(); });
}

Rule rule_of(const Field& field, const RuleSource& source) {
  field.only({"action", "ports", "protocols", "l7Protocols", "to", "toServices", "name",
              "enableLogging", "logLabel", "appliedTo"});
  Rule out;
  read_action(field, source, out);
  read_ports(field, source, out);
  read_peers(field, source, out);
  read_services(field, source, out);
  read_layer7(field, out);
  if (out.peers.empty()) {  // AN-14
    Peer all;
    all.to.everything = true;
    all.rule = short_path(field);
    all.place = field.place();
    all.words = "every destination";
    out.peers.push_back(std::move(all));
  }
  return out;
}

std::vector<Clause> clauses_of(const Rule& rule, const Home& home) {
  std::vector<Clause> out;
  for (const Peer& peer : rule.peers) {
    Clause clause;
    clause.action = rule.action;
    clause.to = peer.relative() ? settle(peer, home) : peer.to;
    clause.ports = rule.ports;
    clause.rule = peer.rule;
    clause.place = peer.place;
    clause.text = fmt::format("{} {} on {}", rule.verb, peer.words, rule.on);
    clause.doubt = peer.doubt;
    if (peer.relative() && clause.to.pods.empty())
      clause.doubt = "which namespaces Antrea takes for the Pod's own";
    if (clause.doubt.empty() && !rule.ports.possible.empty())
      clause.doubt = "what the packet carries beside protocol and port";
    if (rule.layer7)
      add_layer7(std::move(clause), out);
    else
      out.push_back(std::move(clause));
  }
  return out;
}

}  // namespace podmoat::language::antrea_parts
