#pragma once
// PolicyObject: an object of a policy language other than NetworkPolicy, kept as it was read. What
// it means is for the language to say (core/language); the reader only tells it from other objects.
#include <memory>
#include <string>
#include <string_view>

#include "core/model/object.h"
#include "core/model/value.h"

namespace podmoat::model {

/// A kind that belongs to a policy language: policies, and what they refer to (tiers, sets,
/// groups).
struct PolicyKind {
  std::string_view group;  ///< "cilium.io"
  std::string_view kind;   ///< "CiliumNetworkPolicy"
  bool namespaced = true;
};

struct PolicyObject {
  Object object;
  std::string api_version;
  std::shared_ptr<const Value> source{};  ///< of what was read: never null, with every Place

  /// "cilium.io" of "cilium.io/v2"; "" for the core group.
  std::string_view group() const {
    const std::size_t slash = api_version.find('/');
    return slash == std::string::npos ? "" : std::string_view(api_version).substr(0, slash);
  }
  /// "v2" of "cilium.io/v2".
  std::string_view version() const {
    const std::size_t slash = api_version.find('/');
    return std::string_view(api_version).substr(slash == std::string::npos ? 0 : slash + 1);
  }
};

}  // namespace podmoat::model
