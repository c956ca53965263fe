// EgressFirewall (k8s.ovn.org) and EgressNetworkPolicy (network.openshift.io): the second gate, in
// a stage of its own. Rules: docs/semantics/egressfirewall.md.
//
// One Clause for each rule, in order, and before them one for DNS at the Pod's own node (EF-8).
// Only addresses are matched, never Pods (EF-5); whom no rule matches passes (EF-3).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "core/language/fields.h"
#include "core/language/language.h"
#include "core/language/node_addresses.h"

namespace podmoat::language {
namespace {

constexpr std::size_t kMostRules = 8001;  // EF-11

constexpr std::array kKinds{
    model::PolicyKind{"k8s.ovn.org", "EgressFirewall", true},
    model::PolicyKind{"network.openshift.io", "EgressNetworkPolicy", true},
};

bool is_sdn(const model::PolicyObject& object) { return object.group() != "k8s.ovn.org"; }

/// What one rule matches.
struct Match {
  Destinations to;
  std::string words;
  std::string doubt{};
};

/// One object in the making.
class Reader {
 public:
  Reader(const Source& source, const model::PolicyObject& object)
      : source_(source), object_(object), problems_(object), root_(object, problems_) {}

  std::vector<Clause> clauses();
  const Problems& problems() const { return problems_; }

 private:
  void check_head() const;
  Clause clause(const Field& rule) const;
  Match match(const Field& to) const;
  Match block(const Field& selector) const;
  Match name(const Field& dns_name) const;
  Match nodes(const Field& selector) const;
  PortMatch ports(const Field& list, std::string& words) const;
  Clause own_dns() const;

  const Source& source_;
  const model::PolicyObject& object_;
  Problems problems_;
  Field root_;
};

void Reader::check_head() const {
  root_.only({"apiVersion", "kind", "metadata", "spec", "status"});
  if (object_.version() != "v1")
    root_["apiVersion"].problem("is a version that podmoat does not know");
  root_["spec"].only({"egress"});
  if (root_["spec"]["egress"].absent()) root_["spec"]["egress"].problem("is missing");
  if (!is_sdn(object_) && object_.object.name != "default")  // EF-9
    root_["metadata"]["name"].problem("must be default", "a namespace has one EgressFirewall");
  if (!is_sdn(object_) && root_["spec"]["egress"].items().size() > kMostRules)
    root_["spec"]["egress"].problem(fmt::format("has more than {} rules", kMostRules));
}

std::vector<Clause> Reader::clauses() {
  check_head();
  std::vector<Clause> out{own_dns()};
  for (const Field& rule : root_["spec"]["egress"].items()) out.push_back(clause(rule));
  if (out.size() == 1) out.clear();
  return out;
}

Clause Reader::own_dns() const {
  Clause out;
  out.to.places.possible = perhaps_own_node(source_.snapshot);
  out.ports.all = false;
  for (const Protocol protocol : {Protocol::tcp, Protocol::udp})
    out.ports.numbers = out.ports.numbers | flow::PortSet::of(protocol, {53, 53});
  out.rule = "spec";
  out.place = object_.object.place;
  out.text = "lets DNS at the Pod's own node through";
  out.doubt = "whether the address is the Pod's own node's";
  return out;
}

Clause Reader::clause(const Field& rule) const {
  const bool sdn = is_sdn(object_);
  if (sdn)
    rule.only({"type", "to"});
  else
    rule.only({"type", "to", "ports"});
  const std::string type = rule["type"].string().value_or("");
  if (type != "Allow" && type != "Deny") rule["type"].problem("must be Allow or Deny");
  std::string on = "every port";
  Clause out;
  if (!sdn) out.ports = ports(rule["ports"], on);
  Match match = this->match(rule["to"]);
  out.action = type == "Allow" ? flow::Action::allow : flow::Action::deny;
  out.to = std::move(match.to);
  out.rule = rule.path().substr(std::string_view("spec.").size());
  out.place = rule.place();
  out.text = fmt::format("{} {} on {}", type == "Allow" ? "allows" : "denies", match.words, on);
  out.doubt = std::move(match.doubt);
  return out;
}

Match Reader::match(const Field& to) const {
  if (is_sdn(object_))
    to.only({"cidrSelector", "dnsName"});
  else
    to.only({"cidrSelector", "dnsName", "nodeSelector"});
  if (to.members().size() != 1) {
    to.problem("must have one field");
    return {};
  }
  if (to["cidrSelector"].present()) return block(to["cidrSelector"]);
  if (to["dnsName"].present()) return name(to["dnsName"]);
  return nodes(to["nodeSelector"]);
}

Match Reader::block(const Field& selector) const {
  auto block = block_of(selector);
  if (!block) return {};
  const std::string text = selector.string().value_or("");
  if (is_sdn(object_)) {  // EF-16
    if (block->family() != Family::v4) selector.problem("must be an IPv4 block");
    if (text == "0.0.0.0/32") block = *parse_block("0.0.0.0/0");
  }
  const flow::FlowSet held = addresses({*block});
  const auto written = parse_address(text.substr(0, text.find('/')));
  Match out{{}, block->str()};
  out.to.places.possible = held;
  if (written && *written == block->base)
    out.to.places.sure = held;
  else
    out.doubt = fmt::format("{} has bits outside its mask, which may put it out of force", text);
  return out;
}

Match Reader::name(const Field& dns_name) const {
  const std::string text = dns_name.string().value_or("");
  if (text.empty()) dns_name.problem("must not be empty");
  Match out{{}, text, fmt::format("which addresses {} has", text)};
  out.to.places.possible = all_places();
  return out;
}

Match Reader::nodes(const Field& selector) const {
  if (selector.absent()) selector.problem("is missing");
  const model::Selector labels = selector_of(selector);
  Match out{{},
            labels.empty() ? "every node" : "nodes with " + labels.str(),
            "which addresses the nodes have beside those that Kubernetes tells"};
  out.to.places = addresses_of_nodes(source_.snapshot, labels);
  return out;
}

PortMatch Reader::ports(const Field& list, std::string& words) const {
  PortMatch out;
  const std::vector<Field> items = list.items();
  if (items.empty()) return out;
  out.all = false;
  words.clear();
  for (const Field& item : items) {
    item.only({"protocol", "port"});
    for (const char* needed : {"protocol", "port"})
      if (item[needed].absent()) item[needed].problem("is missing");
    const auto protocol = protocol_of(item["protocol"]);
    const auto port = port_of(item["port"]);
    if (!protocol || !port) continue;
    out.numbers = out.numbers | flow::PortSet::of(*protocol, {*port, *port});
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", name_of(*protocol), *port);
  }
  return out;
}

/// EgressNetworkPolicies with rules, by namespace.
std::map<std::string, int> counted(const Source& source) {
  std::map<std::string, int> out;
  for (const model::PolicyObject* object : source.objects) {
    if (!is_sdn(*object)) continue;
    const model::Value* spec = object->source->find("spec");
    const model::Value* egress = spec == nullptr ? nullptr : spec->find("egress");
    const model::Value::List* list = egress == nullptr ? nullptr : egress->list();
    if (list != nullptr && !list->empty()) ++out[object->object.ns];
  }
  return out;
}

/// EF-14: all that leaves the cluster.
Clause deny_all(const model::PolicyObject& object) {
  Clause out;
  out.action = flow::Action::deny;
  out.to.places = flow::Known::exactly(all_places());
  out.rule = "spec";
  out.place = object.object.place;
  out.text = "denies everything outside the cluster, being one of several in its namespace";
  return out;
}

void warn(const model::PolicyObject& object, std::string what, Reading& reading) {
  reading.diagnostics.push_back({Level::warning, "inert-policy", std::move(what), "",
                                 object.object.str(), object.object.place});
}

/// EF-13, EF-15: why nobody looks at it; empty: somebody does.
std::string_view inert(const Source& source, const model::PolicyObject& object) {
  if (!is_sdn(object))
    return source.platform.engine == "openshift-sdn"
               ? "OpenShift SDN takes no EgressFirewall, so the object has no effect"
               : "";
  if (source.platform.engine == "ovn")
    return "OVN-Kubernetes takes no EgressNetworkPolicy, so the object has no effect";
  if (object.object.ns == "default")
    return "the namespace default takes no EgressNetworkPolicy, so the object has no effect";
  return "";
}

/// Each kind is a gate of its own, and so is what cannot be read: it may close, and lifts nothing
/// (EF-1).
std::uint32_t gate(const model::PolicyObject& object, bool readable, Reading& reading) {
  const int stage = !readable ? 3 : is_sdn(object) ? 2 : 1;
  return reading.tier({.name = readable ? object.object.kind : "unread firewalls",
                       .stage = static_cast<std::uint8_t>(stage),
                       .end = flow::Action::pass});
}

void read(const Source& source, Reading& reading) {
  const std::map<std::string, int> per_namespace = counted(source);
  for (const model::PolicyObject* object : source.objects) {
    if (const std::string_view why = inert(source, *object); !why.empty()) {
      warn(*object, std::string(why), reading);
      continue;
    }
    Reader reader(source, *object);
    Policy out;
    out.clauses = reader.clauses();
    out.pods = {in_namespace(object->object.ns)};
    if (!reader.problems().none()) {  // EF-12
      add_unread(*object, out.pods, reader.problems(), reading);
      reading.policies.back().tier = gate(*object, false, reading);
      continue;
    }
    if (out.clauses.empty()) continue;
    const auto of_namespace = per_namespace.find(object->object.ns);
    if (is_sdn(*object) && of_namespace != per_namespace.end() && of_namespace->second > 1)
      out.clauses = {out.clauses.front(), deny_all(*object)};
    out.object = object->object;
    out.tier = gate(*object, true, reading);
    out.isolates = false;
    out.text = "is the firewall of namespace " + object->object.ns;
    reading.policies.push_back(std::move(out));
  }
}

}  // namespace

const Language& egress_firewall() {
  static const Language language{"EgressFirewall", kKinds, read};
  return language;
}

}  // namespace podmoat::language
