#pragma once
// Input: the flags that say what a question is about, and the Snapshot they lead to.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/cli.h"
#include "core/audit/audit.h"
#include "core/platform/detect.h"
#include "io/files/files.h"

namespace podmoat::cli {

/// The flags that every verb with a SOURCE takes.
struct InputFlags {
  std::vector<std::string> sources;
  bool recursive = false;
  std::vector<std::string> namespaces;
  bool all_namespaces = false;
  std::string selector;
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  std::string provider = "auto";
  std::string platform;
  std::vector<std::string> catalogs;
  std::vector<std::string> targets;
  std::vector<std::string> node_cidrs;
  unsigned hop_limit = 0;  ///< 0: not said
  bool v2_only = false;
  std::string workload_identity;  ///< "on", "off", or "": not said
  std::vector<std::string> exceptions;
};

/// Adds them to `app`; with `positional`, SOURCEs may also stand as arguments.
void add_input_flags(CLI::App& app, InputFlags& flags, bool positional);
/// Only those that say where objects come from, and --platform.
void add_source_flags(CLI::App& app, InputFlags& flags, bool positional);
void add_platform_flag(CLI::App& app, InputFlags& flags);
/// --exceptions, for verbs whose answer depends on what may be open.
void add_exceptions_flag(CLI::App& app, InputFlags& flags);

/// A Snapshot and everything a question about it needs. Members refer to each other: it is made in
/// place and stays there.
struct Input {
  model::Snapshot snapshot;
  catalog::Catalog catalog;
  model::Platform platform;
  model::Basis basis = model::Basis::assumed;
  std::vector<std::string> providers;
  catalog::Choice choice;
  catalog::Guard guard;
  audit::Scope scope;
  audit::Credentials credentials;
  std::map<std::string, files::Stamp> stamps;  ///< see Loaded

  audit::Question question() const {
    return {snapshot, platform, basis, catalog, guard, providers, scope, credentials};
  }
};

/// Reads the SOURCEs and works out the rest. Diagnostics go to the terminal; an input that cannot
/// be read fails with kMisuse after all of its mistakes are shown.
Outcome<std::unique_ptr<Input>> load(const InputFlags& flags, Terminal& terminal);

/// What was read, and what its files were then, so that a later write can tell whether they still
/// are.
struct Loaded {
  model::Snapshot snapshot;
  std::map<std::string, files::Stamp> stamps;  ///< by path; standard input has none
};

/// Only the Snapshot of `sources`. `layered`: an object is meant to replace one of the same name,
/// so that nobody is warned of it.
Outcome<Loaded> load_snapshot(const std::vector<std::string>& sources, bool recursive,
                              const std::string& default_namespace, Terminal& terminal,
                              bool layered = false);

/// The profile of that name; fails with the names that there are.
Outcome<const model::Platform*> named_platform(const std::string& name);
/// The Platform that --platform names, or, if it is empty, that the Snapshot shows. What its
/// agents do to addresses is added in either case; `workload_identity`: what is said of GKE's. A
/// name that the Snapshot contradicts is warned of.
Outcome<platform::Detected> choose_platform(const std::string& name,
                                            const model::Snapshot& snapshot, Terminal& terminal,
                                            std::optional<bool> workload_identity = std::nullopt);

/// The Exceptions of the Moat documents in `files`, in order. A file that is read gets a number
/// among the Snapshot's, so that places in it can be shown.
Outcome<std::vector<catalog::Exception>> load_exceptions(const std::vector<std::string>& files,
                                                         const catalog::Catalog& catalog,
                                                         model::Snapshot& snapshot);
/// The day that it is now, in UTC.
Date today();

/// The compiled-in catalogue, extended by the files.
Outcome<catalog::Catalog> load_catalog(const std::vector<std::string>& files);

}  // namespace podmoat::cli
