#pragma once
// LabelPeers: the Pods at the other end of a flow, for every label set that they and their
// namespaces could have.
#include <cstddef>
#include <expected>
#include <map>
#include <set>
#include <vector>

#include "core/language/policy.h"
#include "core/policy/peers.h"
#include "core/proof/label_classes.h"

namespace podmoat::proof {

class LabelPeers : public policy::Peers {
 public:
  /// The classes that `terms` tell apart, or a number above `bound` (see LabelClasses).
  static std::expected<LabelPeers, std::size_t> of(const std::set<language::PodTerm>& terms,
                                                   std::size_t bound);

  std::size_t size() const { return classes_.size(); }
  /// Exact. Nothing for a term that was not given.
  policy::PeerSpans match(const language::PodTerm& term) const override;

  /// A Pod that could exist, and its namespace.
  struct Example {
    model::Labels ns;
    model::Labels pod;
  };
  /// One of the class `index`.
  Example example(std::size_t index) const;

 private:
  explicit LabelPeers(LabelClasses classes) : classes_(std::move(classes)) {}

  LabelClasses classes_;
  std::map<language::PodTerm, std::vector<flow::Span>> spans_;
};

}  // namespace podmoat::proof
