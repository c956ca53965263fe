#pragma once
// Calico's selectors for the slow oracle: the text is evaluated while it is read.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace podmoat::test {

enum class Truth : std::uint8_t { no, maybe, yes };
Truth negation(Truth truth);
Truth both_hold(Truth a, Truth b);
Truth either_holds(Truth a, Truth b);

/// What is known of one label.
struct SlowLabel {
  bool known = true;  ///< false: it may be there with any value, or not
  std::optional<std::string> value;
};

/// What a selector is evaluated with.
struct SlowAsk {
  std::function<SlowLabel(const std::string& key)> label;
  bool all = true;     ///< what all() holds
  bool global = true;  ///< what global() holds
};

/// Nothing for a text that is no selector (CA-20 to CA-22).
std::optional<Truth> slow_evaluate(const std::string& selector, const SlowAsk& ask);

}  // namespace podmoat::test
