#pragma once
// The peers of a rule of Cilium's policies: toCIDR, toEntities, toEndpoints and the rest.
#include <string>
#include <vector>

#include "core/language/cilium_ground.h"
#include "core/language/fields.h"
#include "core/language/language.h"

namespace podmoat::language {

/// What the rules of one policy are read against.
struct CiliumContext {
  const Source& source;
  const CiliumGround& ground;
  const std::vector<CiliumGroup>& groups;
  std::string ns;     ///< of the policy; "" for a clusterwide one
  bool init = false;  ///< its endpointSelector asks for reserved:init
};

/// One destination of a rule.
struct CiliumPeer {
  Destinations to;
  std::string rule;  ///< "egress[0].toCIDR[1]"
  Place place;
  std::string text;   ///< "10.0.0.0/8 except 10.1.0.0/16", "entity host"
  std::string doubt;  ///< where it is not known what it holds: what would decide
};

struct CiliumPeers {
  std::vector<CiliumPeer> peers;
  /// Whether the rule has a kind of peers at all; without one its ports hold everywhere (CL-13).
  bool given = false;
  /// Whether it has toNodes, which needs an option of Cilium (CL-23).
  bool by_node_labels = false;
};

/// Reads the peers of `rule`, an item of egress or (`deny`) of egressDeny. What would be refused is
/// a problem of `rule`.
CiliumPeers cilium_peers(const Field& rule, bool deny, const CiliumContext& context);

}  // namespace podmoat::language
