// ClusterNetworkPolicy (policy.networking.k8s.io/v1alpha2): docs/semantics/clusternetworkpolicy.md.
//
// Its rules are read in admin_rules.cc. Here is what v1alpha2 has in its own way: the tier, and
// ports.
#include <array>
#include <utility>

#include "core/language/admin_rules.h"

namespace podmoat::language {
namespace {

constexpr std::array<model::PolicyKind, 1> kKinds{
    {{"policy.networking.k8s.io", "ClusterNetworkPolicy", false}}};

Ports range_of(const Field& field) {
  field.only({"start", "end"});
  for (const char* name : {"start", "end"})
    if (field[name].absent()) field[name].problem("is missing");
  const Ports out{port_of(field["start"]).value_or(1), port_of(field["end"]).value_or(65535)};
  if (out.first < out.last) return out;
  field.problem("must have its start below its end");
  return {};
}

// CNP-16
Ports ports_of(const Field& protocol) {
  protocol.only({"destinationPort"});
  const Field port = protocol["destinationPort"];
  port.only({"number", "range"});
  if (port["number"].present() == port["range"].present()) {
    port.problem("must have exactly one field, a number or a range");
    return {};
  }
  if (port["range"].present()) return range_of(port["range"]);
  const std::uint16_t number = port_of(port["number"]).value_or(1);
  return {number, number};
}

void read_port(const Field& entry, AdminPorts& into) {
  int fields = 0;
  for (const auto& [name, field] : entry.members()) {
    if (field.absent()) continue;
    ++fields;
    if (name == "tcp")
      into.add(Protocol::tcp, ports_of(field));
    else if (name == "udp")
      into.add(Protocol::udp, ports_of(field));
    else if (name == "sctp")
      into.add(Protocol::sctp, ports_of(field));
    else if (name == "destinationNamedPort")  // CNP-17
      into.add(field.string().value_or(""));
    else
      field.problem("is a field that podmoat does not know", "is it spelled right?");
  }
  if (fields != 1) entry.problem("must have exactly one field");
}

constexpr AdminForm kForm{.kind = "ClusterNetworkPolicy",
                          .allow = "Accept",
                          .ports = "protocols",
                          .most = 25,
                          .port = read_port};

void read_object(const Source& source, const model::PolicyObject& object, Reading& reading) {
  Problems problems(object);
  if (object.version() != "v1alpha2")  // CNP-1
    return read_other_version(object, reading);
  const Field spec = Field(object, problems)["spec"];
  Policy out;
  out.object = object.object;
  spec.only({"tier", "priority", "subject", "ingress", "egress"});
  const std::string tier = spec["tier"].string().value_or("");
  if (tier != "Admin" && tier != "Baseline") spec["tier"].problem("must be Admin or Baseline");
  const auto priority = spec["priority"].integer();
  if (!priority || *priority < 0 || *priority > 1000)
    spec["priority"].problem("must be a whole number from 0 to 1000");
  out.pods = read_subject(kForm, spec["subject"]);
  const PodTerms concerned = problems.none() ? out.pods : PodTerms{PodTerm{}};
  read_admin_rules(kForm, source, spec, out);
  if (!problems.none()) return add_unread(object, concerned, problems, reading);  // CNP-19
  const bool admin = tier == "Admin";
  out.order = admin_order(kForm, source, *priority);
  out.tier = reading.tier(admin ? admin_tier(kForm, source.platform)
                                : baseline_tier(kForm, source.platform));
  if (!admin) spare_from_baseline(source, reading);
  reading.policies.push_back(std::move(out));
}

void read(const Source& source, Reading& reading) {
  for (const model::PolicyObject* object : source.objects) read_object(source, *object, reading);
}

}  // namespace

const Language& cluster_network_policy() {
  static const Language language{"ClusterNetworkPolicy", kKinds, read};
  return language;
}

}  // namespace podmoat::language
