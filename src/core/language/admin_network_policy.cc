// AdminNetworkPolicy and BaselineAdminNetworkPolicy (policy.networking.k8s.io/v1alpha1):
// docs/semantics/adminnetworkpolicy.md.
//
// Their rules are read in admin_rules.cc. Here is what v1alpha1 has in its own way: two kinds, and
// ports.
#include <fmt/format.h>

#include <array>
#include <utility>

#include "core/language/admin_rules.h"

namespace podmoat::language {
namespace {

constexpr std::array<model::PolicyKind, 2> kKinds{
    {{"policy.networking.k8s.io", "AdminNetworkPolicy", false},
     {"policy.networking.k8s.io", "BaselineAdminNetworkPolicy", false}}};

std::uint16_t needed_port(const Field& field) {
  if (field.absent()) field.problem("is missing");
  return port_of(field).value_or(1);
}

// ANP-17, ANP-18
void read_port(const Field& entry, AdminPorts& into) {
  entry.only({"portNumber", "portRange", "namedPort"});
  const Field number = entry["portNumber"];
  const Field range = entry["portRange"];
  const Field name = entry["namedPort"];
  if (number.present() + range.present() + name.present() != 1)
    return entry.problem("must have exactly one field");
  if (name.present()) return into.add(name.string().value_or(""));  // ANP-19
  const Field& port = number.present() ? number : range;
  const Field protocol = port["protocol"];
  const Protocol of =
      protocol.absent() ? Protocol::tcp : protocol_of(protocol).value_or(Protocol::tcp);
  if (number.present()) {
    number.only({"protocol", "port"});
    const std::uint16_t only = needed_port(number["port"]);
    return into.add(of, {only, only});
  }
  range.only({"protocol", "start", "end"});
  const Ports ports{needed_port(range["start"]), needed_port(range["end"])};
  if (ports.first >= ports.last) return range.problem("must have its start below its end");
  into.add(of, ports);
}

constexpr AdminForm kAdmin{.kind = "AdminNetworkPolicy",
                           .allow = "Allow",
                           .ports = "ports",
                           .most = 100,
                           .empty_ports = true,
                           .both_selectors = true,
                           .older = true,
                           .port = read_port};

/// ANP-8
constexpr AdminForm baseline_form() {
  AdminForm form = kAdmin;
  form.kind = "BaselineAdminNetworkPolicy";
  form.passes = false;
  form.domain_names = false;
  return form;
}
constexpr AdminForm kBaseline = baseline_form();

/// ANP-23: OVN-Kubernetes takes a part of the priorities only.
void doubt_priority(const Source& source, std::int64_t priority, Policy& out) {
  constexpr std::int64_t kMost = 99;
  if (source.platform.engine != "ovn" || priority <= kMost) return;
  out.possible.insert(out.possible.end(), out.pods.begin(), out.pods.end());
  out.pods.clear();
  out.doubt = fmt::format(
      "OVN-Kubernetes refuses a priority above {}, and leaves in force what was before", kMost);
}

void read_object(const Source& source, const model::PolicyObject& object, Reading& reading) {
  const bool admin = object.object.kind == kAdmin.kind;
  const AdminForm& form = admin ? kAdmin : kBaseline;
  Problems problems(object);
  if (object.version() != "v1alpha1")  // ANP-1
    return read_other_version(object, reading);
  const Field spec = Field(object, problems)["spec"];
  Policy out;
  out.object = object.object;
  if (!admin && object.object.name != "default")
    problems.add(object.object.place, "a BaselineAdminNetworkPolicy must be named default");
  std::int64_t priority = 0;
  if (admin) {
    spec.only({"priority", "subject", "ingress", "egress"});
    priority = spec["priority"].integer().value_or(-1);
    if (priority < 0 || priority > 1000)
      spec["priority"].problem("must be a whole number from 0 to 1000");
  } else {
    spec.only({"subject", "ingress", "egress"});
  }
  out.pods = read_subject(form, spec["subject"]);
  const PodTerms concerned = problems.none() ? out.pods : PodTerms{PodTerm{}};
  read_admin_rules(form, source, spec, out);
  if (!problems.none()) return add_unread(object, concerned, problems, reading);  // ANP-21
  if (admin) {
    doubt_priority(source, priority, out);
    out.order = admin_order(form, source, priority);
    out.tier = reading.tier(admin_tier(form, source.platform));
  } else {
    out.order = admin_order(form, source, priority);
    out.tier = reading.tier(baseline_tier(form, source.platform));
    spare_from_baseline(source, reading);
  }
  reading.policies.push_back(std::move(out));
}

void read(const Source& source, Reading& reading) {
  for (const model::PolicyObject* object : source.objects) read_object(source, *object, reading);
}

}  // namespace

const Language& admin_network_policy() {
  static const Language language{"AdminNetworkPolicy", kKinds, read};
  return language;
}

}  // namespace podmoat::language
