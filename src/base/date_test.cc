#include "base/date.h"

#include <gtest/gtest.h>

namespace podmoat {
namespace {

TEST(Date, reads_what_it_writes) {
  for (const char* text : {"0001-01-01", "2026-11-26", "2024-02-29", "2000-02-29", "9999-12-31"}) {
    const auto date = parse_date(text);
    ASSERT_TRUE(date) << text;
    EXPECT_EQ(date->str(), text);
  }
}

TEST(Date, refuses_what_is_no_day) {
  for (const char* text :
       {"", "2026", "2026-1-1", "26-11-26", "2026-11-26 ", " 2026-11-26", "2026/11/26",
        "2026-11-26T00:00:00Z", "2026-1a-26", "+026-11-26", "0000-01-01", "2026-00-10",
        "2026-13-10", "2026-11-00", "2026-11-31", "2026-02-29", "1900-02-29", "2026-04-31"})
    EXPECT_FALSE(parse_date(text)) << text;
}

TEST(Date, earlier_days_are_less) {
  const char* const days[] = {"1999-12-31", "2000-01-01", "2000-01-31", "2000-02-01", "2000-02-29"};
  for (std::size_t i = 0; i + 1 < std::size(days); ++i) {
    EXPECT_LT(*parse_date(days[i]), *parse_date(days[i + 1])) << days[i];
    EXPECT_EQ(*parse_date(days[i]), *parse_date(days[i]));
  }
}

}  // namespace
}  // namespace podmoat
