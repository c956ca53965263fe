// Services, what stands behind them, and nodes: docs/semantics/reading.md RD-34 to RD-36. Addresses
// that the control plane wrote are taken as far as they can be read.
#include "core/manifest/decode.h"

namespace podmoat::manifest {
namespace {

void add_claim(const Field& field, const std::string& name, model::Service& service) {
  std::vector<Address> found;
  add_address(field, found);
  for (const Address& address : found) service.claims.push_back({name, address});
}

void add_claims(Decoding& decoding, const Field& list, const std::string& name,
                model::Service& service) {
  each_item(decoding, list, [&](const Field& item) {
    add_claim(item, name + item.path().substr(item.path().rfind('[')), service);
  });
}

void add_service_port(Decoding& decoding, const Field& field,
                      std::vector<model::ServicePort>& ports) {
  if (!is_map(decoding, field)) return;
  const Field protocol = field["protocol"];
  const Field port = field["port"];
  const auto read = protocol_of(decoding, protocol);
  const auto number = port_number_of(decoding, port);
  if (read && number) ports.push_back({*read, *number});
}

/// Ports of an EndpointSlice may lack a number: then every port is meant.
void add_ports(Decoding& decoding, const Field& list, std::vector<model::ServicePort>& ports) {
  bool all = false;
  each_item(decoding, list, [&](const Field& item) {
    all = all || item.node()["port"].absent();
    if (!all) add_service_port(decoding, item, ports);
  });
  if (all) ports.clear();
}

}  // namespace

model::Service service_of(Decoding& decoding, const Field& field, model::Object object) {
  model::Service service;
  service.object = std::move(object);
  const Field spec = field["spec"];
  const Field status = field["status"];
  if (!is_map(decoding, spec) || !is_map(decoding, status)) return service;
  const Field metadata = field["metadata"];
  const Field labels = metadata["labels"];
  const Field selector = spec["selector"];
  service.labels = labels_of(decoding, labels);
  service.selector = labels_of(decoding, selector);
  const Field cluster_ip = spec["clusterIP"];
  const Field cluster_ips = spec["clusterIPs"];
  const Field external_ips = spec["externalIPs"];
  const Field load_balancer_ip = spec["loadBalancerIP"];
  if (cluster_ips.absent()) add_claim(cluster_ip, "spec.clusterIP", service);
  add_claims(decoding, cluster_ips, "spec.clusterIPs", service);
  add_claims(decoding, external_ips, "spec.externalIPs", service);
  add_claim(load_balancer_ip, "spec.loadBalancerIP", service);
  const Field balancer = status["loadBalancer"];
  const Field ingress = balancer["ingress"];
  each_item(decoding, ingress, [&](const Field& item) {
    const Field ip = item["ip"];
    add_claim(ip, ip.path(), service);
  });
  const Field ports = spec["ports"];
  each_item(decoding, ports,
            [&](const Field& port) { add_service_port(decoding, port, service.ports); });
  return service;
}

model::Backends endpoint_slice_of(Decoding& decoding, const Field& field, model::Object object) {
  model::Backends backends;
  backends.object = std::move(object);
  const Cursor labels = field.node()["metadata"]["labels"];
  backends.service = labels["kubernetes.io/service-name"].string();
  const Field slices = field["endpoints"];
  each_item(decoding, slices, [&](const Field& item) {
    const Field addresses = item["addresses"];
    each_item(decoding, addresses,
              [&](const Field& address) { add_address(address, backends.addresses); });
  });
  const Field ports = field["ports"];
  add_ports(decoding, ports, backends.ports);
  return backends;
}

model::Backends endpoints_of(Decoding& decoding, const Field& field, model::Object object) {
  model::Backends backends;
  backends.service = object.name;
  backends.object = std::move(object);
  const Field subsets = field["subsets"];
  each_item(decoding, subsets, [&](const Field& subset) {
    for (const std::string_view name : {"addresses", "notReadyAddresses"}) {
      const Field addresses = subset[name];
      each_item(decoding, addresses, [&](const Field& address) {
        const Field ip = address["ip"];
        add_address(ip, backends.addresses);
      });
    }
    const Field ports = subset["ports"];
    add_ports(decoding, ports, backends.ports);
  });
  return backends;
}

model::Node node_of(Decoding& decoding, const Field& field, model::Object object) {
  model::Node node;
  node.object = std::move(object);
  const Field metadata = field["metadata"];
  const Field labels = metadata["labels"];
  node.labels = labels_of(decoding, labels);
  const Field spec = field["spec"];
  const Field provider = spec["providerID"];
  node.provider_id = string_of(decoding, provider).value_or("");
  const Field status = field["status"];
  node.kubelet_version = status.node()["nodeInfo"]["kubeletVersion"].string();
  node.arguments = metadata.node()["annotations"]["k3s.io/node-args"].string();
  describe_node(field.node(), node);
  const Field addresses = status["addresses"];
  each_item(decoding, addresses, [&](const Field& item) {
    const std::string_view type = item.node()["type"].string();
    const Field address = item["address"];
    if (type == "InternalIP" || type == "ExternalIP") add_address(address, node.addresses);
  });
  return node;
}

}  // namespace podmoat::manifest
