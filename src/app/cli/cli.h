#pragma once
// What every verb has in common: how it ends, and where it writes.
#include <cstddef>
#include <expected>
#include <functional>
#include <iosfwd>
#include <string>

#include "core/report/report.h"

namespace CLI {
class App;
}

namespace podmoat::cli {

/// Exit codes, the same for every verb.
enum Exit : int {
  kClean = 0,   ///< nothing to report; blocked; proven
  kFound = 1,   ///< findings at or above --fail-on; reachable; refuted
  kMisuse = 2,  ///< wrong use, or an input that cannot be read
  kWorld = 3,   ///< a file or the system failed
  kOpen = 4,    ///< unknown, undecided
};

/// Why a verb ends early: what to tell the user, and the exit code.
struct Failure {
  Exit code = kMisuse;
  std::string what;
};

template <class T>
using Outcome = std::expected<T, Failure>;

/// Where a verb writes: answers to `out`, all else to `err`.
struct Terminal {
  std::ostream& out;
  std::ostream& err;
  report::Look look;      ///< for `out`
  report::Look err_look;  ///< for `err`
};

/// A verb: its command line, and what it does when it is called.
struct Verb {
  CLI::App* app = nullptr;
  std::function<Outcome<Exit>(Terminal&)> run;
};

/// Each in a file of its own. They add a subcommand to `app`.
Verb audit_verb(CLI::App& app);
Verb can_reach_verb(CLI::App& app);
Verb who_can_reach_verb(CLI::App& app);
Verb explain_verb(CLI::App& app);
Verb fix_verb(CLI::App& app);
Verb verify_verb(CLI::App& app);
Verb catalog_verb(CLI::App& app);
Verb platform_verb(CLI::App& app);

/// The whole program: reads the command line, runs the verb, returns the exit code.
int run(int argc, const char* const* argv);

}  // namespace podmoat::cli
