// CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy: one tier, shared with NetworkPolicy,
// whose denies stand before all allows. Rules: docs/semantics/cilium.md.
//
// `spec` and each of `specs` is a Policy of its own; each peer of its egress and egressDeny items
// is a Clause. What a release or an option of Cilium decides makes a clause, or a policy, possible
// only.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/language/cilium_ground.h"
#include "core/language/cilium_peers.h"
#include "core/language/cilium_ports.h"
#include "core/language/cilium_selector.h"
#include "core/language/fields.h"
#include "core/language/language.h"

namespace podmoat::language {
namespace {

using flow::Known;
using model::Answer;

constexpr std::array<model::PolicyKind, 3> kKinds{{
    {"cilium.io", "CiliumNetworkPolicy", true},
    {"cilium.io", "CiliumClusterwideNetworkPolicy", false},
    {"cilium.io", "CiliumCIDRGroup", false},
}};

bool is_group(const model::PolicyObject& object) { return object.object.kind == kKinds[2].kind; }

/// CL-17. A group that cannot be read may hold any address.
CiliumGroup group_of(const model::PolicyObject& object, Reading& reading) {
  Problems problems(object);
  const Field root(object, problems);
  CiliumGroup out;
  out.name = object.object.name;
  for (const auto& [key, value] : root["metadata"]["labels"].members())
    out.labels.set(key, value.string().value_or(""));
  root["spec"].only({"externalCIDRs"});
  for (const Field& item : root["spec"]["externalCIDRs"].items())
    if (const auto block = block_of(item)) {
      const flow::FlowSet places = addresses({*block});
      out.blocks = out.blocks | Known{block->prefix == 0 ? flow::FlowSet{} : places, places};
    }
  out.read = problems.none();
  reading.diagnostics.insert(reading.diagnostics.end(), problems.found().begin(),
                             problems.found().end());
  return out;
}

/// `to` with everything in it only possible.
Destinations weakened(Destinations to) {
  if (to.everything) {
    to.everything = false;
    to.places.possible = all_places();
    to.possible = {PodTerm{}};
    return to;
  }
  to.places.sure = {};
  append(to.possible, to.pods);
  to.pods.clear();
  return to;
}

/// CL-23: an option decides whether Cilium takes the object at all.
void put_in_doubt(Policy& policy) {
  append(policy.possible, policy.pods);
  policy.pods.clear();
  if (policy.on_hosts == Answer::yes) policy.on_hosts = Answer::unknown;
  policy.doubt = "whether Cilium runs with enable-node-selector-labels, which toNodes needs";
}

/// Reads one rule, `spec` or an item of `specs`, into a Policy.
class RuleReader {
 public:
  RuleReader(const CiliumContext& context, Policy& policy) : context_(context), policy_(policy) {}
  void read(const Field& rule);
  /// Whether it speaks of nodes by their labels.
  bool by_node_labels() const { return by_node_labels_; }

 private:
  void read_item(const Field& item, bool deny);
  void add_clauses(const CiliumPeer& peer, const CiliumPorts& ports, bool deny);
  void add_clause(const CiliumPeer& peer, Destinations to, PortMatch ports, std::string doubt);

  const CiliumContext& context_;
  Policy& policy_;
  flow::Action action_ = flow::Action::allow;
  std::string text_;  ///< of the clause at hand
  bool by_node_labels_ = false;
};

void RuleReader::add_clause(const CiliumPeer& peer, Destinations to, PortMatch ports,
                            std::string doubt) {
  Clause clause;
  clause.action = action_;
  clause.to = std::move(to);
  clause.ports = std::move(ports);
  clause.rule = peer.rule;
  clause.place = peer.place;
  clause.text = text_;
  clause.doubt = std::move(doubt);
  if (clause.doubt.empty() && !clause.to.everything && !clause.to.places.exact())
    clause.doubt = context_.ground.doubt();
  policy_.clauses.push_back(std::move(clause));
}

void RuleReader::add_clauses(const CiliumPeer& peer, const CiliumPorts& ports, bool deny) {
  action_ = deny ? flow::Action::deny : flow::Action::allow;
  text_ = fmt::format("{} {} on {}", deny ? "denies" : "allows", peer.text, ports.text);
  if (!is_none(ports.sure)) add_clause(peer, peer.to, ports.sure, peer.doubt);
  if (!is_none(ports.doubtful)) add_clause(peer, weakened(peer.to), ports.doubtful, ports.doubt);
}

void RuleReader::read_item(const Field& item, bool deny) {
  const CiliumPorts ports = cilium_ports(item, deny);
  CiliumPeers peers = cilium_peers(item, deny, context_);
  if (!item["toRequires"].items().empty()) item["toRequires"].problem("must be empty");
  by_node_labels_ = by_node_labels_ || peers.by_node_labels;
  if (!peers.given && ports.given) {  // CL-13
    CiliumPeer& all = peers.peers.emplace_back();
    all.to.everything = true;
    all.rule = item.path().starts_with("spec.") ? item.path().substr(5) : item.path();
    all.place = item.place();
    all.text = "every destination";
  }
  const std::string mode = item["authentication"]["mode"].string().value_or("disabled");
  for (CiliumPeer& peer : peers.peers) {
    if (mode != "disabled") {  // CL-30
      peer.to = weakened(std::move(peer.to));
      peer.doubt = "whether both ends prove who they are";
    }
    add_clauses(peer, ports, deny);
  }
}

void RuleReader::read(const Field& rule) {
  const std::vector<Field> allows = rule["egress"].items();
  const std::vector<Field> denies = rule["egressDeny"].items();
  for (const Field& item : allows) {
    item.only({"toEndpoints", "toRequires", "toCIDR", "toCIDRSet", "toEntities", "toServices",
               "toGroups", "toNodes", "toFQDNs", "toPorts", "icmps", "authentication"});
    read_item(item, false);
  }
  for (const Field& item : denies) {
    item.only({"toEndpoints", "toRequires", "toCIDR", "toCIDRSet", "toEntities", "toServices",
               "toGroups", "toNodes", "toPorts", "icmps"});
    read_item(item, true);
  }
  add_names_everywhere(context_.source.snapshot, policy_);
  const bool wanted = rule["enableDefaultDeny"]["egress"].boolean().value_or(true) ||
                      context_.source.platform.ignores_no_default_deny;  // CL-34
  policy_.isolates = wanted && !(allows.empty() && denies.empty());      // CL-9
}

/// The selector of a CNP's subject, without what the policy's own namespace overwrites (CL-4).
model::Selector subject_of(const Field& field, std::string_view ns) {
  model::Selector out = selector_of(field);
  constexpr const char* kOverwritten = "k8s:io.kubernetes.pod.namespace";
  const Field written = field["matchLabels"][kOverwritten];
  if (ns.empty() || written.absent()) return out;
  const auto same = std::ranges::find_if(out.requirements, [&](const model::Requirement& r) {
    return r.key == kOverwritten && r.op == model::Operator::in && r.values.size() == 1 &&
           r.values[0] == written.string().value_or("");
  });
  if (same != out.requirements.end()) out.requirements.erase(same);
  return out;
}

/// CL-6.
Answer on_hosts(const model::Selector& selector, const Source& source) {
  const Answer held = source.platform.host_policies.answer;
  if (held != Answer::yes) return held;
  if (selector.empty()) return Answer::yes;
  model::Selector plain = selector;
  for (model::Requirement& r : plain.requirements) {
    if (!r.key.starts_with("k8s:") && r.key.contains(':')) return Answer::unknown;
    r.key = name_of_cilium_key(r.key);
  }
  const auto& nodes = source.snapshot.nodes;
  const bool all = !nodes.empty() && std::ranges::all_of(nodes, [&](const model::Node& node) {
    return plain.matches(node.labels);
  });
  return all ? Answer::yes : Answer::unknown;
}

/// What one object is read into, before it is known whether all of it can be read.
class ObjectReader {
 public:
  ObjectReader(const model::PolicyObject& object, CiliumContext context, Reading& reading)
      : object_(object), context_(std::move(context)), reading_(reading), problems_(object) {}
  void read();

 private:
  void read_rule(const Field& rule);
  void read_subject(const Field& rule, Policy& policy);
  void add_unread_object();

  const model::PolicyObject& object_;
  CiliumContext context_;
  Reading& reading_;
  Problems problems_;
  std::vector<Policy> policies_;
  bool by_node_labels_ = false;
};

void ObjectReader::read_subject(const Field& rule, Policy& policy) {
  const Field pods = rule["endpointSelector"];
  const Field nodes = rule["nodeSelector"];
  if (pods.present() == nodes.present())
    rule.problem("must have one of endpointSelector and nodeSelector");
  if (nodes.present()) {
    if (!context_.ns.empty()) nodes.problem("must not stand in a CiliumNetworkPolicy");
    const model::Selector selector = selector_of(nodes);
    policy.on_hosts = on_hosts(selector, context_.source);
    policy.text = selector.empty() ? "every node" : fmt::format("nodes with {}", selector.str());
    if (policy.on_hosts == Answer::unknown) policy.doubt = "which nodes it holds for";
    return;
  }
  const model::Selector selector = subject_of(pods, context_.ns);
  CiliumHeld held = cilium_subject(selector, context_.ns);
  context_.init = asks_reserved(selector, "init");
  policy.pods = std::move(held.pods);
  policy.possible = std::move(held.possible);
  policy.doubt = std::move(held.doubt);
  policy.text = selector.empty() ? "every Pod" : "Pods with " + selector.str();
}

void ObjectReader::read_rule(const Field& rule) {
  rule.only({"endpointSelector", "nodeSelector", "ingress", "ingressDeny", "egress", "egressDeny",
             "labels", "enableDefaultDeny", "description", "log"});
  rule["enableDefaultDeny"].only({"ingress", "egress"});
  Policy policy;
  policy.object = object_.object;
  read_subject(rule, policy);
  RuleReader reader(context_, policy);
  reader.read(rule);
  by_node_labels_ = by_node_labels_ || reader.by_node_labels();
  policy.text = (policy.isolates ? "isolates the egress of " : "does not isolate ") + policy.text;
  bool any = false;
  for (const std::string_view section : {"ingress", "ingressDeny", "egress", "egressDeny"})
    any = any || !rule[section].items().empty();
  if (!any) rule.problem("has no rule in ingress, ingressDeny, egress or egressDeny");
  policies_.push_back(std::move(policy));
}

void ObjectReader::add_unread_object() {
  const std::string& ns = context_.ns;
  add_unread(object_, {ns.empty() ? PodTerm{} : in_namespace(ns)}, problems_, reading_);
  if (ns.empty() && context_.source.platform.host_policies.answer != Answer::no)
    reading_.policies.back().on_hosts = Answer::unknown;
}

void ObjectReader::read() {
  const Field root(object_, problems_);
  if (object_.version() != "v2")
    root["apiVersion"].problem("must be cilium.io/v2", "no other version is known");
  root.only({"apiVersion", "kind", "metadata", "spec", "specs", "status"});
  if (root["spec"].absent() && root["specs"].absent()) root.problem("has neither spec nor specs");
  if (root["spec"].present()) read_rule(root["spec"]);
  for (const Field& rule : root["specs"].items()) read_rule(rule);
  if (!problems_.none()) return add_unread_object();
  const std::uint32_t tier = reading_.tier(network_policy_tier(context_.source.platform));
  for (Policy& policy : policies_) {
    policy.tier = tier;
    if (policy.clauses.empty() && !policy.isolates) continue;
    if (by_node_labels_) put_in_doubt(policy);
    reading_.policies.push_back(std::move(policy));
  }
}

void read(const Source& source, Reading& reading) {
  const CiliumGround ground(source.snapshot, source.platform);
  std::vector<CiliumGroup> groups;
  for (const model::PolicyObject* object : source.objects)
    if (is_group(*object)) groups.push_back(group_of(*object, reading));
  for (const model::PolicyObject* object : source.objects)
    if (!is_group(*object))
      ObjectReader(*object, {source, ground, groups, object->object.ns}, reading).read();
}

}  // namespace

const Language& cilium() {
  static const Language language{"Cilium", kKinds, read};
  return language;
}

}  // namespace podmoat::language
