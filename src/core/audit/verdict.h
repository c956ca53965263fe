#pragma once
// Verdict: what a Ladder leaves of a question, and because of which rules.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/flow/ladder.h"
#include "core/policy/policies.h"
#include "core/policy/subject.h"

namespace podmoat::audit {

/// From best to worst, so that max() joins Verdicts.
enum class Reach : std::uint8_t { blocked, unknown, reachable };
std::string_view name_of(Reach reach);

/// One rule that decided, as users see it.
struct Because {
  model::Object object;
  std::string rule;  ///< "egress[0].to[1]", "spec"
  Place place;
  std::string text;  ///< what it does, one clause: "allows 0.0.0.0/0 on every port"
};

struct Verdict {
  Reach reach = Reach::blocked;
  /// reachable: a flow that surely passes. unknown: one that may. blocked: nothing.
  std::optional<flow::Flow> witness;
  /// reachable: every rule that lets the witness through (each would have to change); empty when
  /// nothing isolates the Subject. blocked: the policies that isolate it. unknown: the rules that
  /// leave it open.
  std::vector<Because> because;
  /// One sentence: "no policy isolates it for egress", "it shares the node's network".
  std::string reason;
  /// For unknown: what would decide, in words.
  std::vector<std::string> open_questions;
};

/// What a Ladder says of the flows `wanted`, and why. `anywhere`, `doubts`: see catalog::Aim.
/// O(rules of the Ladder x size of `wanted`).
Verdict judge(const policy::Policies& policies, const flow::Ladder& ladder,
              const flow::FlowSet& wanted, bool anywhere,
              const std::vector<catalog::Doubt>& doubts = {});
/// The same, for who asks a Ladder many questions: `known` is what evaluate() says of a set that
/// holds `wanted`. The fold decides each flow by itself, so the part of an answer is the answer of
/// the part. O(size of `known` and `wanted`) unless something is let through.
Verdict judge(const policy::Policies& policies, const flow::Ladder& ladder,
              const flow::Known& known, const flow::FlowSet& wanted, bool anywhere,
              const std::vector<catalog::Doubt>& doubts = {});

/// Every rule of the Ladder that lets `flow` through, those that do so for sure first. Several can,
/// and each of them would have to change.
std::vector<Because> allowing(const policy::Policies& policies, const flow::Ladder& ladder,
                              const flow::Flow& flow);

/// Why nothing hinders a Pod on the host network that no policy for nodes holds.
inline constexpr const char* kOnHost = "it shares the node's network, where no NetworkPolicy holds";

/// The Verdict of a Pod on the host network, or of any Pod where nothing enforces policies: no
/// policy stands in the way of `wanted`. `reason` says which of the two it is.
Verdict unhindered(const flow::FlowSet& wanted, std::string reason);

/// The Verdict of a Pod that is not on the host network about what listens on the node's loopback
/// only (catalog::Aim::host_only).
Verdict out_of_the_node();

/// `verdict` about the flows `wanted`, which lead to nodes, for a Pod whose own node is one of
/// them: `blocked` holds for the others only, unless the Platform promises more. Rule: NP-NODE.
Verdict with_own_node(Verdict verdict, const flow::FlowSet& wanted,
                      const model::Platform& platform);

}  // namespace podmoat::audit
