#pragma once
// Records: what was taken in, before it is joined to a Snapshot. Inside the room.
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/manifest/decode.h"
#include "core/manifest/tree.h"
#include "core/model/snapshot.h"

namespace podmoat::manifest {

/// Writes all that stands at `cursor` to `text`, without places: two things have the same text
/// exactly if they decode alike. False if that takes more than kMaxText bytes; `text` is a part
/// then.
bool write_text(Cursor cursor, std::string& text);
inline constexpr std::size_t kMaxText = 4096;

/// Equal things stored once. Pods of a workload are alike to the letter but for their names, so a
/// thing is looked up by its text first, and decoded only if that is new. A number stays valid as
/// the pool grows.
template <class T>
class Pool {
 public:
  /// The number of what `decode` reads at `field`. O(its text) if it was there before.
  std::uint32_t add(Decoding& decoding, const Field& field, T (*decode)(Decoding&, const Field&)) {
    text_.clear();
    const bool has_text = write_text(field.node(), text_);
    if (has_text)
      if (const auto found = by_text_.find(text_); found != by_text_.end()) return found->second;
    const std::size_t complaints = decoding.out.size();
    const std::uint32_t number = add(decode(decoding, field));
    // What is complained of is complained of each time.
    if (has_text && decoding.out.size() == complaints) by_text_.emplace(text_, number);
    return number;
  }
  /// The number of `item`. O(log of the pool).
  std::uint32_t add(T item) {
    const auto next = static_cast<std::uint32_t>(items_.size());
    const auto [entry, is_new] = by_item_.try_emplace(std::move(item), next);
    if (is_new) items_.push_back(entry->first);
    return entry->second;
  }
  std::vector<T> take() { return std::move(items_); }
  const T& at(std::uint32_t number) const { return items_[number]; }

 private:
  std::vector<T> items_;
  std::map<T, std::uint32_t> by_item_;
  std::unordered_map<std::string, std::uint32_t> by_text_;
  std::string text_;
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
  Pool<model::Labels> labels;
  Pool<model::PodSpec> specs;
  /// By the name of a Node: the Pods that are bound to it, as indices into `snapshot.pods`.
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> bound;
  /// By namespace and name: those of which a Pod was taken in.
  std::set<std::pair<std::string, std::string>> daemon_sets;
};

/// Settles on which sort of Node each Pod runs, in a PodSpec that says so: its own Node tells, or
/// what it asks for, or that the cluster has Nodes of one sort only. Before Pods have their
/// workloads. O(Pods). RD-37.
void schedule(Records& records);

/// See Reader::finish.
model::Snapshot join(Records records);

}  // namespace podmoat::manifest
