#pragma once
// Records: what was taken in, before it is joined to a Snapshot. Inside the room.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/manifest/decode.h"
#include "core/manifest/tree.h"
#include "core/model/snapshot.h"

namespace podmoat::manifest {

/// Equal things stored once. A number stays valid as the pool grows.
class LabelPool {
 public:
  /// The number of the labels at `field`. O(their text) for labels that were there before.
  std::uint32_t add(Decoding& decoding, const Field& field);
  std::vector<model::Labels> take() { return std::move(labels_); }
  const model::Labels& at(std::uint32_t index) const { return labels_[index]; }

 private:
  std::vector<model::Labels> labels_;
  std::map<model::Labels, std::uint32_t> by_labels_;
  std::unordered_map<std::string, std::uint32_t> by_text_;  ///< keys and values as they stand
  std::string text_;
};

class SpecPool {
 public:
  std::uint32_t add(model::PodSpec spec);
  std::vector<model::PodSpec> take() { return std::move(specs_); }

 private:
  std::vector<model::PodSpec> specs_;
  std::map<model::PodSpec, std::uint32_t> by_spec_;
};

/// Something that makes Pods. `owner`: its controller, kind "" if it has none.
struct WorkloadRecord {
  model::Object object;
  model::Workload owner;
  std::uint32_t labels = 0;
  std::uint32_t spec = 0;
};

struct Records {
  std::string default_namespace;
  model::Snapshot snapshot;  ///< Pods with their controller as workload, kind "" if they have none
  std::vector<WorkloadRecord> workloads;
  LabelPool labels;
  SpecPool specs;
};

/// See Reader::finish.
model::Snapshot join(Records records);

}  // namespace podmoat::manifest
