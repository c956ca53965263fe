// verify: walks the namespaces, and in each the classes of label sets that its policies, before and
// after, can tell apart; for each class it compares the two Ladders as sets of flows.
// Why that decides the Claim, and for which readings of the platform: docs/semantics/proof.md.
#include "core/proof/proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/proof/beyond.h"
#include "core/proof/compare.h"
#include "core/proof/essence.h"
#include "core/proof/ingress.h"
#include "core/proof/joint.h"
#include "core/proof/label_classes.h"
#include "core/proof/label_peers.h"
#include "core/proof/side.h"
#include "core/proof/witness.h"

namespace podmoat::proof {
namespace {

/// The namespaces in scope, sorted.
std::vector<std::string> namespaces_of(const Claim& claim) {
  std::set<std::string> out;
  const std::set<std::string_view> scope(claim.namespaces.begin(), claim.namespaces.end());
  const auto add = [&](const std::string& ns) {
    if (scope.empty() || scope.contains(ns)) out.insert(ns);
  };
  for (const model::Snapshot* side : {&claim.before, &claim.after}) {
    for (const model::Namespace& ns : side->namespaces) add(ns.object.name);
    for (const model::NetworkPolicy& policy : side->network_policies) add(policy.object.ns);
    for (const model::PolicyObject& policy : side->policy_objects)
      if (!policy.object.ns.empty()) add(policy.object.ns);
  }
  return {out.begin(), out.end()};
}

/// The Pods at the other end that the clauses of `policies` speak of.
void add_terms(const ReadSide& side, const std::vector<std::uint32_t>& policies,
               std::set<language::PodTerm>& out) {
  for (const std::uint32_t number : policies)
    for (const language::Clause& clause : side.reading().policies[number].clauses)
      for (const auto* terms : {&clause.to.pods, &clause.to.possible})
        out.insert(terms->begin(), terms->end());
}

Freedom freedom(std::string_view key) {
  return key == language::kServiceAccount ? Freedom::account : Freedom::label;
}

/// One namespace whose classes are few enough.
struct Field {
  std::string_view ns;
  std::vector<std::uint32_t> before;  ///< policies that may select a Pod of it
  std::vector<std::uint32_t> after;
  LabelClasses senders;
  LabelPeers peers;
};

/// Whether some policy isolates whoever stands on the Ladder.
bool isolated(const flow::Ladder& ladder) {
  return std::ranges::any_of(ladder.tiers,
                             [](const flow::Tier& tier) { return !tier.end_origins.empty(); });
}

/// A Pod that could exist: its labels, with the name of its ServiceAccount told apart.
class Sender {
 public:
  explicit Sender(const model::Labels& labels) {
    for (const auto& [key, value] : labels.entries())
      if (key == language::kServiceAccount)
        account_ = value;
      else
        labels_.set(key, value);
  }
  policy::PodView view(std::string_view ns) const { return {ns, labels_, account_}; }

 private:
  model::Labels labels_;
  std::string account_ = "default";
};

/// One run of verify.
class Run {
 public:
  explicit Run(const Claim& claim)
      : claim_(claim),
        before_(claim.before, claim.platform),
        after_(claim.after, claim.platform),
        namespaces_(namespaces_of(claim)),
        judge_(claim.guard, claim.platform, names_) {
    policy::add_named_ports(before_.reading(), names_);
    policy::add_named_ports(after_.reading(), names_);
  }

  Proof finish() && {
    proof_.namespaces = namespaces_.size();
    proof_.exceptions = static_cast<std::size_t>(
        std::ranges::count_if(claim_.guard.spared, [&](const catalog::Spared& spared) {
          return !(spared.flows & claim_.guard.must).empty();
        }));
    proof_.anywhere = std::ranges::any_of(claim_.guard.aims, &catalog::Aim::anywhere);
    for (const std::string& ns : namespaces_)
      if (const auto field = field_of(ns)) decide(*field);
    if (const auto field = field_of_nodes()) decide_nodes(*field);
    ask_about_default();
    ask_about_ingress();
    ask_about_nothing();
    proof_.beyond = beyond(claim_, namespaces_);
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

  /// The classes of `ns`; nothing, and a question, where they are too many.
  std::optional<Field> field_of(const std::string& ns) {
    const auto give_up = [&](std::size_t reached, std::string_view whose) {
      proof_.open_questions.push_back(fmt::format(
          "namespace {}: the selectors of its policies tell at least {} kinds of Pods apart {}, "
          "and the bound is {}",
          ns, reached, whose, claim_.bound));
    };
    const std::vector<std::uint32_t> before = before_.policies_of(ns);
    const std::vector<std::uint32_t> after = after_.policies_of(ns);
    std::vector<model::Selector> selectors = before_.selectors_of(ns, before);
    std::ranges::copy(after_.selectors_of(ns, after), std::back_inserter(selectors));
    for (const catalog::Spared& spared : claim_.guard.spared) selectors.push_back(spared.pods);
    std::ranges::sort(selectors);
    const auto again = std::ranges::unique(selectors);
    selectors.erase(again.begin(), again.end());
    auto senders = LabelClasses::of(selectors, claim_.bound, freedom);
    if (!senders) return give_up(senders.error(), "by podSelector"), std::nullopt;
    std::set<language::PodTerm> terms;
    add_terms(before_, before, terms);
    add_terms(after_, after, terms);
    auto peers = LabelPeers::of(terms, claim_.bound);
    if (!peers) return give_up(peers.error(), "at the other end"), std::nullopt;
    return Field{ns, before, after, std::move(*senders), std::move(*peers)};
  }

  /// What shares the network of nodes, where policies can hold it (PR-9); nothing where none does.
  std::optional<Field> field_of_nodes() {
    if (claim_.platform.host_policies.answer == model::Answer::no) return std::nullopt;
    const std::vector<std::uint32_t> before = before_.policies_of_nodes();
    const std::vector<std::uint32_t> after = after_.policies_of_nodes();
    if (before.empty() && after.empty()) return std::nullopt;
    std::set<language::PodTerm> terms;
    add_terms(before_, before, terms);
    add_terms(after_, after, terms);
    auto peers = LabelPeers::of(terms, claim_.bound);
    if (!peers) {
      proof_.open_questions.push_back(fmt::format(
          "nodes: their policies tell at least {} kinds of Pods apart, and the bound is "
          "{}",
          peers.error(), claim_.bound));
      return std::nullopt;
    }
    return Field{"", before, after, *LabelClasses::of({}, claim_.bound, freedom),
                 std::move(*peers)};
  }

  policy::Policies compiled(const ReadSide& side, const LabelPeers& peers,
                            const std::vector<std::uint32_t>& policies) const {
    static const flow::FlowSet all = flow::FlowSet::all();
    return {side.reading(), {side.snapshot(), claim_.platform, all, peers, names_, policies}};
  }

  void decide(const Field& field) {
    Found found;
    const std::size_t receivers = field.peers.size();
    const policy::Policies policies_before = compiled(before_, field.peers, field.before);
    const policy::Policies policies_after = compiled(after_, field.peers, field.after);
    Evaluated before(judge_, receivers);
    Evaluated after(judge_, receivers);
    const Joint joint(claim_.guard, claim_.platform, names_, receivers);
    std::size_t joint_rows = 0;
    for (std::size_t i = 0; i < field.senders.size(); ++i) {
      const Sender sender(field.senders.labels(i));
      const policy::PodView view = sender.view(field.ns);
      const Ladders ladders{policies_before.ladder(view), policies_after.ladder(view)};
      const Side old{policies_before, ladders.before};
      const Side now{policies_after, ladders.after};
      const Spare spare = spared(view);
      const flow::Known& passed = before.of(ladders.before);
      const flow::Known& passes = after.of(ladders.after);
      // Where nothing is in doubt the sets say all that the rules do, and much sooner.
      const bool exact = passed.exact() && passes.exact();
      const Change change = judge_.compare(
          passed, passes, spare, exact ? Likeness{} : likeness(old, now, judge_.may(spare)));
      ++proof_.classes;
      proof_.flows_cut += change.rows_cut;
      proof_.collateral = proof_.collateral || change.collateral;
      const Compared whose{field, view, policies_before, policies_after};
      note(whose, ladders, change, found);
      opened_ = opened_ || (!isolated(ladders.before) && isolated(ladders.after));
      if (joint.needed(old, now))
        joint_rows += note(whose, ladders, joint.compare(ladders.before, ladders.after), found);
      if (found.sure.size() == kBreaches) break;
      if (before.rows() + after.rows() + joint_rows <= claim_.bound * kRowsPerClass) continue;
      proof_.open_questions.push_back(fmt::format(
          "namespace {}: gave up after {} of {} kinds of Pods, each compared with {} kinds at the "
          "other end",
          field.ns, i + 1, field.senders.size(), receivers));
      break;
    }
    for (auto& [breach, example] : found.sure) proof_.counterexamples.push_back(std::move(example));
    if (found.doubtful) ask(field);
  }

  /// Policies for nodes may close what is guarded, and must do nothing else.
  void decide_nodes(const Field& field) {
    const policy::Policies policies_before = compiled(before_, field.peers, field.before);
    const policy::Policies policies_after = compiled(after_, field.peers, field.after);
    const Ladders ladders{policies_before.host_ladder(), policies_after.host_ladder()};
    const Side old{policies_before, ladders.before};
    const Side now{policies_after, ladders.after};
    const flow::FlowSet universe = judge_.universe(field.peers.size());
    const flow::Known passed = judge_.flows(ladders.before, universe);
    const flow::Known passes = judge_.flows(ladders.after, universe);
    const bool exact = passed.exact() && passes.exact();
    Change change =
        judge_.compare(passed, passes, {}, exact ? Likeness{} : likeness(old, now, judge_.may({})));
    std::erase_if(change.breaches,
                  [](const auto& breach) { return breach.first == Breach::still_open; });
    const Sender sender{model::Labels()};
    Found found;
    note({field, sender.view(field.ns), policies_before, policies_after}, ladders, change, found);
    for (auto& [breach, example] : found.sure) proof_.counterexamples.push_back(std::move(example));
    if (found.doubtful) ask(field);
  }

  /// What Exceptions leave to a Pod.
  Spare spared(const policy::PodView& view) const {
    Spare out;
    for (const catalog::Spared& spared : claim_.guard.spared) {
      const policy::Match held =
          policy::matches(spared.namespaces, spared.pods, view, after_.snapshot());
      if (held != policy::Match::no) out.possible = out.possible | spared.flows;
      if (held == policy::Match::yes) out.sure = out.sure | spared.flows;
    }
    return out;
  }

  struct Ladders {
    const flow::Ladder& before;
    const flow::Ladder& after;
  };

  /// Whose Ladders were compared.
  struct Compared {
    const Field& field;
    const policy::PodView& sender;
    const policy::Policies& before;
    const policy::Policies& after;
  };

  void note(const Compared& whose, const Ladders& ladders, const Change& change,
            Found& found) const {
    for (const auto& [breach, flows] : change.breaches) {
      if (flows.sure.empty()) {
        found.doubtful = found.doubtful || !flows.possible.empty();
        continue;
      }
      if (found.sure.contains(breach)) continue;
      const bool from_before = breach == Breach::cut;
      const Side side{from_before ? whose.before : whose.after,
                      from_before ? ladders.before : ladders.after};
      found.sure.emplace(breach, counterexample(breach, whose.sender, judge_.witness(flows.sure),
                                                side, whose.field.peers));
    }
  }

  /// The same for Pods that rules on addresses hold too; the rows that were looked at.
  std::size_t note(const Compared& whose, const Ladders& ladders, const Joint::Answer& answer,
                   Found& found) const {
    const auto add = [&](Breach breach, const std::optional<JointFlow>& joint, const Side& side) {
      if (!joint || found.sure.contains(breach)) return;
      Counterexample example =
          counterexample(breach, whose.sender, joint->flow, side, whose.field.peers);
      example.to += " at " + joint->address.str();
      found.sure.emplace(breach, std::move(example));
    };
    add(Breach::cut, answer.cut, {whose.before, ladders.before});
    add(Breach::widened, answer.widened, {whose.after, ladders.after});
    found.doubtful = found.doubtful || answer.doubtful;
    return answer.rows;
  }

  /// Says what leaves a namespace undecided.
  void ask(const Field& field) {
    std::set<std::string> doubts;
    const auto add = [&](const ReadSide& side, const std::vector<std::uint32_t>& policies) {
      for (const std::uint32_t number : policies) {
        const language::Policy& policy = side.reading().policies[number];
        if (!policy.doubt.empty()) doubts.insert(policy.doubt);
        for (const language::Clause& clause : policy.clauses)
          if (!clause.doubt.empty() && clause.doubt != policy.doubt)
            doubts.insert(policy.object.str() + ": " + clause.doubt);
      }
    };
    add(before_, field.before);
    add(after_, field.after);
    for (const catalog::Doubt& doubt : claim_.guard.doubts) doubts.insert(doubt.question);
    if (doubts.empty())
      doubts.insert(fmt::format("platform {} leaves open what its policies let through",
                                claim_.platform.name));
    for (const std::string& doubt : doubts)
      proof_.open_questions.push_back(
          field.ns.empty() ? "nodes: " + doubt : fmt::format("namespace {}: {}", field.ns, doubt));
  }

  /// PF-20. To allow a Pod what it had is to open it, if nobody knows that it had it.
  void ask_about_default() {
    const model::Fact& fact = claim_.platform.denies_by_default;
    if (opened_ && fact.answer == model::Answer::unknown)
      proof_.open_questions.push_back(
          "whether the platform denies Pods that no policy selects is not known: " + fact.source);
  }

  void ask_about_ingress() {
    for (const std::string& ns : namespaces_with_other_ingress(claim_.before, claim_.after))
      if (std::ranges::binary_search(namespaces_, ns))
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
  ReadSide before_;
  ReadSide after_;
  policy::NamedPorts names_;
  std::vector<std::string> namespaces_;
  Judge judge_;
  bool opened_ = false;  ///< a Pod that no policy isolated before is isolated after
};

}  // namespace

Proof verify(const Claim& claim) { return Run(claim).finish(); }

}  // namespace podmoat::proof
