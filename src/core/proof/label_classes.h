#pragma once
// LabelClasses: every label set that could be, sorted by which of some selectors it matches.
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/labels.h"

namespace podmoat::proof {

/// The values that a key may have, for keys that are no free label.
enum class Freedom : std::uint8_t {
  label,    ///< absent, or any valid label value
  name,     ///< never absent, and a valid namespace name (RFC 1123 label)
  account,  ///< never absent, and a valid ServiceAccount name (RFC 1123 subdomain)
};

/// Class c is the label sets that match exactly the selectors s with matches(c, s). Every label set
/// is in one class, no class is empty, and two classes differ in some selector.
/// The order is deterministic; label sets with fewer and lesser labels come first.
/// Tested by label_classes_test.cc against the enumeration of all label sets.
class LabelClasses {
 public:
  /// What `freedom` says of a key holds in every label set.
  using FreedomOf = Freedom (*)(std::string_view key);
  static Freedom free_labels(std::string_view /*key*/) { return Freedom::label; }

  /// The classes of `selectors`, or, if a step on the way has more than `bound` of them, a number
  /// above `bound` that it reached; the latter too where parts of values are asked for that cannot
  /// be enumerated (docs/semantics/proof.md PR-1P). O(keys x states x values x selectors / 64).
  static std::expected<LabelClasses, std::size_t> of(std::span<const model::Selector> selectors,
                                                     std::size_t bound,
                                                     FreedomOf freedom = free_labels);

  std::size_t size() const { return size_; }
  bool matches(std::size_t label_class, std::size_t selector) const;
  /// One label set of the class, with only the keys that matter.
  model::Labels labels(std::size_t label_class) const;

 private:
  LabelClasses() = default;
  struct Key;
  bool walk(const Key& key, std::size_t bound);

  /// A state was reached from the state `parent` of the step before by the key's choice `choice`.
  struct Trail {
    std::uint32_t parent;
    std::uint32_t choice;
  };
  struct Step {
    std::string key;
    std::vector<std::optional<std::string>> choices;  ///< nothing: the key is absent
    std::vector<Trail> trails;                        ///< one for each state after the step
  };

  std::size_t size_ = 1;
  std::size_t words_ = 0;               ///< 64-bit words of one state
  std::vector<std::uint64_t> matched_;  ///< size_ x words_: the selectors that may still match
  std::vector<Step> steps_;
};

}  // namespace podmoat::proof
