#pragma once
// Policies: every policy of a Snapshot, in every language, compiled and indexed. It answers one
// question: which Ladder does a Pod with these labels in this namespace stand on?
//
// A language is one file: a class that implements Language, and one line in languages.cc.
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/flow/ladder.h"
#include "core/model/platform.h"
#include "core/model/snapshot.h"
#include "core/policy/peers.h"

namespace podmoat::policy {

/// Where a rule of a Ladder comes from, for `because`.
struct Origin {
  model::Object object;
  std::string rule;  ///< "egress[0].to[1]", "egress[2]", "spec" when the policy as a whole decided
  Place place;       ///< of that rule
};

/// A Pod as policies see it.
struct PodView {
  std::string_view ns;
  const model::Labels& labels;
};

/// Gives names of destination ports their index on Protocol::named.
class NamedPorts {
 public:
  /// The same pair always gets the same index; at most 65,536 of them (later ones share the last,
  /// which can only make an answer less sure).
  std::uint16_t index(Protocol protocol, std::string_view name);
  struct Entry {
    Protocol protocol;
    std::string name;
  };
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

/// What a language needs to compile its policies.
struct Context {
  const model::Snapshot& snapshot;
  const model::Platform& platform;
  const flow::FlowSet& within;  ///< no answer outside these flows is asked for
  const Peers& peers;
  NamedPorts& named_ports;
  std::vector<Origin>& origins;  ///< append; Rule::origin and Tier::end_origins are indices into it
};

/// One policy language, compiled for one Context.
class Language {
 public:
  virtual ~Language() = default;
  /// Appends the numbers (the language's own, ascending) of the policies that select `pod` for
  /// egress. Cost grows with what matches, not with how many policies there are.
  virtual void select(const PodView& pod, std::vector<std::uint32_t>& selected) const = 0;
  /// Appends the tiers that these policies make.
  virtual void fill(std::span<const std::uint32_t> selected, flow::Ladder& ladder) const = 0;
};

/// How a language comes into being; languages.cc lists all, in the order of their tiers.
struct LanguageEntry {
  std::string_view name;
  std::unique_ptr<Language> (*compile)(const Context& context);
};
std::span<const LanguageEntry> languages();

class Policies {
 public:
  /// Compiles everything once: O(size of all policies). Keeps references to its arguments.
  Policies(const model::Snapshot& snapshot, const model::Platform& platform, flow::FlowSet within,
           const Peers& peers = no_peers());
  ~Policies();

  /// The Ladder of a Pod that is not on the host network. Pods that the same policies select get
  /// the same object, so its address is a key for caches. Not for several threads at once.
  const flow::Ladder& ladder(const PodView& pod) const;

  const Origin& origin(std::uint32_t index) const;
  const NamedPorts& named_ports() const;
  const flow::FlowSet& within() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace podmoat::policy
