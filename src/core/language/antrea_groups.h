#pragma once
// Whom the selectors of Antrea select: groups, and the entries of appliedTo and `to` that groups
// stand for. Rules: docs/semantics/antrea.md AN-11 to AN-24.
#include <map>
#include <string>
#include <string_view>

#include "core/language/fields.h"
#include "core/language/language.h"

namespace podmoat::language::antrea_parts {

/// Pods, addresses and nodes.
struct Members {
  PodTerms pods;
  PodTerms possible;
  flow::Known places;  ///< what the group means as a destination, beside Pods
  bool nodes = false;  ///< a nodeSelector is part of it
  std::string words;   ///< "Pods with app=web of every namespace"
  std::string doubt;   ///< what would decide about `possible`

  /// Both.
  void add(Members other);
};

/// The Pods of one account. Source: AN-23.
PodTerm pods_of_account(std::string_view ns, const std::string& name);
/// "Pods with app=web of namespaces with env=prod".
std::string words_of(const PodTerm& term);

/// The Pods of `podSelector` and `namespaceSelector` of `entry`. `own` is the namespace of a
/// namespaced kind, or "" (AN-2).
Members pods_of(const Field& entry, std::string_view own);
/// A required `{name, namespace}` map; an empty namespace where one is missing and `own` is "".
PodTerm account_of(const Field& entry);
/// The blocks of a map with `cidr` and `except` (AN-18). Notes if it is multicast.
Members block_of_peer(const Field& entry, bool* multicast);
/// The addresses of Nodes (AN-20).
Members nodes_of(const Field& selector, const model::Snapshot& snapshot);
/// Perhaps any address (AN-24).
Members external_entities();

/// The ClusterGroups and Groups of the input.
class Groups {
 public:
  /// Keeps both references. Groups that cannot be read are told in `reading`, once.
  Groups(const Source& source, Reading& reading) : source_(source), reading_(reading) {}

  /// The ClusterGroup `name` (`own` ""), or the Group of the namespace `own`. One that is not in
  /// the input, or cannot be read, is perhaps everything (AN-21).
  const Members& find(std::string_view own, const std::string& name);

 private:
  Members read(std::string_view own, const std::string& name, bool as_child);
  Members read_spec(const Field& spec, std::string_view own, bool as_child);
  Members children_of(const Field& list, std::string_view own, bool as_child);

  const Source& source_;
  Reading& reading_;
  std::map<std::pair<std::string, std::string>, Members> known_;
  std::map<const model::PolicyObject*, bool> told_;
};

}  // namespace podmoat::language::antrea_parts
