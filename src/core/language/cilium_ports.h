#pragma once
// toPorts and icmps of a rule of Cilium's policies.
#include <string>

#include "core/language/fields.h"
#include "core/language/policy.h"

namespace podmoat::language {

/// What a rule says of ports (docs/semantics/cilium.md CL-26 to CL-30).
struct CiliumPorts {
  PortMatch sure;      ///< what it lets through without looking further
  PortMatch doubtful;  ///< what it may let through: behind a proxy, types of ICMP
  std::string text;    ///< "TCP 80, UDP 53", "every port"
  std::string doubt;   ///< what would decide about `doubtful`
  /// Whether the rule has `toPorts` or `icmps` with something in them.
  bool given = false;
};

/// Whether it holds no port at all.
bool is_none(const PortMatch& ports);

/// CL-28: for every clause with names of ports, another one that may open the numbers which the
/// Pods of `snapshot` give to these names at all of its places.
void add_names_everywhere(const model::Snapshot& snapshot, Policy& policy);

/// Reads the ports of `rule`; `deny` for an item of egressDeny.
CiliumPorts cilium_ports(const Field& rule, bool deny);

}  // namespace podmoat::language
