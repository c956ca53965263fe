// Rules of AdminNetworkPolicy and ClusterNetworkPolicy: docs/semantics/clusternetworkpolicy.md.
//
// A rule becomes one clause for each of its peers, in order, as they have the same action. What the
// plugin at hand reads in its own way is in Habits, and in nothing else here. A peer that nobody
// here knows does not make a policy unreadable: the API says what it comes to (CNP-18).
#include "core/language/admin_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace podmoat::language {
namespace {

using flow::Action;

/// What a peer of a kind that the plugin does not know comes to.
enum class Unknown : std::uint8_t { whole_rule, that_peer, undecided };
/// What the plugin makes of `nodes`, beside what nobody can know.
enum class Nodes : std::uint8_t { addresses, more_addresses, unknown_kind, undecided };

/// How a plugin reads what the API leaves to it, or reads otherwise.
struct Habits {
  Unknown unknown = Unknown::undecided;
  Nodes nodes = Nodes::undecided;
  bool domain_names = true;  ///< knows this kind of peer
  bool exact_names = true;   ///< a named port matches that port only
  bool may_refuse = false;   ///< a policy with nodes or domain names may be refused
  bool opens_dns = false;    ///< domain names allow DNS to the cluster's servers
};

/// CNP-13, CNP-14, CNP-18 to CNP-22; ANP-14, ANP-15, ANP-20, ANP-22 to ANP-25.
Habits habits_of(const AdminForm& form, const model::Platform& platform) {
  const std::string& engine = platform.engine;
  if (engine == "kubernetes") return {.unknown = Unknown::whole_rule, .nodes = Nodes::addresses};
  if (engine == "calico")
    return {.unknown = Unknown::whole_rule,
            .nodes = Nodes::unknown_kind,
            .domain_names = false,
            .exact_names = !form.older};
  if (engine == "cilium")
    return {.unknown = Unknown::that_peer, .may_refuse = true, .opens_dns = true};
  if (engine == "ovn") return {.nodes = Nodes::more_addresses};
  if (engine == "kube-network-policies")
    return {.nodes = form.older ? Nodes::undecided : Nodes::addresses, .exact_names = !form.older};
  return {};
}

std::string joined(const std::vector<std::string>& words) {
  constexpr std::size_t kMost = 4;
  std::string out;
  for (std::size_t i = 0; i < std::min(words.size(), kMost); ++i)
    out += (i == 0 ? "" : ", ") + words[i];
  if (words.size() > kMost) out += fmt::format(" and {} more", words.size() - kMost);
  return out;
}

std::string words_of(const PodTerm& term) {
  const std::string pods = term.pods.empty() ? "every Pod" : "Pods with " + term.pods.str();
  return pods + (term.namespaces.empty() ? " of every namespace"
                                         : " of namespaces with " + term.namespaces.str());
}

/// The one member of a map that must have exactly one, or nothing.
std::optional<std::pair<std::string, Field>> only_member(const Field& field) {
  std::vector<std::pair<std::string, Field>> present;
  for (auto& member : field.members())
    if (member.second.present()) present.push_back(std::move(member));
  if (present.size() == 1) return present.front();
  if (field.absent() || field.is_map()) field.problem("must have exactly one field");
  return std::nullopt;
}

/// A list of 1 to `most` items, or of none where it may be missing.
std::vector<Field> list_of(const Field& field, std::size_t most, bool may_be_empty = false) {
  std::vector<Field> items = field.items();
  if (items.size() > most) field.problem(fmt::format("has more than {} items", most));
  if (items.empty() && !may_be_empty && (field.absent() || field.is_list()))
    field.problem(field.absent() ? "is missing" : "must not be empty");
  return items;
}

PodTerm pods_of(const AdminForm& form, const Field& field) {
  field.only({"namespaceSelector", "podSelector"});
  if (field["podSelector"].absent()) field["podSelector"].problem("is missing");
  if (form.both_selectors && field["namespaceSelector"].absent())
    field["namespaceSelector"].problem("is missing");
  return {selector_of(field["podSelector"]), selector_of(field["namespaceSelector"])};
}

/// CNP-8, CNP-11: the fields that a subject and a peer share; nothing for another field.
std::optional<PodTerm> term_of(const AdminForm& form, const std::string& kind, const Field& field) {
  if (kind == "namespaces") return PodTerm{{}, selector_of(field)};
  if (kind == "pods") return pods_of(form, field);
  return std::nullopt;
}

/// Notes an item that stands in a list twice.
void all_differ(const std::vector<Field>& items) {
  std::set<std::string> seen;
  for (const Field& item : items)
    if (const auto text = item.string(); text && !seen.insert(*text).second)
      item.problem(fmt::format("\"{}\" stands in the list twice", *text));
}

constexpr std::size_t kMostAddresses = 25;  // CNP-19, ANP-21

/// A letter of the pattern that names are checked against, whose range A-z holds more than letters.
bool begins_label(char c) { return ('A' <= c && c <= 'z') || ('0' <= c && c <= '9'); }
bool is_letter_or_digit(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9');
}

bool is_domain_name(std::string_view name) {
  if (name.starts_with("*.")) name.remove_prefix(2);
  if (name.ends_with(".")) name.remove_suffix(1);
  int labels = 0;
  for (;; ++labels) {
    const std::size_t dot = name.find('.');
    const std::string_view label = name.substr(0, dot);
    if (label.empty() || !begins_label(label.front())) return false;
    if (label.size() > 1 && !is_letter_or_digit(label.back())) return false;
    for (const char c : label.substr(1))
      if (!is_letter_or_digit(c) && c != '-' && c != '_') return false;
    if (dot == std::string_view::npos) return labels > 0;
    name.remove_prefix(dot + 1);
  }
}

/// A peer of a rule.
struct Peer {
  Destinations to;
  Field field;
  std::string words;
  std::string doubt{};
  bool unknown = false;      ///< of a kind that the plugin does not know
  bool has_no_names = true;  ///< no port of it has a name
  bool may_refuse = false;   ///< Habits::may_refuse
  bool opens_dns = false;    ///< Habits::opens_dns
};

void anywhere(Destinations& to) {
  to = {};
  to.places.possible = all_places();
  to.possible = {PodTerm{}};
}

/// Makes what is sure only possible.
void only_possible(Destinations& to) {
  if (to.everything) return anywhere(to);
  to.places.sure = {};
  to.possible.insert(to.possible.end(), to.pods.begin(), to.pods.end());
  to.pods.clear();
}

/// One object's rules in the making.
class Rules {
 public:
  Rules(const AdminForm& form, const Source& source, Policy& out)
      : form_(form), source_(source), habits_(habits_of(form, source.platform)), out_(out) {}

  void read(const Field& rules);
  /// Only checks rules for ingress.
  void check(const Field& rules);

 private:
  struct Rule {
    Action action = Action::deny;
    std::vector<Peer> peers;
    AdminPorts ports;
    Field field;
  };

  Rule rule(const Field& field, std::string_view peers, bool egress);
  Action action(const Field& field);
  AdminPorts ports(const Field& field);
  Peer peer(const Field& field, bool egress);
  void networks(const Field& field, Peer& peer);
  void nodes(const Field& field, Peer& peer);
  void node_addresses(const model::Selector& selector, Peer& peer);
  void domain_names(const Field& field, Peer& peer);
  void emit(const Rule& rule);
  void emit(const Rule& rule, const Peer& peer);
  void emit_unknown(const Rule& rule, const Peer& peer);
  Clause clause(Action action, const Field& at, const std::string& to, const std::string& ports);
  void deny_everything(const Rule& rule, const Field& at, bool sure, const PortMatch& ports);

  const AdminForm& form_;
  const Source& source_;
  Habits habits_;
  Policy& out_;
};

Action Rules::action(const Field& field) {
  const auto word = field.string();
  if (word && *word == form_.allow) return Action::allow;
  if (word && *word == "Deny") return Action::deny;
  if (word && *word == "Pass" && form_.passes) return Action::pass;
  if (word || field.absent())
    field.problem(
        fmt::format("must be {}{}", form_.allow, form_.passes ? ", Deny or Pass" : " or Deny"));
  return Action::deny;
}

AdminPorts Rules::ports(const Field& field) {
  AdminPorts out;
  const std::vector<Field> entries =
      list_of(field, form_.most, field.absent() || form_.empty_ports);
  if (entries.empty()) return out;  // CNP-15
  out.match.all = false;
  for (const Field& entry : entries) form_.port(entry, out);
  if (!habits_.exact_names && !out.match.names.empty()) out.match.possible = flow::PortSet::all();
  return out;
}

// CNP-12
void Rules::networks(const Field& field, Peer& peer) {
  std::vector<Block> blocks;
  std::vector<std::string> words;
  const std::vector<Field> items = list_of(field, kMostAddresses);
  all_differ(items);
  for (const Field& item : items) {
    const auto block = block_of(item);
    if (!block) continue;
    if (block->family() == Family::v4 && item.string().value_or("").contains(':'))
      item.problem("must be written as IPv4");
    blocks.push_back(*block);
    words.push_back(block->str());
  }
  peer.to.places = flow::Known::exactly(addresses(blocks));
  peer.words = joined(words);
}

// CNP-13
void Rules::nodes(const Field& field, Peer& peer) {
  const model::Selector selector = selector_of(field);
  peer.words = selector.empty() ? "every node" : "nodes with " + selector.str();
  peer.unknown = habits_.nodes == Nodes::unknown_kind;
  peer.may_refuse = habits_.may_refuse;
  if (source_.platform.nodes_by_identity()) {  // CNP-21
    peer.to.places.possible = language::nodes(false, true);
    peer.doubt = "which node a flow goes to is not known";
  } else if (habits_.nodes == Nodes::undecided) {
    anywhere(peer.to);
    peer.doubt = fmt::format("what platform {} takes for the addresses of nodes is not known",
                             source_.platform.name);
  } else {
    node_addresses(selector, peer);
    if (source_.platform.cidr_matches_nodes.answer == model::Answer::unknown)
      peer.to.places.possible = peer.to.places.possible | language::nodes(false, true);
  }
}

void Rules::node_addresses(const model::Selector& selector, Peer& peer) {
  std::vector<Block> blocks;
  bool known = !source_.snapshot.nodes.empty();
  for (const model::Node& node : source_.snapshot.nodes) {
    if (!selector.matches(node.labels)) continue;
    if (node.addresses.empty()) known = false;
    for (const Address& address : node.addresses)
      blocks.push_back(podmoat::block_of(address, address.family == Family::v4 ? 32 : 128));
  }
  peer.to.places = flow::Known::exactly(addresses(blocks));
  if (known && habits_.nodes == Nodes::addresses) return;
  peer.to.places.possible =
      peer.to.places.sure | addresses({Block{{Family::v4, 0}, 0}, Block{{Family::v6, 0}, 0}});
  peer.doubt = known ? "a node may have addresses that its status does not list"
                     : "the input lacks the addresses of nodes";
}

// CNP-14
void Rules::domain_names(const Field& field, Peer& peer) {
  std::vector<std::string> words;
  const std::vector<Field> items = list_of(field, kMostAddresses);
  all_differ(items);
  for (const Field& item : items) {
    words.push_back(item.string().value_or(""));
    if (!is_domain_name(words.back())) item.problem("is no domain name");
  }
  anywhere(peer.to);
  peer.words = "the names " + joined(words);
  peer.doubt = "the addresses of " + joined(words) + " are not known";
  peer.unknown = !habits_.domain_names;
  peer.may_refuse = habits_.may_refuse;
  peer.opens_dns = habits_.opens_dns;
}

Peer Rules::peer(const Field& field, bool egress) {
  Peer out{.to = {}, .field = field, .words = "an unknown peer"};
  const auto member = only_member(field);
  if (!member) return out;
  const auto& [kind, value] = *member;
  if (const auto term = term_of(form_, kind, value)) {
    out.to.pods.push_back(*term);
    out.words = words_of(*term);
    out.has_no_names = false;
  } else if (!egress) {
    out.has_no_names = false;
  } else if (kind == "networks") {
    networks(value, out);
  } else if (kind == "nodes") {
    nodes(value, out);
  } else if (kind == "domainNames" && form_.domain_names) {
    domain_names(value, out);
  } else {  // CNP-18
    anywhere(out.to);
    out.unknown = true;
    out.has_no_names = false;
    out.words = fmt::format("\"{}\"", kind);
  }
  if (out.unknown)
    out.doubt = fmt::format("what platform {} makes of a peer \"{}\" is not known",
                            source_.platform.name, kind);
  return out;
}

Rules::Rule Rules::rule(const Field& field, std::string_view peers, bool egress) {
  Rule out{.peers = {}, .ports = {}, .field = field};
  field.only({"name", "action", peers, form_.ports});
  if (field["name"].string().value_or("").size() > 100)
    field["name"].problem("has more than 100 characters");
  out.action = action(field["action"]);
  out.ports = ports(field[form_.ports]);
  for (const Field& item : list_of(field[peers], form_.most))
    out.peers.push_back(peer(item, egress));
  const bool unnamed = std::ranges::any_of(out.peers, &Peer::has_no_names);
  if (egress && unnamed && !out.ports.match.names.empty())
    field[form_.ports].problem("has a port by name, beside a peer whose ports have no names");
  return out;
}

Clause Rules::clause(Action action, const Field& at, const std::string& to,
                     const std::string& ports) {
  Clause out;
  out.action = action;
  out.rule = at.path().starts_with("spec.") ? at.path().substr(5) : at.path();
  out.place = at.place();
  const std::string on = ports.empty() ? "every port" : ports;
  if (action == Action::pass)
    out.text = fmt::format("passes {} on {} to the next tier", to, on);
  else
    out.text = fmt::format("{} {} on {}", action == Action::allow ? "allows" : "denies", to, on);
  return out;
}

/// A Deny of everything, which a rule with an unknown peer is, or may be.
void Rules::deny_everything(const Rule& rule, const Field& at, bool sure, const PortMatch& ports) {
  Clause out =
      clause(Action::deny, at, "every destination", ports.all ? "" : joined(rule.ports.words));
  out.to.everything = true;
  out.ports = ports;
  if (!sure) only_possible(out.to);
  const auto unknown = std::ranges::find(rule.peers, true, &Peer::unknown);
  out.text += fmt::format(", as it has {} that the plugin {} know", unknown->words,
                          sure ? "does not" : "may not");
  if (!sure) out.doubt = unknown->doubt;
  out_.clauses.push_back(std::move(out));
}

void Rules::emit(const Rule& rule, const Peer& peer) {
  Clause out = clause(rule.action, peer.field, peer.words, joined(rule.ports.words));
  out.to = peer.to;
  out.ports = rule.ports.match;
  out.doubt = peer.doubt;
  if (out.doubt.empty() && !out.ports.possible.empty())
    out.doubt =
        fmt::format("platform {} takes a port by name for other ports too", source_.platform.name);
  out_.clauses.push_back(std::move(out));
  if (!peer.opens_dns) return;
  Clause dns = clause(Action::allow, peer.field, "Pods with k8s-app=kube-dns", "\"dns\"");
  dns.to.possible = {{{{{"k8s-app", model::Operator::in, {"kube-dns"}}}}, {}}};
  dns.doubt = peer.doubt;
  out_.clauses.push_back(std::move(dns));
}

/// What a peer that the plugin does not know, or may not know, comes to by itself.
void Rules::emit_unknown(const Rule& rule, const Peer& peer) {
  if (habits_.unknown == Unknown::undecided)
    emit(rule, peer);
  else if (rule.action != Action::allow)
    deny_everything(rule, peer.field, true, rule.ports.match);
}

void Rules::emit(const Rule& rule) {
  const bool unknown = std::ranges::any_of(rule.peers, &Peer::unknown);
  if (unknown && habits_.unknown == Unknown::whole_rule) {
    if (rule.action != Action::allow) deny_everything(rule, rule.field, true, {});
    return;
  }
  const bool undecided = unknown && habits_.unknown == Unknown::undecided;
  if (undecided && rule.action != Action::allow) deny_everything(rule, rule.field, false, {});
  for (Peer peer : rule.peers) {
    if (undecided && rule.action == Action::allow) {
      only_possible(peer.to);
      if (peer.doubt.empty())
        peer.doubt = std::ranges::find(rule.peers, true, &Peer::unknown)->doubt;
    }
    peer.unknown ? emit_unknown(rule, peer) : emit(rule, peer);
  }
}

void Rules::read(const Field& rules) {
  for (const Field& item : list_of(rules, form_.most, true)) {
    const Rule made = rule(item, "to", true);
    emit(made);
    if (std::ranges::none_of(made.peers, &Peer::may_refuse)) continue;
    out_.possible.insert(out_.possible.end(), out_.pods.begin(), out_.pods.end());
    out_.pods.clear();
    out_.doubt = fmt::format("platform {} may refuse a policy with {}", source_.platform.name,
                             std::ranges::find(made.peers, true, &Peer::may_refuse)->words);
  }
}

void Rules::check(const Field& rules) {
  for (const Field& item : list_of(rules, form_.most, true)) rule(item, "from", false);
}

}  // namespace

void AdminPorts::add(Protocol protocol, Ports ports) {
  match.numbers = match.numbers | flow::PortSet::of(protocol, ports);
  const std::string_view name = name_of(protocol);
  if (ports == Ports{})
    words.push_back(fmt::format("every {} port", name));
  else if (ports.first == ports.last)
    words.push_back(fmt::format("{} {}", name, ports.first));
  else
    words.push_back(fmt::format("{} {}-{}", name, ports.first, ports.last));
}

void AdminPorts::add(std::string name) {
  words.push_back(fmt::format("\"{}\"", name));
  for (const Protocol protocol : {Protocol::tcp, Protocol::udp, Protocol::sctp})
    match.names.push_back({protocol, name});
}

void read_other_version(const model::PolicyObject& object, Reading& reading) {
  Problems problems(object);
  problems.add(object.object.place,
               fmt::format("{} of {} is not read", object.api_version, object.object.kind));
  add_unread(object, {PodTerm{}}, problems, reading);
}

PodTerms read_subject(const AdminForm& form, const Field& field) {
  const auto member = only_member(field);
  if (!member) return {};
  const auto term = term_of(form, member->first, member->second);
  if (!term)
    member->second.problem("is a field that podmoat does not know", "is it spelled right?");
  return term ? PodTerms{*term} : PodTerms{};
}

void read_admin_rules(const AdminForm& form, const Source& source, const Field& spec, Policy& out) {
  out.isolates = false;  // CNP-7
  if (!out.pods.empty()) out.text = "selects " + words_of(out.pods.front());
  Rules rules(form, source, out);
  rules.check(spec["ingress"]);
  rules.read(spec["egress"]);
}

}  // namespace podmoat::language
