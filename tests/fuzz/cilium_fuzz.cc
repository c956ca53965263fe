// Any document read as Cilium's policies, in every mode that a platform may be in: no crash, the
// same answer twice, what is sure is possible, and what is not understood is never left out.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "core/language/policy.h"
#include "core/manifest/reader.h"
#include "core/model/platform.h"

namespace {

using podmoat::language::Reading;
using podmoat::model::Answer;
using podmoat::model::Snapshot;

class Text : public podmoat::ByteSource {
 public:
  explicit Text(std::string_view text) : text_(text) {}
  podmoat::Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = std::min(into.size(), text_.size());
    text_.copy(into.data(), count);
    text_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view text_;
};

podmoat::model::Platform platform(Answer blocks_hold_nodes) {
  podmoat::model::Platform out = podmoat::model::conformant();
  out.engine = "cilium";
  out.cidr_matches_nodes.answer = blocks_hold_nodes;
  out.host_policies.answer = Answer::yes;
  std::erase_if(out.languages, [](const auto& row) { return row.language == "Cilium"; });
  out.languages.push_back({"Cilium", {"Cilium", Answer::yes}});
  return out;
}

void check(const Snapshot& snapshot, const podmoat::model::Platform& cilium) {
  const Reading reading = podmoat::language::read(snapshot, cilium);
  const Reading again = podmoat::language::read(snapshot, cilium);
  PODMOAT_CHECK(reading.policies.size() == again.policies.size());
  for (const auto& policy : reading.policies) {
    PODMOAT_CHECK(policy.tier < reading.tiers.size());
    PODMOAT_CHECK(policy.possible.empty() || !policy.doubt.empty());
    for (const auto& clause : policy.clauses) {
      const auto& places = clause.to.places;
      PODMOAT_CHECK(places.possible.contains(places.sure));
      const bool open =
          !places.exact() || !clause.to.possible.empty() || !clause.ports.possible.empty();
      PODMOAT_CHECK(!open || !clause.doubt.empty());
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  podmoat::manifest::Reader reader;
  Text text({reinterpret_cast<const char*>(data), size});
  PODMOAT_CHECK(reader.add("f", text));
  const Snapshot snapshot = reader.finish();
  for (const Answer answer : {Answer::no, Answer::yes, Answer::unknown})
    check(snapshot, platform(answer));
  return 0;
}
