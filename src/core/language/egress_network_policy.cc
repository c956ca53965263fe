// EgressNetworkPolicy (network.openshift.io): the second gate of OpenShift SDN.
// Rules: docs/semantics/egressfirewall.md.
#include <array>
#include <map>
#include <string>

#include "core/language/firewall.h"

namespace podmoat::language {
namespace {

constexpr std::array kKinds{model::PolicyKind{"network.openshift.io", "EgressNetworkPolicy", true}};

void check(const model::PolicyObject& /*object*/, const Field& /*root*/) {}

/// EF-16.
void hold_v4(const Field& selector, FirewallRule& rule) {
  auto block = block_of(selector);
  if (!block) return;
  if (block->family() != Family::v4) selector.problem("must be an IPv4 block");
  if (selector.string() == "0.0.0.0/32") block = *parse_block("0.0.0.0/0");
  hold_block(selector, *block, rule);
}

FirewallRule rule_of(const Source& /*source*/, const Field& rule) {
  rule.only({"type", "to"});
  const Field to = rule["to"];
  to.only({"cidrSelector", "dnsName"});
  FirewallRule out;
  if (to["cidrSelector"].present())
    hold_v4(to["cidrSelector"], out);
  else
    hold_name(to["dnsName"], out);
  return out;
}

/// Those with rules, by namespace.
std::map<std::string, int> counted(const Source& source) {
  std::map<std::string, int> out;
  for (const model::PolicyObject* object : source.objects) {
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

void read(const Source& source, Reading& reading) {
  constexpr FirewallForm kForm{2, check, rule_of};
  std::map<std::string, int> per_namespace = counted(source);
  for (const model::PolicyObject* object : source.objects) {
    if (object->object.ns == "default") {  // EF-15
      reading.diagnostics.push_back(
          {Level::warning, "inert-policy",
           "the namespace default takes no EgressNetworkPolicy, so the object has no effect", "",
           object->object.str(), object->object.place});
      continue;
    }
    Policy* policy = read_firewall(kForm, source, *object, reading);
    if (policy != nullptr && per_namespace[object->object.ns] > 1)
      policy->clauses = {policy->clauses.front(), deny_all(*object)};
  }
}

}  // namespace

const Language& egress_network_policy() {
  static const Language language{"EgressNetworkPolicy", kKinds, read};
  return language;
}

}  // namespace podmoat::language
