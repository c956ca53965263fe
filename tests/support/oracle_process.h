#pragma once
// Programs around the code of other projects, asked by tests. tests/conformance/go/README.md says
// what each is asked and how it answers.
#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace podmoat::test {

/// One program, kept running: a line of JSON is a question, the next line it writes the answer.
/// Invariant: the program runs exactly as long as this lives, unless it ends by itself. Use as
///   if (const auto why = OracleProcess::why_not("x_oracle")) GTEST_SKIP() << *why;
///   OracleProcess oracle("x_oracle");
class OracleProcess {
 public:
  /// Why `program` cannot be asked here, for GTEST_SKIP; nothing if it can. Programs are in the
  /// folder that the environment names as PODMOAT_ORACLES; ctest's fixture go_oracles builds them.
  static std::optional<std::string> why_not(const std::string& program);

  /// Starts `program`. That it could not be started is the error of the first question.
  explicit OracleProcess(const std::string& program,
                         const std::vector<std::string>& arguments = {});
  OracleProcess(const OracleProcess&) = delete;
  OracleProcess& operator=(const OracleProcess&) = delete;
  ~OracleProcess();

  /// The answer to `question`, one line of JSON without its end; never an answer of the form
  /// {"error": "..."} with no other member, which is an error here. Also an error: the program has
  /// ended, or has done nothing for a minute. After an error it is not to be asked again.
  Result<std::string> ask(std::string_view question);

 private:
  Result<std::string> next_line();

  std::string program_;
  pid_t pid_ = -1;
  int socket_ = -1;
  /// What the program wrote after the end of its last answer.
  std::string rest_;
};

/// The strings, numbers or booleans of the list `member` of a JSON object, as JSON writes them but
/// without quotes: {"deny", "allow"}, {"true", "false"}. An error if there is no such list.
Result<std::vector<std::string>> items_of(std::string_view object, std::string_view member);

}  // namespace podmoat::test
