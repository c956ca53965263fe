// Every entry opens its ports, plainly or behind something that looks into the flow. An empty list
// of entries is every port; an entry without ports is none.
#include "core/language/cilium_ports.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>
#include <vector>

namespace podmoat::language {
namespace {

constexpr std::size_t kMostPorts = 40;
using Names = std::vector<std::string>;

/// One item of `ports`.
struct Port {
  std::vector<Protocol> protocols;  ///< empty: it could not be read
  Ports numbers;
  std::string name;
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The name of an IANA service.
bool is_service_name(std::string_view text) {
  const auto may_stand = [](char c) { return is_letter(c) || is_digit(c) || c == '-'; };
  return !text.empty() && text.size() <= 15 && std::ranges::all_of(text, may_stand) &&
         std::ranges::any_of(text, is_letter) && !text.starts_with('-') && !text.ends_with('-') &&
         !text.contains("--");
}

std::optional<std::uint16_t> number_of(std::string_view text) {
  if (text.empty() || text.size() > 5 || !std::ranges::all_of(text, is_digit)) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  const int number = std::stoi(std::string(text));
  if (number > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(number);
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::vector<Protocol> protocols_of(const Field& field) {
  static constexpr std::array<std::string_view, 7> kPortless{"VRRP", "IGMP", "GRE", "IPIP",
                                                             "IPV6", "ESP",  "AH"};
  const std::string text = field.string().value_or("");
  if (text.empty() || text == "ANY") return {Protocol::tcp, Protocol::udp, Protocol::sctp};
  if (std::ranges::find(kPortless, text) != kPortless.end()) return {Protocol::other};
  const auto one = protocol_of(field);
  return one ? std::vector{*one} : std::vector<Protocol>{};
}

/// The port, or a problem (CL-27, CL-28).
Port port_of_item(const Field& item) {
  item.only({"port", "endPort", "protocol"});
  Port out{protocols_of(item["protocol"]), {}, {}};
  const auto text = item["port"].string();
  const std::int64_t end = item["endPort"].integer().value_or(0);
  if (end < 0 || end > 65535) item["endPort"].problem("must be a port from 0 to 65535");
  if (!text || text->empty()) {
    item["port"].problem("is missing, which Cilium takes with an option only",
                         "write port: \"0\" for every port");
  } else if (is_service_name(*text)) {
    out.name = lower(*text);
  } else if (const auto number = number_of(*text); !number) {
    item["port"].problem(fmt::format("\"{}\" is no port", *text),
                         "a port is a number without leading zeros, or a name");
  } else if (*number != 0) {
    out.numbers = {*number, *number};
    if (end > *number && end <= 65535) out.numbers.last = static_cast<std::uint16_t>(end);
  }
  const bool portless = out.protocols == std::vector{Protocol::other};
  if (portless && text && *text != "0") item["port"].problem("must be \"0\" for this protocol");
  return out;
}

std::string word_of(const Field& item, const Port& port) {
  const std::string protocol = item["protocol"].string().value_or("ANY");
  const std::string_view of = protocol.empty() ? "ANY" : std::string_view(protocol);
  if (!port.name.empty()) return fmt::format("{} \"{}\"", of, port.name);
  if (port.numbers.first == 0) return fmt::format("every {} port", of);
  if (port.numbers.first == port.numbers.last) return fmt::format("{} {}", of, port.numbers.first);
  return fmt::format("{} {}-{}", of, port.numbers.first, port.numbers.last);
}

void open(const Port& port, PortMatch& match) {
  for (const Protocol protocol : port.protocols) {
    if (!port.name.empty())
      match.names.push_back({protocol, port.name});
    else if (protocol != Protocol::other)
      match.numbers = match.numbers | flow::PortSet::of(protocol, port.numbers);
  }
}

/// Whether `rules` of an entry hold anything, and what of it is refused.
bool looks_deeper(const Field& entry) {
  const Field rules = entry["rules"];
  rules.only({"http", "dns", "kafka", "l7", "l7proto"});
  const bool dns = !rules["dns"].items().empty();
  bool tcp = !rules["l7"].items().empty() || rules["l7proto"].present();
  for (const std::string_view kind : {"http", "kafka"}) tcp = tcp || !rules[kind].items().empty();
  if (!dns && !tcp) return false;
  if (dns && tcp) rules.problem("must be of one kind");
  if (entry["listener"].present()) entry["listener"].problem("must not stand beside rules");
  if (!entry["serverNames"].items().empty() && entry["terminatingTLS"].absent())
    rules.problem("need terminatingTLS beside serverNames");
  if (dns && entry["ports"].items().empty()) rules.problem("of DNS need a port");
  for (const Field& item : entry["ports"].items()) {
    if (tcp && item["protocol"].string().value_or("") != "TCP")
      item["protocol"].problem("must be TCP where rules stand beside it");
    if (item["port"].string().value_or("") == "0")
      item["port"].problem("must not be 0 where rules stand beside it");
  }
  return true;
}

/// What stands beside the ports of an entry and takes a part of their flows, or "" (CL-30).
std::string_view filter_of(const Field& entry) {
  if (looks_deeper(entry)) return "what the L7 rules let through";
  if (!entry["serverNames"].items().empty()) return "which TLS server names the client asks for";
  for (const std::string_view name : {"terminatingTLS", "originatingTLS"})
    if (entry[name].present()) return "what the proxy that terminates TLS lets through";
  return entry["listener"].present() ? "what the listener of the proxy lets through" : "";
}

void read_entry(const Field& entry, bool deny, CiliumPorts& out, Names& words) {
  if (deny)
    entry.only({"ports"});
  else
    entry.only({"ports", "terminatingTLS", "originatingTLS", "serverNames", "listener", "rules"});
  const std::string_view filter = deny ? "" : filter_of(entry);
  const std::vector<Field> items = entry["ports"].items();
  if (items.size() > kMostPorts)
    entry["ports"].problem(fmt::format("must be at most {}", kMostPorts));
  for (const Field& item : items) {
    const Port port = port_of_item(item);
    words.push_back(word_of(item, port));
    open(port, filter.empty() ? out.sure : out.doubtful);
    if (!filter.empty()) out.doubt = filter;
    if (std::ranges::find(port.protocols, Protocol::other) == port.protocols.end()) continue;
    out.doubtful.possible = out.doubtful.possible | flow::PortSet::all(Protocol::other);
    out.doubt = "which of the protocols without ports it is";
  }
}

/// CL-29.
void read_icmp(const Field& entry, CiliumPorts& out, Names& words) {
  entry.only({"fields"});
  const std::vector<Field> fields = entry["fields"].items();
  if (fields.size() > kMostPorts)
    entry["fields"].problem(fmt::format("must be at most {}", kMostPorts));
  for (const Field& field : fields) {
    field.only({"family", "type"});
    const std::string family = field["family"].string().value_or("IPv4");
    if (family != "IPv4" && family != "IPv6") field["family"].problem("must be IPv4 or IPv6");
    const auto type = field["type"].text();
    if (field["type"].absent()) field["type"].problem("is missing");
    words.push_back(fmt::format("ICMP{} {}", family == "IPv6" ? "v6" : "", type.value_or("")));
    out.doubtful.possible = out.doubtful.possible | flow::PortSet::all(Protocol::other);
    out.doubt = "which types of ICMP it is asked about";
  }
}

/// The numbers that the Pods of the input give to these names.
flow::PortSet numbers_of(const std::vector<PortName>& names, const model::Snapshot& snapshot) {
  const std::set<PortName> wanted(names.begin(), names.end());
  flow::PortSet out;
  if (wanted.empty()) return out;
  for (const model::PodSpec& spec : snapshot.pod_specs)
    for (const model::NamedPort& port : spec.named_ports)
      if (wanted.contains({port.protocol, port.name}))
        out = out | flow::PortSet::of(port.protocol, {port.number, port.number});
  return out;
}

std::string joined(const Names& words) {
  constexpr std::size_t kMost = 4;
  std::string out;
  for (std::size_t i = 0; i < std::min(words.size(), kMost); ++i)
    out += (i == 0 ? "" : ", ") + words[i];
  if (words.size() > kMost) out += fmt::format(" and {} more", words.size() - kMost);
  return words.empty() ? "no port" : out;
}

}  // namespace

bool is_none(const PortMatch& ports) {
  return !ports.all && ports.numbers.empty() && ports.possible.empty() && ports.names.empty();
}

void add_names_everywhere(const model::Snapshot& snapshot, Policy& policy) {
  for (std::size_t i = policy.clauses.size(); i-- > 0;) {
    Clause clause = policy.clauses[i];
    const flow::PortSet numbers = numbers_of(clause.ports.names, snapshot);
    Destinations to;
    to.places.possible = clause.to.everything ? all_places() : clause.to.places.possible;
    if (numbers.empty() || to.places.possible.empty()) continue;
    clause.to = std::move(to);
    clause.ports = {false, numbers};
    clause.doubt = "whether this release of Cilium opens the number of a name everywhere";
    policy.clauses.push_back(std::move(clause));
  }
}

CiliumPorts cilium_ports(const Field& rule, bool deny) {
  CiliumPorts out;
  out.sure.all = out.doubtful.all = false;
  const std::vector<Field> entries = rule["toPorts"].items();
  const std::vector<Field> icmps = rule["icmps"].items();
  if (!entries.empty() && !icmps.empty()) rule["icmps"].problem("must not stand beside toPorts");
  out.given = !entries.empty() || !icmps.empty();
  out.sure.all = !out.given;
  Names words;
  for (const Field& entry : entries) read_entry(entry, deny, out, words);
  for (const Field& entry : icmps) read_icmp(entry, out, words);
  out.text = out.given ? joined(words) : "every port";
  return out;
}

}  // namespace podmoat::language
