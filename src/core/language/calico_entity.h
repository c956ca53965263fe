#pragma once
// An EntityRule of Calico: one side of a rule. Rules: docs/semantics/calico.md CA-12 to CA-19.
#include <optional>
#include <string>
#include <vector>

#include "core/language/calico_selector.h"
#include "core/language/fields.h"

namespace podmoat::language {

/// The entries of `ports` or `notPorts`.
struct CalicoPorts {
  bool given = false;  ///< the list is there and not empty
  std::vector<Ports> ranges;
  std::vector<std::string> names;
};

struct CalicoEntity {
  /// What `selector`, `namespaceSelector` and `serviceAccounts` hold together. Nothing if the rule
  /// asks for none of them, which is not the same as everything: a selector holds no address that
  /// is nobody's.
  std::optional<CalicoSelector> holds;
  std::optional<CalicoSelector> except;  ///< `notSelector`
  std::vector<Block> nets;
  std::vector<Block> not_nets;
  CalicoPorts ports;
  CalicoPorts not_ports;
  std::optional<std::string> service;  ///< "namespace/name"

  /// Whether it says anything.
  bool asks() const;
  /// Whether the rule is there for packets of the family: Calico drops it for one of which a list
  /// of blocks has none (CA-14).
  bool may_be(Family family) const;
};

/// The text of a selector, read; nothing for an absent or empty one. What is no selector is noted
/// as a problem, and so is global() where it has no meaning.
std::optional<CalicoSelector> selector_at(const Field& field, bool global_allowed = false);

/// Reads `field` of a policy of the namespace `ns`, "" for a global one.
CalicoEntity read_entity(const Field& field, const std::string& ns);

/// In words, without what it says of ports: "10.0.0.0/8 except 10.1.0.0/16", "every destination".
std::string describe(const CalicoEntity& entity);
/// "80, 443-444, \"http\"".
std::string describe(const CalicoPorts& ports);

}  // namespace podmoat::language
