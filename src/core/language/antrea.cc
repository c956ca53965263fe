// Antrea's ClusterNetworkPolicy and NetworkPolicy (crd.antrea.io). Rules: docs/semantics/antrea.md.
//
// All tiers before NetworkPolicy are one Tier, because Pass leaves all of them (AN-7); in it each
// rule is a Policy of its own, as rules of equal policies stand by their index (AN-4), and as a
// rule may have its own appliedTo. A rule that hangs on the sender's namespace becomes one Policy
// for each namespace. The numbers (tier, priority, index) are counted out: Policy::order is their
// rank.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "core/language/antrea_rules.h"

namespace podmoat::language {
namespace {

using namespace antrea_parts;
using model::Operator;

constexpr std::array kKinds{
    model::PolicyKind{"crd.antrea.io", "ClusterNetworkPolicy", false},
    model::PolicyKind{"crd.antrea.io", "NetworkPolicy", true},
    model::PolicyKind{"crd.antrea.io", "Tier", false},
    model::PolicyKind{"crd.antrea.io", "ClusterGroup", false},
    model::PolicyKind{"crd.antrea.io", "Group", true},
};

constexpr int kApplication = 250;
constexpr int kBaselineTier = 253;
constexpr int kClusterPolicy = 220;  // AN-10
constexpr int kAdminPolicy = 251;

/// Where a rule stands (AN-4), and what it is.
struct Placed {
  std::tuple<int, double, int> at;  ///< tier, priority, index
  Policy policy;
};

/// The six of Antrea's own (AN-3).
std::optional<int> static_tier(std::string_view name) {
  static const std::map<std::string_view, int> kTiers{{"", kApplication},
                                                      {"emergency", 50},
                                                      {"Emergency", 50},
                                                      {"securityops", 100},
                                                      {"SecurityOps", 100},
                                                      {"networkops", 150},
                                                      {"NetworkOps", 150},
                                                      {"platform", 200},
                                                      {"Platform", 200},
                                                      {"application", kApplication},
                                                      {"Application", kApplication},
                                                      {"baseline", kBaselineTier},
                                                      {"Baseline", kBaselineTier}};
  const auto at = kTiers.find(name);
  return at == kTiers.end() ? std::nullopt : std::optional<int>(at->second);
}

/// The Tier objects of the input, by name: their priority, or nothing where it cannot be read.
std::map<std::string, std::optional<int>> tiers_of(const Source& source, Reading& reading) {
  std::map<std::string, std::optional<int>> out;
  for (const model::PolicyObject* object : source.objects) {
    if (object->object.kind != "Tier" || static_tier(object->object.name)) continue;
    Problems problems(*object);
    const Field spec = Field(*object, problems)["spec"];
    const auto priority = spec["priority"].integer();
    spec.only({"priority", "description"});
    if (!priority || *priority < 0 || *priority >= kApplication)
      spec["priority"].problem("must be a whole number from 0 to 249");
    auto& known = out[object->object.name];
    if (problems.none()) known = static_cast<int>(*priority);
    const Diagnostics& found = problems.found();
    reading.diagnostics.insert(reading.diagnostics.end(), found.begin(), found.end());
  }
  return out;
}

/// Whom appliedTo selects (AN-11).
struct Applied {
  Members members;
  bool simple = true;  ///< one entry and no group: see AN-16
};

/// The terms, cut to namespaces that `more` holds too.
PodTerms within(const PodTerms& terms, const model::Requirement& more) {
  PodTerms out = terms;
  for (PodTerm& term : out) term.namespaces.requirements.push_back(more);
  return out;
}

/// One policy of the input in the making.
class PolicyReader {
 public:
  PolicyReader(const Source& source, const model::PolicyObject& object, Groups& groups)
      : source_(source),
        object_(object),
        groups_(groups),
        problems_(object),
        spec_(Field(object, problems_)["spec"]) {}

  /// The rules, in order; `problems` tells whether they are worth anything.
  std::vector<Placed> rules(const std::map<std::string, std::optional<int>>& tiers);
  const Problems& problems() const { return problems_; }

 private:
  bool namespaced() const { return !object_.object.ns.empty(); }
  void check_head();
  void check_names();
  int tier(const std::map<std::string, std::optional<int>>& tiers);
  double priority();
  bool applied_in_rules();
  Applied applied_to(const Field& list);
  void add_entry(const Field& entry, Applied& out);
  void add_group(const Field& entry, Applied& out);
  Policy policy(const Rule& rule, const Applied& applied, const Home& home) const;
  std::vector<Policy> policies(const Rule& rule, const Applied& applied) const;
  PodTerms at_home(const PodTerms& terms, const Home& home) const;

  const Source& source_;
  const model::PolicyObject& object_;
  Groups& groups_;
  Problems problems_;
  Field spec_;
};

void PolicyReader::check_head() {
  const Field root(object_, problems_);
  root.only({"apiVersion", "kind", "metadata", "spec", "status"});
  if (object_.version() != "v1beta1" && object_.version() != "v1alpha1")
    root["apiVersion"].problem("is a version that podmoat does not know");
  spec_.only({"tier", "priority", "appliedTo", "ingress", "egress"});
  check_names();
}

/// Names of rules are unique in a policy (AN-29).
void PolicyReader::check_names() {
  std::map<std::string, int> seen;
  for (const char* side : {"ingress", "egress"})
    for (const Field& rule : spec_[side].items())
      if (const auto name = rule["name"].string(); name && !name->empty() && ++seen[*name] == 2)
        rule["name"].problem("is the name of another rule");
}

int PolicyReader::tier(const std::map<std::string, std::optional<int>>& tiers) {
  const std::string name = spec_["tier"].string().value_or("");
  if (const auto known = static_tier(name)) return *known;
  const auto at = tiers.find(name);
  if (at == tiers.end())
    spec_["tier"].problem(fmt::format("names the Tier {}, which is not in the input", name),
                          "give its document too");
  else if (!at->second)
    spec_["tier"].problem(fmt::format("names the Tier {}, which cannot be read", name));
  else
    return *at->second;
  return 0;
}

double PolicyReader::priority() {
  const auto number = spec_["priority"].number();
  if (spec_["priority"].absent()) spec_["priority"].problem("is missing");
  if (number && !(*number >= 1.0 && *number <= 10000.0))
    spec_["priority"].problem("must be 1.0 to 10000.0");
  return number.value_or(0);
}

/// Whether appliedTo stands in the rules (AN-11).
bool PolicyReader::applied_in_rules() {
  std::size_t rules = 0;
  std::size_t with = 0;
  for (const char* side : {"ingress", "egress"})
    for (const Field& rule : spec_[side].items()) {
      ++rules;
      if (!rule["appliedTo"].items().empty()) ++with;
    }
  const bool in_spec = !spec_["appliedTo"].items().empty();
  if (in_spec == (with > 0))
    spec_.problem("must have appliedTo, or have it in its rules");
  else if (with > 0 && with != rules)
    spec_.problem("must have appliedTo in all of its rules or in none");
  return !in_spec;
}

void PolicyReader::add_group(const Field& entry, Applied& out) {
  Members group = groups_.find(object_.object.ns, entry["group"].string().value_or(""));
  group.places = {};
  out.simple = false;
  if (namespaced()) {  // AN-13: a Group of other namespaces is not realized
    const auto own = [&](const PodTerm& term) {
      return term.namespaces == in_namespace(object_.object.ns).namespaces;
    };
    if (!std::ranges::all_of(group.pods, own)) {
      group.possible.insert(group.possible.end(), group.pods.begin(), group.pods.end());
      group.pods.clear();
      group.doubt = "whether the group may have Pods of other namespaces";
    }
    const model::Requirement here = in_namespace(object_.object.ns).namespaces.requirements.front();
    group.possible = within(group.possible, here);
  }
  out.members.add(std::move(group));
}

void PolicyReader::add_entry(const Field& entry, Applied& out) {
  if (namespaced())
    entry.only({"podSelector", "externalEntitySelector", "group"});
  else
    entry.only({"podSelector", "namespaceSelector", "externalEntitySelector", "group",
                "serviceAccount", "service", "nodeSelector"});
  std::size_t count = entry.members().size();
  if (entry["podSelector"].present() && entry["namespaceSelector"].present()) --count;
  if (entry["externalEntitySelector"].present() && entry["namespaceSelector"].present()) --count;
  if (count != 1) return entry.problem("must have one field, or podSelector and namespaceSelector");
  if (entry["service"].present()) return entry["service"].problem("is for ingress only");
  if (entry["group"].present()) return add_group(entry, out);
  if (entry["nodeSelector"].present()) {
    Members nodes;
    nodes.nodes = true;
    selector_of(entry["nodeSelector"]);
    nodes.words = "nodes";
    nodes.doubt = "whether Node NetworkPolicy is on and selects the Pod's node";
    return out.members.add(std::move(nodes));
  }
  if (entry["externalEntitySelector"].present()) return;
  if (entry["serviceAccount"].present()) {
    Members account;
    account.pods = {account_of(entry["serviceAccount"])};
    account.words = words_of(account.pods.front());
    return out.members.add(std::move(account));
  }
  out.members.add(pods_of(entry, object_.object.ns));
}

Applied PolicyReader::applied_to(const Field& list) {
  Applied out;
  const std::vector<Field> items = list.items();
  out.simple = items.size() == 1;
  for (const Field& entry : items) add_entry(entry, out);
  return out;
}

/// `terms` for Pods of `home` alone.
PodTerms PolicyReader::at_home(const PodTerms& terms, const Home& home) const {
  PodTerms out;
  if (home.ns == nullptr) {
    model::Requirement elsewhere{model::kNamespaceNameLabel, Operator::not_in, {}};
    for (const model::Namespace& ns : source_.snapshot.namespaces)
      elsewhere.values.push_back(ns.object.name);
    if (elsewhere.values.empty()) return terms;
    return within(terms, elsewhere);
  }
  const model::Requirement here =
      in_namespace(home.ns->object.name).namespaces.requirements.front();
  for (const PodTerm& term : terms) {
    bool open = false;  // whether a label that is not known decides
    bool holds = true;
    for (const model::Requirement& r : term.namespaces.requirements) {
      const std::string* value = home.ns->labels.find(r.key);
      const bool known = value != nullptr || home.ns->complete;
      open = open || !known;
      holds = holds && (!known || r.matches(value));
    }
    if (!holds) continue;
    PodTerm own = open ? term : PodTerm{term.pods, {}};
    own.namespaces.requirements.push_back(here);
    out.push_back(std::move(own));
  }
  return out;
}

Policy PolicyReader::policy(const Rule& rule, const Applied& applied, const Home& home) const {
  Policy out;
  out.object = object_.object;
  out.pods = applied.members.pods;
  out.possible = applied.members.possible;
  out.on_hosts = applied.members.nodes ? model::Answer::unknown : model::Answer::no;  // AN-12
  out.clauses = clauses_of(rule, home);
  out.isolates = false;  // AN-6
  out.text = "applies to " + applied.members.words;
  out.doubt = applied.members.doubt;
  return out;
}

std::vector<Policy> PolicyReader::policies(const Rule& rule, const Applied& applied) const {
  if (!rule.relative()) return {policy(rule, applied, {})};
  std::vector<Policy> out;
  const auto add = [&](const Home& home) {
    Policy one = policy(rule, applied, home);
    one.pods = at_home(one.pods, home);
    one.possible = at_home(one.possible, home);
    if (!one.pods.empty() || !one.possible.empty()) out.push_back(std::move(one));
  };
  for (const model::Namespace& ns : source_.snapshot.namespaces) add({&ns, !applied.simple});
  add({nullptr, true});
  return out;
}

std::vector<Placed> PolicyReader::rules(const std::map<std::string, std::optional<int>>& tiers) {
  check_head();
  const int tier = this->tier(tiers);
  const double priority = this->priority();
  const bool in_rules = applied_in_rules();
  const Applied applied = applied_to(spec_["appliedTo"]);
  std::vector<Placed> out;
  bool igmp = false;
  const std::vector<Field> egress = spec_["egress"].items();
  for (std::size_t i = 0; i < egress.size(); ++i) {
    const Rule rule = rule_of(
        egress[i], {source_.snapshot, groups_, object_.object.ns, tier == kBaselineTier, &igmp});
    const Applied own = in_rules ? applied_to(egress[i]["appliedTo"]) : applied;
    if (rule.relative() && own.members.nodes)
      egress[i].problem("must not have namespaces for Pods of the host network");
    for (Policy& policy : policies(rule, own))
      out.push_back({{tier, priority, static_cast<int>(i)}, std::move(policy)});
  }
  return out;
}

/// The index of "egress[3].to[1]".
int index_of(std::string_view rule) {
  int out = 0;
  for (std::size_t i = rule.find('[') + 1; i < rule.size() && rule[i] >= '0' && rule[i] <= '9'; ++i)
    out = out * 10 + (rule[i] - '0');
  return out;
}

/// AN-10: takes Kubernetes' admin policies out of their own tier, rule by rule.
void take_admin_policies(Reading& reading, std::vector<Placed>& out) {
  std::vector<Policy> rest;
  for (Policy& policy : reading.policies) {
    const Tier& tier = reading.tiers[policy.tier];
    if (tier.stage != 0 || tier.rank != rank::kAdmin) {
      rest.push_back(std::move(policy));
      continue;
    }
    const int at = policy.object.kind == "AdminNetworkPolicy" ? kAdminPolicy : kClusterPolicy;
    std::map<int, std::vector<Clause>> by_rule;
    for (Clause& clause : policy.clauses)
      by_rule[index_of(clause.rule)].push_back(std::move(clause));
    for (auto& [index, clauses] : by_rule) {
      Policy one = policy;
      one.clauses = std::move(clauses);
      out.push_back({{at, policy.order, index}, std::move(one)});
    }
  }
  reading.policies = std::move(rest);
}

/// Puts the rules in order into a tier; those at the same place have the same order.
void put(std::vector<Placed> rules, const Tier& tier, Reading& reading) {
  if (rules.empty()) return;
  std::ranges::stable_sort(rules, {}, &Placed::at);
  const std::uint32_t number = reading.tier(tier);
  double order = 0;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (i > 0 && rules[i].at != rules[i - 1].at) ++order;
    rules[i].policy.tier = number;
    rules[i].policy.order = order;
    reading.policies.push_back(std::move(rules[i].policy));
  }
}

bool has_admin_policies(const Reading& reading, std::string_view kind) {
  return std::ranges::any_of(reading.policies, [&](const Policy& policy) {
    const Tier& tier = reading.tiers[policy.tier];
    return tier.stage == 0 && tier.rank == rank::kAdmin && policy.object.kind == kind;
  });
}

void read(const Source& source, Reading& reading) {
  const auto tiers = tiers_of(source, reading);
  Groups groups(source, reading);
  std::vector<Placed> before;
  std::vector<Placed> baseline;
  for (const model::PolicyObject* object : source.objects) {
    if (object->object.kind != "ClusterNetworkPolicy" && object->object.kind != "NetworkPolicy")
      continue;
    PolicyReader reader(source, *object, groups);
    std::vector<Placed> rules = reader.rules(tiers);
    if (!reader.problems().none()) {  // AN-29
      const std::string& ns = object->object.ns;
      add_unread(*object, {ns.empty() ? PodTerm{} : in_namespace(ns)}, reader.problems(), reading);
      continue;
    }
    for (Placed& rule : rules)
      (std::get<0>(rule.at) == kBaselineTier ? baseline : before).push_back(std::move(rule));
  }
  const bool both = has_admin_policies(reading, "AdminNetworkPolicy") &&
                    has_admin_policies(reading, "ClusterNetworkPolicy");
  if (source.platform.reads("Antrea") == model::Answer::yes && (both || !before.empty()))
    take_admin_policies(reading, before);
  put(std::move(before),
      {.name = "Antrea",
       .rank = rank::kAdmin - 1,
       .end = flow::Action::pass,
       .ties = Ties::undefined},
      reading);
  put(std::move(baseline),
      {.name = "Antrea baseline",
       .rank = rank::kBaseline - 1,
       .end = flow::Action::pass,
       .ties = Ties::undefined},
      reading);
}

}  // namespace

const Language& antrea() {
  static const Language language{"Antrea", kKinds, read};
  return language;
}

}  // namespace podmoat::language
