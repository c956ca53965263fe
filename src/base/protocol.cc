// The names of protocols. Source: core/v1 Protocol ("TCP", "UDP", "SCTP", case-sensitive).
#include "base/protocol.h"

namespace podmoat {

std::string_view name_of(Protocol protocol) {
  switch (protocol) {
    case Protocol::tcp:
      return "TCP";
    case Protocol::udp:
      return "UDP";
    case Protocol::sctp:
      return "SCTP";
    case Protocol::other:
      return "other";
    case Protocol::named:
      return "named";
  }
  return "";
}

std::optional<Protocol> parse_protocol(std::string_view text) {
  for (const Protocol protocol : {Protocol::tcp, Protocol::udp, Protocol::sctp})
    if (text == name_of(protocol)) return protocol;
  return std::nullopt;
}

}  // namespace podmoat
