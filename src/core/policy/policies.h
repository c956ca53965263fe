#pragma once
// Policies: every policy of a Snapshot, in every language, compiled and indexed. It answers one
// question: which Ladder does a Pod with these labels in this namespace stand on?
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/flow/ladder.h"
#include "core/language/policy.h"
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
  bool operator==(const Origin&) const = default;
};

/// A Pod as policies see it.
struct PodView {
  std::string_view ns;
  const model::Labels& labels;
  std::string_view service_account = "default";

  /// The value under `key`: a label's, or the ServiceAccount's name under
  /// language::kServiceAccount.
  std::optional<std::string_view> value(std::string_view key) const;
  bool matches(const model::Selector& selector) const;
};

/// Whether selectors of a namespace's labels and of a Pod's labels hold `pod`, a Pod of `snapshot`:
/// unknown as for the namespace alone.
Match matches(const model::Selector& namespaces, const model::Selector& pods, const PodView& pod,
              const model::Snapshot& snapshot);

/// How policies see `pod`, or a Pod of namespace `ns` with the given labels and PodSpec of the
/// pools. Refers to `snapshot` and `ns`.
PodView view_of(const model::Snapshot& snapshot, const model::Pod& pod);
PodView view_of(const model::Snapshot& snapshot, std::string_view ns, std::uint32_t labels,
                std::uint32_t spec);

/// Gives names of destination ports their index on Protocol::named.
class NamedPorts {
 public:
  /// The index of every name after the 65,535th: what matches here is possible and never sure.
  static constexpr std::uint16_t kShared = 65535;

  using Entry = language::PortName;

  /// The same pair always gets the same index. O(log n).
  std::uint16_t index(Protocol protocol, std::string_view name);
  /// The index of a name, or nothing if it has none yet.
  std::optional<std::uint16_t> find(const Entry& entry) const;
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

/// Gives every port name in a clause of `reading` an index. "All ports of TCP" holds the names too,
/// so that names must be known before the first policy is compiled; whoever compares two Snapshots
/// adds the names of both and hands the result to both Policies.
void add_named_ports(const language::Reading& reading, NamedPorts& names);

class Policies {
 public:
  /// What a reading is compiled for.
  struct Terms {
    const model::Snapshot& snapshot;  ///< for the labels of namespaces
    const model::Platform& platform;
    const flow::FlowSet& within;  ///< no answer outside these flows is asked for
    const Peers& peers = no_peers();
    NamedPorts names{};  ///< every name of the reading, see add_named_ports
    /// The policies that count, by their numbers; nothing: all.
    std::optional<std::vector<std::uint32_t>> only{};
  };

  /// Reads the policies of `snapshot` and compiles them: O(size of all policies). Keeps references
  /// to `snapshot`, `platform` and `peers`.
  Policies(const model::Snapshot& snapshot, const model::Platform& platform,
           const flow::FlowSet& within, const Peers& peers = no_peers(), NamedPorts names = {});
  /// The same from a Reading that is there already, and must outlive the Policies, as must what
  /// `terms` refers to.
  Policies(const language::Reading& reading, Terms terms);
  ~Policies();

  /// The Ladder of a Pod that is not on the host network: the tiers in which some policy selects
  /// it; none if nothing is enforced (NP-20). Rules that match nothing of within() are left out.
  /// Pods that the same policies select get the same object, so its address is a key for caches.
  /// Not for several threads at once.
  const flow::Ladder& ladder(const PodView& pod) const;
  /// The Ladder of what shares the network of a node, whichever node that is: only policies for
  /// hosts, where the Platform has any.
  const flow::Ladder& host_ladder() const;

  /// Whether any policy may have an effect.
  bool enforced() const;
  const Origin& origin(std::uint32_t index) const;
  const NamedPorts& named_ports() const;
  const language::Reading& reading() const;
  /// What may be asked: the `within` of the constructor, less the named ports of addresses, which
  /// do not exist (docs/semantics/networkpolicy.md NP-15).
  const flow::FlowSet& within() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace podmoat::policy
