#pragma once
// Evidence: the objects of a Snapshot that tell which Platform it is. Inside the room.
#include <compare>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/platform.h"
#include "core/model/snapshot.h"

namespace podmoat::platform {

/// One Component of a Snapshot.
struct Found {
  /// nullptr: Cilium of which only the ConfigMap is in the input
  const model::SystemWorkload* workload = nullptr;
  std::string text;  ///< "DaemonSet kube-system/cilium (all.json:3)"

  /// Whether there is more of it in the input than a name.
  bool tells() const { return workload != nullptr && !workload->containers.empty(); }
};

class Evidence {
 public:
  explicit Evidence(const model::Snapshot& snapshot);

  const model::Snapshot& snapshot() const { return snapshot_; }
  /// The first one of that Component, or nullptr.
  const Found* find(model::Component component) const;
  /// The same in a namespace that anybody may have made (PF-31): a hint at most.
  const Found* find_elsewhere(model::Component component) const;
  /// The ConfigMap, or other configuration object, of that name, or nullptr.
  const model::SystemConfig* config(std::string_view kind, std::string_view name) const;
  /// "ConfigMap kube-system/cilium-config, enable-policy=never (all.json:9)".
  std::string text(const model::Object& object, const model::Setting& setting) const;
  std::string text(const model::Object& object) const;
  /// A Node with a label whose key begins so; nullptr if there is none.
  const model::Node* node_with(std::string_view label) const;
  /// A server of k3s whose own firewall is switched off; nullptr if there is none.
  const model::Node* k3s_switched_off() const;

 private:
  const model::Snapshot& snapshot_;
  std::map<model::Component, Found> found_;
  std::map<model::Component, Found> elsewhere_;
};

/// A profile that the Snapshot speaks for.
struct Candidate {
  model::Platform platform;
  std::string evidence;
};

/// A setting with the text that quotes it.
struct Quoted {
  model::Setting setting;
  std::string evidence;
};
/// Whether it switches something on.
bool is_true(const model::Setting& setting);
/// An option of Cilium's agent, from the first place that has it (PF-41).
std::optional<Quoted> cilium_option(const Evidence& evidence, const Found& found,
                                    std::string_view name);

struct Version {
  int major = 0;
  int minor = 0;
  auto operator<=>(const Version&) const = default;
};
/// That of "v1.2.3" and "1.2"; nothing for what is no version.
std::optional<Version> version_of(std::string_view tag);

/// Changes an answer, with the object that tells.
void answer(model::Fact& fact, model::Answer given, std::string source, std::string evidence);

/// `a` where both agree; where they do not, unknown, with what each says. Names, engines and
/// Redirects are those of `a`, or of the one of the two that enforces.
model::Platform merged(model::Platform a, const model::Platform& b);

/// The Candidates that enforce policies, or may. PF-33 to PF-37, PF-40 to PF-47.
std::vector<Candidate> enforcing(const Evidence& evidence);
/// Networks without policies, that count where nothing enforces.
std::vector<Candidate> networks(const Evidence& evidence);

// What the settings of a plugin say, family by family.
void apply_calico(const Evidence& evidence, const Found& found, model::Platform& platform);
void apply_cilium(const Evidence& evidence, const Found& found, model::Platform& platform);
/// Whether the agent of the VPC CNI enforces, and in which families.
Candidate aws_candidate(const Evidence& evidence, const Found* found);
void apply_antrea(const Evidence& evidence, model::Platform& platform);
/// Which languages the plugin's version reads, and what it does not know yet.
void apply_calico_version(const Found& found, model::Platform& platform);
void apply_cilium_version(const Evidence& evidence, const Found& found, model::Platform& platform);
/// Those of kube-network-policies in `container`, which stands in `where`.
void apply_queues_version(const model::SystemContainer& container, const std::string& where,
                          model::Platform& platform);
void apply_kube_router(const Evidence& evidence, const Found& found, model::Platform& platform);

}  // namespace podmoat::platform
