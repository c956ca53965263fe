#pragma once
// Property tests that are the same on every run: rapidcheck with a fixed seed, told to gtest.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <sstream>
#include <utility>

namespace podmoat::test {

/// Checks a rapidcheck property on `cases` generated inputs; a failure tells the shrunk input.
/// Use as EXPECT_TRUE(holds_for(1000, [](int a) { return a == a; })).
template <class Property>
testing::AssertionResult holds_for(int cases, Property&& property) {
  rc::detail::TestParams params;
  params.seed = 169254;
  params.maxSuccess = cases;
  const auto result = rc::detail::checkTestable(std::forward<Property>(property),
                                                rc::detail::TestMetadata{}, params);
  if (result.template is<rc::detail::SuccessResult>()) return testing::AssertionSuccess();
  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  return testing::AssertionFailure() << message.str();
}

}  // namespace podmoat::test
