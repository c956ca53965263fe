// Policies: asks which policies select a Pod, and builds one Ladder for each different answer.
//
// The terms of a policy that name one namespace, as all of NetworkPolicy do, are filed under it.
// Those of the rest are tried on the labels of a namespace when the first Pod of it is asked about.
#include "core/policy/policies.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/policy/compiler.h"
#include "core/policy/selection.h"
#include "core/policy/selector_index.h"

namespace podmoat::policy {
namespace {

using flow::FlowSet;
using language::Policy;
using model::Answer;

/// Without the named ports of addresses and nodes: a name is a Pod's (NP-15), and a symbol only
/// where the Pods are not known.
FlowSet without_phantoms(const FlowSet& within, const Peers& peers) {
  const flow::PortSet named = flow::PortSet::all(Protocol::named);
  std::vector<FlowSet::Box> phantoms{{flow::whole(flow::Line::v4), named},
                                     {flow::whole(flow::Line::v6), named},
                                     {flow::whole(flow::Line::node), named}};
  if (peers.resolves()) phantoms.push_back({flow::whole(flow::Line::peer), named});
  return within - FlowSet::of(std::move(phantoms));
}

/// A term of a policy, and what it means for a Pod that it holds.
struct Filed {
  const language::PodTerm* term;
  std::uint32_t number;  ///< see Selected
};

}  // namespace

std::optional<std::string_view> PodView::value(std::string_view key) const {
  if (key == language::kServiceAccount) return service_account;
  const std::string* found = labels.find(key);
  return found == nullptr ? std::nullopt : std::optional<std::string_view>(*found);
}

bool PodView::matches(const model::Selector& selector) const {
  return std::ranges::all_of(selector.requirements, [&](const model::Requirement& r) {
    if (r.key != language::kServiceAccount) return r.matches(labels.find(r.key));
    const std::string name(service_account);
    return r.matches(&name);
  });
}

Match matches(const model::Selector& namespaces, const model::Selector& pods, const PodView& pod,
              const model::Snapshot& snapshot) {
  if (!pod.matches(pods)) return Match::no;
  return matches(namespaces, namespace_of(snapshot, pod.ns));
}

PodView view_of(const model::Snapshot& snapshot, std::string_view ns, std::uint32_t labels,
                std::uint32_t spec) {
  const std::string& account = snapshot.pod_specs[spec].service_account;
  return {ns, snapshot.pod_labels[labels], account.empty() ? "default" : std::string_view(account)};
}

PodView view_of(const model::Snapshot& snapshot, const model::Pod& pod) {
  return view_of(snapshot, pod.ns, pod.labels, pod.spec);
}

struct Policies::State {
  const model::Snapshot& snapshot;
  const model::Platform& platform;
  FlowSet within;
  NamedPorts named_ports;
  std::unique_ptr<const language::Reading> own{};  ///< where nobody gave one
  const language::Reading* reading = nullptr;
  std::vector<Origin> origins{};
  CompiledPolicies compiled{};
  std::uint32_t enforcement = 0;  ///< the origin that stands for Platform::enforces
  std::unordered_map<std::string_view, std::vector<Filed>> filed{};  ///< by namespace
  std::vector<Filed> by_labels{};                                    ///< terms of no one namespace
  std::unordered_map<std::string, SelectorIndex> indices{};          ///< by namespace
  std::unordered_map<Selection, std::unique_ptr<flow::Ladder>, SelectionHash> ladders{};

  State(const Terms& terms, NamedPorts names)
      : snapshot(terms.snapshot),
        platform(terms.platform),
        within(without_phantoms(terms.within, terms.peers)),
        named_ports(std::move(names)) {}

  bool enforced() const { return platform.enforces.answer != Answer::no; }

  void compile(const Peers& peers, const std::optional<std::vector<std::uint32_t>>& only);
  void file(const Policy& policy, std::uint32_t number);
  const SelectorIndex& index_of(std::string_view ns);
  const flow::Ladder& ladder(Selection selection);
  flow::Tier perhaps_nothing_holds() const;
};

void Policies::State::compile(const Peers& peers,
                              const std::optional<std::vector<std::uint32_t>>& only) {
  Compiler compiler(within, peers, named_ports, origins);
  enforcement = compiler.add({{"Platform", "", platform.name, {}},
                              std::string(platform.enforces.name),
                              {},
                              "does not tell whether policies are enforced",
                              "whether policies are enforced is not known"});
  const auto take = [&](std::uint32_t number) {
    const Policy& policy = reading->policies[number];
    compiled[number] = compiler.compile(policy, reading->tiers[policy.tier].end);
    file(policy, number);
  };
  if (only) {
    for (const std::uint32_t number : *only) take(number);
    return;
  }
  compiled.reserve(reading->policies.size());
  for (std::uint32_t i = 0; i < reading->policies.size(); ++i) take(i);
}

void Policies::State::file(const Policy& policy, std::uint32_t number) {
  const auto add = [&](const language::PodTerms& terms, bool surely) {
    for (const language::PodTerm& term : terms) {
      const Filed item{&term, number_of({number, surely})};
      const auto ns = language::named_namespace(term);
      (ns ? filed[*ns] : by_labels).push_back(item);
    }
  };
  add(policy.pods, true);
  add(policy.possible, false);
}

const SelectorIndex& Policies::State::index_of(std::string_view name) {
  const auto [at, is_new] = indices.try_emplace(std::string(name), std::vector<SelectorEntry>{});
  if (!is_new) return at->second;
  std::vector<SelectorEntry> entries;
  if (const auto here = filed.find(name); here != filed.end())
    for (const Filed& item : here->second) entries.push_back({&item.term->pods, item.number});
  const model::Namespace ns = namespace_of(snapshot, name);
  for (const Filed& item : by_labels) {
    const Match match = matches(item.term->namespaces, ns);
    if (match == Match::no) continue;
    const bool surely = match == Match::yes && selected_of(item.number).surely;
    entries.push_back({&item.term->pods, number_of({selected_of(item.number).policy, surely})});
  }
  at->second = SelectorIndex(std::move(entries));
  return at->second;
}

/// NP-20: if nothing is enforced every flow is allowed, and nobody knows whether that is so.
flow::Tier Policies::State::perhaps_nothing_holds() const {
  flow::Rule rule{{{}, within}, flow::Action::allow, enforcement};
  return {.name = "enforcement",
          .rules = {std::make_shared<const flow::Rule>(std::move(rule))},
          .end_origins = {}};
}

const flow::Ladder& Policies::State::ladder(Selection selection) {
  settle(selection);
  auto& ladder = ladders[selection];
  if (ladder != nullptr) return *ladder;
  ladder = std::make_unique<flow::Ladder>(ladder_of(*reading, compiled, selection));
  if (!selection.empty() && platform.enforces.answer == Answer::unknown)
    ladder->tiers.insert(ladder->tiers.begin(), perhaps_nothing_holds());
  return *ladder;
}

Policies::Policies(const model::Snapshot& snapshot, const model::Platform& platform,
                   const FlowSet& within, const Peers& peers, NamedPorts names)
    : state_(std::make_unique<State>(Terms{snapshot, platform, within, peers}, std::move(names))) {
  state_->own = std::make_unique<language::Reading>(language::read(snapshot, platform));
  state_->reading = state_->own.get();
  add_named_ports(*state_->own, state_->named_ports);
  if (state_->enforced()) state_->compile(peers, std::nullopt);
}

Policies::Policies(const language::Reading& reading, Terms terms)
    : state_(std::make_unique<State>(terms, std::move(terms.names))) {
  state_->reading = &reading;
  if (state_->enforced()) state_->compile(terms.peers, terms.only);
}

Policies::~Policies() = default;

const flow::Ladder& Policies::ladder(const PodView& pod) const {
  Selection selection;
  if (state_->enforced()) state_->index_of(pod.ns).find(pod, selection);
  return state_->ladder(std::move(selection));
}

const flow::Ladder& Policies::host_ladder() const {
  Selection selection;
  const Answer held = state_->platform.host_policies.answer;
  const auto& policies = state_->reading->policies;
  for (std::uint32_t i = 0; i < policies.size(); ++i)
    if (held != Answer::no && policies[i].on_hosts != Answer::no)
      selection.push_back(
          number_of({i, held == Answer::yes && policies[i].on_hosts == Answer::yes}));
  return state_->ladder(std::move(selection));
}

bool Policies::enforced() const { return state_->enforced(); }
const Origin& Policies::origin(std::uint32_t index) const { return state_->origins[index]; }
const NamedPorts& Policies::named_ports() const { return state_->named_ports; }
const language::Reading& Policies::reading() const { return *state_->reading; }
const FlowSet& Policies::within() const { return state_->within; }

}  // namespace podmoat::policy
