// verify: walks the namespaces, and in each the classes of label sets that its policies, before and
// after, can tell apart; for each class it compares the two Ladders as sets of flows.
// Why that decides the Claim, and for which readings of the platform: docs/semantics/proof.md.
#include "core/proof/proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/proof/beyond.h"
#include "core/proof/compare.h"
#include "core/proof/ingress.h"
#include "core/proof/label_classes.h"
#include "core/proof/label_peers.h"
#include "core/proof/witness.h"

namespace podmoat::proof {
namespace {

using model::NetworkPolicy;

/// The policies of one namespace that decide about egress, of both sides.
using PoliciesOf = std::map<std::string, std::vector<const NetworkPolicy*>, std::less<>>;

/// The namespaces in scope, each with its policies.
PoliciesOf namespaces_of(const Claim& claim) {
  PoliciesOf out;
  const std::set<std::string_view> scope(claim.namespaces.begin(), claim.namespaces.end());
  const auto in_scope = [&](std::string_view ns) { return scope.empty() || scope.contains(ns); };
  for (const model::Snapshot* side : {&claim.before, &claim.after}) {
    for (const model::Namespace& ns : side->namespaces)
      if (in_scope(ns.object.name)) out[ns.object.name];
    for (const NetworkPolicy& policy : side->network_policies)
      if (auto& of_ns = out; in_scope(policy.object.ns) && policy.isolates_egress)
        of_ns[policy.object.ns].push_back(&policy);
  }
  return out;
}

/// The distinct selectors of the Pods that the policies isolate.
std::vector<model::Selector> selectors_of(const std::vector<const NetworkPolicy*>& policies) {
  std::set<model::Selector> selectors;
  for (const NetworkPolicy* policy : policies) selectors.insert(policy->pods);
  return {selectors.begin(), selectors.end()};
}

policy::NamedPorts names_of(const Claim& claim) {
  policy::NamedPorts names;
  policy::add_named_ports(claim.before, names);
  policy::add_named_ports(claim.after, names);
  return names;
}

/// One namespace whose classes are few enough.
struct Field {
  std::string_view ns;
  LabelClasses senders;
  std::size_t receivers = 0;
};

/// The classes of each namespace; for one with too many, a question in `proof` instead.
std::vector<Field> fields_of(const Claim& claim, const PoliciesOf& namespaces, LabelPeers& peers,
                             Proof& proof) {
  std::vector<Field> fields;
  for (const auto& [ns, policies] : namespaces) {
    const auto give_up = [&, &name = ns](std::size_t reached, std::string_view whose) {
      proof.open_questions.push_back(fmt::format(
          "namespace {}: the selectors of its policies tell at least {} kinds of Pods apart {}, "
          "and the bound is {}",
          name, reached, whose, claim.bound));
    };
    auto senders = LabelClasses::of(selectors_of(policies), claim.bound);
    if (!senders) {
      give_up(senders.error(), "by podSelector");
      continue;
    }
    const auto receivers = peers.add(ns, policies, claim.bound);
    if (!receivers) {
      give_up(receivers.error(), "at the other end");
      continue;
    }
    fields.push_back({ns, std::move(*senders), *receivers});
  }
  return fields;
}

/// One run of verify.
class Run {
 public:
  explicit Run(const Claim& claim)
      : claim_(claim),
        names_(names_of(claim)),
        judge_(claim.guard, claim.platform, names_),
        namespaces_(namespaces_of(claim)),
        fields_(fields_of(claim, namespaces_, peers_, proof_)),
        before_(claim.before, claim.platform, flow::FlowSet::all(), peers_, names_),
        after_(claim.after, claim.platform, flow::FlowSet::all(), peers_, names_) {}

  Proof finish() && {
    proof_.namespaces = namespaces_.size();
    proof_.anywhere = std::ranges::any_of(claim_.guard.aims, &catalog::Aim::anywhere);
    for (const Field& field : fields_) decide(field);
    ask_about_ingress();
    ask_about_nothing();
    std::vector<std::string> scope;
    for (const auto& [ns, policies] : namespaces_) scope.push_back(ns);
    proof_.beyond = beyond(claim_, scope);
    proof_.outcome = !proof_.counterexamples.empty()  ? Outcome::refuted
                     : !proof_.open_questions.empty() ? Outcome::undecided
                                                      : Outcome::proven;
    return std::move(proof_);
  }

 private:
  /// What the first class with a breach says; later ones add nothing to it.
  struct Found {
    std::map<Breach, Counterexample> sure;
    bool doubtful = false;  ///< a breach that is possible and not sure
  };

  /// The flows of a Ladder, evaluated once as long as they are held.
  class Evaluated {
   public:
    Evaluated(const Judge& judge, std::size_t receivers)
        : judge_(judge), universe_(judge.universe(receivers)) {}
    const flow::Known& of(const flow::Ladder& ladder) {
      if (held_ > kHeld) {
        known_.clear();
        held_ = 0;
      }
      const auto [it, fresh] = known_.try_emplace(&ladder);
      if (fresh) {
        it->second = judge_.flows(ladder, universe_);
        held_ += it->second.possible.rows().size() + 1;
        rows_ += judge_.rows(ladder, it->second);
      }
      return it->second;
    }
    std::size_t rows() const { return rows_; }  ///< looked at so far

   private:
    static constexpr std::size_t kHeld = 1 << 16;  ///< rows, in about 8 MB
    const Judge& judge_;
    flow::FlowSet universe_;
    std::unordered_map<const flow::Ladder*, flow::Known> known_;
    std::size_t held_ = 0;  ///< rows in known_
    std::size_t rows_ = 0;
  };

  static constexpr std::size_t kBreaches = 3;

  void decide(const Field& field) {
    Found found;
    Evaluated before(judge_, field.receivers);
    Evaluated after(judge_, field.receivers);
    for (std::size_t i = 0; i < field.senders.size(); ++i) {
      const model::Labels labels = field.senders.labels(i);
      const Ladders ladders{before_.ladder({field.ns, labels}), after_.ladder({field.ns, labels})};
      const Change change = judge_.compare(before.of(ladders.before), after.of(ladders.after));
      ++proof_.classes;
      proof_.flows_cut += change.rows_cut;
      proof_.collateral = proof_.collateral || change.collateral;
      note(field.ns, labels, ladders, change, found);
      if (found.sure.size() == kBreaches) break;
      if (before.rows() + after.rows() <= claim_.bound * kRowsPerClass) continue;
      proof_.open_questions.push_back(fmt::format(
          "namespace {}: gave up after {} of {} kinds of Pods, each compared with {} kinds at the "
          "other end",
          field.ns, i + 1, field.senders.size(), field.receivers));
      break;
    }
    for (auto& [breach, example] : found.sure) proof_.counterexamples.push_back(std::move(example));
    if (found.doubtful) ask(field.ns);
  }

  struct Ladders {
    const flow::Ladder& before;
    const flow::Ladder& after;
  };

  void note(std::string_view ns, const model::Labels& labels, const Ladders& ladders,
            const Change& change, Found& found) const {
    for (const auto& [breach, flows] : change.breaches) {
      if (flows.sure.empty()) {
        found.doubtful = found.doubtful || !flows.possible.empty();
        continue;
      }
      if (found.sure.contains(breach)) continue;
      const bool from_before = breach == Breach::cut;
      const Side side{from_before ? before_ : after_, from_before ? ladders.before : ladders.after};
      found.sure.emplace(
          breach, counterexample(breach, {ns, labels}, judge_.witness(flows.sure), side, peers_));
    }
  }

  /// Says what leaves `ns` undecided.
  void ask(std::string_view ns) {
    std::set<std::string> unread;
    for (const model::Snapshot* side : {&claim_.before, &claim_.after})
      for (const model::UnreadPolicy& policy : side->unread_policies)
        if (policy.object.ns.empty() || policy.object.ns == ns)
          unread.insert(fmt::format("{} ({})", policy.object.str(), policy.api_version));
    for (const std::string& policy : unread)
      proof_.open_questions.push_back(
          fmt::format("namespace {}: {} is not read and may allow or deny anything", ns, policy));
    if (!unread.empty()) return;
    proof_.open_questions.push_back(
        fmt::format("namespace {}: platform {} leaves open what its policies let through", ns,
                    claim_.platform.name));
  }

  void ask_about_ingress() {
    for (const std::string& ns : namespaces_with_other_ingress(claim_.before, claim_.after))
      if (namespaces_.contains(ns))
        proof_.open_questions.push_back(
            fmt::format("namespace {}: what the policies let in changed, which is not judged", ns));
  }

  /// A Claim about nothing would hold whatever the change is.
  void ask_about_nothing() {
    if (claim_.guard.must.empty())
      proof_.open_questions.emplace_back(
          proof_.anywhere
              ? "nothing is guarded: the input does not tell the addresses of the Targets"
              : "nothing is guarded: no Target has an address that a policy could close");
    if (namespaces_.empty()) proof_.open_questions.emplace_back("no namespace is in scope");
  }

  const Claim& claim_;
  Proof proof_;
  policy::NamedPorts names_;
  Judge judge_;
  PoliciesOf namespaces_;
  LabelPeers peers_;
  std::vector<Field> fields_;
  policy::Policies before_;
  policy::Policies after_;
};

}  // namespace

Proof verify(const Claim& claim) { return Run(claim).finish(); }

}  // namespace podmoat::proof
