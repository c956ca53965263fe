// A HostEndpoint of the interface "*" is all of its node. One of a single interface is a part of
// it: which flows leave through that is not known here.
#include "core/language/calico_hosts.h"

#include <algorithm>
#include <array>
#include <functional>

#include "core/language/fields.h"

namespace podmoat::language {
namespace {

using model::Answer;

constexpr double kProfiles = 1e300;  // below every tier
constexpr std::string_view kOpenProfile = "projectcalico-default-allow";

/// yes: for the HostEndpoint "*" of every node of the Snapshot; no: for none at all.
Answer for_every_node(const CalicoSets& sets, const model::Snapshot& snapshot,
                      const std::function<Answer(const CalicoMember&)>& answer) {
  const auto all_of = [&](const model::Node& node) {
    return std::ranges::any_of(sets.hosts(), [&](const CalicoMember& host) {
      return host.wildcard && !host.unread && host.node == node.object.name &&
             answer(host) == Answer::yes;
    });
  };
  if (!snapshot.nodes.empty() && std::ranges::all_of(snapshot.nodes, all_of)) return Answer::yes;
  const bool none = std::ranges::none_of(sets.hosts(), [&](const CalicoMember& host) {
    return host.unread || answer(host) != Answer::no;
  });
  return none ? Answer::no : Answer::unknown;
}

flow::PortSet failsafe_ports() {  // CA-32
  constexpr std::array<std::uint16_t, 7> kTcp{179, 2379, 2380, 5473, 6443, 6666, 6667};
  flow::PortSet out =
      flow::PortSet::of(Protocol::udp, {53, 53}) | flow::PortSet::of(Protocol::udp, {67, 67});
  for (const std::uint16_t port : kTcp) out = out | flow::PortSet::of(Protocol::tcp, {port, port});
  return out;
}

}  // namespace

Answer holds_hosts(const CalicoSelector& selector, const CalicoSets& sets,
                   const model::Snapshot& snapshot) {
  return for_every_node(sets, snapshot,
                        [&](const CalicoMember& host) { return holds(selector, host); });
}

void add_host_defaults(const CalicoSets& sets, const model::Snapshot& snapshot, Reading& reading) {
  if (sets.hosts().empty()) return;
  const model::Object& first = sets.hosts().front().object->object;
  Policy failsafe;
  failsafe.object = first;
  failsafe.tier = reading.tier({.name = "failsafe ports", .rank = rank::kPlatform});
  failsafe.on_hosts = Answer::yes;
  failsafe.isolates = false;
  failsafe.text = "lets hosts reach Calico's failsafe ports";
  Clause open;
  open.to.everything = true;
  open.ports.all = false;
  open.ports.possible = failsafe_ports();
  open.rule = "spec";
  open.place = first.place;
  open.text = "allows hosts the failsafe ports of Calico";
  open.doubt = "FelixConfiguration, which is not read, can change the failsafe ports";
  failsafe.clauses.push_back(std::move(open));
  reading.policies.push_back(std::move(failsafe));

  Policy closed;
  closed.object = first;
  closed.on_hosts = for_every_node(sets, snapshot, [](const CalicoMember& host) {  // CA-31
    if (host.profiles.empty()) return Answer::yes;
    return std::ranges::find(host.profiles, kOpenProfile) == host.profiles.end() ? Answer::unknown
                                                                                 : Answer::no;
  });
  if (closed.on_hosts == Answer::no) return;
  closed.tier = reading.tier({.name = "profiles", .rank = kProfiles});
  closed.text = "denies hosts what no policy allows, as no profile does";
  if (closed.on_hosts == Answer::unknown)
    closed.doubt = "not every node is a HostEndpoint of the interface \"*\" without profiles";
  reading.policies.push_back(std::move(closed));
}

}  // namespace podmoat::language
