// Scheduling: on which sort of Node a Pod runs, as policies do not hold on all of them.
// docs/semantics/reading.md RD-37.
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "core/manifest/records.h"

namespace podmoat::manifest {
namespace {

using model::Answer;

constexpr std::array<std::string_view, 2> kSystems{"kubernetes.io/os", "beta.kubernetes.io/os"};
constexpr std::string_view kComputeType = "eks.amazonaws.com/compute-type";
constexpr std::string_view kProfile = "eks.amazonaws.com/fargate-profile";

Answer is_windows(Cursor system) {
  if (system.string().empty()) return Answer::unknown;
  return system.string() == "windows" ? Answer::yes : Answer::no;
}

/// Both must hold.
Answer both(Answer a, Answer b) { return a == Answer::unknown ? b : a; }

/// What a nodeSelector, or the labels of a Node, say of the operating system.
Answer windows_by_labels(Cursor labels) {
  return both(is_windows(labels[kSystems[0]]), is_windows(labels[kSystems[1]]));
}

/// What one expression of a nodeAffinity leaves of the operating systems.
Answer windows_by(Cursor expression) {
  const std::string_view key = expression["key"].string();
  if (key != kSystems[0] && key != kSystems[1]) return Answer::unknown;
  bool windows = false;
  bool others = false;
  for (const Cursor value : expression["values"])
    (value.string() == "windows" ? windows : others) = true;
  const std::string_view is = expression["operator"].string();
  if (is == "NotIn") return windows ? Answer::no : Answer::unknown;
  if (is != "In" || windows == others) return Answer::unknown;
  return windows ? Answer::yes : Answer::no;
}

/// One of the terms is enough for the scheduler.
Answer windows_by_affinity(Cursor spec) {
  const Cursor required =
      spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
  std::optional<Answer> all;
  for (const Cursor term : required["nodeSelectorTerms"]) {
    Answer one = Answer::unknown;
    for (const Cursor expression : term["matchExpressions"])
      one = both(one, windows_by(expression));
    if (all && *all != one) return Answer::unknown;
    all = one;
  }
  return all.value_or(Answer::unknown);
}

/// The sorts of Nodes that there are.
struct Nodes {
  bool windows = false;
  bool fargate = false;
  std::vector<const model::Node*> of_pod;  ///< nullptr: not bound, or to none of the input
};

Nodes nodes_of(const Records& records) {
  Nodes out;
  out.of_pod.resize(records.snapshot.pods.size(), nullptr);
  for (const model::Node& node : records.snapshot.nodes) {
    out.windows = out.windows || node.windows;
    out.fargate = out.fargate || node.fargate;
    const auto bound = records.bound.find(node.object.name);
    if (bound == records.bound.end()) continue;
    for (const std::uint32_t pod : bound->second) out.of_pod[pod] = &node;
  }
  return out;
}

class Scheduler {
 public:
  explicit Scheduler(const Records& records) : records_(records), nodes_(nodes_of(records)) {}

  /// The number of a PodSpec like number `spec` that says where it runs. `controller`: its kind.
  std::uint32_t settle(std::uint32_t spec, std::uint32_t labels, std::string_view controller,
                       const model::Node* node) {
    const model::PodSpec& asked = records_.specs.at(spec);
    Answer windows = asked.windows;
    if (node != nullptr)
      windows = node->windows ? Answer::yes : Answer::no;
    else if (windows == Answer::unknown && !nodes_.windows)
      windows = Answer::no;
    return number(spec, windows, fargate(asked, labels, controller, node));
  }
  const model::Node* node_of(std::size_t pod) const { return nodes_.of_pod[pod]; }
  Pool<model::PodSpec> take() { return std::move(settled_); }

 private:
  Answer fargate(const model::PodSpec& asked, std::uint32_t labels, std::string_view controller,
                 const model::Node* node) const {
    if (records_.labels.at(labels).find(kProfile) != nullptr) return Answer::yes;
    if (node != nullptr) return node->fargate ? Answer::yes : Answer::no;
    if (asked.fargate != Answer::unknown) return asked.fargate;
    return nodes_.fargate && controller != "DaemonSet" ? Answer::unknown : Answer::no;
  }

  std::uint32_t number(std::uint32_t spec, Answer windows, Answer fargate) {
    const std::size_t at = (spec * std::size_t{3} + static_cast<std::size_t>(windows)) * 3 +
                           static_cast<std::size_t>(fargate);
    if (numbers_.size() <= at) numbers_.resize(at + 1);
    if (!numbers_[at]) {
      model::PodSpec settled = records_.specs.at(spec);
      settled.windows = windows;
      settled.fargate = fargate;
      numbers_[at] = settled_.add(std::move(settled));
    }
    return *numbers_[at];
  }

  const Records& records_;
  Nodes nodes_;
  Pool<model::PodSpec> settled_;
  std::vector<std::optional<std::uint32_t>> numbers_;  ///< in `settled_`, by spec and both answers
};

}  // namespace

void ask_for_node(Cursor spec, model::PodSpec& out) {
  out.windows = both(is_windows(spec["os"]["name"]), windows_by_labels(spec["nodeSelector"]));
  out.windows = both(out.windows, windows_by_affinity(spec));
  out.fargate =
      spec["schedulerName"].string() == "fargate-scheduler" ? Answer::yes : Answer::unknown;
}

void describe_node(Cursor object, model::Node& out) {
  const Cursor labels = object["metadata"]["labels"];
  const std::string_view system = object["status"]["nodeInfo"]["operatingSystem"].string();
  out.windows = system == "windows" || windows_by_labels(labels) == Answer::yes;
  out.fargate = labels[kComputeType].string() == "fargate";
}

void schedule(Records& records) {
  Scheduler scheduler(records);
  std::vector<model::Pod>& pods = records.snapshot.pods;
  for (std::size_t i = 0; i < pods.size(); ++i)
    pods[i].spec =
        scheduler.settle(pods[i].spec, pods[i].labels, pods[i].workload.kind, scheduler.node_of(i));
  for (WorkloadRecord& record : records.workloads)
    record.spec = scheduler.settle(record.spec, record.labels, record.object.kind, nullptr);
  records.specs = scheduler.take();
}

}  // namespace podmoat::manifest
