// Calico: tiers of policies in order, each policy a list of rules in order, and an end of each tier
// for those whom some policy of it selects. Rules: docs/semantics/calico.md. What a rule matches is
// read in calico_rule.cc.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/language/calico_entity.h"
#include "core/language/calico_hosts.h"
#include "core/language/calico_pods.h"
#include "core/language/calico_rule.h"
#include "core/language/calico_sets.h"
#include "core/language/fields.h"
#include "core/language/language.h"

namespace podmoat::language {
namespace {

using model::PolicyObject;
using Kind = CalicoSelector::Kind;

constexpr std::string_view kServed = "projectcalico.org";
constexpr std::string_view kStored = "crd.projectcalico.org";
constexpr std::string_view kDefaultTier = "default";

#define PODMOAT_CALICO_KINDS(group)                                                            \
  {group, "NetworkPolicy", true}, {group, "GlobalNetworkPolicy", false},                       \
      {group, "NetworkSet", true}, {group, "GlobalNetworkSet", false}, {group, "Tier", false}, \
      {group, "HostEndpoint", false}, {group, "StagedNetworkPolicy", true},                    \
      {group, "StagedGlobalNetworkPolicy", false}, {                                           \
    group, "StagedKubernetesNetworkPolicy", true                                               \
  }
constexpr std::array<model::PolicyKind, 18> kKinds{
    {PODMOAT_CALICO_KINDS(kServed), PODMOAT_CALICO_KINDS(kStored)}};
#undef PODMOAT_CALICO_KINDS

bool is_policy(const PolicyObject& object) {
  return object.object.kind == "NetworkPolicy" || object.object.kind == "GlobalNetworkPolicy";
}

std::string tier_of(const PolicyObject& object) {
  const model::Value* spec = object.source->find("spec");
  const model::Value* tier = spec == nullptr ? nullptr : spec->find("tier");
  const std::string* name = tier == nullptr ? nullptr : tier->string();
  return name == nullptr || name->empty() ? std::string(kDefaultTier) : *name;
}

/// The name without the tier in front, which is there or not, by version and API group (CA-2).
std::string plain_name(const PolicyObject& object) {
  std::string name = object.object.name;
  const std::string prefix = tier_of(object) + ".";
  if (is_policy(object) && name.starts_with(prefix)) name.erase(0, prefix.size());
  return name;
}

/// What two objects that are one must agree in.
bool agree(const PolicyObject& a, const PolicyObject& b) {
  const model::Value* left = a.source->find("spec");
  const model::Value* right = b.source->find("spec");
  if (left == nullptr || right == nullptr) return left == right;
  for (const char* name : {"egress", "selector", "namespaceSelector", "serviceAccountSelector",
                           "order", "nets", "defaultAction", "expectedIPs"}) {
    const model::Value* x = left->find(name);
    const model::Value* y = right->find(name);
    if (x != nullptr && y != nullptr && !(*x == *y)) return false;
    if ((x == nullptr) != (y == nullptr) && std::string_view(name) != "defaultAction") return false;
  }
  return true;
}

/// One policy, read.
struct Draft {
  const PolicyObject* object = nullptr;
  std::string tier;
  double order = std::numeric_limits<double>::infinity();
  std::vector<Policy> pieces;  ///< in order; see Calico::add_rules

  /// What decides between equal orders now, and did in versions before (CA-4).
  std::string key() const {
    return plain_name(*object) + "/" + object->object.ns + "/" + object->object.kind;
  }
  std::string older_key() const {
    const std::string& ns = object->object.ns;
    return (ns.empty() ? "" : ns + "/") + tier + "." + plain_name(*object);
  }
};

/// What is known of a tier.
struct KnownTier {
  const PolicyObject* object = nullptr;
  double order = rank::kDefault;
  flow::Action end = flow::Action::deny;
  bool unread = false;
};

PodTerms whom_of(const PolicyObject& object) {
  const std::string& ns = object.object.ns;
  return {ns.empty() ? PodTerm{} : in_namespace(ns)};
}

/// "a && b", whatever they are.
CalicoSelector conjunction(CalicoSelector a, CalicoSelector b) {
  CalicoSelector out{Kind::all_of, {}, {}};
  out.parts.push_back(std::move(a));
  out.parts.push_back(std::move(b));
  return out;
}

/// Whom a policy selects (CA-5).
CalicoSelector selected_by(const Field& spec, const std::string& ns) {
  std::optional<CalicoSelector> out = selector_at(spec["selector"]);
  const auto add = [&](CalicoSelector more) {
    out = out ? conjunction(std::move(*out), std::move(more)) : std::move(more);
  };
  if (!ns.empty()) add(in_this_namespace(ns));
  if (auto asked = selector_at(spec["namespaceSelector"])) {
    add_prefix(*asked, calico_key::kOfNamespace);
    add(std::move(*asked));
    replace(*out, Kind::all, in_some_namespace());
  }
  if (auto asked = selector_at(spec["serviceAccountSelector"])) {
    add_prefix(*asked, calico_key::kOfServiceAccount);
    add(std::move(*asked));
    if (ns.empty())
      replace(*out, Kind::all,
              asks({std::string(calico_key::kServiceAccount), model::Operator::exists, {}}));
  }
  return out.value_or(CalicoSelector{});
}

bool has_egress(const Field& spec, bool stored) {  // CA-6
  bool egress = false;
  const std::vector<Field> types = spec["types"].items();
  for (const Field& type : types) {
    const std::string text = type.string().value_or("");
    if (text == "Egress") egress = true;
    if (text != "Egress" && text != "Ingress") type.problem("must be Ingress or Egress");
  }
  if (!types.empty()) return egress;
  return stored || !spec["egress"].items().empty();
}

/// Reads one Snapshot's policies.
class Calico {
 public:
  Calico(const Source& source, Reading& reading)
      : source_(source),
        reading_(reading),
        objects_(without_doubles()),
        sets_(source.snapshot, objects_, reading),
        scope_(source.snapshot, sets_) {}

  void read() {
    for (const PolicyObject* object : objects_)
      if (object->object.kind == "Tier") read_tier(*object);
    for (const PolicyObject* object : objects_) {
      if (object->object.kind.starts_with("Staged")) warn_of_staged(*object);
      if (is_policy(*object) && !is_listed_elsewhere(*object)) read_policy(*object);
    }
    append_drafts();
    add_host_defaults(sets_, source_.snapshot, reading_);
  }

 private:
  /// One object of each name: what crd.projectcalico.org stores is what projectcalico.org serves.
  std::vector<const PolicyObject*> without_doubles() {
    std::map<std::tuple<std::string, std::string, std::string, std::string>, const PolicyObject*>
        known;
    std::vector<const PolicyObject*> out;
    for (const bool stored : {false, true})
      for (const PolicyObject* object : source_.objects) {
        if ((object->group() == kStored) != stored) continue;
        const auto [at, is_new] = known.try_emplace(
            {object->object.kind, object->object.ns, tier_of(*object), plain_name(*object)},
            object);
        if (is_new || at->second->group() == object->group())
          out.push_back(object);
        else if (!agree(*at->second, *object))
          contradicted_.push_back(at->second);
      }
    return out;
  }

  bool contradicted(const PolicyObject& object) const {
    return std::ranges::find(contradicted_, &object) != contradicted_.end();
  }

  /// CA-2: Calico's API also lists the NetworkPolicies of Kubernetes, under another name.
  bool is_listed_elsewhere(const PolicyObject& object) const {
    constexpr std::string_view kPrefix = "knp.default.";
    const std::string& name = object.object.name;
    return name.starts_with(kPrefix) &&
           std::ranges::any_of(source_.snapshot.network_policies, [&](const auto& policy) {
             return policy.object.ns == object.object.ns &&
                    policy.object.name == std::string_view(name).substr(kPrefix.size());
           });
  }

  void warn_of_staged(const PolicyObject& object) {  // CA-8
    reading_.diagnostics.push_back({Level::warning, "staged-policy",
                                    "is staged, so it has no effect",
                                    "write it without \"Staged\" in its kind to enforce it",
                                    object.object.str(), object.object.place});
  }

  void read_tier(const PolicyObject& object) {  // CA-3
    Problems problems(object);
    const Field spec = Field(object, problems)["spec"];
    spec.only({"order", "defaultAction"});
    KnownTier tier{&object};
    tier.order = spec["order"].number().value_or(rank::kDefault);
    const std::string end = spec["defaultAction"].string().value_or("Deny");
    if (end != "Deny" && end != "Pass") spec["defaultAction"].problem("must be Deny or Pass");
    if (object.object.name == kDefaultTier && end != "Deny")
      spec["defaultAction"].problem("of the tier \"default\" must be Deny");
    if (end == "Pass") tier.end = flow::Action::pass;
    if (source_.platform.lacks_tiers)  // CA-34
      problems.add(object.object.place, "this cluster's Calico, older than 3.29, knows no Tier");
    if (contradicted(object)) problems.add(object.object.place, contradiction());
    tier.unread = !problems.none();
    reading_.diagnostics.insert(reading_.diagnostics.end(), problems.found().begin(),
                                problems.found().end());
    tiers_.insert_or_assign(object.object.name, tier);
  }

  static std::string contradiction() {
    return "the object says something else in projectcalico.org than in crd.projectcalico.org";
  }

  /// The tier's number in the Reading.
  std::uint32_t number_of(const std::string& name) {
    if (name == kDefaultTier) return reading_.tier(network_policy_tier(source_.platform));  // CO-10
    const KnownTier& known = tiers_.at(name);
    Tier tier{.name = name, .rank = known.order, .end = known.end};
    // Calico's own tiers for what Kubernetes brings are named kube-admin and kube-baseline.
    for (const auto& [order, of_kubernetes] :
         {std::pair(rank::kAdmin, "kube-admin"), std::pair(rank::kBaseline, "kube-baseline")})
      if (known.order == order)
        tier.rank = std::nextafter(order, name < of_kubernetes ? 0 : 2 * order);
    return reading_.tier(std::move(tier));
  }

  void read_policy(const PolicyObject& object) {
    Problems problems(object);
    const Field spec = Field(object, problems)["spec"];
    Draft draft{.object = &object, .tier = tier_of(object), .pieces = {}};
    read_spec(spec, draft, problems);
    if (contradicted(object)) problems.add(object.object.place, contradiction());
    if (!problems.none()) return add_unread(object, whom_of(object), problems, reading_);
    if (!draft.pieces.empty()) drafts_.push_back(std::move(draft));
  }

  void read_spec(const Field& spec, Draft& draft, Problems& problems) {
    const std::string& ns = draft.object->object.ns;
    if (ns.empty())
      spec.only({"tier", "order", "ingress", "egress", "selector", "types", "doNotTrack", "preDNAT",
                 "applyOnForward", "serviceAccountSelector", "namespaceSelector",
                 "performanceHints"});
    else
      spec.only({"tier", "order", "ingress", "egress", "selector", "types",
                 "serviceAccountSelector", "performanceHints"});
    if (const auto order = spec["order"].number()) draft.order = *order;
    spec["tier"].string();
    check_tier(spec["tier"], draft.tier);
    const CalicoSelector whom = selected_by(spec, ns);
    const bool egress = has_egress(spec, draft.object->group() == kStored);
    const std::vector<Field> rules = spec["egress"].items();
    // CA-33: neither of these holds a Pod, and both stand before the rest.
    const bool for_hosts_only =
        spec["doNotTrack"].boolean().value_or(false) || spec["preDNAT"].boolean().value_or(false);
    spec["applyOnForward"].boolean();
    if (!egress) return;
    add_rules(rules, whom, for_hosts_only, draft, problems);
  }

  void check_tier(const Field& field, const std::string& name) {
    if (name == kDefaultTier) return;
    const auto tier = tiers_.find(name);
    if (source_.platform.lacks_tiers)
      field.problem("is not known to this cluster's Calico, which is older than 3.29");
    else if (tier == tiers_.end())
      field.problem(fmt::format("is the tier {}, which is not in the input", name),
                    "give the Tier objects too: kubectl get tiers.projectcalico.org -o yaml");
    else if (tier->second.unread)
      field.problem(fmt::format("is the tier {}, which cannot be read", name));
  }

  /// One Policy for each run of rules that are for the same senders (CA-12). They stand one after
  /// the other as the rules do; the first one is for all of them.
  void add_rules(const std::vector<Field>& rules, const CalicoSelector& whom, bool for_hosts_only,
                 Draft& draft, Problems& problems) {
    CalicoSelector senders;
    add_piece(whom, senders, for_hosts_only, draft, problems);
    for (const Field& field : rules) {
      CalicoRule rule = read_calico_rule(field, draft.object->object.ns, scope_);
      if (rule.clauses.empty()) continue;
      if (!(rule.senders == senders)) {
        senders = std::move(rule.senders);
        add_piece(whom, senders, for_hosts_only, draft, problems);
      }
      std::ranges::move(rule.clauses, std::back_inserter(draft.pieces.back().clauses));
    }
  }

  void add_piece(const CalicoSelector& whom, const CalicoSelector& senders, bool for_hosts_only,
                 Draft& draft, Problems& problems) {
    Policy piece;
    piece.object = draft.object->object;
    piece.isolates = draft.pieces.empty();
    const CalicoSelector both = both_of(whom, senders);
    piece.on_hosts = holds_hosts(both, sets_, source_.snapshot);
    if (piece.on_hosts == model::Answer::unknown)
      piece.doubt = "not every node is a HostEndpoint of the interface \"*\" that is selected";
    if (for_hosts_only) {
      if (piece.on_hosts == model::Answer::yes) piece.on_hosts = model::Answer::unknown;
      if (piece.on_hosts == model::Answer::unknown)
        piece.doubt = "policies with doNotTrack or preDNAT are not evaluated for hosts";
      piece.isolates = false;
    } else if (auto pods = pods_of(both)) {
      piece.pods = std::move(pods->sure);
      piece.possible = std::move(pods->possible);
      if (!piece.possible.empty())
        piece.doubt = "labels of ServiceAccounts decide, which are not read";
    } else {
      problems.add(draft.object->object.place, "the selectors have too many cases");
    }
    piece.text = fmt::format("isolates the egress of what `{}` selects", whom.str());
    draft.pieces.push_back(std::move(piece));
  }

  /// Appends the drafts in the order in which Calico evaluates them. Orders are numbered anew, so
  /// that two policies have the same one only where it is not known which of them goes first.
  void append_drafts() {
    std::ranges::sort(drafts_, {}, [](const Draft& draft) {
      return std::tuple(draft.tier, draft.order, draft.key());
    });
    double number = 0;
    for (auto from = drafts_.begin(); from != drafts_.end();) {
      const auto to = std::find_if(from, drafts_.end(), [&](const Draft& draft) {
        return draft.tier != from->tier || draft.order != from->order;
      });
      const bool known = is_order_known({from, to});
      for (auto draft = from; draft != to; ++draft)
        for (Policy& piece : draft->pieces) {
          piece.tier = number_of(draft->tier);
          piece.order = number += known ? 1 : 0;
          if (draft->tier == kDefaultTier)
            piece.order = among_network_policies(draft->order, number, known);
          if (!known) reading_.tiers[piece.tier].ties = Ties::undefined;
          if (!known && piece.doubt.empty())
            piece.doubt = "which of the policies of one order goes first differs between versions";
          reading_.policies.push_back(std::move(piece));
        }
      number += 1;
      from = to;
    }
  }

  /// The place of a number among those of the NetworkPolicies, which all have the order 1000.
  static double among_network_policies(double order, double number, bool known) {
    constexpr double kApart = 1e9;
    if (order == kNetworkPolicyOrder) return known ? order + number / kApart : order;
    return order < kNetworkPolicyOrder ? number - kApart : number + kApart;
  }

  /// CA-4: whether every version agrees which of these, all of one order, goes first where they may
  /// select the same Pod. They are sorted by key().
  bool is_order_known(std::span<const Draft> group) const {
    if (group.front().tier == kDefaultTier && group.front().order == kNetworkPolicyOrder &&
        !source_.snapshot.network_policies.empty())
      return false;
    for (auto first = group.begin(); first != group.end(); ++first)
      for (auto second = first + 1; second != group.end(); ++second) {
        const bool both_kinds =
            first->object->object.ns.empty() != second->object->object.ns.empty();
        if (both_kinds && first->older_key() > second->older_key()) return false;
      }
    return true;
  }

  const Source& source_;
  Reading& reading_;
  std::vector<const PolicyObject*> contradicted_;
  std::vector<const PolicyObject*> objects_;
  CalicoSets sets_;
  CalicoScope scope_;
  std::map<std::string, KnownTier> tiers_;
  std::vector<Draft> drafts_;
};

void read(const Source& source, Reading& reading) { Calico(source, reading).read(); }

}  // namespace

const Language& calico() {
  static const Language language{"Calico", kKinds, read};
  return language;
}

}  // namespace podmoat::language
