// detect_providers: a table of what Nodes say. The numbers are those of
// docs/semantics/providers.md.
#include <gtest/gtest.h>

#include "core/catalog/catalog.h"

namespace podmoat::catalog {
namespace {

struct Case {
  const char* name;
  struct Node {
    const char* id;
    std::vector<model::Labels::Entry> labels = {};
  };
  std::vector<Node> nodes;
  std::vector<std::string> want;
};

void check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    model::Snapshot snapshot;
    for (const Case::Node& node : c.nodes) {
      model::Node out;
      out.provider_id = node.id;
      out.labels = model::Labels(node.labels);
      snapshot.nodes.push_back(out);
    }
    EXPECT_EQ(detect_providers(snapshot), c.want) << c.name;
  }
}

TEST(DetectProviders, reads_provider_ids) {
  check({
      {"PV-2 EKS", {{"aws:///eu-west-1a/i-0abc"}}, {"aws"}},
      {"PV-2 GKE", {{"gce://shop/europe-west1-b/gke-node"}}, {"gcp"}},
      {"PV-2 AKS", {{"azure:///subscriptions/1/resourceGroups/g/providers/x"}}, {"azure"}},
      {"PV-2 ACK", {{"alicloud://cn-hangzhou.i-0abc"}}, {"alibaba"}},
      {"PV-2 OCI", {{"oci://ocid1.instance.oc1.iad.abc"}}, {"oracle"}},
      {"PV-2 OKE", {{"ocid1.instance.oc1.iad.abc"}}, {"oracle"}},
      {"PV-2 OpenStack", {{"openstack:///6d1f"}}, {"openstack"}},
      {"PV-2 OpenStack with a region", {{"openstack://GRA/6d1f"}}, {"openstack"}},
      {"PV-2 DigitalOcean", {{"digitalocean://123"}}, {"digitalocean"}},
      {"PV-2 Hetzner Cloud", {{"hcloud://123"}}, {"hetzner"}},
      {"PV-2 Hetzner Robot", {{"hrobot://123"}}, {"hetzner"}},
      {"PV-2 IBM", {{"ibm://account///cluster/worker"}}, {"ibm"}},
      {"PV-2 Tencent", {{"qcloud:///100003/ins-abc"}}, {"tencent"}},
      {"PV-2 Scaleway", {{"scaleway://instance/fr-par-1/6d1f"}}, {"scaleway"}},
      {"PV-2 Linode", {{"linode://123"}}, {"akamai"}},
      {"PV-2 Vultr", {{"vultr://6d1f"}}, {"vultr"}},
      {"PV-2 Exoscale", {{"exoscale://6d1f"}}, {"exoscale"}},
      {"PV-2 CloudStack", {{"cloudstack:///6d1f"}}, {"cloudstack"}},
      {"PV-2 CloudStack, its own controller", {{"external-cloudstack://6d1f"}}, {"cloudstack"}},
      {"PV-2 Huawei", {{"huaweicloud://6d1f"}}, {"huawei"}},
      {"PV-2 Yandex", {{"yandex://fhm123"}}, {"yandex"}},
      {"PV-2 Equinix Metal", {{"equinixmetal://6d1f"}}, {"equinix"}},
      {"PV-2 Packet", {{"packet://6d1f"}}, {"equinix"}},
      {"PV-2 UpCloud", {{"upcloud:////6d1f"}}, {"upcloud"}},
      {"PV-2 Brightbox", {{"brightbox://srv-abc"}}, {"brightbox"}},
      {"PV-3 ACK, older form", {{"cn-hangzhou.i-0abc"}}, {"alibaba"}},
      {"PV-3 not with a path", {{"x/cn-hangzhou.i-0abc"}}, {}},
      {"PV-3 not without a region", {{".i-0abc"}}, {}},
  });
}

TEST(DetectProviders, reads_labels) {
  check({
      {"PV-4 EKS", {{"", {{"eks.amazonaws.com/nodegroup", "a"}}}}, {"aws"}},
      {"PV-4 GKE", {{"", {{"cloud.google.com/gke-nodepool", "a"}}}}, {"gcp"}},
      {"PV-4 AKS", {{"", {{"kubernetes.azure.com/cluster", "a"}}}}, {"azure"}},
      {"PV-4 ACK", {{"", {{"alibabacloud.com/nodepool-id", "a"}}}}, {"alibaba"}},
      {"PV-4 OKE", {{"", {{"oci.oraclecloud.com/fault-domain", "a"}}}}, {"oracle"}},
      {"PV-4 LKE", {{"", {{"lke.linode.com/pool-id", "1"}}}}, {"akamai"}},
      {"PV-4 the value says nothing", {{"", {{"cloud", "eks.amazonaws.com/nodegroup"}}}}, {}},
      {"PV-4 beside a providerID",
       {{"openstack:///1", {{"ibm-cloud.kubernetes.io/zone", "a"}}}},
       {"ibm", "openstack"}},
      {"PV-5 EKS hybrid", {{"", {{"eks.amazonaws.com/compute-type", "hybrid"}}}}, {}},
      {"PV-5 EKS on EC2", {{"", {{"eks.amazonaws.com/compute-type", "ec2"}}}}, {"aws"}},
      {"PV-5 ACK external",
       {{"", {{"alibabacloud.com/external", "true"}, {"alibabacloud.com/nodepool-id", "a"}}}},
       {}},
  });
}

TEST(DetectProviders, leaves_open_what_one_node_leaves_open) {
  check({
      {"PV-1 no Nodes", {}, {}},
      {"PV-1 a Node that says nothing", {{""}}, {}},
      {"PV-1 two clouds", {{"gce://a/b/c"}, {"aws:///a/i-1"}, {"gce://a/b/d"}}, {"aws", "gcp"}},
      {"PV-1 one unknown among known", {{"aws:///a/i-1"}, {"k3s://n"}}, {}},
      {"PV-1 one silent among known", {{"aws:///a/i-1"}, {""}}, {}},
      {"PV-1 an unknown id is not saved by a label",
       {{"eks-hybrid:///a", {{"eks.amazonaws.com/nodegroup", "a"}}}},
       {}},
      {"PV-1 kind runs anywhere", {{"kind://docker/kind/kind-control-plane"}}, {}},
      {"PV-1 vSphere can be hired", {{"vsphere://6d1f"}}, {}},
      {"PV-2 the scheme, not a part of it", {{"xaws:///a/i-1"}}, {}},
  });
}

}  // namespace
}  // namespace podmoat::catalog
