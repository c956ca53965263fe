// That the programs which other tests ask are really asked, and that one that is gone is noticed.
#include <gmock/gmock.h>

#include <string>

#include "support/oracle_process.h"

namespace podmoat::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(OracleProcess, AnswersInOrder) {
  if (const auto why = OracleProcess::why_not("calico_selector_oracle")) GTEST_SKIP() << *why;
  OracleProcess oracle("calico_selector_oracle");
  for (int i = 0; i < 100; ++i) {
    const std::string value = std::to_string(i);
    const auto answer = oracle.ask(R"({"selector": "a == ')" + value + R"('", "labels": [{"a": ")" +
                                   value + R"("}, {}]})");
    ASSERT_TRUE(answer) << answer.error().what;
    const auto matches = items_of(*answer, "matches");
    ASSERT_TRUE(matches) << matches.error().what;
    EXPECT_THAT(*matches, ElementsAre("true", "false"));
  }
}

TEST(OracleProcess, HoldsALongQuestion) {
  if (const auto why = OracleProcess::why_not("calico_selector_oracle")) GTEST_SKIP() << *why;
  OracleProcess oracle("calico_selector_oracle");
  std::string labels = R"({"a": ""})";
  for (int i = 0; i < 200'000; ++i) labels += R"(,{"a": ""})";
  const auto answer = oracle.ask(R"json({"selector": "has(a)", "labels": [)json" + labels + "]}");
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(items_of(*answer, "matches")->size(), 200'001u);
}

TEST(OracleProcess, AnErrorIsNoAnswer) {
  if (const auto why = OracleProcess::why_not("network_policy_oracle")) GTEST_SKIP() << *why;
  OracleProcess oracle("network_policy_oracle");
  EXPECT_THAT(oracle.ask(R"({"flow": []})").error().what, HasSubstr("unknown field"));
  const auto answer = oracle.ask(R"({"flows": []})");
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_THAT(*items_of(*answer, "verdicts"), ElementsAre());
}

TEST(OracleProcess, ThatDoesNotStart) {
  ASSERT_TRUE(OracleProcess::why_not("nobody"));
  OracleProcess oracle("nobody");
  EXPECT_THAT(oracle.ask("{}").error().what, HasSubstr("nobody does not start"));
}

}  // namespace
}  // namespace podmoat::test
