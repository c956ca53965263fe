#pragma once
// What AdminNetworkPolicy and ClusterNetworkPolicy have in common, which is nearly all: subjects,
// peers, and rules in order with one of three actions. Inside the room.
#include <string>
#include <string_view>
#include <vector>

#include "core/language/fields.h"
#include "core/language/language.h"

namespace podmoat::language {

/// Ports of a rule, with the words for them.
struct AdminPorts {
  PortMatch match;
  std::vector<std::string> words;

  /// `ports` of `protocol`, or all of them.
  void add(Protocol protocol, Ports ports = {});
  /// A container port of that name, on whatever protocol it has.
  void add(std::string name);
};

/// How one form of the API puts things.
struct AdminForm {
  std::string_view kind;
  std::string_view allow;       ///< the word for it
  std::string_view ports;       ///< the field of a rule
  std::size_t most = 0;         ///< rules in a direction, peers or ports in a rule
  bool empty_ports = false;     ///< an empty list of ports is let through
  bool passes = true;           ///< it has the action Pass
  bool domain_names = true;     ///< it has that kind of peer
  bool both_selectors = false;  ///< `pods` needs its namespaceSelector
  bool older = false;           ///< it is of v1alpha1
  /// Reads one entry of `ports`.
  void (*port)(const Field& entry, AdminPorts& into) = nullptr;
};

/// Puts an object of a version that is not read into `reading`: it may do anything to all Pods.
void read_other_version(const model::PolicyObject& object, Reading& reading);

/// The Pods of a `subject`; none if it has a problem, which is then noted.
PodTerms read_subject(const AdminForm& form, const Field& subject);

/// Reads the rules of a policy, whose `pods` are known by now, into the rest of `out`; its tier and
/// order are the caller's. Problems are noted.
/// Source: docs/semantics/clusternetworkpolicy.md CNP-5 to CNP-22, adminnetworkpolicy.md ANP-5 to
/// ANP-25.
void read_admin_rules(const AdminForm& form, const Source& source, const Field& spec, Policy& out);

/// Where Admin policies stand on this platform, and Baseline ones: docs/semantics/combining.md.
Tier admin_tier(const AdminForm& form, const model::Platform& platform);
Tier baseline_tier(const AdminForm& form, const model::Platform& platform);
/// The order of a policy of `priority` within its tier. The language of Antrea, read later,
/// puts those of Admin among its own (CO-12); elsewhere both forms at once have no order (CO-6).
double admin_order(const AdminForm& form, const Source& source, std::int64_t priority);

/// Spares Pods from the Baseline tier that NetworkPolicy selects for ingress alone, where the
/// platform does so or may: docs/semantics/combining.md CO-5. Once for a Reading is enough.
void spare_from_baseline(const Source& source, Reading& reading);

}  // namespace podmoat::language
