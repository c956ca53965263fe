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
      {"PR-2 EKS", {{"aws:///eu-west-1a/i-0abc"}}, {"aws"}},
      {"PR-2 GKE", {{"gce://shop/europe-west1-b/gke-node"}}, {"gcp"}},
      {"PR-2 AKS", {{"azure:///subscriptions/1/resourceGroups/g/providers/x"}}, {"azure"}},
      {"PR-2 ACK", {{"alicloud://cn-hangzhou.i-0abc"}}, {"alibaba"}},
      {"PR-2 OCI", {{"oci://ocid1.instance.oc1.iad.abc"}}, {"oracle"}},
      {"PR-2 OKE", {{"ocid1.instance.oc1.iad.abc"}}, {"oracle"}},
      {"PR-2 OpenStack", {{"openstack:///6d1f"}}, {"openstack"}},
      {"PR-2 OpenStack with a region", {{"openstack://GRA/6d1f"}}, {"openstack"}},
      {"PR-2 DigitalOcean", {{"digitalocean://123"}}, {"digitalocean"}},
      {"PR-2 Hetzner Cloud", {{"hcloud://123"}}, {"hetzner"}},
      {"PR-2 Hetzner Robot", {{"hrobot://123"}}, {"hetzner"}},
      {"PR-2 IBM", {{"ibm://account///cluster/worker"}}, {"ibm"}},
      {"PR-2 Tencent", {{"qcloud:///100003/ins-abc"}}, {"tencent"}},
      {"PR-2 Scaleway", {{"scaleway://instance/fr-par-1/6d1f"}}, {"scaleway"}},
      {"PR-2 Linode", {{"linode://123"}}, {"akamai"}},
      {"PR-2 Vultr", {{"vultr://6d1f"}}, {"vultr"}},
      {"PR-2 Exoscale", {{"exoscale://6d1f"}}, {"exoscale"}},
      {"PR-2 CloudStack", {{"cloudstack:///6d1f"}}, {"cloudstack"}},
      {"PR-2 CloudStack, its own controller", {{"external-cloudstack://6d1f"}}, {"cloudstack"}},
      {"PR-2 Huawei", {{"huaweicloud://6d1f"}}, {"huawei"}},
      {"PR-2 Yandex", {{"yandex://fhm123"}}, {"yandex"}},
      {"PR-2 Equinix Metal", {{"equinixmetal://6d1f"}}, {"equinix"}},
      {"PR-2 Packet", {{"packet://6d1f"}}, {"equinix"}},
      {"PR-2 UpCloud", {{"upcloud:////6d1f"}}, {"upcloud"}},
      {"PR-2 Brightbox", {{"brightbox://srv-abc"}}, {"brightbox"}},
      {"PR-3 ACK, older form", {{"cn-hangzhou.i-0abc"}}, {"alibaba"}},
      {"PR-3 not with a path", {{"x/cn-hangzhou.i-0abc"}}, {}},
      {"PR-3 not without a region", {{".i-0abc"}}, {}},
  });
}

TEST(DetectProviders, reads_labels) {
  check({
      {"PR-4 EKS", {{"", {{"eks.amazonaws.com/nodegroup", "a"}}}}, {"aws"}},
      {"PR-4 GKE", {{"", {{"cloud.google.com/gke-nodepool", "a"}}}}, {"gcp"}},
      {"PR-4 AKS", {{"", {{"kubernetes.azure.com/cluster", "a"}}}}, {"azure"}},
      {"PR-4 ACK", {{"", {{"alibabacloud.com/nodepool-id", "a"}}}}, {"alibaba"}},
      {"PR-4 OKE", {{"", {{"oci.oraclecloud.com/fault-domain", "a"}}}}, {"oracle"}},
      {"PR-4 LKE", {{"", {{"lke.linode.com/pool-id", "1"}}}}, {"akamai"}},
      {"PR-4 the value says nothing", {{"", {{"cloud", "eks.amazonaws.com/nodegroup"}}}}, {}},
      {"PR-4 beside a providerID",
       {{"openstack:///1", {{"ibm-cloud.kubernetes.io/zone", "a"}}}},
       {"ibm", "openstack"}},
      {"PR-5 EKS hybrid", {{"", {{"eks.amazonaws.com/compute-type", "hybrid"}}}}, {}},
      {"PR-5 EKS on EC2", {{"", {{"eks.amazonaws.com/compute-type", "ec2"}}}}, {"aws"}},
      {"PR-5 ACK external",
       {{"", {{"alibabacloud.com/external", "true"}, {"alibabacloud.com/nodepool-id", "a"}}}},
       {}},
  });
}

TEST(DetectProviders, leaves_open_what_one_node_leaves_open) {
  check({
      {"PR-1 no Nodes", {}, {}},
      {"PR-1 a Node that says nothing", {{""}}, {}},
      {"PR-1 two clouds", {{"gce://a/b/c"}, {"aws:///a/i-1"}, {"gce://a/b/d"}}, {"aws", "gcp"}},
      {"PR-1 one unknown among known", {{"aws:///a/i-1"}, {"k3s://n"}}, {}},
      {"PR-1 one silent among known", {{"aws:///a/i-1"}, {""}}, {}},
      {"PR-1 an unknown id is not saved by a label",
       {{"eks-hybrid:///a", {{"eks.amazonaws.com/nodegroup", "a"}}}},
       {}},
      {"PR-1 kind runs anywhere", {{"kind://docker/kind/kind-control-plane"}}, {}},
      {"PR-1 vSphere can be hired", {{"vsphere://6d1f"}}, {}},
      {"PR-2 the scheme, not a part of it", {{"xaws:///a/i-1"}}, {}},
  });
}

}  // namespace
}  // namespace podmoat::catalog
