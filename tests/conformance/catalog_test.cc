// The catalogue that is compiled in, read for real: it decodes, keeps the promises of Guard, covers
// the list of facts it was made from, and docs/catalog.md is what it says.
// PODMOAT_UPDATE=1 rewrites docs/catalog.md. Paths are relative to this file's.
#include "core/catalog/catalog.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "core/manifest/reader.h"

namespace podmoat::catalog {
namespace {

namespace fs = std::filesystem;

fs::path root() { return fs::path(__FILE__).parent_path().parent_path().parent_path(); }

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

const Catalog& builtin() {
  static const Catalog catalog = [] {
    Catalog all;
    for (const std::string_view text : {builtin_text(), builtin_consumers_text()}) {
      const auto document = manifest::read_value("", text);
      if (!document) {
        ADD_FAILURE() << document.error().front().message;
        continue;
      }
      const auto decoded = decode(*document);
      if (decoded) {
        all = extended(std::move(all), *decoded);
        if (!decoded->checked.empty()) all.checked = decoded->checked;
        continue;
      }
      for (const Diagnostic& diagnostic : decoded.error())
        ADD_FAILURE() << diagnostic.place.line << ": " << diagnostic.object << ": "
                      << diagnostic.message;
    }
    return all;
  }();
  return catalog;
}

TEST(BuiltinCatalog, decodes) {
  EXPECT_GT(builtin().targets.size(), 60u);
  EXPECT_EQ(builtin().find("kubelet"), builtin().find("kubelet-api"));
}

TEST(BuiltinCatalog, guards_by_default_what_gives_root_or_credentials) {
  std::vector<std::string> ports;
  for (const Target& target : builtin().targets)
    if (target.kind == Kind::node && target.guarded) ports.push_back(target.id);
  EXPECT_EQ(ports, (std::vector<std::string>{"kubelet-api", "kubelet-readonly", "etcd-client",
                                             "etcd-peer", "docker-plain", "docker-tls"}));
  for (const Target& target : builtin().targets)
    if (target.kind == Kind::metadata) {
      EXPECT_EQ(target.guarded, target.id != "azure-arc-himds") << target.id;
    }
}

TEST(BuiltinCatalog, neighbours_are_never_cut) {
  std::vector<std::vector<std::string>> choices{{}};
  for (const std::string& provider : builtin().providers()) choices.push_back({provider});
  for (const auto& providers : choices) {
    const Guard guarded = guard(builtin(), {}, {.providers = providers});
    EXPECT_TRUE(guarded.may.contains(guarded.must));
    for (const Neighbour* neighbour : guarded.neighbours)
      EXPECT_TRUE((neighbour->flows & guarded.may).empty())
          << neighbour->id << (providers.empty() ? "" : " on " + providers[0]);
  }
}

TEST(BuiltinCatalog, covers_the_list_of_facts) {
  const fs::path facts = root() / "../shared/facts/endpoints.yaml";
  if (!fs::exists(facts)) GTEST_SKIP() << "no ../shared/facts/endpoints.yaml beside the project";
  // Under another name, or left out; catalog.yaml says why at its head.
  const std::map<std::string, std::string> kElsewhere{
      {"aws-ecs-credentials", "aws-ecs-task"},
      {"aws-eks-pod-identity", "aws-pod-identity"},
      {"other-169", "brightbox-metadata"},
      {"healthcheck-nodeport", "nodeport-range"},
      {"no-network-imds", ""},
      {"kube-apiserver", ""},
      {"containerd", ""},
      {"hubble-relay", ""},
      {"aws-vpc-cni-gateway", ""},
      {"aws-vpc-cni-v4-egress", ""},
      {"azure-lb-probe-dhcp", ""},
      {"ovn-kubernetes-masquerade", ""},
      {"calico-internal", ""},
  };
  const auto document = manifest::read_value("endpoints.yaml", text_of(facts));
  ASSERT_TRUE(document);
  for (const char* part : {"metadata_endpoints", "legit_neighbours", "node_endpoints"}) {
    const model::Value* rows = document->find(part);
    ASSERT_TRUE(rows != nullptr && rows->list() != nullptr) << part;
    for (const model::Value& row : *rows->list()) {
      std::string id = *row.find("id")->string();
      if (const auto other = kElsewhere.find(id); other != kElsewhere.end()) id = other->second;
      const bool known =
          id.empty() || builtin().find(id) != nullptr ||
          std::ranges::find(builtin().neighbours, id, &Neighbour::id) != builtin().neighbours.end();
      EXPECT_TRUE(known) << *row.find("id")->string();
    }
  }
}

void expect_page(const char* name, const std::string& wanted) {
  const fs::path page = root() / name;
  if (std::getenv("PODMOAT_UPDATE") != nullptr) std::ofstream(page, std::ios::binary) << wanted;
  EXPECT_EQ(text_of(page), wanted) << "PODMOAT_UPDATE=1 rewrites it";
}

TEST(BuiltinCatalog, is_what_the_documentation_shows) {
  expect_page("docs/catalog.md", markdown(builtin()));
  expect_page("docs/consumers.md", consumers_markdown(builtin()));
}

TEST(BuiltinConsumers, need_Targets_that_there_are_and_have_images_of_their_own) {
  EXPECT_GE(builtin().consumers.size(), 25U);
  std::map<std::string, std::string> owner;
  for (const Consumer& one : builtin().consumers) {
    for (const std::string& target : one.targets)
      EXPECT_TRUE(builtin().find(target) != nullptr && builtin().find(target)->id == target)
          << one.id << ": " << target;
    for (const std::string& image : one.images) {
      EXPECT_TRUE(owner.emplace(image, one.id).second) << image;
      EXPECT_EQ(image.find_first_of(":@ "), std::string::npos) << image;
    }
  }
}

}  // namespace
}  // namespace podmoat::catalog
