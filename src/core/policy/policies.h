#pragma once
// Policies: every policy of a Snapshot, in every language, compiled and indexed. It answers one
// question: which Ladder does a Pod with these labels in this namespace stand on?
//
// A language is one file: a class that implements Language, and one line in languages.cc.
#include <cstdint>
#include <map>
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
  /// What the rule lets through, or the policy isolates, one clause: "allows 0.0.0.0/0 except
  /// 169.254.169.254/32 on every port".
  std::string text;
  /// If it is not known what the rule matches: what would decide, one clause.
  std::string doubt{};
};

/// A Pod as policies see it.
struct PodView {
  std::string_view ns;
  const model::Labels& labels;
};

/// Gives names of destination ports their index on Protocol::named.
class NamedPorts {
 public:
  /// The index of every name after the 65,535th: what matches here is possible and never sure.
  static constexpr std::uint16_t kShared = 65535;

  struct Entry {
    Protocol protocol;
    std::string name;
    auto operator<=>(const Entry&) const = default;
  };

  /// The same pair always gets the same index. O(log n).
  std::uint16_t index(Protocol protocol, std::string_view name);
  /// The indices of all names of `protocol` so far, kShared left out.
  flow::PortSet all(Protocol protocol) const;
  /// Whether kShared was handed out.
  bool shared() const { return shared_; }
  /// Entry i has the index i.
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
  std::map<Entry, std::uint16_t> index_;
  bool shared_ = false;
};

/// Gives every port name in an egress rule of `snapshot` an index. "All ports of TCP" holds the
/// names too, so that names must be known before the first policy is compiled; whoever compares
/// two Snapshots adds the names of both and hands the result to both Policies.
void add_named_ports(const model::Snapshot& snapshot, NamedPorts& names);

/// What a language needs to compile its policies.
struct Context {
  const model::Snapshot& snapshot;
  const model::Platform& platform;
  const flow::FlowSet& within;  ///< no answer outside these flows is asked for
  const Peers& peers;
  NamedPorts& named_ports;       ///< holds the names of `snapshot` already
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
  /// Compiles everything once: O(size of all policies). Keeps references to `snapshot`, `platform`
  /// and `peers`. A name in `names` keeps its index.
  Policies(const model::Snapshot& snapshot, const model::Platform& platform,
           const flow::FlowSet& within, const Peers& peers = no_peers(), NamedPorts names = {});
  ~Policies();

  /// The Ladder of a Pod that is not on the host network: no tier if nothing is enforced (NP-20),
  /// else the tiers of every language. Rules that match nothing of within() are left out. Pods that
  /// the same policies select get the same object, so its address is a key for caches. Not for
  /// several threads at once.
  const flow::Ladder& ladder(const PodView& pod) const;

  const Origin& origin(std::uint32_t index) const;
  const NamedPorts& named_ports() const;
  /// What may be asked: the `within` of the constructor, less the named ports of addresses, which
  /// do not exist (docs/semantics/networkpolicy.md NP-15).
  const flow::FlowSet& within() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace podmoat::policy
