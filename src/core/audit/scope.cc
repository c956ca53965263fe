// Scope: which namespaces and Pods an answer is about.
#include <algorithm>
#include <utility>

#include "core/audit/audit.h"

namespace podmoat::audit {
namespace {

/// Whether `text` is what `pattern` says, `*` being any text. Goes back to the last `*` only, so
/// that it takes at most |pattern| x |text| steps.
bool matches_glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // the last one met, and how far it reached
  std::size_t reach = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      reach = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++reach;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool any_glob(const std::vector<std::string>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return matches_glob(pattern, text); });
}

}  // namespace

bool Scope::covers(std::string_view ns) const {
  const bool named =
      namespaces.empty() || std::find(namespaces.begin(), namespaces.end(), ns) != namespaces.end();
  return named && (include.empty() || any_glob(include, ns)) && !any_glob(exclude, ns);
}

bool Scope::covers_all() const {
  return namespaces.empty() && include.empty() && exclude.empty() && pods.empty();
}

std::string Credentials::withheld(const catalog::Target& target, bool on_fargate) const {
  if (target.kind != catalog::Kind::metadata) return "";
  if (target.provider == "aws" && target.id == "aws-imds" && v2_only && hop_limit == 1U)
    return "the answer to a request for a token does not leave the node (hop limit 1), and nothing "
           "is given without one";
  if (target.id == "aws-imds" && on_fargate)
    return "on AWS Fargate the instance metadata service is not available to Pods (EKS user guide, "
           "Simplify compute management with AWS Fargate)";
  if (target.id == "gcp-mds" && workload_identity == true)
    return "the GKE metadata server answers with the Pod's own identity";
  return "";
}

std::vector<policy::Subject> subjects_in(const model::Snapshot& snapshot,
                                         const language::Reading& reading, const Scope& scope,
                                         const std::vector<std::string>& keys) {
  std::vector<policy::Subject> out = policy::subjects(snapshot, reading, keys);
  std::erase_if(out, [&](policy::Subject& subject) {
    if (!scope.covers(subject.ns)) return true;
    if (scope.pods.empty()) return false;
    std::erase_if(subject.pods, [&](std::uint32_t pod) {
      return !scope.pods.matches(snapshot.labels_of(snapshot.pods[pod]));
    });
    return subject.pods.empty();
  });
  return out;
}

}  // namespace podmoat::audit
