// Counterexamples in words.
#include "core/proof/witness.h"

#include <fmt/format.h>

#include <utility>

namespace podmoat::proof {
namespace {

using flow::Flow;

Counterexample::Receiver receiver_of(const Flow& flow, const policy::NamedPorts& names,
                                     const LabelPeers& peers) {
  LabelPeers::Example example = peers.example(static_cast<std::size_t>(flow.to.at));
  Counterexample::Receiver receiver{std::move(example.ns), std::move(example.pod), "",
                                    flow.protocol};
  if (flow.protocol == Protocol::named && flow.port < names.entries().size()) {
    receiver.port = names.entries()[flow.port].name;
    receiver.protocol = names.entries()[flow.port].protocol;
  }
  return receiver;
}

/// "in namespace shop", "in namespace shop with team=a", "in namespaces with team=a".
std::string where(const model::Labels& ns) {
  std::vector<model::Labels::Entry> others;
  for (const auto& entry : ns.entries())
    if (entry.first != model::kNamespaceNameLabel) others.push_back(entry);
  const model::Labels rest(std::move(others));
  const std::string* name = ns.find(model::kNamespaceNameLabel);
  if (name == nullptr)
    return rest.entries().empty() ? "in any namespace" : "in namespaces with " + rest.str();
  return "in namespace " + *name + (rest.entries().empty() ? "" : " with " + rest.str());
}

std::string in_words(const Flow& flow, const Counterexample::Receiver& to) {
  const std::string pods =
      to.pod.entries().empty() ? "Pods without labels" : "Pods with " + to.pod.str();
  const std::string port =
      flow.protocol == Protocol::other
          ? "protocols without ports"
          : fmt::format("port {}/{}", to.port.empty() ? std::to_string(flow.port) : to.port,
                        name_of(to.protocol));
  return fmt::format("{} {}, {}", pods, where(to.ns), port);
}

/// Whether the rule has a hand in letting `flow` through. A name may pass because all numbers of
/// its protocol do, so then every rule with some of them has one.
bool lets_through(const flow::FlowSet& match, const Flow& flow, Protocol of_name) {
  if (flow.protocol != Protocol::named) return match.contains(flow);
  const flow::PortSet ports = match.ports_at(flow.to);
  return ports.contains(Protocol::named, flow.port) ||
         !(ports & flow::PortSet::all(of_name)).empty();
}

std::vector<std::string> because(const Flow& flow, Protocol of_name, const Side& side) {
  if (!side.policies.enforced()) return {"nothing enforces policies here"};
  std::vector<std::string> because;
  for (const flow::Tier& tier : side.ladder.tiers)
    for (const auto& rule : tier.rules)
      if (rule->action == flow::Action::allow && lets_through(rule->match.sure, flow, of_name)) {
        const policy::Origin& origin = side.policies.origin(rule->origin);
        because.push_back(origin.object.str() + " " + origin.rule);
      }
  if (because.empty()) because.push_back("no policy isolates it for egress");
  return because;
}

}  // namespace

Counterexample counterexample(Breach breach, const policy::PodView& sender, const Flow& flow,
                              const Side& side, const LabelPeers& peers) {
  Counterexample out;
  out.breach = breach;
  out.ns = sender.ns;
  out.labels = sender.labels;
  if (sender.service_account != "default") out.service_account = sender.service_account;
  out.flow = flow;
  out.to = flow.str();
  Protocol of_name = flow.protocol;
  if (flow.to.line == flow::Line::peer) {
    out.receiver = receiver_of(flow, side.policies.named_ports(), peers);
    out.to = in_words(flow, *out.receiver);
    of_name = out.receiver->protocol;
  }
  out.because = because(flow, of_name, side);
  return out;
}

}  // namespace podmoat::proof
