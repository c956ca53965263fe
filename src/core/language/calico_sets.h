#pragma once
// CalicoSets: what Calico's selectors hold beside Pods: NetworkSets, GlobalNetworkSets and
// HostEndpoints, whose labels are known, and so are their addresses.
#include <string>
#include <vector>

#include "core/flow/ladder.h"
#include "core/language/calico_selector.h"
#include "core/language/language.h"

namespace podmoat::language {

/// One of them.
struct CalicoMember {
  const model::PolicyObject* object = nullptr;
  model::Labels labels;  ///< with those that Calico adds, but for the labels of its namespace
  const model::Namespace* ns = nullptr;  ///< of a NetworkSet; nullptr for one that nothing mentions
  flow::Known addresses;
  // Of a HostEndpoint:
  std::string node;
  bool wildcard = false;  ///< it is every interface of its node
  std::vector<std::string> profiles;
  bool names_ports = false;  ///< it gives names to ports
  bool unread = false;       ///< something about it could not be read
};

/// Whether `selector` holds the member.
model::Answer holds(const CalicoSelector& selector, const CalicoMember& member);

class CalicoSets {
 public:
  /// Reads them from `objects`, which have no object twice. Warns in `reading` about what cannot be
  /// read: the addresses of such a member are not known.
  CalicoSets(const model::Snapshot& snapshot,
             const std::vector<const model::PolicyObject*>& objects, Reading& reading);

  /// The addresses of all that `selector` holds, on every port.
  flow::Known places(const CalicoSelector& selector) const;
  const std::vector<CalicoMember>& hosts() const { return hosts_; }
  /// Whether a HostEndpoint gives names to ports.
  bool hosts_name_ports() const;

 private:
  std::vector<CalicoMember> sets_;
  std::vector<CalicoMember> hosts_;
};

}  // namespace podmoat::language
