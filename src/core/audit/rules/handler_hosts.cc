// PM-008: a probe or lifecycle handler with a `host` in a guarded range. The kubelet makes that
// connection from the node's own network, past every policy.
//
// The host is a string that the node's resolver reads: besides the usual notations it may take
// those of inet_aton ("0xA9FEA9FE", "2852039166", "127.1"), and the names of the services.
#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include "core/audit/rules/shared.h"

namespace podmoat::audit {
namespace {

/// A part of an address as inet_aton takes it: decimal, octal with "0", hexadecimal with "0x".
std::optional<std::uint32_t> number_of(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text.front() == '0') {
    base = 8;
  }
  std::uint32_t out = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return out;
}

/// One to four parts, the last of which fills what is left. Source: POSIX inet_addr.
std::optional<Address> loose_v4(std::string_view text) {
  std::uint64_t bits = 0;
  for (int part = 0; part < 4; ++part) {
    const std::size_t dot = text.find('.');
    const auto number = number_of(text.substr(0, dot));
    if (!number) return std::nullopt;
    if (dot == std::string_view::npos) {
      const int left = 32 - 8 * part;
      if (std::uint64_t{*number} >> left != 0) return std::nullopt;
      return Address{Family::v4, U128{(bits << left) | *number}};
    }
    if (*number > 255) return std::nullopt;
    bits = bits << 8 | *number;
    text.remove_prefix(dot + 1);
  }
  return std::nullopt;
}

/// The address that `host` is in some notation.
std::optional<Address> address_of(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  host = host.substr(0, host.find('%'));  // the zone of a link-local address
  if (const auto address = parse_address(host)) return *address;
  return loose_v4(host);
}

/// The name without its last dot, in small letters, as resolvers compare names.
std::string plain_name(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  std::string out(host);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

/// Names of metadata services, as their providers document them.
std::string_view target_named(std::string_view name) {
  struct Name {
    std::string_view name;
    std::string_view target;
  };
  static constexpr std::array kNames{Name{"metadata.google.internal", "gcp-mds"},
                                     Name{"instance-data.ec2.internal", "aws-imds"},
                                     Name{"api.metadata.cloud.ibm.com", "ibm-vpc-metadata"},
                                     Name{"metadata.tencentyun.com", "tencent-metadata"},
                                     Name{"metadata.exoscale.com", "exoscale-metadata"},
                                     Name{"metadata.platformequinix.com", "equinix-metadata"},
                                     Name{"metadata.packet.net", "equinix-metadata"}};
  const auto it =
      std::find_if(kNames.begin(), kNames.end(), [&](const Name& n) { return n.name == name; });
  return it == kNames.end() ? std::string_view() : it->target;
}

/// What a handler leads to: a Target, or one of the ranges that only a node has.
struct Guarded {
  std::string target;  ///< "" for a range
  std::string range;   ///< "" for a Target
  auto operator<=>(const Guarded&) const = default;
};

std::optional<Guarded> guarded(const catalog::Guard& guard, const model::HandlerHost& handler,
                               bool host_network) {
  const std::string name = plain_name(handler.host);
  const std::string_view named = target_named(name);
  const auto address = name == "localhost" ? parse_address("127.0.0.1").value() : address_of(name);
  if (!address && named.empty()) return std::nullopt;
  flow::FlowSet there;
  if (address)
    there = flow::FlowSet::box(
        flow::span_of(*address),
        handler.port == 0 ? flow::PortSet::all()
                          : flow::PortSet::of(Protocol::tcp, {handler.port, handler.port}));
  for (const catalog::Aim& aim : guard.aims)
    if (aim.target->id == named || (!aim.anywhere && !(aim.flows & there).empty()))
      return Guarded{aim.target->id, ""};
  if (!address) return std::nullopt;
  // On the host network the node's loopback is the Pod's own.
  for (const char* range : {"127.0.0.0/8", "::1/128"})
    if (!host_network && parse_block(range)->contains(*address)) return Guarded{"", range};
  for (const char* range : {"169.254.0.0/16", "fe80::/10"})
    if (parse_block(range)->contains(*address)) return Guarded{"", range};
  return std::nullopt;
}

Finding pattern(const Guarded& where, const model::HandlerHost& handler) {
  Finding out = finding("PM-008");
  out.target = where.target;
  if (!where.target.empty()) out.targets = {where.target};
  out.witness = handler.host + (handler.port == 0 ? "" : ":" + std::to_string(handler.port));
  out.message = handler.path + " sends the kubelet to " + out.witness +
                (where.range.empty() ? "" : " in " + where.range) +
                " from the node's own network, past every policy";
  return out;
}

}  // namespace

void check_handler_hosts(const Survey& survey, Findings& out) {
  const model::Snapshot& snapshot = survey.question().snapshot;
  for (const policy::Subject& subject : survey.subjects()) {
    const Place& place = snapshot.pods[subject.pods.front()].place;
    const model::Object object{subject.workload.kind, subject.ns, subject.workload.name, place};
    std::map<Guarded, Finding> found;
    for (const model::HandlerHost& handler : snapshot.pod_specs[subject.spec].handler_hosts) {
      const auto where = guarded(survey.question().guard, handler, subject.host_network);
      if (!where) continue;
      Finding& made = found.try_emplace(*where, pattern(*where, handler)).first->second;
      made.because.push_back(
          {object, "spec." + handler.path, place, "sends the kubelet to " + handler.host});
    }
    for (const auto& [where, made] : found) {
      out.push_back(stamped(made, survey, subject));
      out.back().fingerprint = fingerprint(out.back(), where.range);
    }
  }
}

}  // namespace podmoat::audit
