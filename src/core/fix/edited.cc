// Whole objects: a policy with its Edits carried out, and an object without the API server's words.
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "core/fix/plan.h"

namespace podmoat::fix {

using model::Value;

Value edited(const model::NetworkPolicy& policy, const std::vector<Edit>& edits) {
  PODMOAT_CHECK(policy.source != nullptr);
  Value object = *policy.source;
  if (edits.empty()) return object;
  Value& spec = *object.find("spec");
  const Value::List& rules = *spec.find("egress")->list();
  Value::List egress;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const auto edit =
        std::find_if(edits.begin(), edits.end(), [&](const Edit& e) { return e.rule == i; });
    if (edit == edits.end())
      egress.push_back(rules[i]);
    else
      egress.insert(egress.end(), edit->become.begin(), edit->become.end());
  }
  // Without policyTypes, a policy with egress rules isolates egress and one without does not
  // (FX-9).
  if (egress.empty() && !policy.types_given) {
    Value::List types;
    if (policy.isolates_ingress) types.emplace_back("Ingress");
    if (policy.isolates_egress) types.emplace_back("Egress");
    spec.set("policyTypes", std::move(types));
  }
  spec.set("egress", std::move(egress));
  return object;
}

Value printable(Value object) {
  object.erase("status");
  Value* metadata = object.find("metadata");
  if (metadata == nullptr) return object;
  for (const char* field :
       {"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink"})
    metadata->erase(field);
  if (Value* annotations = metadata->find("annotations")) {
    annotations->erase("kubectl.kubernetes.io/last-applied-configuration");
    if (annotations->map() != nullptr && annotations->map()->empty())
      metadata->erase("annotations");
  }
  return object;
}

}  // namespace podmoat::fix
