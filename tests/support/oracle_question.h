#pragma once
// What the oracles around other people's engines are asked, and podmoat's own answer to it.
// tests/conformance/go/README.md says what a question looks like.
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/model/platform.h"
#include "core/model/snapshot.h"
#include "core/policy/policies.h"

namespace podmoat::test {

/// One flow: from a Pod to the address of a Pod, of a node, or of nobody in the cluster.
struct Asked {
  std::size_t from = 0;
  Address to;
  std::optional<std::uint32_t> pod;  ///< the Pod that has the address
  Protocol protocol = Protocol::tcp;
  std::uint16_t port = 0;
  std::string str() const;
};

/// The Pod as an API server has it; `spec` is what its spec holds beside its containers.
model::Value pod_of(const model::Snapshot& snapshot, std::size_t number,
                    model::Value::Map spec = {});

/// The members that every question has: namespaces, nodes, `pods`, `policies` and the flows.
model::Value question_of(const model::Snapshot& snapshot, model::Value::List pods,
                         model::Value::List policies, const std::vector<Asked>& flows);

/// Takes every Pod off the host network, where it would be its node.
void leave_host_network(model::Snapshot& snapshot);

enum class Says : std::uint8_t { no, yes, unknown };

/// podmoat's answers about one cluster, its Ladders evaluated once each. Keeps references.
class Answers {
 public:
  Answers(const model::Snapshot& snapshot, const model::Platform& platform, policy::PodPeers peers)
      : snapshot_(snapshot),
        peers_(std::move(peers)),
        policies_(snapshot, platform, flow::FlowSet::all(), peers_) {}

  /// Whether Pod `from` may send `flow`.
  Says says(std::size_t from, const flow::Flow& flow);

 private:
  const model::Snapshot& snapshot_;
  policy::PodPeers peers_;
  policy::Policies policies_;
  std::map<const flow::Ladder*, flow::Known> known_;
};

}  // namespace podmoat::test
