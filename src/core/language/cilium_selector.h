#pragma once
// Selectors over Cilium's identities: what they hold among Pods, nodes and the world.
#include <string>

#include "core/language/policy.h"
#include "core/model/labels.h"
#include "core/model/platform.h"

namespace podmoat::language {

/// What a selector over identities holds (docs/semantics/cilium.md CL-7, CL-20, CL-21).
struct CiliumHeld {
  PodTerms pods;      ///< at most one term, here or in `possible`
  PodTerms possible;  ///< where it is not known whether they are held
  model::Answer own_node = model::Answer::no;
  model::Answer other_nodes = model::Answer::no;
  model::Answer world = model::Answer::no;
  std::string doubt;  ///< what would decide, or ""
};

/// What `endpointSelector` of a policy holds; `ns` is "" for a clusterwide one. Nodes and the world
/// are never its subjects (CL-4, CL-5).
CiliumHeld cilium_subject(model::Selector selector, std::string_view ns);

/// The item of a rule's `toEndpoints`, in a policy of `ns` ("": clusterwide). `init`: its own
/// endpointSelector asks for reserved:init.
CiliumHeld cilium_endpoints(model::Selector selector, std::string_view ns, bool init);

/// Whether a requirement of `selector` is on this reserved label.
bool asks_reserved(const model::Selector& selector, std::string_view name);

/// Whether Cilium leaves the label out of identities unless it is told otherwise (CL-8).
bool hidden_from_cilium(std::string_view key);

/// Puts `more` behind `terms`.
void append(PodTerms& terms, const PodTerms& more);

/// A key without its source: "app" of "k8s:app".
std::string_view name_of_cilium_key(std::string_view key);

}  // namespace podmoat::language
