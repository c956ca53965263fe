#include "core/model/snapshot.h"

namespace podmoat::model {

const Namespace* Snapshot::find_namespace(std::string_view name) const {
  const auto it = std::lower_bound(
      namespaces.begin(), namespaces.end(), name,
      [](const Namespace& ns, std::string_view wanted) { return ns.object.name < wanted; });
  return it != namespaces.end() && it->object.name == name ? &*it : nullptr;
}

std::string Snapshot::where(const Place& place) const {
  if (place.file >= files.size()) return "";
  const std::string& file = files[place.file];
  return place.line == 0 ? file : file + ":" + std::to_string(place.line);
}

}  // namespace podmoat::model
