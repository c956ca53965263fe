// Draft: names that are free, and objects of earlier Plans that give way. docs/semantics/fix.md
// FX-22.
#include "core/fix/draft.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace podmoat::fix {

using model::Value;

namespace {

constexpr const char* kManagedBy = "app.kubernetes.io/managed-by";
constexpr const char* kGuards = "podmoat.io/guards";

/// The ids of the Targets that a Plan for `guard` closes.
std::string guards(const catalog::Guard& guard) {
  std::string out;
  for (const catalog::Aim& aim : guard.aims)
    if (!aim.anywhere && !aim.host_only && !aim.flows.empty())
      out += (out.empty() ? "" : ",") + aim.target->id;
  return out;
}

}  // namespace

Value selector_value(const model::Selector& selector, std::string (*key_of)(const std::string&)) {
  Value::Map labels;
  Value::List expressions;
  for (const model::Requirement& r : selector.requirements) {
    const std::string key = key_of == nullptr ? r.key : key_of(r.key);
    const bool said = std::ranges::any_of(labels, [&](const auto& m) { return m.first == key; });
    if (r.op == model::Operator::in && r.values.size() == 1 && !said) {
      labels.emplace_back(key, r.values[0]);
      continue;
    }
    static constexpr const char* kOperators[] = {"In", "NotIn", "Exists", "DoesNotExist"};
    PODMOAT_CHECK(!model::of_parts(r.op));
    Value::Map expression{{"key", key}, {"operator", kOperators[static_cast<int>(r.op)]}};
    if (!r.values.empty())
      expression.emplace_back("values", Value::List(r.values.begin(), r.values.end()));
    expressions.emplace_back(std::move(expression));
  }
  Value::Map out;
  if (!labels.empty()) out.emplace_back("matchLabels", std::move(labels));
  if (!expressions.empty()) out.emplace_back("matchExpressions", std::move(expressions));
  return out;
}

Value metadata_value(const std::string& ns, const std::string& name, const catalog::Guard& guard) {
  Value::Map out{{"name", name}};
  if (!ns.empty()) out.emplace_back("namespace", ns);
  out.emplace_back("labels", Value::Map{{kManagedBy, "podmoat"}});
  out.emplace_back("annotations", Value::Map{{kGuards, guards(guard)}});
  return out;
}

bool is_own(const model::PolicyObject& object) {
  const Value* metadata = object.source->find("metadata");
  const Value* labels = metadata == nullptr ? nullptr : metadata->find("labels");
  const Value* by = labels == nullptr ? nullptr : labels->find(kManagedBy);
  return by != nullptr && by->string() != nullptr && *by->string() == "podmoat";
}

const model::PolicyObject* Draft::find(const WrittenKind& kind, const std::string& ns,
                                       const std::string& name) const {
  const auto group = [](std::string_view version) { return version.substr(0, version.find('/')); };
  const auto found =
      std::ranges::find_if(order_.snapshot.policy_objects, [&](const model::PolicyObject& o) {
        return o.object.kind == kind.kind && o.object.ns == ns && o.object.name == name &&
               o.group() == group(kind.api_version);
      });
  return found == order_.snapshot.policy_objects.end() ? nullptr : &*found;
}

std::string Draft::name(const WrittenKind& kind, const std::string& ns, std::string_view stem) {
  // An object that was refused when it was read has its name all the same.
  std::set<std::string> refused;
  const std::string whose = std::string(kind.kind) + " " + (ns.empty() ? "" : ns + "/");
  for (const Diagnostic& diagnostic : order_.snapshot.diagnostics)
    if (diagnostic.object.starts_with(whose))
      refused.insert(diagnostic.object.substr(whose.size()));
  for (std::size_t number = 1;; ++number) {
    std::string name = number == 1 ? std::string(stem) : fmt::format("{}-{}", stem, number);
    const model::PolicyObject* there = find(kind, ns, name);
    if (there == nullptr ? refused.contains(name) : !is_own(*there)) continue;
    if (given_.emplace(std::string(kind.kind), ns + "/" + name).second) return name;
  }
}

void Draft::put(const WrittenKind& kind, const std::string& ns, const std::string& name,
                Value::Map body, std::string why) {
  if (const model::PolicyObject* there = find(kind, ns, name)) {
    Value after = *there->source;
    for (const char* member : {"spec", "specs"}) after.erase(member);
    for (auto& [member, value] : body) after.set(member, std::move(value));
    Value& metadata = *after.find("metadata");
    Value annotations = Value::Map();
    if (const Value* old = metadata.find("annotations"); old != nullptr && old->map() != nullptr)
      annotations = *old;
    annotations.set(kGuards, guards(order_.guard));
    metadata.set("annotations", std::move(annotations));
    const auto number = static_cast<std::uint32_t>(there - order_.snapshot.policy_objects.data());
    plan_.changes.push_back({number, std::move(after), std::move(why)});
    return;
  }
  Value::Map object{{"apiVersion", kind.api_version},
                    {"kind", kind.kind},
                    {"metadata", metadata_value(ns, name, order_.guard)}};
  for (auto& member : body) object.push_back(std::move(member));
  plan_.additions.push_back({ns, name, std::move(object), std::move(why)});
}

}  // namespace podmoat::fix
