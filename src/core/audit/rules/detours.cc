// PM-009: a Service that leads to a guarded address (detour: its backend is the Target), or that
// claims a guarded address for itself (impersonation: traffic meant for the Target goes to its
// Pods). The API server refuses link-local and loopback addresses in both places, and nothing else.
//
// Ports count: a load balancer that publishes a Service at the nodes' addresses, or the Service
// `kubernetes` that leads to API servers on nodes, is no detour to the nodes' guarded ports.
#include <algorithm>
#include <utility>

#include "core/audit/rules/shared.h"
#include "core/catalog/detour.h"

namespace podmoat::audit {
namespace {

/// The Findings about one object, one for each Target that it leads to or claims.
class Detours {
 public:
  Detours(const Survey& survey, const model::Object& object) : survey_(survey), object_(object) {}

  /// Looks at one address of the object; `says` is what the object does with it.
  void add(const Address& address, const std::vector<model::ServicePort>& ports,
           const std::string& field, const std::string& says) {
    const flow::FlowSet there = catalog::flows_of(address, ports);
    for (const catalog::Aim& aim : survey_.question().guard.aims) {
      if (aim.anywhere) continue;
      const auto witness = (aim.flows & there).witness();
      if (!witness) continue;
      Finding& made = of(*aim.target, witness->str(), says + " " + address.str());
      made.because.push_back({object_, field, object_.place, "names " + address.str()});
      return;
    }
  }

  void append_to(Findings& out) {
    for (Finding& made : found_) {
      const std::size_t more = made.because.size() - 1;
      if (more > 0) made.message += " and " + std::to_string(more) + " more of its addresses";
      out.push_back(std::move(made));
    }
  }

 private:
  Finding& of(const catalog::Target& target, std::string witness, const std::string& says) {
    const auto known = std::find_if(found_.begin(), found_.end(),
                                    [&](const Finding& f) { return f.target == target.id; });
    if (known != found_.end()) return *known;
    Finding made = finding("PM-009");
    // Monitoring reaches nodes through such Services; PM-002 says which Pods reach the ports.
    if (target.kind == catalog::Kind::node) made.severity = Severity::low;
    made.ns = object_.ns;
    made.target = target.id;
    made.targets = {target.id};
    made.witness = std::move(witness);
    made.message = object_.str() + " " + says + ", the address of " + target.id;
    made.fingerprint = fingerprint(made, object_.str());
    found_.push_back(std::move(made));
    return found_.back();
  }

  const Survey& survey_;
  const model::Object& object_;
  Findings found_;
};

}  // namespace

void check_detours(const Survey& survey, Findings& out) {
  const Question& question = survey.question();
  for (const model::Backends& backends : question.snapshot.backends) {
    if (!question.scope.covers(backends.object.ns)) continue;
    Detours found(survey, backends.object);
    const std::string says =
        backends.service.empty() ? "leads to" : "leads Service " + backends.service + " to";
    for (const Address& address : backends.addresses)
      found.add(address, backends.ports, "addresses", says);
    found.append_to(out);
  }
  for (const model::Service& service : question.snapshot.services) {
    if (!question.scope.covers(service.object.ns)) continue;
    Detours found(survey, service.object);
    for (const model::Service::Claim& claim : service.claims)
      found.add(claim.address, service.ports, claim.field,
                "takes for its backends what Pods and nodes send to");
    found.append_to(out);
  }
}

}  // namespace podmoat::audit
