#pragma once
// CalicoSelector: the selector language of Calico as a tree. Rules: docs/semantics/calico.md CA-20
// to CA-22.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/model/labels.h"
#include "core/model/platform.h"

namespace podmoat::language {

struct CalicoSelector {
  enum class Kind : std::uint8_t {
    all,      ///< all(), and the empty text
    global,   ///< global()
    label,    ///< one question about one label
    none_of,  ///< "!": its one part does not hold
    all_of,   ///< "&&": two parts or more
    any_of,   ///< "||": two parts or more
  };
  Kind kind = Kind::all;
  /// Of a `label`. What `in {}` and `not in {}` list is empty; "==" is `in` with one value.
  model::Requirement label{};
  std::vector<CalicoSelector> parts{};

  /// With no more brackets than needed; parse_calico_selector reads the same tree from it.
  std::string str() const;
  bool operator==(const CalicoSelector&) const = default;
};

/// Reads what Calico's parser accepts, and nothing else (CA-20). Fails with the reason.
/// Brackets may be nested 500 deep. O(n).
Result<CalicoSelector> parse_calico_selector(std::string_view text);

/// What `selector` does not hold; two negations are none.
CalicoSelector not_of(CalicoSelector selector);
/// `all` is left out where something else is asked.
CalicoSelector both_of(CalicoSelector a, CalicoSelector b);
/// The question about one label.
CalicoSelector asks(model::Requirement requirement);

/// Puts `prefix` in front of every label's key.
void add_prefix(CalicoSelector& selector, std::string_view prefix);
/// Puts `by` in the place of every all(), or global().
void replace(CalicoSelector& selector, CalicoSelector::Kind kind, const CalicoSelector& by);

/// Whether `selector` holds where `ask` answers for single labels. Unknown where an unknown answer
/// could decide, and perhaps where two of them could cancel out.
model::Answer holds(const CalicoSelector& selector,
                    const std::function<model::Answer(const model::Requirement&)>& ask);

}  // namespace podmoat::language
