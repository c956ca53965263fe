#pragma once
// Date: a day of the calendar, without a time and without a clock. Whoever wants to know which day
// it is must be told.
#include <compare>
#include <string>
#include <string_view>

#include "base/result.h"

namespace podmoat {

/// A day of the Gregorian calendar. Earlier days are less.
struct Date {
  unsigned year = 1;   ///< 1 to 9999
  unsigned month = 1;  ///< 1 to 12
  unsigned day = 1;    ///< 1 to the last of the month

  auto operator<=>(const Date&) const = default;
  /// "2026-11-26".
  std::string str() const;
};

/// Reads "YYYY-MM-DD" and nothing else (RFC 3339, full-date). Fails with the reason, also for a day
/// that the month does not have.
Result<Date> parse_date(std::string_view text);

}  // namespace podmoat
