// PM-008: a probe or lifecycle handler with a `host` in a guarded range. The kubelet makes that
// connection from the node's own network, past every policy.
#include "core/audit/rules/rules.h"

namespace podmoat::audit {
namespace {

/// What the host is, if it is guarded: a Target's address, or link-local or loopback at all.
std::optional<std::string> guarded(const catalog::Guard& guard, const model::HandlerHost& handler) {
  const auto address = parse_address(handler.host);
  if (!address) return std::nullopt;
  const flow::FlowSet there = flow::FlowSet::box(flow::span_of(*address), flow::PortSet::all());
  for (const catalog::Aim& aim : guard.aims)
    if (!aim.anywhere && !(aim.flows & there).empty()) return aim.target->id;
  for (const char* range : {"169.254.0.0/16", "127.0.0.0/8", "fe80::/10", "::1/128"})
    if (parse_block(range)->contains(*address)) return std::string(range);
  return std::nullopt;
}

}  // namespace

void check_handler_hosts(const Survey& survey, Findings& out) {
  const model::Snapshot& snapshot = survey.question().snapshot;
  for (const policy::Subject& subject : survey.subjects())
    for (const model::HandlerHost& handler : snapshot.pod_specs[subject.spec].handler_hosts) {
      const auto range = guarded(survey.question().guard, handler);
      if (!range) continue;
      Finding made = finding("PM-008");
      made.target = *range;
      made.targets = {*range};
      made.witness = handler.host + (handler.port == 0 ? "" : ":" + std::to_string(handler.port));
      made.because = {
          {{"Pod", subject.ns, subject.workload.str(), snapshot.pods[subject.pods.front()].place},
           "spec." + handler.path,
           snapshot.pods[subject.pods.front()].place,
           "sends the kubelet to " + handler.host}};
      made.message = handler.path + " sends the kubelet to " + made.witness +
                     " from the node's own network, past every policy";
      made.remedy = made.rule->remedy;
      out.push_back(stamped(made, survey, subject));
    }
}

}  // namespace podmoat::audit
