// The profiles stand in platforms/, one file for each family of plugins. A fact that the sources
// leave open, or on which they contradict each other, is `unknown`.
#include "core/model/platform.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"
#include "core/model/platforms/tables.h"

namespace podmoat::model {
namespace {

std::vector<Platform> all() {
  std::vector<Platform> out;
  for (auto* family : {plain_platforms, calico_platforms, cilium_platforms, cloud_platforms,
                       switch_platforms, netfilter_platforms})
    std::ranges::move(family(), std::back_inserter(out));
  return out;
}

template <class Self>
auto facts_of(Self& self) {
  return std::vector{&self.enforces,
                     &self.cidr_matches_pods,
                     &self.cidr_matches_nodes,
                     &self.whole_range_matches_nodes,
                     &self.cidr_matches_host_link_local,
                     &self.own_node_policed,
                     &self.own_node_accepts,
                     &self.node_port_range_policed,
                     &self.ipv4_policed,
                     &self.ipv6_policed,
                     &self.hidden_family,
                     &self.except_is_local,
                     &self.sees_service_addresses,
                     &self.starts_closed,
                     &self.host_policies,
                     &self.bare_pods_policed,
                     &self.windows_policed,
                     &self.fargate_policed,
                     &self.all_reaches_nodes,
                     &self.denies_by_default,
                     &self.other_languages};
}

}  // namespace

std::string_view name_of(Answer answer) {
  switch (answer) {
    case Answer::no:
      return "no";
    case Answer::yes:
      return "yes";
    case Answer::unknown:
      return "unknown";
  }
  return "unknown";
}

std::string_view name_of(Basis basis) {
  switch (basis) {
    case Basis::assumed:
      return "assumed";
    case Basis::detected:
      return "detected";
    case Basis::given:
      return "given";
  }
  return "assumed";
}

std::string_view name_of(Mark mark) {
  switch (mark) {
    case Mark::verified:
      return "verified";
    case Mark::derived:
      return "derived";
    case Mark::third_party:
      return "third party";
    case Mark::memory:
      return "memory";
  }
  return "memory";
}

std::string Redirect::str() const {
  const auto place = [](const Address& address, std::uint16_t at) {
    const std::string text = address.str();
    return (address.family == Family::v6 ? "[" + text + "]" : text) + ":" + std::to_string(at);
  };
  return place(from, port) + "/" + std::string(name_of(protocol)) +
         (there == Answer::yes ? " goes to " : " may go to ") +
         (to ? place(*to, to_port) : "port " + std::to_string(to_port) + " of the Pod's own node") +
         (there != Answer::yes || plain == Answer::no ? ""
          : plain == Answer::yes                      ? " on some nodes"
                                                      : " on some nodes, perhaps on all");
}

std::vector<const Fact*> Platform::facts() const { return facts_of(*this); }
std::vector<Fact*> Platform::facts() { return facts_of(*this); }

Answer Platform::reads(std::string_view language) const {
  const auto known = std::ranges::find(languages, language, &Enforced::language);
  return known == languages.end() ? other_languages.answer : known->fact.answer;
}

std::span<const Platform> platforms() {
  static const std::vector<Platform> known = all();
  return known;
}

const Platform* find_platform(std::string_view name) {
  const auto it = std::ranges::find(platforms(), name, &Platform::name);
  return it == platforms().end() ? nullptr : &*it;
}

const Platform& conformant() {
  const Platform* found = find_platform("conformant");
  PODMOAT_CHECK(found != nullptr);
  return *found;
}

}  // namespace podmoat::model
