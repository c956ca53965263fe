// Which clouds the nodes are on. Numbers: docs/semantics/providers.md.
//
// The answer decides what is guarded, so a Node that leaves it open leaves everything open.
#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "core/catalog/catalog.h"

namespace podmoat::catalog {
namespace {

struct Sign {
  std::string_view prefix;
  std::string_view provider;
};

/// PV-2. What providerIDs start with.
constexpr std::array kIds = std::to_array<Sign>({
    {"aws://", "aws"},
    {"gce://", "gcp"},
    {"azure://", "azure"},
    {"alicloud://", "alibaba"},
    {"oci://", "oracle"},
    {"ocid1.", "oracle"},
    {"openstack://", "openstack"},
    {"digitalocean://", "digitalocean"},
    {"hcloud://", "hetzner"},
    {"hrobot://", "hetzner"},
    {"ibm://", "ibm"},
    {"qcloud://", "tencent"},
    {"scaleway://", "scaleway"},
    {"linode://", "akamai"},
    {"vultr://", "vultr"},
    {"exoscale://", "exoscale"},
    {"cloudstack://", "cloudstack"},
    {"external-cloudstack://", "cloudstack"},
    {"huaweicloud://", "huawei"},
    {"yandex://", "yandex"},
    {"equinixmetal://", "equinix"},
    {"packet://", "equinix"},
    {"upcloud://", "upcloud"},
    {"brightbox://", "brightbox"},
});

/// PV-4. What keys of Node labels start with, on managed clusters.
constexpr std::array kLabels = std::to_array<Sign>({
    {"eks.amazonaws.com/", "aws"},
    {"cloud.google.com/gke-", "gcp"},
    {"kubernetes.azure.com/", "azure"},
    {"alibabacloud.com/", "alibaba"},
    {"oci.oraclecloud.com/", "oracle"},
    {"doks.digitalocean.com/", "digitalocean"},
    {"instance.hetzner.cloud/", "hetzner"},
    {"ibm-cloud.kubernetes.io/", "ibm"},
    {"cloud.tencent.com/", "tencent"},
    {"k8s.scaleway.com/", "scaleway"},
    {"lke.linode.com/", "akamai"},
    {"vke.vultr.com/", "vultr"},
    {"node.exoscale.net/", "exoscale"},
    {"yandex.cloud/", "yandex"},
});

/// PV-5. Labels of nodes that a managed cluster has outside its own cloud.
struct Mark {
  std::string_view key;
  std::string_view value;
};
constexpr std::array kElsewhere = std::to_array<Mark>({
    {"eks.amazonaws.com/compute-type", "hybrid"},
    {"alibabacloud.com/external", "true"},
    {"alibabacloud.com/is-edge-worker", "true"},
});

bool is_elsewhere(const model::Labels& labels) {
  return std::ranges::any_of(kElsewhere, [&](const Mark& mark) {
    const std::string* value = labels.find(mark.key);
    return value != nullptr && *value == mark.value;
  });
}

/// PV-3. Alibaba's older form has no scheme: "cn-hangzhou.i-0abc".
bool is_bare_alibaba_id(std::string_view id) {
  const std::size_t dot = id.find('.');
  return dot != std::string_view::npos && dot > 0 && id.substr(dot + 1).starts_with("i-") &&
         id.find_first_of(":/") == std::string_view::npos;
}

/// The provider, or "" for an id that is not known.
std::string_view provider_of_id(std::string_view id) {
  for (const Sign& sign : kIds)
    if (id.starts_with(sign.prefix)) return sign.provider;
  return is_bare_alibaba_id(id) ? "alibaba" : "";
}

/// PV-1. Adds what `node` tells to `into`; false if that leaves its cloud open.
bool add_providers(const model::Node& node, std::set<std::string>& into) {
  bool told = false;
  if (!node.provider_id.empty()) {
    const std::string_view provider = provider_of_id(node.provider_id);
    if (provider.empty()) return false;
    into.emplace(provider);
    told = true;
  }
  if (is_elsewhere(node.labels)) return told;
  for (const auto& [key, value] : node.labels.entries())
    for (const Sign& sign : kLabels)
      if (key.starts_with(sign.prefix)) {
        into.emplace(sign.provider);
        told = true;
      }
  return told;
}

}  // namespace

std::vector<std::string> detect_providers(const model::Snapshot& snapshot) {
  std::set<std::string> found;
  for (const model::Node& node : snapshot.nodes)
    if (!add_providers(node, found)) return {};
  return {found.begin(), found.end()};
}

}  // namespace podmoat::catalog
