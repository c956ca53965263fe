#include "base/date.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace podmoat {
namespace {

constexpr std::string_view kForm = "0000-00-00";

bool has_the_form(std::string_view text) {
  return std::ranges::equal(
      text, kForm, [](char c, char form) { return form == '-' ? c == '-' : c >= '0' && c <= '9'; });
}

unsigned number_of(std::string_view digits) {
  unsigned out = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return out;
}

bool is_leap(unsigned year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

unsigned days_of(unsigned year, unsigned month) {
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

}  // namespace

std::string Date::str() const { return fmt::format("{:04}-{:02}-{:02}", year, month, day); }

Result<Date> parse_date(std::string_view text) {
  if (!has_the_form(text)) return fail("a date is written YYYY-MM-DD");
  const Date out{number_of(text.substr(0, 4)), number_of(text.substr(5, 2)),
                 number_of(text.substr(8, 2))};
  if (out.year == 0) return fail("there is no year 0000");
  if (out.month < 1 || out.month > 12) return fail("a year has the months 01 to 12");
  const unsigned last = days_of(out.year, out.month);
  if (out.day < 1 || out.day > last)
    return fail(fmt::format("{:04}-{:02} has the days 01 to {}", out.year, out.month, last));
  return out;
}

}  // namespace podmoat
