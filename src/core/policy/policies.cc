// Policies: asks every language which of its policies select a Pod, and builds one Ladder for each
// different answer.
#include "core/policy/policies.h"

#include <unordered_map>
#include <utility>

namespace podmoat::policy {
namespace {

using flow::FlowSet;

/// Which policies of which language select a Pod: for each language how many, then their numbers.
using Selection = std::vector<std::uint32_t>;

struct SelectionHash {
  std::size_t operator()(const Selection& selection) const {
    std::size_t hash = selection.size();
    for (const std::uint32_t number : selection) hash = (hash ^ number) * 0x9e3779b97f4a7c15;
    return hash ^ (hash >> 32);
  }
};

/// Without the named ports of addresses: a name is a Pod's (NP-15).
FlowSet without_phantoms(const FlowSet& within) {
  const flow::PortSet named = flow::PortSet::all(Protocol::named);
  return within -
         FlowSet::of({{flow::whole(flow::Line::v4), named}, {flow::whole(flow::Line::v6), named}});
}

}  // namespace

struct Policies::State {
  const model::Platform& platform;
  FlowSet within;
  NamedPorts named_ports;
  std::vector<Origin> origins;
  std::vector<std::unique_ptr<Language>> languages;
  std::uint32_t enforcement = 0;  ///< the origin that stands for Platform::enforces
  std::unordered_map<Selection, std::unique_ptr<flow::Ladder>, SelectionHash> ladders;

  flow::Ladder build(const Selection& selection) const {
    flow::Ladder ladder;
    bool selected = false;
    auto at = selection.begin();
    for (const auto& language : languages) {
      const std::size_t count = *at++;
      language->fill({at, count}, ladder);
      at += static_cast<std::ptrdiff_t>(count);
      selected = selected || count > 0;
    }
    if (selected && platform.enforces.answer == model::Answer::unknown)
      ladder.tiers.insert(ladder.tiers.begin(), perhaps_nothing_holds());
    return ladder;
  }

  /// NP-20: if nothing is enforced every flow is allowed, and nobody knows whether that is so.
  flow::Tier perhaps_nothing_holds() const {
    flow::Rule rule{{{}, within}, flow::Action::allow, enforcement};
    return {.name = "enforcement",
            .rules = {std::make_shared<const flow::Rule>(std::move(rule))},
            .end_origins = {}};
  }
};

Policies::Policies(const model::Snapshot& snapshot, const model::Platform& platform,
                   const FlowSet& within, const Peers& peers, NamedPorts names)
    : state_(new State{platform, without_phantoms(within), std::move(names), {}, {}, 0, {}}) {
  if (platform.enforces.answer == model::Answer::no) return;
  State& state = *state_;
  add_named_ports(snapshot, state.named_ports);
  Origin& enforcement = state.origins.emplace_back();
  enforcement.object = {"Platform", "", std::string(platform.name), {}};
  enforcement.rule = platform.enforces.name;
  enforcement.text = "does not tell whether policies are enforced";
  enforcement.doubt = "whether policies are enforced is not known";
  const Context context{snapshot, platform, state.within, peers, state.named_ports, state.origins};
  for (const LanguageEntry& language : languages())
    state.languages.push_back(language.compile(context));
}

Policies::~Policies() = default;

const flow::Ladder& Policies::ladder(const PodView& pod) const {
  Selection selection;
  for (const auto& language : state_->languages) {
    const std::size_t count = selection.size();
    selection.push_back(0);
    language->select(pod, selection);
    selection[count] = static_cast<std::uint32_t>(selection.size() - count - 1);
  }
  auto& ladder = state_->ladders[selection];
  if (ladder == nullptr) ladder = std::make_unique<flow::Ladder>(state_->build(selection));
  return *ladder;
}

const Origin& Policies::origin(std::uint32_t index) const { return state_->origins[index]; }
const NamedPorts& Policies::named_ports() const { return state_->named_ports; }
const FlowSet& Policies::within() const { return state_->within; }

}  // namespace podmoat::policy
