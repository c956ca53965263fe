// What is read and written is read again as the same; and the laws of sets hold between what
// stands before and after a line break.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "core/flow/flow_set.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using podmoat::flow::FlowSet;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = text.find('\n');
  const auto first = FlowSet::parse(text.substr(0, line));
  if (!first) return 0;
  const FlowSet& a = *first;
  PODMOAT_CHECK(FlowSet::parse(a.str()) == a);
  PODMOAT_CHECK(a.empty() == !a.witness().has_value());
  PODMOAT_CHECK(a.empty() || a.contains(*a.witness()));

  const auto second =
      FlowSet::parse(line == text.npos ? "10.0.0.0/8 tcp 80" : text.substr(line + 1));
  if (!second) return 0;
  const FlowSet& b = *second;
  PODMOAT_CHECK((a | b) == (b | a));
  PODMOAT_CHECK((a & b) == (b & a));
  PODMOAT_CHECK((a - b) == (a & (FlowSet::all() - b)));
  PODMOAT_CHECK(((a - b) | (a & b)) == a);
  PODMOAT_CHECK((a | b).contains(a) && a.contains(a & b));
  return 0;
}
