// Words for what a rule or a policy does, as a person would say it in a sentence.
#include "core/language/describe.h"

#include <fmt/format.h>

#include <algorithm>

namespace podmoat::language {
namespace {

/// Joins the words of the first few elements, and says how many there are more.
template <class List, class Word>
std::string joined(const List& list, Word word) {
  constexpr std::size_t kMost = 4;
  std::string out;
  for (std::size_t i = 0; i < std::min(list.size(), kMost); ++i)
    out += (i == 0 ? "" : ", ") + word(list[i]);
  if (list.size() > kMost) out += fmt::format(" and {} more", list.size() - kMost);
  return out;
}

std::string word_of(const model::IpBlock& block) {
  std::string out = block.cidr.str();
  if (!block.except.empty())
    out += " except " + joined(block.except, [](const Block& hole) { return hole.str(); });
  return out;
}

std::string pods_with(const std::optional<model::Selector>& selector) {
  return !selector || selector->empty() ? "every Pod" : "Pods with " + selector->str();
}

std::string word_of(const model::PodPeer& peer) {
  const std::string pods = pods_with(peer.pods);
  if (!peer.namespaces) return pods + " of its own namespace";
  if (peer.namespaces->empty()) return pods + " of every namespace";
  return pods + " of namespaces with " + peer.namespaces->str();
}

std::string word_of(const model::PolicyPort& entry) {
  const std::string_view protocol = name_of(entry.protocol);
  if (const auto* name = std::get_if<std::string>(&entry.port))
    return fmt::format("{} \"{}\"", protocol, *name);
  const auto* ports = std::get_if<Ports>(&entry.port);
  if (ports == nullptr) return fmt::format("every {} port", protocol);
  if (ports->first == ports->last) return fmt::format("{} {}", protocol, ports->first);
  return fmt::format("{} {}-{}", protocol, ports->first, ports->last);
}

}  // namespace

std::string describe(const model::PolicyRule& rule, const model::Peer* peer) {
  const std::string to = peer == nullptr
                             ? "every destination"
                             : std::visit([](const auto& is) { return word_of(is); }, peer->is);
  const std::string ports =
      rule.ports.empty()
          ? "every port"
          : joined(rule.ports, [](const model::PolicyPort& entry) { return word_of(entry); });
  return fmt::format("allows {} on {}", to, ports);
}

std::string describe(const model::NetworkPolicy& policy) {
  return "isolates the egress of " + pods_with(policy.pods);
}

}  // namespace podmoat::language
