// EgressFirewall (k8s.ovn.org): the second gate of OVN-Kubernetes.
// Rules: docs/semantics/egressfirewall.md.
#include <fmt/format.h>

#include <array>
#include <utility>

#include "core/language/firewall.h"
#include "core/language/node_addresses.h"

namespace podmoat::language {
namespace {

constexpr std::size_t kMostRules = 8001;  // EF-11

constexpr std::array kKinds{model::PolicyKind{"k8s.ovn.org", "EgressFirewall", true}};

void check(const model::PolicyObject& object, const Field& root) {
  if (object.object.name != "default")  // EF-9
    root["metadata"]["name"].problem("must be default", "a namespace has one EgressFirewall");
  if (root["spec"]["egress"].items().size() > kMostRules)
    root["spec"]["egress"].problem(fmt::format("has more than {} rules", kMostRules));
}

/// EF-10.
void hold_nodes(const Source& source, const Field& selector, FirewallRule& rule) {
  if (selector.absent()) selector.problem("is missing");
  const model::Selector labels = selector_of(selector);
  rule.words = labels.empty() ? "every node" : "nodes with " + labels.str();
  rule.doubt = "which addresses the nodes have beside those that Kubernetes tells";
  rule.to.places = addresses_of_nodes(source.snapshot, labels);
}

/// EF-6.
void hold_ports(const Field& list, FirewallRule& rule) {
  const std::vector<Field> items = list.items();
  if (items.empty()) return;
  rule.ports.all = false;
  rule.on.clear();
  for (const Field& item : items) {
    item.only({"protocol", "port"});
    for (const char* needed : {"protocol", "port"})
      if (item[needed].absent()) item[needed].problem("is missing");
    const auto protocol = protocol_of(item["protocol"]);
    const auto port = port_of(item["port"]);
    if (!protocol || !port) continue;
    rule.ports.numbers = rule.ports.numbers | flow::PortSet::of(*protocol, {*port, *port});
    rule.on += fmt::format("{}{} {}", rule.on.empty() ? "" : ", ", name_of(*protocol), *port);
  }
}

FirewallRule rule_of(const Source& source, const Field& rule) {
  rule.only({"type", "to", "ports"});
  const Field to = rule["to"];
  to.only({"cidrSelector", "dnsName", "nodeSelector"});
  FirewallRule out;
  hold_ports(rule["ports"], out);
  if (to["cidrSelector"].present()) {
    if (const auto block = block_of(to["cidrSelector"]))
      hold_block(to["cidrSelector"], *block, out);
  } else if (to["dnsName"].present()) {
    hold_name(to["dnsName"], out);
  } else {
    hold_nodes(source, to["nodeSelector"], out);
  }
  return out;
}

void read(const Source& source, Reading& reading) {
  constexpr FirewallForm kForm{1, check, rule_of};
  for (const model::PolicyObject* object : source.objects)
    read_firewall(kForm, source, *object, reading);
}

}  // namespace

const Language& egress_firewall() {
  static const Language language{"EgressFirewall", kKinds, read};
  return language;
}

}  // namespace podmoat::language
