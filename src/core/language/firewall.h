#pragma once
// What EgressFirewall and EgressNetworkPolicy have in common: rules on addresses, of which the
// first that matches decides, in a gate of its own behind all other policies. Inside the room.
#include <cstdint>
#include <string>

#include "core/language/fields.h"
#include "core/language/language.h"

namespace podmoat::language {

/// What one rule of a firewall matches.
struct FirewallRule {
  Destinations to{};
  PortMatch ports{};
  std::string words{};            ///< for `to`: "10.0.0.0/8"
  std::string on = "every port";  ///< for `ports`
  std::string doubt{};            ///< what would tell whether it matches
};

/// How one kind of firewall puts things.
struct FirewallForm {
  std::uint8_t stage = 0;  ///< of its gate (EF-1)
  /// Notes what the object as a whole may not be.
  void (*check)(const model::PolicyObject& object, const Field& root) = nullptr;
  /// Reads one rule, all but its type.
  FirewallRule (*rule)(const Source& source, const Field& rule) = nullptr;
};

/// Reads `object` into `reading`, as a Policy with a clause for DNS at the Pod's own node and one
/// for each rule. Returns that Policy, valid until the next is added; nullptr for an object
/// without rules, which is none, and for one that is not read, which may then do anything.
/// Source: docs/semantics/egressfirewall.md EF-1 to EF-3, EF-8, EF-12.
Policy* read_firewall(const FirewallForm& form, const Source& source,
                      const model::PolicyObject& object, Reading& reading);

/// Makes `rule` one for the block that `selector` asks for, which is `block` (EF-4).
void hold_block(const Field& selector, const Block& block, FirewallRule& rule);
/// Makes `rule` one for a dnsName (EF-7).
void hold_name(const Field& dns_name, FirewallRule& rule);

}  // namespace podmoat::language
