#pragma once
// Labels, and the selectors that ask about them.
#include <algorithm>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace podmoat::model {

/// A label set. Invariant: sorted by key, keys are unique.
class Labels {
 public:
  using Entry = std::pair<std::string, std::string>;

  Labels() = default;
  /// Sorts; of two entries with the same key the later one stays, as in JSON.
  explicit Labels(std::vector<Entry> entries);

  /// The value of `key`, or nullptr. O(log n).
  const std::string* find(std::string_view key) const;
  const std::vector<Entry>& entries() const { return entries_; }
  /// Sets one label, replacing an older value.
  void set(std::string key, std::string value);
  /// "app=web,tier=front"; "<none>" when empty.
  std::string str() const;
  auto operator<=>(const Labels&) const = default;

 private:
  std::vector<Entry> entries_;
};

/// The first four are those of LabelSelectors; the rest is Calico's, and asks about a part of the
/// value (docs/semantics/calico.md CA-22). Each operator has one that says the opposite.
enum class Operator : std::uint8_t {
  in,
  not_in,
  exists,
  does_not_exist,
  contains,
  not_contains,
  starts_with,
  not_starts_with,
  ends_with,
  not_ends_with,
};

/// The operator that holds exactly where `op` does not.
Operator opposite(Operator op);
/// Whether `op` asks about a part of the value.
constexpr bool of_parts(Operator op) { return op >= Operator::contains; }

/// One requirement. `values` is empty exactly for exists and does_not_exist, and one text for those
/// that ask about a part of the value.
/// Source: docs/semantics/networkpolicy.md NP-SEL; apimachinery pkg/labels/selector.go.
struct Requirement {
  std::string key;
  Operator op = Operator::in;
  std::vector<std::string> values;  ///< sorted, unique

  /// not_in, does_not_exist and the other opposites hold for an absent key.
  bool matches(const std::string* value) const;
  auto operator<=>(const Requirement&) const = default;
};

/// A LabelSelector: all requirements hold. Without requirements it selects everything in its scope;
/// a selector that is *absent* is std::nullopt wherever it matters. matchLabels are requirements
/// with the operator `in` and one value, as the API says they are.
struct Selector {
  std::vector<Requirement> requirements;

  bool matches(const Labels& labels) const;
  bool empty() const { return requirements.empty(); }
  /// "app=web,tier notin (db)"; "everything" when empty.
  std::string str() const;
  auto operator<=>(const Selector&) const = default;
};

/// Reads what `kubectl -l` takes: "app=web,tier!=db,env in (a,b),zone notin (c),!old,new".
/// Fails with the reason; an empty text selects everything.
Result<Selector> parse_selector(std::string_view text);

}  // namespace podmoat::model
