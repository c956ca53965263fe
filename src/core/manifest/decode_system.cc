// What is read of the cluster's own DaemonSets, ConfigMaps and configuration objects:
// docs/semantics/reading.md RD-38. Nothing here refuses an object: what cannot be read
// tells nothing.
#include <algorithm>

#include "core/manifest/decode.h"

namespace podmoat::manifest {
namespace {

/// Bytes of a setting that are kept. Those that matter are short.
constexpr std::size_t kMaxSetting = std::size_t{1} << 16U;

void add_setting(const Decoding& decoding, std::string_view name, Cursor value,
                 std::vector<model::Setting>& out) {
  if (!value || !value->is_scalar() || value->text.size() > kMaxSetting) return;
  out.push_back({std::string(name), std::string(value->text), value.place(decoding.file)});
}

model::SystemContainer container_of(const Decoding& decoding, Cursor container) {
  model::SystemContainer out{std::string(container["name"].string()),
                             std::string(container["image"].string())};
  for (const char* list : {"command", "args"})
    for (const Cursor argument : container[list])
      add_setting(decoding, "", argument, out.arguments);
  for (const Cursor variable : container["env"])
    if (variable["name"].is(Kind::string))
      add_setting(decoding, variable["name"].string(), variable["value"], out.env);
  return out;
}

void add_component(std::optional<model::Component> found, std::vector<model::Component>& out) {
  if (found && std::ranges::find(out, *found) == out.end()) out.push_back(*found);
}

}  // namespace

std::optional<model::SystemWorkload> system_workload_of(const Decoding& decoding, Cursor spec,
                                                        std::string_view daemon_set,
                                                        const model::Object& who) {
  model::SystemWorkload out{who, {}, {}};
  add_component(model::component_of_name(daemon_set), out.is);
  for (const Cursor container : spec["containers"])
    add_component(model::component_of_image(container["image"].string()), out.is);
  if (out.is.empty()) return std::nullopt;
  for (const Cursor container : spec["containers"])
    out.containers.push_back(container_of(decoding, container));
  return out;
}

model::SystemConfig system_config_of(const Decoding& decoding, Cursor object, model::Object who) {
  model::SystemConfig out{std::move(who), {}};
  for (const char* part : {"data", "spec", "status"})
    for (const Cursor member : object[part])
      add_setting(decoding, member->key, member, out.settings);
  return out;
}

}  // namespace podmoat::manifest
