#pragma once
// Compiler: clauses to rules of a Ladder, for one set of questions and one set of Pods at the other
// end.
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/policy/policies.h"

namespace podmoat::policy {

using RulePointer = std::shared_ptr<const flow::Rule>;

/// One policy, compiled.
struct Compiled {
  std::vector<RulePointer> rules;     ///< for Pods that it selects
  std::vector<RulePointer> doubtful;  ///< the same, for Pods that it may select
  RulePointer doubtful_end;           ///< for the latter, if it isolates: perhaps the end
  std::uint32_t origin = 0;           ///< of the policy as a whole
};

/// By the policy's number in Reading::policies; only those that somebody asked for.
using CompiledPolicies = std::unordered_map<std::uint32_t, Compiled>;

class Compiler {
 public:
  /// Keeps references; `names` holds every name of the reading.
  Compiler(const flow::FlowSet& within, const Peers& peers, const NamedPorts& names,
           std::vector<Origin>& origins)
      : within_(within), peers_(peers), names_(names), origins_(origins) {}

  Compiled compile(const language::Policy& policy, flow::Action end);
  std::uint32_t add(Origin origin);

 private:
  struct Matched {
    flow::Known flows;
    std::string deciding;
  };
  Matched match(const language::Clause& clause);
  std::uint32_t add_once(Origin origin);
  const flow::Known& opened(const language::PortMatch& ports, bool allows);

  const flow::FlowSet& within_;
  const Peers& peers_;
  const NamedPorts& names_;
  std::vector<Origin>& origins_;
  std::map<std::pair<language::PortMatch, bool>, flow::Known> opened_;
};

}  // namespace podmoat::policy
