#pragma once
// Who an object is and where it was read.
#include <compare>
#include <string>

#include "base/diagnostic.h"

namespace podmoat::model {

/// A cluster object's identity and place. `ns` is "" for cluster-scoped kinds.
struct Object {
  std::string kind;
  std::string ns;
  std::string name;
  Place place;

  /// "NetworkPolicy shop/deny-imds", "Namespace shop".
  bool operator==(const Object&) const = default;
  std::string str() const { return kind + " " + (ns.empty() ? "" : ns + "/") + name; }
};

}  // namespace podmoat::model
