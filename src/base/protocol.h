#pragma once
// Protocols and port ranges, as NetworkPolicy and its kin speak of them.
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace podmoat {

/// `other` is every protocol without ports (ICMP and the rest), so that "all protocols" is exact.
/// `named` stands for a port of a destination Pod that a policy knows only by its name; the port
/// number is then an index that the asker hands out (see policy::NamedPorts).
enum class Protocol : std::uint8_t { tcp, udp, sctp, other, named };

/// "TCP", "UDP", "SCTP", "other", "named".
std::string_view name_of(Protocol protocol);
/// The three that Kubernetes knows, in its own spelling; nothing for any other text.
std::optional<Protocol> parse_protocol(std::string_view text);

/// Ports first..last, both included, in host byte order.
/// Source: NetworkPolicyPort.port and .endPort, networking.k8s.io/v1.
struct Ports {
  std::uint16_t first = 0;
  std::uint16_t last = 65535;

  auto operator<=>(const Ports&) const = default;
};

}  // namespace podmoat
