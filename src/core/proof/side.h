#pragma once
// ReadSide: BEFORE or AFTER, with what its policies say.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/language/policy.h"
#include "core/model/platform.h"
#include "core/model/snapshot.h"

namespace podmoat::proof {

class ReadSide {
 public:
  /// Keeps references.
  ReadSide(const model::Snapshot& snapshot, const model::Platform& platform);

  const model::Snapshot& snapshot() const { return snapshot_; }
  const language::Reading& reading() const { return reading_; }
  /// The policies that may select a Pod of `ns`, ascending. O(those of `ns` + those of no one
  /// namespace).
  std::vector<std::uint32_t> policies_of(std::string_view ns) const;
  /// The policies that hold nodes, or may, ascending. O(policies).
  std::vector<std::uint32_t> policies_of_nodes() const;
  /// The selectors of Pods of `ns` in the terms of `policies`, distinct.
  std::vector<model::Selector> selectors_of(std::string_view ns,
                                            const std::vector<std::uint32_t>& policies) const;

 private:
  const model::Snapshot& snapshot_;
  language::Reading reading_;
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> named_;
  std::vector<std::uint32_t> rest_;
};

}  // namespace podmoat::proof
