// Any bytes through the whole reader, in pieces of any size: no crash, and the same Snapshot. What
// a policy was read from decodes to the same policy again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "core/manifest/reader.h"

namespace {

using podmoat::model::Snapshot;

class Pieces : public podmoat::ByteSource {
 public:
  Pieces(std::string_view text, std::size_t step) : text_(text), step_(step) {}
  podmoat::Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = std::min({into.size(), step_, text_.size()});
    text_.copy(into.data(), count);
    text_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view text_;
  std::size_t step_;
};

Snapshot read(std::string_view text, std::size_t step) {
  podmoat::manifest::Reader reader;
  Pieces source(text, step);
  PODMOAT_CHECK(reader.add("f", source));
  return reader.finish();
}

std::string str(const Snapshot& snapshot) {
  std::string out;
  for (const auto& pod : snapshot.pods) {
    PODMOAT_CHECK(pod.labels < snapshot.pod_labels.size() && pod.spec < snapshot.pod_specs.size());
    PODMOAT_CHECK(snapshot.find_namespace(pod.ns) != nullptr);
    out += pod.ns + "/" + pod.name + " " + pod.workload.str() + " " + snapshot.labels_of(pod).str();
    for (const auto& image : snapshot.spec_of(pod).images) out += " " + image;
  }
  for (const auto& role : snapshot.rbac.roles) {
    out += role.object.str();
    for (const auto& rule : role.rules) {
      PODMOAT_CHECK(!rule.verbs.empty() && !rule.api_groups.empty() && !rule.resources.empty());
      out += rule.path + rule.resources.front();
    }
  }
  for (const auto& binding : snapshot.rbac.bindings) {
    PODMOAT_CHECK(!binding.role.empty());
    for (const auto& subject : binding.subjects) PODMOAT_CHECK(!subject.name.empty());
    out += binding.object.str() + binding.role;
  }
  for (const auto& config : snapshot.kubelet_configs)
    out += config.object.str() + config.authorization.value + std::to_string(config.port.value);
  for (const auto& mesh : snapshot.mesh) out += mesh.object.str() + mesh.field;
  for (const auto& policy : snapshot.network_policies) {
    PODMOAT_CHECK(snapshot.find_namespace(policy.object.ns) != nullptr);
    out += policy.object.str() + policy.pods.str();
  }
  for (const auto& found : snapshot.diagnostics) out += found.code + snapshot.where(found.place);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // The input is text; char may alias its bytes.
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Snapshot whole = read(text, size);
  PODMOAT_CHECK(str(whole) == str(read(text, 1U + data[0])));
  for (const auto& policy : whole.network_policies) {
    const auto again = podmoat::manifest::decode_network_policy(*policy.source);
    PODMOAT_CHECK(again && again->pods == policy.pods);
    PODMOAT_CHECK(again->isolates_egress == policy.isolates_egress);
    PODMOAT_CHECK(again->egress.size() == policy.egress.size());
  }
  return 0;
}
