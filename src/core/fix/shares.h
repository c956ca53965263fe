#pragma once
// Shares: the guarded flows by whom they are taken from, for engines whose policies can deny.
#include <string>
#include <vector>

#include "core/fix/plan.h"
#include "core/language/policy.h"

namespace podmoat::fix {

/// Destinations at which the same ports are denied.
struct Denial {
  std::vector<flow::PortSet::Run> ports;  ///< of TCP, UDP and SCTP; never empty
  std::vector<Block> blocks;              ///< IPv4 first
  bool own_node = false;
  bool other_nodes = false;
};

/// `flows` as Denials, by their first destination. What has no ports is left out.
std::vector<Denial> denials(const flow::FlowSet& flows);

/// Guarded flows, and the Pods from which they are taken: all of the scope but those to which an
/// Exception leaves them (FX-21).
struct Share {
  flow::FlowSet flows;
  language::PodTerms pods;  ///< no two hold the same Pod; at least one
};

/// Every guarded flow is in one Share, but for those of which `plan` gets a Leftover because the
/// Pods take more terms than anybody wants to keep. Terms ask for Pods by labels and, if an
/// Exception does, by language::kServiceAccount.
std::vector<Share> shares(const Order& order, Plan& plan);

/// The same for an engine that cannot select Pods by their ServiceAccount: what such an Exception
/// spares is in no Share, and a Leftover says that it stays open to all.
std::vector<Share> shares_by_labels(const Order& order, Plan& plan);

/// The namespaces in scope, as a selector.
model::Selector scope_selector(const Order& order);

/// The words for `pods` in Addition::why: "Pods with app=web in namespaces with team=a".
std::string words_for(const language::PodTerms& pods);

}  // namespace podmoat::fix
