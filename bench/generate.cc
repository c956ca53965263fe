// podmoat_generate: writes a made-up cluster to standard output. The same arguments write the same
// bytes on every machine.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cluster.h"
#include "emitter.h"

namespace {

using podmoat::bench::Cluster;
using podmoat::bench::Emitter;
using podmoat::bench::Format;
using podmoat::bench::Mixed;
using podmoat::bench::Size;

/// 0 to count - 1, in the order of what `key` says of them.
template <class Key>
std::vector<std::uint32_t> ordered(std::uint32_t count, Key key) {
  std::vector<std::pair<std::string, std::uint32_t>> keys;
  for (std::uint32_t i = 0; i < count; ++i) keys.emplace_back(key(i), i);
  std::sort(keys.begin(), keys.end());
  std::vector<std::uint32_t> out;
  for (const auto& [text, number] : keys) out.push_back(number);
  return out;
}

/// One List, as `kubectl get pods,networkpolicies,namespaces,nodes -A -o json` prints it.
void write_list(const Size& size, Emitter& out) {
  Cluster cluster(size, out);
  out.open_map();
  out.text("apiVersion", "v1");
  out.open_list("items");
  for (const std::uint32_t i : ordered(size.pods, [&](auto n) { return cluster.pod_key(n); })) {
    cluster.pod(i);
    if (i % 64 == 0) out.flush();
  }
  for (const std::uint32_t i :
       ordered(size.policies, [&](auto n) { return cluster.policy_key(n); })) {
    cluster.policy(i);
    if (i % 64 == 0) out.flush();
  }
  for (std::uint32_t i = 0; i < size.cluster_policies(); ++i) cluster.cluster_policy(i);
  for (std::uint32_t i = 0; i < size.namespaces(); ++i) cluster.name_space(i);
  for (std::uint32_t i = 0; i < size.nodes(); ++i) cluster.node(i);
  out.close();
  out.text("kind", "List");
  out.open_map("metadata");
  out.text("resourceVersion", "");
  out.close();
  out.close();
  out.end_document();
}

/// YAML documents as people keep them: small Pods, no status.
void write_documents(const Size& size, Emitter& out) {
  Cluster cluster(size, out);
  for (std::uint32_t i = 0; i < size.namespaces(); ++i) cluster.name_space(i), out.end_document();
  for (std::uint32_t i = 0; i < size.policies; ++i) cluster.policy(i), out.end_document();
  for (std::uint32_t i = 0; i < size.pods; ++i) cluster.small_pod(i), out.end_document();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Writes a made-up cluster to standard output."};
  Size size;
  Format format = Format::json;
  const std::map<std::string, Format> formats{
      {"json", Format::json}, {"compact", Format::compact}, {"yaml", Format::yaml}};
  app.add_option("--pods", size.pods, "how many Pods")->capture_default_str();
  auto* policies = app.add_option("--policies", size.policies, "NetworkPolicies [pods / 10]");
  const std::map<std::string, Mixed> plugins{
      {"none", Mixed::none}, {"calico", Mixed::calico}, {"cilium", Mixed::cilium}};
  app.add_option("--mixed", size.mixed, "a plugin whose own policies stand among them [none]")
      ->transform(CLI::CheckedTransformer(plugins));
  app.add_option("--seed", size.seed, "start of the random numbers")->capture_default_str();
  app.add_option("-o,--output", format, "json, compact or yaml")
      ->transform(CLI::CheckedTransformer(formats));
  CLI11_PARSE(app, argc, argv);
  if (policies->empty()) size.policies = size.pods / 10;

  Emitter out(format, stdout);
  if (format == Format::yaml)
    write_documents(size, out);
  else
    write_list(size, out);
  return 0;
}
