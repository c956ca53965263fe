// explain: one Verdict as a tree. The Ladder decides which rules let the flow through; the policies
// are read again only to say in words why each of the others does not.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/language/describe.h"
#include "core/report/document.h"
#include "core/report/report.h"
#include "core/report/text.h"

namespace podmoat::report {
namespace {

using audit::Reach;
using flow::FlowSet;
using flow::Line;
using flow::PortSet;
using model::NetworkPolicy;

/// Beyond these a tree is no longer read.
constexpr std::size_t kMostSilentRules = 8;  ///< of one policy, that do not match
constexpr std::size_t kMostOthers = 5;       ///< policies that select other Pods
constexpr std::string_view kNetworkPolicyTier = "NetworkPolicy";

/// A part of the destination on one line: a policy can open one and not the other.
struct Way {
  std::string_view name;
  Line line;
  FlowSet wanted;
};

std::vector<Way> ways_to(const audit::Destination& destination) {
  std::vector<Way> out;
  const auto add = [&](std::string_view name, Line line, const FlowSet& of) {
    FlowSet wanted = of & FlowSet::box(flow::whole(line), PortSet::all());
    if (!wanted.empty()) out.push_back({name, line, std::move(wanted)});
  };
  add("the node", Line::node, destination.flows);
  add("IPv4", Line::v4, destination.flows);
  add("IPv6", Line::v6, destination.flows);
  if (!destination.pods.empty()) add("the Pod", Line::peer, audit::at_pods(destination));
  return out;
}

PortSet ports_in(const FlowSet& flows) {
  PortSet out;
  for (const FlowSet::Row& row : flows.rows()) out = out | row.ports;
  return out;
}

/// Why the ports of `rule` hold none of `asked`, or "" if that is not why.
std::string_view port_mismatch(const model::PolicyRule& rule, const PortSet& asked) {
  if (rule.ports.empty()) return "";
  bool same_protocol = false;
  bool named = false;
  for (const model::PolicyPort& entry : rule.ports) {
    named = named || std::holds_alternative<std::string>(entry.port);
    const auto* range = std::get_if<Ports>(&entry.port);
    if (std::holds_alternative<std::string>(entry.port)) continue;
    if (!(PortSet::of(entry.protocol, range != nullptr ? *range : Ports{}) & asked).empty())
      return "";
    same_protocol = same_protocol || !(PortSet::all(entry.protocol) & asked).empty();
  }
  if (same_protocol) return "it is for other ports";
  return named ? "the name of a port holds for Pods only" : "it is for another protocol";
}

std::string_view block_mismatch(const model::IpBlock& block, const Way& way) {
  if (way.line == Line::peer) return "a block is no Pod";
  const flow::Span span = flow::span_of(block.cidr);
  if (span.line != way.line) return "a block of the other family";
  const FlowSet inside = way.wanted & FlowSet::box(span, PortSet::all());
  if (inside.empty()) return "another address";
  std::vector<FlowSet::Box> holes;
  for (const Block& hole : block.except) holes.push_back({flow::span_of(hole), PortSet::all()});
  return (inside - FlowSet::of(std::move(holes))).empty() ? "its except takes the address out" : "";
}

/// Why a rule that does not let the flow through does not.
std::string_view mismatch(const model::PolicyRule& rule, const model::Peer* peer, const Way& way) {
  std::string_view why;
  if (peer != nullptr) {
    if (const auto* block = std::get_if<model::IpBlock>(&peer->is))
      why = block_mismatch(*block, way);
    else if (way.line != Line::peer)
      why = "it is for Pods, not for addresses";
  }
  if (why.empty()) why = port_mismatch(rule, ports_in(way.wanted));
  if (why.empty() && peer != nullptr && std::holds_alternative<model::PodPeer>(peer->is))
    why = "it selects other Pods";
  return why;
}

class Derivation {
 public:
  Derivation(const audit::Answer& answer, const audit::Destination& destination,
             const policy::Policies& policies, const model::Snapshot& snapshot,
             const model::Platform& platform)
      : answer_(answer),
        destination_(destination),
        policies_(policies),
        snapshot_(snapshot),
        platform_(platform),
        ways_(ways_to(destination)) {}

  Branch tree() const {
    Branch root{headline()};
    root.under.push_back({fmt::format("Platform {}: {}", platform_.name, platform_.summary)});
    if (answer_.subject.host_network)
      root.under.push_back(
          {"These Pods share the node's network (hostNetwork: true), where no NetworkPolicy "
           "holds"});
    if (platform_.enforces.answer != model::Answer::no) add_tiers(root);
    add_end(root);
    return root;
  }

 private:
  /// What a rule of the Ladder lets through, by the object and the path that it comes from.
  using Matches = std::map<std::pair<std::string, std::string>, const flow::Rule*>;

  std::string headline() const {
    std::string to = destination_.text;
    const auto& witness = answer_.verdict.witness;
    const std::string flow = witness                      ? witness->str()
                             : destination_.flows.empty() ? ""
                                                          : destination_.flows.witness()->str();
    if (!flow.empty() && flow != to) to += " (" + flow + ")";
    return fmt::format("{}/{} -> {}: {}", answer_.subject.ns, answer_.subject.workload.str(), to,
                       audit::name_of(answer_.verdict.reach));
  }

  /// What decides about the flow that stands for each way, and in which tiers.
  struct Reached {
    std::set<const flow::Rule*> rules;
    std::set<std::uint32_t> tiers;
  };

  Reached reached(const flow::Ladder& ladder) const {
    Reached out;
    for (const Way& way : ways_)
      for (const flow::Step& step : flow::derive(ladder, *way.wanted.witness())) {
        out.tiers.insert(step.tier);
        if (step.rule != nullptr) out.rules.insert(step.rule);
      }
    return out;
  }

  bool on_host() const { return answer_.subject.host_network; }

  /// The Ladder that the Subject stands on.
  const flow::Ladder& ladder_of_subject() const {
    return on_host() ? policies_.host_ladder()
                     : policies_.ladder(policy::view_of(answer_.subject, snapshot_));
  }

  void add_tiers(Branch& root) const {
    const flow::Ladder& ladder = ladder_of_subject();
    bool network_policies = false;
    const Reached steps = reached(ladder);
    std::uint32_t number = 0;
    for (const flow::Tier& tier : ladder.tiers) {
      const bool asked = steps.tiers.contains(number++);
      if (!asked && tier.name != kNetworkPolicyTier) {
        root.under.push_back({fmt::format("Tier of {}: it is decided before", tier.name)});
      } else if (tier.name != kNetworkPolicyTier) {
        if (!tier.rules.empty() || !tier.end_origins.empty())
          root.under.push_back(other_tier(tier, steps));
      } else if (!tier.end_origins.empty()) {
        network_policies = true;
        root.under.push_back(network_policy_tier(tier));
      }
    }
    if (on_host()) return;
    if (!network_policies && ladder.tiers.empty())
      root.under.push_back({"No policy selects these Pods for egress"});
    else if (!network_policies && !snapshot_.network_policies.empty() && !shares_a_tier(ladder))
      root.under.push_back({"No NetworkPolicy selects these Pods for egress"});
    if (auto others = not_selecting(); !others.under.empty())
      root.under.push_back(std::move(others));
  }

  /// A tier of any language, by what its rules say of themselves: those that may match, in order,
  /// and how many do not.
  Branch other_tier(const flow::Tier& tier, const Reached& steps) const {
    Branch out{"Tier of " + tier.name};
    if (tier.name == "enforcement") out.text = "Enforcement";
    std::vector<std::string> seen;
    std::size_t silent = 0;
    for (const auto& rule : tier.rules) {
      const std::string_view what = steps.rules.contains(rule.get()) ? effect_of(*rule) : "";
      if (what.empty()) {
        ++silent;
        continue;
      }
      const policy::Origin& from = policies_.origin(rule->origin);
      std::string text = words_of(audit::Because{from.object, from.rule, from.place, from.text});
      if (from.rule != "spec") text += fmt::format(": {}", what);
      text = placed(std::move(text), from.place);
      if (std::find(seen.begin(), seen.end(), text) != seen.end()) continue;
      seen.push_back(text);
      out.under.push_back({std::move(text)});
    }
    if (silent > 0)
      out.under.push_back(
          {fmt::format("{} {} not match it, or {} not reached", count_of(silent, "rule", "rules"),
                       silent == 1 ? "does" : "do", silent == 1 ? "is" : "are")});
    for (const std::uint32_t origin : tier.end_origins) {
      const policy::Origin& from = policies_.origin(origin);
      out.under.push_back(
          {placed(fmt::format("{} {}: what no rule allows is denied", from.object.str(), from.text),
                  from.place)});
    }
    return out;
  }

  /// What a rule does to the destination, or "" if it does not match.
  std::string_view effect_of(const flow::Rule& rule) const {
    bool possible = false;
    bool sure = false;
    for (const Way& way : ways_) {
      possible = possible || !(rule.match.possible & way.wanted).empty();
      sure = sure || !(rule.match.sure & way.wanted).empty();
    }
    if (!possible) return "";
    if (!sure) return "is not known to match";
    switch (rule.action) {
      case flow::Action::allow:
        return "ALLOWS IT";
      case flow::Action::deny:
        return "DENIES IT";
      case flow::Action::pass:
        return "leaves it to the next tier";
    }
    return "";
  }

  Branch network_policy_tier(const flow::Tier& tier) const {
    Matches matches;
    for (const auto& rule : tier.rules) {
      const policy::Origin& from = policies_.origin(rule->origin);
      matches.emplace(std::pair(from.object.str(), from.rule), rule.get());
    }
    const std::size_t count = tier.end_origins.size();
    Branch out{fmt::format(
        "{} these Pods for egress",
        count == 1 ? "1 NetworkPolicy selects" : fmt::format("{} NetworkPolicies select", count))};
    for (const std::uint32_t origin : tier.end_origins)
      out.under.push_back(policy_branch(policies_.origin(origin), matches));
    return out;
  }

  Branch policy_branch(const policy::Origin& origin, const Matches& matches) const {
    Branch out{placed(origin.object.ns + "/" + origin.object.name, origin.place)};
    const NetworkPolicy* policy = find(origin.object);
    if (policy == nullptr) return out;
    std::size_t silent = 0;
    const auto add = [&](const model::PolicyRule& rule, const model::Peer* peer, std::string path,
                         const Place& place) {
      const auto it = matches.find({origin.object.str(), path});
      const flow::Rule* compiled = it == matches.end() ? nullptr : it->second;
      bool opens = false;
      std::string text =
          path + " " + language::describe(rule, peer) + ": " + effect(rule, peer, compiled, opens);
      if (!opens && ++silent > kMostSilentRules) return;
      if (place.line > 0 && place.file == origin.place.file)
        text += fmt::format(" (line {})", place.line);
      else
        text = placed(std::move(text), place);
      out.under.push_back({std::move(text)});
    };
    for (std::size_t i = 0; i < policy->egress.size(); ++i) {
      const model::PolicyRule& rule = policy->egress[i];
      if (rule.peers.empty()) add(rule, nullptr, fmt::format("egress[{}]", i), rule.place);
      for (std::size_t j = 0; j < rule.peers.size(); ++j)
        add(rule, &rule.peers[j], fmt::format("egress[{}].to[{}]", i, j), rule.peers[j].place);
    }
    if (policy->egress.empty())
      out.under.push_back({"it has no egress rule, so it allows nothing"});
    if (silent > kMostSilentRules)
      out.under.push_back({fmt::format("and {} that do not match",
                                       count_of(silent - kMostSilentRules, "rule", "rules"))});
    return out;
  }

  /// Whether `way` is of another family than the block, and some other way is of its own: a block
  /// is then told to matter for its own family only.
  bool concerns_others(const model::Peer* peer, const Way& way) const {
    const auto* block = peer == nullptr ? nullptr : std::get_if<model::IpBlock>(&peer->is);
    if (block == nullptr) return false;
    const Line line = flow::span_of(block->cidr).line;
    return way.line != line && std::any_of(ways_.begin(), ways_.end(),
                                           [&](const Way& other) { return other.line == line; });
  }

  /// "allows it", or why not, for each way to the destination.
  std::string effect(const model::PolicyRule& rule, const model::Peer* peer,
                     const flow::Rule* compiled, bool& opens) const {
    std::vector<std::pair<std::string_view, std::string>> said;
    for (const Way& way : ways_) {
      if (concerns_others(peer, way)) continue;
      std::string text;
      if (compiled != nullptr && !(compiled->match.sure & way.wanted).empty())
        text = "ALLOWS IT";
      else if (compiled != nullptr && !(compiled->match.possible & way.wanted).empty())
        text = "is not known to match";
      opens = opens || !text.empty();
      if (text.empty()) {
        text = "does not match";
        if (const std::string_view why = mismatch(rule, peer, way); !why.empty())
          text += fmt::format(", {}", why);
      }
      said.emplace_back(way.name, std::move(text));
    }
    if (said.empty()) return "does not match";
    const bool same = std::all_of(said.begin(), said.end(), [&](const auto& one) {
      return one.second == said.front().second;
    });
    if (same) return said.front().second;
    std::string out;
    for (const auto& [name, text] : said)
      out += fmt::format("{}{} {}", out.empty() ? "" : "; ", name, text);
    return out;
  }

  /// Policies of the namespace that do not isolate these Pods, as people look for them here.
  Branch not_selecting() const {
    std::vector<std::string> others;
    const model::Labels& labels = snapshot_.pod_labels[answer_.subject.labels];
    const auto [first, last] = of_namespace();
    for (auto it = first; it != last; ++it) {
      if (!it->isolates_egress)
        others.push_back(it->object.name + " is not about egress");
      else if (!it->pods.matches(labels))
        others.push_back(it->object.name + " selects Pods with " + it->pods.str());
    }
    Branch out{count_of(others.size(), "other NetworkPolicy", "other NetworkPolicies") +
               " of the namespace " + (others.size() == 1 ? "has" : "have") + " no part in it"};
    for (std::size_t i = 0; i < std::min(others.size(), kMostOthers); ++i)
      out.under.push_back({others[i]});
    if (others.size() > kMostOthers)
      out.under.push_back({fmt::format("and {} more", others.size() - kMostOthers)});
    return out;
  }

  void add_end(Branch& root) const {
    const audit::Verdict& verdict = answer_.verdict;
    for (const std::string& question : verdict.open_questions)
      if (question != verdict.reason) root.under.push_back({"Open: " + question});
    root.under.push_back(
        {fmt::format("{}. Verdict: {}", conclusion(), audit::name_of(verdict.reach))});
  }

  std::string conclusion() const {
    const audit::Verdict& verdict = answer_.verdict;
    std::string reason = verdict.reason;
    if (!reason.empty() && reason[0] >= 'a' && reason[0] <= 'z')
      reason[0] = static_cast<char>(reason[0] - 'a' + 'A');
    if (on_host() && ladder_of_subject().tiers.empty()) return "No policy stands in the way";
    const bool by_order = denies_by_rule();
    if (verdict.reach == Reach::reachable && !verdict.because.empty())
      return by_order ? "The first rule that matches decides"
                      : "Policies add up: one rule that allows is enough";
    if (verdict.reach == Reach::blocked && !verdict.because.empty())
      return verdict.reason == "a policy denies it"
                 ? "A policy denies it"
                 : "No rule lets it through, and these Pods are isolated for egress";
    return reason;
  }

  /// Whether NetworkPolicy stands in one tier with another language here.
  static bool shares_a_tier(const flow::Ladder& ladder) {
    return std::ranges::any_of(ladder.tiers, [](const flow::Tier& tier) {
      return tier.name != kNetworkPolicyTier && !tier.end_origins.empty();
    });
  }

  /// Whether rules that deny or pass have a part in it, so that their order counts.
  bool denies_by_rule() const {
    return std::ranges::any_of(ladder_of_subject().tiers, [](const flow::Tier& tier) {
      return std::ranges::any_of(
          tier.rules, [](const auto& rule) { return rule->action != flow::Action::allow; });
    });
  }

  std::pair<std::vector<NetworkPolicy>::const_iterator, std::vector<NetworkPolicy>::const_iterator>
  of_namespace() const {
    const auto& all = snapshot_.network_policies;
    const std::string& ns = answer_.subject.ns;
    const auto first = std::lower_bound(all.begin(), all.end(), ns,
                                        [](const NetworkPolicy& policy, const std::string& name) {
                                          return policy.object.ns < name;
                                        });
    const auto last = std::upper_bound(first, all.end(), ns,
                                       [](const std::string& name, const NetworkPolicy& policy) {
                                         return name < policy.object.ns;
                                       });
    return {first, last};
  }

  const NetworkPolicy* find(const model::Object& object) const {
    const auto [first, last] = of_namespace();
    const auto it = std::find_if(first, last, [&](const NetworkPolicy& policy) {
      return policy.object.name == object.name && policy.object.place == object.place;
    });
    return it == last ? nullptr : &*it;
  }

  std::string placed(std::string text, const Place& place) const {
    if (const std::string at = spot(place, snapshot_); !at.empty()) text += " (" + at + ")";
    return text;
  }

  const audit::Answer& answer_;
  const audit::Destination& destination_;
  const policy::Policies& policies_;
  const model::Snapshot& snapshot_;
  const model::Platform& platform_;
  std::vector<Way> ways_;
};

}  // namespace

std::string derivation(const audit::Answer& answer, const audit::Destination& destination,
                       const policy::Policies& policies, const model::Snapshot& snapshot,
                       const model::Platform& platform, const Look& look) {
  return str(Derivation(answer, destination, policies, snapshot, platform).tree(), look);
}

}  // namespace podmoat::report
