#pragma once
// Finding: a Verdict, or another observation, that somebody should act on.
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/severity.h"
#include "core/audit/verdict.h"
#include "core/model/platform.h"

namespace podmoat::audit {

/// A kind of Finding: the page that `podmoat explain PM-nnn` shows.
struct RuleInfo {
  std::string_view id;                           ///< "PM-001", stable for ever
  std::string_view name;                         ///< "metadata-reachable"
  std::string_view title;                        ///< one line
  Severity severity = Severity::high;            ///< the usual one; a Target's own may replace it
  std::string_view what;                         ///< what was found
  std::string_view attack;                       ///< what an attacker does with it
  std::string_view remedy;                       ///< what to do
  std::span<const std::string_view> frameworks;  ///< "MITRE ATT&CK T1552.005"
};
/// All rules, by id.
std::span<const RuleInfo> rules();
const RuleInfo* find_rule(std::string_view id);

struct Finding {
  const RuleInfo* rule = nullptr;
  Severity severity = Severity::high;
  std::string ns;                 ///< "" for the cluster
  std::string subject;            ///< "Deployment/web"; "" when it is not about a Subject
  std::vector<std::string> pods;  ///< names, where Pods are known
  std::size_t pod_count = 0;      ///< Pods of the Subject, at least 1 for a workload without Pods
  std::string target;             ///< the first Target concerned, "" if none
  std::vector<std::string> targets;  ///< all of them, catalogue order
  std::string witness;               ///< "169.254.169.254:80/TCP", or ""
  std::vector<Because> because;
  std::string message;   ///< one sentence
  std::string remedy;    ///< what to do here
  bool fixable = false;  ///< `podmoat fix` can close it
  /// Stable over runs, line moves and renamed files: see fingerprint(). No two Findings of a Report
  /// have the same.
  std::string fingerprint;
};

/// A Finding of that rule about nothing yet.
Finding finding(std::string_view rule);
/// A hash of what the Finding is about: rule, namespace, Subject, first Target, and `object` where
/// these do not say it.
std::string fingerprint(const Finding& finding, std::string_view object = "");
/// Whether the same rules, in the same order, are to blame. Places have no part in it.
bool same_cause(const std::vector<Because>& a, const std::vector<Because>& b);

struct Summary {
  std::size_t pods = 0;
  std::size_t subjects = 0;
  std::size_t reachable = 0;  ///< Subjects that surely reach a guarded metadata or node Target
  std::size_t spared = 0;     ///< those of them that reach only what Exceptions leave to them
  /// Subjects that beyond what Exceptions leave to them surely reach none, and perhaps one.
  std::size_t unknown = 0;
  std::map<Severity, std::size_t> findings;
};

struct Report {
  const model::Platform* platform = nullptr;
  model::Basis basis = model::Basis::assumed;
  std::vector<std::string> providers;  ///< empty: all
  Summary summary;
  std::vector<Finding> findings;  ///< worst first, then id, namespace, subject
  std::string catalog_checked{};  ///< Catalog::checked: how old what it rests on is
  bool nodes_as_told = false;     ///< see catalog::Guard
};

}  // namespace podmoat::audit
