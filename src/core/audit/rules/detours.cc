// PM-009: a Service that leads to a guarded address (detour: its backend is the Target), or that
// claims a guarded address for itself (impersonation: traffic meant for the Target goes to its
// Pods). The API server refuses link-local and loopback addresses in both places, and nothing else.
#include <utility>

#include "core/audit/rules/rules.h"

namespace podmoat::audit {
namespace {

const catalog::Target* target_at(const catalog::Guard& guard, const flow::FlowSet& there) {
  for (const catalog::Aim& aim : guard.aims)
    if (!aim.anywhere && !(aim.flows & there).empty()) return aim.target;
  return nullptr;
}

flow::FlowSet flows_of(const Address& address, const std::vector<model::ServicePort>& ports) {
  flow::PortSet open = ports.empty() ? flow::PortSet::all() : flow::PortSet();
  for (const model::ServicePort& port : ports)
    open = open | (port.port == 0 ? flow::PortSet::all(port.protocol)
                                  : flow::PortSet::of(port.protocol, {port.port, port.port}));
  return flow::FlowSet::box(flow::span_of(address), open);
}

void add(Findings& out, const model::Object& object, const catalog::Target& target,
         const std::string& witness, const std::string& field, std::string message) {
  Finding made = finding("PM-009");
  made.ns = object.ns;
  made.target = target.id;
  made.targets = {target.id};
  made.witness = witness;
  made.because = {{object, field, object.place, "names " + witness}};
  made.message = std::move(message);
  made.remedy = made.rule->remedy;
  made.fingerprint = fingerprint(made, object.str());
  out.push_back(std::move(made));
}

}  // namespace

void check_detours(const Survey& survey, Findings& out) {
  const Question& question = survey.question();
  for (const model::Backends& backends : question.snapshot.backends) {
    if (!question.scope.covers(backends.object.ns)) continue;
    for (const Address& address : backends.addresses)
      if (const auto* target = target_at(question.guard, flows_of(address, backends.ports)))
        // kubernetes/default leads to the API servers, which often share addresses with nodes.
        add(out, backends.object, *target, address.str(), "addresses",
            backends.object.str() + " leads Service " + backends.service + " to " + address.str() +
                ", the address of " + target->id);
  }
  for (const model::Service& service : question.snapshot.services) {
    if (!question.scope.covers(service.object.ns)) continue;
    for (const model::Service::Claim& claim : service.claims)
      if (const auto* target =
              target_at(question.guard,
                        flow::FlowSet::box(flow::span_of(claim.address), flow::PortSet::all())))
        add(out, service.object, *target, claim.address.str(), claim.field,
            service.object.str() + " claims " + claim.address.str() + " in " + claim.field +
                ": what Pods and nodes send to " + target->id + " goes to its backends");
  }
}

}  // namespace podmoat::audit
