// RBAC at the scope of the cluster, and ServiceAccounts: docs/semantics/rbac.md RB-1 to RB-5. What
// the API server would refuse: kubernetes/kubernetes pkg/apis/rbac/validation/validation.go, after
// pkg/apis/rbac/v1/defaults.go.
#include "core/manifest/decode.h"

namespace podmoat::manifest {
namespace {

constexpr std::string_view kGroup = "rbac.authorization.k8s.io";

std::vector<std::string> strings_of(Decoding& decoding, const Field& list) {
  std::vector<std::string> out;
  each_item(decoding, list, [&](const Field& item) {
    if (const auto text = string_of(decoding, item)) out.emplace_back(*text);
  });
  return out;
}

/// Refuses a list that must have an item and has none.
void require_items(Decoding& decoding, const Field& list, const std::vector<std::string>& items) {
  if (items.empty())
    decoding.refuse(list, "missing-value", list.path() + " must have at least one entry", "");
}

void add_rule(Decoding& decoding, const Field& field, std::vector<model::RoleRule>& rules) {
  if (!is_map(decoding, field)) return;
  const Field verbs = field["verbs"];
  const Field groups = field["apiGroups"];
  const Field resources = field["resources"];
  const Field names = field["resourceNames"];
  const Field urls = field["nonResourceURLs"];
  model::RoleRule rule{strings_of(decoding, verbs),
                       strings_of(decoding, groups),
                       strings_of(decoding, resources),
                       strings_of(decoding, names),
                       field.path(),
                       field.place(decoding.file)};
  require_items(decoding, verbs, rule.verbs);
  if (!strings_of(decoding, urls).empty()) {
    if (!rule.api_groups.empty() || !rule.resources.empty() || !rule.resource_names.empty())
      decoding.refuse(urls, "rule-of-two-kinds",
                      field.path() + " has nonResourceURLs beside resources",
                      "make two rules of it");
    return;
  }
  require_items(decoding, groups, rule.api_groups);
  require_items(decoding, resources, rule.resources);
  rules.push_back(std::move(rule));
}

/// An apiGroup that must be `wanted` if it is said.
void check_group(Decoding& decoding, const Field& field, std::string_view wanted) {
  const std::string_view group = string_of(decoding, field).value_or("");
  if (!group.empty() && group != wanted)
    decoding.refuse(field, "bad-group",
                    field.path() + " is \"" + std::string(group) + "\"; it must be \"" +
                        std::string(wanted) + "\"",
                    "");
}

void add_subject(Decoding& decoding, const Field& field, std::vector<model::RoleSubject>& out) {
  if (!is_map(decoding, field)) return;
  const Field kind = field["kind"];
  const Field group = field["apiGroup"];
  const Field ns = field["namespace"];
  const Field name = field["name"];
  model::RoleSubject subject{std::string(string_of(decoding, kind).value_or("")),
                             std::string(string_of(decoding, ns).value_or("")),
                             std::string(string_of(decoding, name).value_or("")), field.path(),
                             field.place(decoding.file)};
  const bool account = subject.kind == "ServiceAccount";
  if (!account && subject.kind != "User" && subject.kind != "Group")
    return decoding.refuse(
        kind, "bad-subject",
        kind.path() + " is \"" + subject.kind + "\"; it must be ServiceAccount, User or Group",
        "the case matters");
  check_group(decoding, group, account ? "" : kGroup);
  if (subject.name.empty()) decoding.refuse(name, "missing-name", name.path() + " is missing", "");
  if (account && subject.ns.empty())
    decoding.refuse(ns, "missing-namespace", ns.path() + " is missing",
                    "say in which namespace the ServiceAccount is");
  out.push_back(std::move(subject));
}

}  // namespace

model::ClusterRole cluster_role_of(Decoding& decoding, const Field& field, model::Object object) {
  model::ClusterRole role;
  role.object = std::move(object);
  const Field metadata = field["metadata"];
  const Field labels = metadata["labels"];
  role.labels = labels_of(decoding, labels);
  const Field rules = field["rules"];
  each_item(decoding, rules, [&](const Field& item) { add_rule(decoding, item, role.rules); });
  const Field aggregation = field["aggregationRule"];
  if (aggregation.absent() || !is_map(decoding, aggregation)) return role;
  const Field selectors = aggregation["clusterRoleSelectors"];
  each_item(decoding, selectors,
            [&](const Field& item) { role.aggregates.push_back(selector_of(decoding, item)); });
  if (role.aggregates.empty())
    decoding.refuse(selectors, "missing-value", selectors.path() + " must have at least one entry",
                    "");
  return role;
}

model::ClusterRoleBinding cluster_role_binding_of(Decoding& decoding, const Field& field,
                                                  model::Object object) {
  model::ClusterRoleBinding binding;
  binding.object = std::move(object);
  const Field role = field["roleRef"];
  if (!is_map(decoding, role)) return binding;
  const Field group = role["apiGroup"];
  const Field kind = role["kind"];
  const Field name = role["name"];
  check_group(decoding, group, kGroup);
  const std::string_view what = string_of(decoding, kind).value_or("");
  if (what != "ClusterRole")
    decoding.refuse(kind, "bad-role",
                    kind.path() + " is \"" + std::string(what) + "\"; it must be ClusterRole", "");
  binding.role = string_of(decoding, name).value_or("");
  if (binding.role.empty()) decoding.refuse(name, "missing-name", name.path() + " is missing", "");
  const Field subjects = field["subjects"];
  each_item(decoding, subjects,
            [&](const Field& item) { add_subject(decoding, item, binding.subjects); });
  return binding;
}

model::ServiceAccount service_account_of(Decoding& decoding, const Field& field,
                                         model::Object object) {
  const Field automounts = field["automountServiceAccountToken"];
  const std::string_view google =
      field["metadata"].node()["annotations"]["iam.gke.io/gcp-service-account"].string();
  return {std::move(object), boolean_of(decoding, automounts), std::string(google)};
}

}  // namespace podmoat::manifest
