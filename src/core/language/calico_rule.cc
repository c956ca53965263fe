// Everything that a rule asks must hold, so a Clause is an intersection, taken on each line on its
// own. At addresses that is exact. Of Pods only labels are known here: what asks about the address
// of a Pod, or about the sender's, makes the Clause one that only may match.
#include "core/language/calico_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/language/calico_entity.h"
#include "core/language/calico_pods.h"

namespace podmoat::language {
namespace {

using flow::FlowSet;
using flow::PortSet;

/// A protocol as rules name it: a name or a number.
struct Named {
  std::string text;
  std::optional<Protocol> protocol;  ///< nothing: one without ports, a part of Protocol::other
  bool v4 = true;
  bool v6 = true;
};

std::optional<Named> protocol_at(const Field& field) {
  if (field.absent()) return std::nullopt;
  const std::string text = field.text().value_or("");
  Named out{text, parse_protocol(text), true, true};
  static constexpr std::array<std::pair<std::string_view, Protocol>, 3> kNumbers{
      {{"6", Protocol::tcp}, {"17", Protocol::udp}, {"132", Protocol::sctp}}};
  for (const auto& [number, protocol] : kNumbers)
    if (text == number) out.protocol = protocol;
  if (out.protocol || text == "UDPLite") return out;
  out.v4 = text != "ICMPv6";
  out.v6 = text != "ICMP";
  if (text == "ICMP" || text == "ICMPv6") return out;
  const bool digits = !text.empty() && text.size() <= 3 &&
                      std::ranges::all_of(text, [](char c) { return '0' <= c && c <= '9'; });
  if (!digits || std::stoi(text) < 1 || std::stoi(text) > 255)
    field.problem("must be TCP, UDP, SCTP, ICMP, ICMPv6, UDPLite or a number from 1 to 255");
  return out;
}

constexpr std::array kWithPorts{Protocol::tcp, Protocol::udp, Protocol::sctp};

PortSet without_names(const PortSet& set) { return set - PortSet::all(Protocol::named); }

/// One rule, while it is read.
class Reader {
 public:
  Reader(const Field& rule, const std::string& ns, const CalicoScope& scope)
      : rule_(rule), ns_(ns), scope_(scope) {}

  CalicoRule read() {
    CalicoRule out;
    rule_.only({"action", "ipVersion", "protocol", "notProtocol", "icmp", "notICMP", "source",
                "destination", "http", "metadata"});
    const auto action = action_of(rule_["action"]);
    to_ = read_entity(rule_["destination"], ns_);
    protocol_ = protocol_at(rule_["protocol"]);
    not_protocol_ = protocol_at(rule_["notProtocol"]);
    read_families();
    read_ports();
    read_source(out.senders);
    if (rule_["http"].present()) doubt("what the requests are decides (http)");
    if (!action) return out;
    if (to_.service)
      add_service(*action, out.clauses);
    else
      add(*action, destinations(), ports_, out.clauses);
    return out;
  }

 private:
  /// Nothing for Log, and for what is none.
  static std::optional<flow::Action> action_of(const Field& field) {
    const std::string text = field.string().value_or("");
    if (text == "Allow") return flow::Action::allow;
    if (text == "Deny") return flow::Action::deny;
    if (text == "Pass") return flow::Action::pass;
    if (text != "Log") field.problem("must be Allow, Deny, Pass or Log");
    return std::nullopt;
  }

  void doubt(std::string reason) {
    if (doubt_.empty()) doubt_ = std::move(reason);
    only_possible_ = true;
  }

  void read_families() {  // CA-14, CA-18
    if (const auto version = rule_["ipVersion"].integer()) {
      if (*version != 4 && *version != 6) rule_["ipVersion"].problem("must be 4 or 6");
      v4_ = *version == 4;
      v6_ = *version == 6;
    } else if (protocol_) {
      v4_ = protocol_->v4;
      v6_ = protocol_->v6;
    }
    narrow_families(to_);
  }

  void narrow_families(const CalicoEntity& entity) {
    v4_ = v4_ && entity.may_be(Family::v4);
    v6_ = v6_ && entity.may_be(Family::v6);
  }

  void read_source(CalicoSelector& senders) {  // CA-12
    const CalicoEntity source = read_entity(rule_["source"], ns_);
    narrow_families(source);
    if (source.holds) senders = *source.holds;
    if (source.except) senders = both_of(std::move(senders), not_of(*source.except));
    if (!source.nets.empty() || !source.not_nets.empty())
      doubt("the address of the Pod decides (source.nets)");
    if (source.ports.given || source.not_ports.given)
      doubt("the port that it sends from decides (source.ports)");
    if (source.service) rule_["source"]["services"].problem("is not allowed in an egress rule");
  }

  void read_ports() {  // CA-18, CA-19
    PortSet sure = without_names(PortSet::all());
    PortSet possible = sure;
    if (protocol_) {
      const PortSet all = PortSet::all(protocol_->protocol.value_or(Protocol::other));
      sure = protocol_->protocol ? all : PortSet();
      possible = all;
    }
    if (not_protocol_) {
      const PortSet all = PortSet::all(not_protocol_->protocol.value_or(Protocol::other));
      sure = sure - all;
      if (not_protocol_->protocol) possible = possible - all;
    }
    if (rule_["icmp"].present() || rule_["notICMP"].present()) sure = PortSet();
    rule_["icmp"].only({"type", "code"});
    rule_["notICMP"].only({"type", "code"});
    const bool any = !to_.ports.given && !to_.not_ports.given;
    if (!any && protocol_ && !protocol_->protocol)
      rule_["destination"].problem("has ports, but the protocol has none");
    const bool numbers = !to_.ports.ranges.empty() || !to_.not_ports.ranges.empty();
    if (numbers && !protocol_) rule_["protocol"].problem("must be given with numbers of ports");
    const bool names = !to_.ports.names.empty() || !to_.not_ports.names.empty();
    if (names && scope_.sets.hosts_name_ports())
      doubt("the names that HostEndpoints give to ports decide");
    if (to_.ports.given) {
      const PortSet listed = names && only_possible_ ? possible : set_of(to_.ports);
      add_names(possible);
      sure = sure & listed;
      possible = possible & listed;
    }
    const PortSet excluded = set_of(to_.not_ports);
    sure = sure - excluded;
    possible = possible - excluded;
    ports_.all = any && !protocol_ && !not_protocol_ && sure == possible;
    if (ports_.all) return;
    ports_.numbers = sure;
    ports_.possible = possible - sure;
  }

  static PortSet set_of(const CalicoPorts& ports) {
    PortSet out;
    for (const Ports& range : ports.ranges)
      for (const Protocol protocol : kWithPorts) out = out | PortSet::of(protocol, range);
    return out;
  }

  void add_names(const PortSet& within) {
    for (const std::string& name : to_.ports.names)
      for (const Protocol protocol : kWithPorts)
        if (!(within & PortSet::all(protocol)).empty()) ports_.names.push_back({protocol, name});
  }

  FlowSet families() const {
    if (v4_ && v6_) return all_places();
    std::vector<FlowSet::Box> boxes;
    if (v4_) boxes.push_back({flow::whole(flow::Line::v4), PortSet::all()});
    if (v6_) boxes.push_back({flow::whole(flow::Line::v6), PortSet::all()});
    return FlowSet::of(std::move(boxes));
  }

  /// CA-13 to CA-17.
  Destinations destinations() {
    Destinations out;
    const bool labels = to_.holds || to_.except;
    if (!labels && to_.nets.empty() && to_.not_nets.empty() && v4_ && v6_ &&
        to_.not_ports.names.empty()) {
      out.everything = true;
      return out;
    }
    out.places = flow::Known::exactly(families());
    if (to_.holds) {
      const flow::Known held = scope_.sets.places(*to_.holds);
      out.places = {out.places.sure & held.sure, out.places.possible & held.possible};
    }
    if (to_.except) {
      const flow::Known held = scope_.sets.places(*to_.except);
      const flow::Known pods = scope_.addresses_of_pods(*to_.except);
      out.places = {out.places.sure - held.possible - pods.possible,
                    out.places.possible - held.sure - pods.sure};
    }
    FlowSet blocks = addresses(to_.not_nets);
    out.places = {out.places.sure - blocks, out.places.possible - blocks};
    if (!to_.nets.empty()) {
      blocks = addresses(to_.nets);
      out.places = {out.places.sure & blocks, out.places.possible & blocks};
    }
    if (labels || to_.nets.empty()) add_pods(out);
    return out;
  }

  void add_pods(Destinations& out) {
    CalicoSelector selector = to_.holds.value_or(CalicoSelector{});
    if (to_.except) selector = both_of(std::move(selector), not_of(*to_.except));
    auto pods = pods_of(selector);
    if (!pods) {
      rule_["destination"].problem("has a selector with too many cases");
      return;
    }
    if (!pods->possible.empty()) note("labels of ServiceAccounts decide, which are not read");
    const bool v4_only = scope_.pods_v4 && !scope_.pods_v6;
    const bool v6_only = scope_.pods_v6 && !scope_.pods_v4;
    if ((v4_only && !v4_) || (v6_only && !v6_) || (!v4_ && !v6_)) return;
    const bool family_decided = (v4_ && v6_) || (v4_only && v4_) || (v6_only && v6_);
    const bool by_address = !to_.nets.empty() || !to_.not_ports.names.empty() ||
                            !std::ranges::all_of(to_.not_nets, is_of_no_pod);
    out.pods = std::move(pods->sure);
    out.possible = std::move(pods->possible);
    if (family_decided && !by_address) return;
    out.possible.insert(out.possible.end(), out.pods.begin(), out.pods.end());
    out.pods.clear();
    note(by_address ? "the address and the ports of the Pod decide"
                    : "whether the Pod is reached by IPv4 or IPv6 decides");
  }

  /// A doubt about Pods only.
  void note(std::string reason) {
    if (doubt_.empty()) doubt_ = std::move(reason);
  }

  /// Calico gives Pods no addresses of these (CA-15).
  static bool is_of_no_pod(const Block& block) {
    static const std::array<Block, 6> kNone{
        *parse_block("169.254.0.0/16"), *parse_block("127.0.0.0/8"), *parse_block("224.0.0.0/4"),
        *parse_block("fe80::/10"),      *parse_block("::1/128"),     *parse_block("ff00::/8")};
    return std::ranges::any_of(kNone, [&](const Block& none) { return none.contains(block); });
  }

  void add(flow::Action action, Destinations to, PortMatch ports, std::vector<Clause>& out) {
    if (only_possible_) {
      if (to.everything) {
        to = {};
        to.places.possible = all_places();
        to.possible = {PodTerm{}};
      }
      to.places.sure = {};
      to.possible.insert(to.possible.end(), to.pods.begin(), to.pods.end());
      to.pods.clear();
    }
    if (!ports.all && ports.numbers.empty() && ports.possible.empty() && ports.names.empty())
      return;
    if (!ports.possible.empty())
      note("one type or protocol of those without ports is a part of them");
    Clause clause{action, std::move(to), std::move(ports), {}, rule_.place(), text(action), doubt_};
    clause.rule = rule_.path().starts_with("spec.") ? rule_.path().substr(5) : rule_.path();
    out.push_back(std::move(clause));
  }

  /// CA-25: addresses and ports of the EndpointSlices. Which Pods have them is not known here.
  void add_service(flow::Action action, std::vector<Clause>& out) {
    bool found = false;
    for (const model::Backends& backends : scope_.snapshot.backends) {
      if (backends.object.ns + "/" + backends.service != *to_.service) continue;
      found = true;
      std::vector<Block> blocks;
      for (const Address& address : backends.addresses)
        blocks.push_back(block_of(address, address.family == Family::v4 ? 32 : 128));
      Destinations to;
      to.places = flow::Known::exactly(addresses(blocks) & families());
      to.possible = {in_namespace(backends.object.ns)};
      note("which Pods stand behind Service " + *to_.service + " decides");
      add(action, std::move(to), narrowed(backends.ports), out);
    }
    if (found) return;
    Destinations to;
    to.places.possible =
        families() - addresses({*parse_block("169.254.0.0/16"), *parse_block("127.0.0.0/8"),
                                *parse_block("fe80::/10"), *parse_block("::1/128")});
    to.possible = {PodTerm{}};
    note("no EndpointSlice of Service " + *to_.service + " is in the input");
    add(action, std::move(to), ports_, out);
  }

  /// The ports of a Service's backends that the rule's protocols leave.
  PortMatch narrowed(const std::vector<model::ServicePort>& ports) const {
    PortMatch out;
    out.all = false;
    for (const model::ServicePort& port : ports)
      out.numbers = out.numbers | PortSet::of(port.protocol, {port.port, port.port});
    if (ports.empty()) {
      out.possible = without_names(PortSet::all());
    } else if (!ports_.all) {
      out.possible = out.numbers & ports_.possible;
      out.numbers = out.numbers & ports_.numbers;
    }
    return out;
  }

  std::string text(flow::Action action) const {
    const bool one_family = v4_ != v6_ && to_.nets.empty();
    std::string on = "every port";
    if (protocol_) {
      on = protocol_->protocol ? fmt::format("every {} port", name_of(*protocol_->protocol))
                               : fmt::format("protocol {}", protocol_->text);
      if (to_.ports.given)
        on = fmt::format("{} {}", name_of(protocol_->protocol.value_or(Protocol::other)),
                         describe(to_.ports));
    } else if (to_.ports.given) {
      on = "ports " + describe(to_.ports);
    }
    if (not_protocol_) on += " except protocol " + not_protocol_->text;
    if (to_.not_ports.given) on += " except " + describe(to_.not_ports);
    const std::string_view verb = action == flow::Action::allow  ? "allows"
                                  : action == flow::Action::deny ? "denies"
                                                                 : "passes";
    return fmt::format("{} {}{} on {}{}", verb, describe(to_),
                       one_family ? (v4_ ? " of IPv4" : " of IPv6") : "", on,
                       action == flow::Action::pass ? " to the next tier" : "");
  }

  const Field& rule_;
  const std::string& ns_;
  const CalicoScope& scope_;
  CalicoEntity to_;
  std::optional<Named> protocol_;
  std::optional<Named> not_protocol_;
  PortMatch ports_;
  bool v4_ = true;
  bool v6_ = true;
  bool only_possible_ = false;
  std::string doubt_;
};

}  // namespace

CalicoScope::CalicoScope(const model::Snapshot& of, const CalicoSets& known)
    : snapshot(of), sets(known) {
  for (const model::Pod& pod : of.pods) {
    if (of.spec_of(pod).host_network) continue;
    for (const Address& address : pod.addresses)
      (address.family == Family::v4 ? pods_v4 : pods_v6) = true;
  }
}

// Where questions about addresses reach Pods too, those must not be found by what excludes them.
flow::Known CalicoScope::addresses_of_pods(const CalicoSelector& selector) const {
  std::vector<Block> sure;
  std::vector<Block> possible;
  for (const model::Pod& pod : snapshot.pods) {
    if (pod.addresses.empty() || snapshot.spec_of(pod).host_network) continue;
    const model::Answer answer = holds(selector, pod, snapshot);
    if (answer == model::Answer::no) continue;
    for (const Address& address : pod.addresses) {
      possible.push_back(block_of(address, address.family == Family::v4 ? 32 : 128));
      if (answer == model::Answer::yes) sure.push_back(possible.back());
    }
  }
  return {addresses(sure), addresses(possible)};
}

CalicoRule read_calico_rule(const Field& rule, const std::string& ns, const CalicoScope& scope) {
  return Reader(rule, ns, scope).read();
}

}  // namespace podmoat::language
