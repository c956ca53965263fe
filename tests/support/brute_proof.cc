// Enumerates. A label is absent, has a mentioned value, or the value "zz", which no test mentions;
// a port of a receiving Pod has any set of the mentioned names.
#include "support/brute_proof.h"

#include <map>
#include <set>
#include <tuple>
#include <vector>

namespace podmoat::test {
namespace {

using model::NetworkPolicy;
using LabelMap = std::map<std::string, std::string>;
using Values = std::map<std::string, std::set<std::string>>;

bool holds(const model::Requirement& r, const LabelMap& labels) {
  const auto it = labels.find(r.key);
  if (r.op == model::Operator::exists) return it != labels.end();
  if (r.op == model::Operator::does_not_exist) return it == labels.end();
  bool listed = false;
  for (const std::string& value : r.values)
    if (it != labels.end() && it->second == value) listed = true;
  return listed == (r.op == model::Operator::in);
}

bool selects(const model::Selector& selector, const LabelMap& labels) {
  for (const model::Requirement& r : selector.requirements)
    if (!holds(r, labels)) return false;
  return true;
}

void mention(const model::Selector& selector, Values& values) {
  for (const model::Requirement& r : selector.requirements)
    values[r.key].insert(r.values.begin(), r.values.end());
}

std::vector<LabelMap> every_label_set(const Values& values) {
  std::vector<LabelMap> sets{{}};
  for (const auto& [key, mentioned] : values) {
    const std::vector<LabelMap> shorter = sets;
    for (LabelMap labels : shorter) {
      labels[key] = "zz";
      sets.push_back(labels);
      for (const std::string& value : mentioned) {
        labels[key] = value;
        sets.push_back(labels);
      }
    }
  }
  return sets;
}

/// An address, or a Pod of the kind number `pod`.
struct Place {
  bool is_pod = false;
  Address address;
  LabelMap labels;
  LabelMap ns_labels;
};

/// A protocol and a port, with the names that the receiving Pod gives this port.
struct PortCase {
  Protocol protocol;
  std::uint16_t port;
  std::set<std::string> names;
};

bool allows(const model::Peer& peer, const std::string& own, const Place& to) {
  if (const auto* ip = std::get_if<model::IpBlock>(&peer.is)) {
    const auto inside = [&](const Block& block) {
      return block.family() == to.address.family && block.first().bits <= to.address.bits &&
             to.address.bits <= block.last().bits;
    };
    if (to.is_pod || !inside(ip->cidr)) return false;
    for (const Block& hole : ip->except)
      if (inside(hole)) return false;
    return true;
  }
  if (!to.is_pod) return false;
  const auto& pods = std::get<model::PodPeer>(peer.is);
  if (pods.namespaces ? !selects(*pods.namespaces, to.ns_labels)
                      : to.ns_labels.at(model::kNamespaceNameLabel) != own)
    return false;
  return !pods.pods || selects(*pods.pods, to.labels);
}

bool allows(const model::PolicyPort& entry, const PortCase& port) {
  if (entry.protocol != port.protocol) return false;
  if (const auto* name = std::get_if<std::string>(&entry.port)) return port.names.contains(*name);
  const auto* range = std::get_if<Ports>(&entry.port);
  return range == nullptr || (range->first <= port.port && port.port <= range->last);
}

class Enumeration {
 public:
  Enumeration(const proof::Claim& claim, const std::string& ns) : claim_(claim), own_(ns) {
    for (const model::Snapshot* side : {&claim.before, &claim.after}) {
      auto& policies = side == &claim.before ? before_ : after_;
      for (const NetworkPolicy& policy : side->network_policies)
        if (policy.object.ns == ns && policy.isolates_egress) policies.push_back(&policy);
    }
    for (const auto& policies : {before_, after_})
      for (const NetworkPolicy* policy : policies) look(*policy);
    for (const flow::FlowSet* flows : {&claim.guard.must, &claim.guard.may})
      for (const auto& row : flows->rows()) {
        const Family family = row.span.line == flow::Line::v4 ? Family::v4 : Family::v6;
        border({family, row.span.first}, {family, row.span.last});
        for (const auto& run : row.ports.runs()) border(run.ports);
      }
    border({Family::v4, 0}, last_address(Family::v4));
    border({Family::v6, 0}, last_address(Family::v6));
    border(Ports{1, 65535});
  }

  std::array<bool, 3> breaches() {
    const std::vector<Place> places = every_place();
    const std::vector<PortCase> ports = every_port();
    for (const LabelMap& sender : every_label_set(sender_values_)) {
      const auto before = selected(before_, sender);
      const auto after = selected(after_, sender);
      for (const Place& to : places) {
        const auto rules_before = rules_to(before, to);
        const auto rules_after = rules_to(after, to);
        for (const PortCase& port : ports)
          if (to.is_pod || port.names.empty())
            judge(to, port, before.empty() || passes(rules_before, port),
                  after.empty() || passes(rules_after, port));
      }
    }
    return found_;
  }

 private:
  void look(const NetworkPolicy& policy) {
    mention(policy.pods, sender_values_);
    for (const model::PolicyRule& rule : policy.egress) {
      for (const model::Peer& peer : rule.peers) {
        if (const auto* ip = std::get_if<model::IpBlock>(&peer.is)) {
          border(ip->cidr.first(), ip->cidr.last());
          for (const Block& hole : ip->except) border(hole.first(), hole.last());
          continue;
        }
        const auto& pods = std::get<model::PodPeer>(peer.is);
        if (pods.pods) mention(*pods.pods, receiver_values_);
        if (pods.namespaces) mention(*pods.namespaces, ns_values_);
      }
      for (const model::PolicyPort& entry : rule.ports) {
        if (const auto* range = std::get_if<Ports>(&entry.port)) border(*range);
        if (const auto* name = std::get_if<std::string>(&entry.port)) names_.insert(*name);
      }
    }
  }
  void border(const Address& first, const Address& last) {
    addresses_.insert({first, last});
    if (first.bits > 0) addresses_.insert({first.family, first.bits - 1});
    if (last != last_address(last.family)) addresses_.insert({last.family, last.bits + 1});
  }
  void border(Ports ports) {
    ports_.insert({ports.first, ports.last});
    if (ports.first > 0) ports_.insert(static_cast<std::uint16_t>(ports.first - 1));
    if (ports.last < 65535) ports_.insert(static_cast<std::uint16_t>(ports.last + 1));
  }

  std::vector<Place> every_place() {
    std::vector<Place> places;
    for (const Address& address : addresses_) places.push_back({false, address, {}, {}});
    Values ns_values = ns_values_;
    ns_values[model::kNamespaceNameLabel].insert(own_);
    for (const LabelMap& ns : every_label_set(ns_values))
      if (ns.contains(model::kNamespaceNameLabel))
        for (const LabelMap& pod : every_label_set(receiver_values_))
          places.push_back({true, {}, pod, ns});
    return places;
  }
  std::vector<PortCase> every_port() {
    std::vector<PortCase> cases{{Protocol::other, 0, {}}};
    std::vector<std::set<std::string>> subsets{{}};
    for (const std::string& name : names_) {
      const auto smaller = subsets;
      for (std::set<std::string> names : smaller) {
        names.insert(name);
        subsets.push_back(names);
      }
    }
    for (const Protocol protocol : {Protocol::tcp, Protocol::udp, Protocol::sctp})
      for (const std::uint16_t port : ports_)
        for (const auto& names : subsets)
          if (names.empty() || port != 0) cases.push_back({protocol, port, names});
    return cases;
  }

  static std::vector<const NetworkPolicy*> selected(
      const std::vector<const NetworkPolicy*>& policies, const LabelMap& sender) {
    std::vector<const NetworkPolicy*> out;
    for (const NetworkPolicy* policy : policies)
      if (selects(policy->pods, sender)) out.push_back(policy);
    return out;
  }
  std::vector<const model::PolicyRule*> rules_to(const std::vector<const NetworkPolicy*>& policies,
                                                 const Place& to) const {
    std::vector<const model::PolicyRule*> rules;
    for (const NetworkPolicy* policy : policies)
      for (const model::PolicyRule& rule : policy->egress) {
        bool matches = rule.peers.empty();
        for (const model::Peer& peer : rule.peers) matches = matches || allows(peer, own_, to);
        if (matches) rules.push_back(&rule);
      }
    return rules;
  }
  static bool passes(const std::vector<const model::PolicyRule*>& rules, const PortCase& port) {
    for (const model::PolicyRule* rule : rules) {
      if (rule->ports.empty()) return true;
      for (const model::PolicyPort& entry : rule->ports)
        if (allows(entry, port)) return true;
    }
    return false;
  }
  void judge(const Place& to, const PortCase& port, bool before, bool after) {
    const auto guarded = [&](const flow::FlowSet& set) {
      return !to.is_pod && set.contains({flow::at(to.address), port.protocol, port.port});
    };
    const auto beside_guarded = [&] {  // port 0 of an address that is guarded
      return !to.is_pod && port.port == 0 && port.protocol != Protocol::other &&
             !claim_.guard.may.ports_at(flow::at(to.address)).empty();
    };
    if (after && guarded(claim_.guard.must)) found_[0] = true;
    if (before && !after && !guarded(claim_.guard.may) && !beside_guarded()) found_[1] = true;
    if (after && !before) found_[2] = true;
  }

  const proof::Claim& claim_;
  const std::string& own_;
  std::vector<const NetworkPolicy*> before_, after_;
  Values sender_values_, receiver_values_, ns_values_;
  std::set<Address> addresses_;
  std::set<std::uint16_t> ports_;
  std::set<std::string> names_;
  std::array<bool, 3> found_{};
};

}  // namespace

std::array<bool, 3> brute_breaches(const proof::Claim& claim, const std::string& ns) {
  return Enumeration(claim, ns).breaches();
}

}  // namespace podmoat::test
