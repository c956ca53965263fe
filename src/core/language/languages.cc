// The list of policy languages, and the reading of a Snapshot by all of them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "core/language/language.h"

// One line a language: the name of its function, and of its file.
// clang-format off
#define PODMOAT_LANGUAGES(X) \
  X(network_policy) \
  X(admin_network_policy) \
  X(cluster_network_policy) \
  X(cilium) \
  X(calico) \
  X(antrea) \
  X(egress_firewall) \
  X(egress_network_policy) \
  X(default_deny) \
  X(exemptions) \
  X(node_filter)
// clang-format on

namespace podmoat::language {

#define PODMOAT_DECLARE(name) const Language& name();
PODMOAT_LANGUAGES(PODMOAT_DECLARE)
#undef PODMOAT_DECLARE
/// Reads what no language of the list does: unread.cc.
void read_unread(const Source& source, Reading& reading);

namespace {

using model::Answer;

bool is_of(const Language& language, const model::PolicyObject& object) {
  return std::ranges::any_of(language.kinds, [&](const model::PolicyKind& kind) {
    return kind.kind == object.object.kind && kind.group == object.group();
  });
}

/// Objects of a language that the platform does not enforce have no effect, which their authors
/// should know.
void warn_of_inert(const Language& language, const Source& source, Reading& reading) {
  for (const model::Object* object : objects_of(language, source.snapshot))
    reading.diagnostics.push_back(
        {Level::warning, "inert-policy",
         fmt::format("platform {} does not enforce {}, so the object has no effect",
                     source.platform.name, language.name),
         "name the platform with --platform if another one enforces it", object->str(),
         object->place});
}

/// Makes policies from the number `from` on into ones that only possibly hold.
void put_in_doubt(std::string_view language, const model::Platform& platform, std::size_t from,
                  Reading& reading) {
  for (std::size_t i = from; i < reading.policies.size(); ++i) {
    Policy& policy = reading.policies[i];
    policy.possible.insert(policy.possible.end(), policy.pods.begin(), policy.pods.end());
    policy.pods.clear();
    if (policy.on_hosts == Answer::yes) policy.on_hosts = Answer::unknown;
    if (policy.doubt.empty())
      policy.doubt =
          fmt::format("whether platform {} enforces {} is not known", platform.name, language);
  }
}

void read_language(const Language& language, const Source& source, Reading& reading) {
  const Answer enforced = language.always ? Answer::yes : source.platform.reads(language.name);
  if (enforced == Answer::no) return warn_of_inert(language, source, reading);
  const std::size_t from = reading.policies.size();
  language.read(source, reading);
  if (enforced == Answer::unknown) put_in_doubt(language.name, source.platform, from, reading);
}

/// Sorts tiers by where they stand, and tells the policies their new numbers.
void sort_tiers(Reading& reading) {
  std::vector<std::uint32_t> order(reading.tiers.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto where = [&](std::uint32_t i) {
    const Tier& tier = reading.tiers[i];
    return std::tie(tier.stage, tier.rank, tier.name);
  };
  std::ranges::sort(order, [&](auto a, auto b) { return where(a) < where(b); });
  std::vector<Tier> sorted;
  std::vector<std::uint32_t> now(order.size());
  for (const std::uint32_t old : order) {
    now[old] = static_cast<std::uint32_t>(sorted.size());
    sorted.push_back(std::move(reading.tiers[old]));
  }
  reading.tiers = std::move(sorted);
  for (Policy& policy : reading.policies) policy.tier = now[policy.tier];
}

}  // namespace

std::vector<const model::Object*> objects_of(const Language& language,
                                             const model::Snapshot& snapshot) {
  std::vector<const model::Object*> out;
  if (&language == &network_policy())  // which the Snapshot has in a form of its own
    for (const model::NetworkPolicy& policy : snapshot.network_policies)
      out.push_back(&policy.object);
  for (const model::PolicyObject& object : snapshot.policy_objects)
    if (is_of(language, object)) out.push_back(&object.object);
  return out;
}

std::span<const Language* const> languages() {
#define PODMOAT_ADDRESS(name) &name(),
  static const std::vector<const Language*> all{PODMOAT_LANGUAGES(PODMOAT_ADDRESS)};
#undef PODMOAT_ADDRESS
  return all;
}

std::span<const model::PolicyKind> kinds() {
  static const std::vector<model::PolicyKind> all = [] {
    std::vector<model::PolicyKind> out;
    for (const Language* language : languages())
      out.insert(out.end(), language->kinds.begin(), language->kinds.end());
    return out;
  }();
  return all;
}

Reading read(const model::Snapshot& snapshot, const model::Platform& platform) {
  Reading reading;
  if (platform.enforces.answer == Answer::no) return reading;
  std::set<const model::PolicyObject*> read;
  for (const Language* language : languages()) {
    Source source{snapshot, platform, {}};
    for (const model::PolicyObject& object : snapshot.policy_objects)
      if (is_of(*language, object)) source.objects.push_back(&object);
    read.insert(source.objects.begin(), source.objects.end());
    read_language(*language, source, reading);
  }
  Source rest{snapshot, platform, {}};
  for (const model::PolicyObject& object : snapshot.policy_objects)
    if (!read.contains(&object)) rest.objects.push_back(&object);
  read_unread(rest, reading);
  sort_tiers(reading);
  return reading;
}

std::vector<std::string> mentioned_keys(const Reading& reading) {
  std::set<std::string> keys;
  const auto add = [&](const PodTerms& terms) {
    for (const PodTerm& term : terms)
      for (const model::Requirement& r : term.pods.requirements) keys.insert(r.key);
  };
  for (const Policy& policy : reading.policies) {
    add(policy.pods);
    add(policy.possible);
    for (const Clause& clause : policy.clauses) {
      add(clause.to.pods);
      add(clause.to.possible);
    }
  }
  return {keys.begin(), keys.end()};
}

}  // namespace podmoat::language
