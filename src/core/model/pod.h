#pragma once
// A Pod, or the Pod that a workload makes: only the fields that a policy or a rule of the audit
// reads.
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/protocol.h"
#include "core/model/answer.h"
#include "core/model/object.h"

namespace podmoat::model {

struct NamedPort {
  std::string name;
  Protocol protocol = Protocol::tcp;
  std::uint16_t number = 0;
  auto operator<=>(const NamedPort&) const = default;
};

/// A probe or lifecycle handler that names a host: the kubelet connects to it from the node's own
/// network, past every policy. `path` is where it stands in the Pod's spec.
struct HandlerHost {
  std::string path;        ///< "containers[0].livenessProbe.httpGet.host"
  std::string host;        ///< as written: an address or a name
  std::uint16_t port = 0;  ///< 0: named or not readable
  auto operator<=>(const HandlerHost&) const = default;
};

/// What a policy or a rule reads of a Pod's spec. Many Pods share one.
struct PodSpec {
  bool host_network = false;
  /// Does it run on a Windows node, or on AWS Fargate? unknown: nothing says where it runs, and the
  /// input has such Nodes beside others.
  Answer windows = Answer::no;
  Answer fargate = Answer::no;
  std::string service_account{};
  std::vector<NamedPort> named_ports{};
  std::vector<HandlerHost> handler_hosts{};
  /// Of all containers, without tags and digests, which differ while a workload is rolled out:
  /// sorted, each once.
  std::vector<std::string> images{};
  std::optional<bool> automounts_token{};  ///< automountServiceAccountToken
  bool projects_token = false;  ///< a volume has a token of the service account as a source
  auto operator<=>(const PodSpec&) const = default;
};

/// The workload that a Pod counts for. Kind "Pod" (and the Pod's own name) for a bare Pod.
struct Workload {
  std::string kind;
  std::string name;
  auto operator<=>(const Workload&) const = default;
  /// "Deployment/web".
  std::string str() const { return kind + "/" + name; }
};

/// A running Pod, or (name empty) the Pod that a workload of the input would make. `labels` and
/// `spec` index the Snapshot's pools, so that equal ones are stored once.
struct Pod {
  std::string ns;
  std::string name;
  Workload workload;
  std::uint32_t labels = 0;
  std::uint32_t spec = 0;
  std::vector<Address> addresses;  ///< status.podIPs
  Place place;
};

}  // namespace podmoat::model
