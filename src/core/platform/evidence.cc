// Components by their DaemonSets, or by the Pods of those.
#include "core/platform/evidence.h"

#include <algorithm>
#include <set>
#include <utility>

namespace podmoat::platform {

using model::Answer;

Evidence::Evidence(const model::Snapshot& snapshot) : snapshot_(snapshot) {
  // A DaemonSet says what its Pods will be; they count where it is not in the input.
  for (const bool pods : {false, true})
    for (const model::SystemWorkload& workload : snapshot.system_workloads) {
      if ((workload.object.kind == "Pod") != pods) continue;
      for (const model::Component component : workload.is)
        (model::is_system_namespace(workload.object.ns) ? found_ : elsewhere_)
            .try_emplace(component, Found{&workload, text(workload.object)});
    }
}

const Found* Evidence::find(model::Component component) const {
  const auto found = found_.find(component);
  return found == found_.end() ? nullptr : &found->second;
}

const Found* Evidence::find_elsewhere(model::Component component) const {
  const auto found = elsewhere_.find(component);
  return found == elsewhere_.end() ? nullptr : &found->second;
}

const model::SystemConfig* Evidence::config(std::string_view kind, std::string_view name) const {
  const auto found =
      std::ranges::find_if(snapshot_.system_configs, [&](const model::SystemConfig& config) {
        return config.object.kind == kind && config.object.name == name;
      });
  return found == snapshot_.system_configs.end() ? nullptr : &*found;
}

std::string Evidence::text(const model::Object& object) const {
  return object.str() + " (" + snapshot_.where(object.place) + ")";
}

std::string Evidence::text(const model::Object& object, const model::Setting& setting) const {
  return object.str() + ", " + setting.name + "=" + setting.value + " (" +
         snapshot_.where(setting.place.line == 0 ? object.place : setting.place) + ")";
}

const model::Node* Evidence::node_with(std::string_view label) const {
  const auto found = std::ranges::find_if(snapshot_.nodes, [&](const model::Node& node) {
    return std::ranges::any_of(node.labels.entries(), [&](const auto& entry) {
      return std::string_view(entry.first).starts_with(label);
    });
  });
  return found == snapshot_.nodes.end() ? nullptr : &*found;
}

const model::Node* Evidence::k3s_switched_off() const {
  const auto found = std::ranges::find_if(snapshot_.nodes, [](const model::Node& node) {
    return node.arguments.find("\"--disable-network-policy\"") != std::string::npos ||
           node.arguments.find("\"--disable-network-policy=true\"") != std::string::npos;
  });
  return found == snapshot_.nodes.end() ? nullptr : &*found;
}

void answer(model::Fact& fact, Answer given, std::string source, std::string evidence) {
  fact.answer = given;
  fact.source = std::move(source);
  fact.evidence = std::move(evidence);
  fact.mark = given == Answer::unknown ? model::Mark::derived : model::Mark::verified;
}

namespace {

/// Whether both say the same; if not, `a` becomes unknown.
void agree(model::Fact& a, const model::Fact& b, std::string_view name_a, std::string_view name_b) {
  if (a.answer == b.answer) return;
  if (a.answer == Answer::unknown) return;
  std::string source;
  if (b.answer == Answer::unknown)
    source = b.source;
  else
    source = std::string(name_a) + " says " + std::string(name_of(a.answer)) + ", " +
             std::string(name_b) + " says " + std::string(name_of(b.answer));
  answer(a, Answer::unknown, std::move(source), "");
  a.mark = model::Mark::derived;
}

}  // namespace

model::Platform merged(model::Platform a, const model::Platform& b) {
  // What does not enforce differs in that alone: there is nothing of which the rest could be said.
  if (a.enforces.answer == Answer::no && b.enforces.answer != Answer::no) {
    return merged(b, a);
  }
  if (b.enforces.answer == Answer::no) {
    agree(a.enforces, b.enforces, a.name, b.name);
    return a;
  }
  const auto mine = a.facts();
  const auto theirs = b.facts();
  a.ignores_no_default_deny = a.ignores_no_default_deny || b.ignores_no_default_deny;
  a.lacks_tiers = a.lacks_tiers || b.lacks_tiers;
  for (std::size_t i = 0; i < mine.size(); ++i) agree(*mine[i], *theirs[i], a.name, b.name);
  std::set<std::string_view> languages;
  for (const model::Enforced& language : a.languages) languages.insert(language.language);
  for (const model::Enforced& language : b.languages) languages.insert(language.language);
  std::vector<model::Enforced> both;
  for (const std::string_view language : languages) {
    model::Fact fact{"enforced", a.reads(language), "", "", model::Mark::derived};
    for (const model::Enforced& known : a.languages)
      if (known.language == language) fact = known.fact;
    agree(fact, {"enforced", b.reads(language), b.name + " does not read it"}, a.name, b.name);
    both.push_back({language, std::move(fact)});
  }
  a.languages = std::move(both);
  return a;
}

}  // namespace podmoat::platform
