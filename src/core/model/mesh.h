#pragma once
// Objects of a service mesh that people take for a fence. Source: docs/semantics/networkpolicy.md
// NP-MESH.
#include <string>

#include "core/model/object.h"

namespace podmoat::model {

/// An object of Istio that speaks of outgoing traffic or of who may talk to whom.
struct MeshObject {
  Object object;
  std::string field;  ///< "spec.outboundTrafficPolicy.mode"
  std::string says;   ///< "lets only known hosts through its proxy"
};

}  // namespace podmoat::model
