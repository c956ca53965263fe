// Terms are "pods@namespaces", a PortMatch is its numbers, names and what it may match beside.
#include "support/reading_text.h"

#include <fmt/format.h>

namespace podmoat::test {
namespace {

using namespace language;

std::string text_of(const PodTerms& terms) {
  std::string out;
  for (const PodTerm& term : terms)
    out +=
        fmt::format("{}{}@{}", out.empty() ? "" : " or ", term.pods.str(), term.namespaces.str());
  return out;
}

std::string text_of(const PortMatch& ports) {
  if (ports.all) return "";
  std::string out = " on " + ports.numbers.str();
  for (const PortName& name : ports.names)
    out += fmt::format(" {} {}", name_of(name.protocol), name.name);
  if (!ports.possible.empty()) out += " perhaps " + ports.possible.str();
  return out;
}

std::string text_of(const Destinations& to) {
  if (to.everything) return "everything";
  std::string out = to.places.sure.empty() ? "" : to.places.sure.str();
  if (!to.pods.empty()) out += (out.empty() ? "" : "; ") + text_of(to.pods);
  const flow::FlowSet more = to.places.possible - to.places.sure;
  if (!more.empty()) out += (out.empty() ? "perhaps " : "; perhaps ") + more.str();
  if (!to.possible.empty()) out += (out.empty() ? "perhaps " : "; perhaps ") + text_of(to.possible);
  return out.empty() ? "nothing" : out;
}

}  // namespace

std::vector<std::string> lines_of(const Reading& reading) {
  std::vector<std::string> out;
  for (const Policy& policy : reading.policies) {
    std::string line = fmt::format("{} {} {}: {}", reading.tiers[policy.tier].name, policy.order,
                                   policy.object.str(), text_of(policy.pods));
    if (!policy.possible.empty()) line += "; perhaps " + text_of(policy.possible);
    if (policy.unread) line += "unread";
    out.push_back(std::move(line));
    for (const Clause& clause : policy.clauses) {
      static constexpr const char* kActions[] = {"allow", "deny", "pass"};
      out.push_back(fmt::format("  {} {}: {}{}", kActions[static_cast<int>(clause.action)],
                                clause.rule, text_of(clause.to), text_of(clause.ports)));
    }
  }
  return out;
}

}  // namespace podmoat::test
