// PM-017: objects of a service mesh that look like a fence for outgoing traffic. They were read as
// none: docs/semantics/networkpolicy.md NP-MESH. One Finding for the cluster.
#include <algorithm>
#include <utility>

#include "core/audit/rules/shared.h"

namespace podmoat::audit {

void check_mesh(const Survey& survey, Findings& out) {
  constexpr std::size_t kMost = 5;
  std::vector<const model::MeshObject*> found;
  for (const model::MeshObject& object : survey.question().snapshot.mesh)
    if (survey.question().scope.covers(object.object.ns)) found.push_back(&object);
  if (found.empty()) return;
  Finding made = finding("PM-017");
  std::vector<std::string> names;
  for (const model::MeshObject* object : found) names.push_back(object->object.str());
  for (std::size_t i = 0; i < std::min(kMost, found.size()); ++i)
    made.because.push_back(
        {found[i]->object, found[i]->field, found[i]->object.place, found[i]->says});
  made.message = joined(names, kMost) + (found.size() == 1 ? " was" : " were") +
                 " read as no boundary: a Pod goes round its sidecar";
  made.fingerprint = fingerprint(made);
  out.push_back(std::move(made));
}

}  // namespace podmoat::audit
