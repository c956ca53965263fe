// What is read of a Pod's spec: docs/semantics/reading.md RD-30 to RD-33, RD-39.
#include <algorithm>

#include "core/manifest/decode.h"

namespace podmoat::manifest {
namespace {

void add_port(Decoding& decoding, const Field& field, std::vector<model::NamedPort>& ports) {
  if (!is_map(decoding, field)) return;
  const Field name = field["name"];
  const auto text = string_of(decoding, name);
  if (!text || text->empty()) return;
  const Field protocol = field["protocol"];
  const Field number = field["containerPort"];
  const auto read = protocol_of(decoding, protocol);
  const auto port = port_number_of(decoding, number);
  if (read && port) ports.push_back({std::string(*text), *read, *port});
}

/// httpGet or tcpSocket of a probe or of a lifecycle handler.
void add_action(Decoding& decoding, const Field& action, std::string_view path,
                std::vector<model::HandlerHost>& hosts) {
  if (action.absent() || !is_map(decoding, action)) return;
  const Field host = action["host"];
  const auto text = string_of(decoding, host);
  if (!text || text->empty()) return;
  const Field port = action["port"];
  std::uint16_t number = 0;
  if (port.node().is(Kind::integer)) number = port_number_of(decoding, port).value_or(0);
  hosts.push_back(
      {std::string(path) + "." + std::string(action.name()) + ".host", std::string(*text), number});
}

void add_handler(Decoding& decoding, const Field& handler, std::string_view path,
                 std::vector<model::HandlerHost>& hosts) {
  if (handler.absent() || !is_map(decoding, handler)) return;
  const Field http = handler["httpGet"];
  const Field tcp = handler["tcpSocket"];
  if (http.absent() && tcp.absent()) return;
  const std::string here = std::string(path) + "." + std::string(handler.name());
  add_action(decoding, http, here, hosts);
  add_action(decoding, tcp, here, hosts);
}

/// "registry/team/app" of "registry/team/app:1.2@sha256:...": what stays the same as versions
/// change.
std::string_view repository_of(std::string_view image) {
  image = image.substr(0, image.find('@'));
  const std::size_t colon = image.rfind(':');
  const std::size_t slash = image.rfind('/');
  const bool tagged = colon != std::string_view::npos &&
                      (slash == std::string_view::npos || colon > slash);  // else a port
  return tagged ? image.substr(0, colon) : image;
}

void add_image(Decoding& decoding, const Field& field, std::vector<std::string>& images) {
  const auto text = string_of(decoding, field);
  if (!text || text->empty()) return;
  std::string repository(repository_of(*text));
  const auto at = std::ranges::lower_bound(images, repository);
  if (at == images.end() || *at != repository) images.insert(at, std::move(repository));
}

/// RB-6: whether a volume has a token of the Pod's account as a source.
bool projects_token(Decoding& decoding, const Field& volumes) {
  bool found = false;
  each_item(decoding, volumes, [&](const Field& volume) {
    const Field projected = volume["projected"];
    const Field sources = projected["sources"];
    if (!projected.absent() && is_map(decoding, projected))
      each_item(decoding, sources, [&](const Field& source) {
        found = found || !source.node()["serviceAccountToken"].absent();
      });
  });
  return found;
}

void add_container(Decoding& decoding, const Field& field, bool keeps_running,
                   model::PodSpec& spec) {
  if (!is_map(decoding, field)) return;
  const Field image = field["image"];
  add_image(decoding, image, spec.images);
  const Field ports = field["ports"];
  if (keeps_running)
    each_item(decoding, ports,
              [&](const Field& port) { add_port(decoding, port, spec.named_ports); });
  const Field lifecycle = field["lifecycle"];
  const Field probes[] = {field["livenessProbe"], field["readinessProbe"], field["startupProbe"]};
  const bool probed = std::ranges::any_of(probes, [](const Field& f) { return !f.absent(); });
  if (!probed && lifecycle.absent()) return;
  // The path begins at the Pod's spec, whatever the spec stands in.
  const std::string whole = field.path();
  const std::size_t start = std::min(whole.rfind("ontainers["), whole.rfind("initContainers["));
  const std::string path = whole.substr(whole[start] == 'o' ? start - 1 : start);
  for (const Field& probe : probes) add_handler(decoding, probe, path, spec.handler_hosts);
  if (lifecycle.absent() || !is_map(decoding, lifecycle)) return;
  for (const std::string_view name : {"postStart", "preStop"}) {
    const Field handler = lifecycle[name];
    add_handler(decoding, handler, path + ".lifecycle", spec.handler_hosts);
  }
}

}  // namespace

model::PodSpec pod_spec_of(Decoding& decoding, const Field& spec) {
  model::PodSpec out;
  ask_for_node(spec.node(), out);
  if (spec.absent() || !is_map(decoding, spec)) {
    out.service_account = "default";
    return out;
  }
  const Field host_network = spec["hostNetwork"];
  const Field account = spec["serviceAccountName"];
  const Field old_account = spec["serviceAccount"];
  const Field automount = spec["automountServiceAccountToken"];
  const Field volumes = spec["volumes"];
  const Field containers = spec["containers"];
  const Field init_containers = spec["initContainers"];
  out.host_network = boolean_of(decoding, host_network).value_or(false);
  const std::string_view named = string_of(decoding, account).value_or("");
  const std::string_view old = string_of(decoding, old_account).value_or("");
  out.service_account = !named.empty() ? named : !old.empty() ? old : "default";
  out.automounts_token = boolean_of(decoding, automount);
  out.projects_token = projects_token(decoding, volumes);
  each_item(decoding, containers,
            [&](const Field& item) { add_container(decoding, item, true, out); });
  each_item(decoding, init_containers, [&](const Field& item) {
    const bool sidecar = item.node()["restartPolicy"].string() == "Always";
    add_container(decoding, item, sidecar, out);
  });
  return out;
}

}  // namespace podmoat::manifest
