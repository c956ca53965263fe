// The selectors of an entity are joined to one, with the keys that Calico itself asks for: labels
// of namespaces have "pcns." in front, labels of ServiceAccounts "pcsa." (CA-24). Source:
// projectcalico/calico libcalico-go/lib/backend/syncersv1/updateprocessors/rules.go.
#include "core/language/calico_entity.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/language/calico_pods.h"

namespace podmoat::language {
namespace {

using Kind = CalicoSelector::Kind;

bool asks_global(const CalicoSelector& selector) {
  return selector.kind == Kind::global || std::ranges::any_of(selector.parts, asks_global);
}

/// Which namespaces, in a policy of `ns`; nothing where they play no part.
std::optional<CalicoSelector> namespaces_of(const Field& field, const std::string& ns) {
  auto asked = selector_at(field, true);
  if (asked) {
    add_prefix(*asked, calico_key::kOfNamespace);
    replace(*asked, Kind::all, in_some_namespace());
    replace(*asked, Kind::global, not_of(in_some_namespace()));
    return asked;
  }
  if (!ns.empty()) return in_this_namespace(ns);
  return std::nullopt;
}

std::optional<CalicoSelector> accounts_of(const Field& field) {
  field.only({"names", "selector"});
  auto asked = selector_at(field["selector"]);
  if (asked) add_prefix(*asked, calico_key::kOfServiceAccount);
  model::Requirement named{std::string(calico_key::kServiceAccount), model::Operator::in, {}};
  for (const Field& name : field["names"].items())
    if (const auto text = name.string()) named.values.push_back(*text);
  if (named.values.empty()) return asked;
  std::ranges::sort(named.values);
  const auto again = std::ranges::unique(named.values);
  named.values.erase(again.begin(), again.end());
  CalicoSelector by_name = asks(std::move(named));
  return asked ? both_of(std::move(*asked), std::move(by_name)) : std::move(by_name);
}

std::optional<CalicoSelector> joined(std::optional<CalicoSelector> a,
                                     std::optional<CalicoSelector> b) {
  if (!a) return b;
  if (!b) return a;
  return both_of(std::move(*a), std::move(*b));
}

/// CA-13: the namespace counts as soon as anything is asked of labels.
std::optional<CalicoSelector> holds_of(const Field& field, const std::string& ns) {
  const auto given = [&](const char* name) { return !field[name].string().value_or("").empty(); };
  auto labels = joined(accounts_of(field["serviceAccounts"]), selector_at(field["selector"]));
  if (!labels && !given("notSelector") && !given("namespaceSelector")) return std::nullopt;
  return joined(namespaces_of(field["namespaceSelector"], ns), std::move(labels));
}

std::vector<Block> blocks_of(const Field& field) {
  std::vector<Block> out;
  for (const Field& item : field.items())
    if (const auto block = block_of(item, true)) out.push_back(*block);
  return out;
}

/// "80" or "8000:9000"; nothing for a name.
std::optional<Ports> range_of(std::string_view text) {
  const auto number = [](std::string_view part) -> std::optional<std::uint16_t> {
    std::uint16_t out = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), out);
    if (error != std::errc() || end != part.data() + part.size() || out == 0) return std::nullopt;
    return out;
  };
  const std::size_t colon = text.find(':');
  const auto first = number(text.substr(0, colon));
  const auto last = colon == std::string_view::npos ? first : number(text.substr(colon + 1));
  if (!first || !last || *first > *last) return std::nullopt;
  return Ports{*first, *last};
}

CalicoPorts ports_of(const Field& field) {
  CalicoPorts out;
  for (const Field& item : field.items()) {
    out.given = true;
    const std::string text = item.text().value_or("");
    const bool name =
        std::ranges::any_of(text, [](char c) { return 'a' <= (c | 32) && (c | 32) <= 'z'; });
    if (const auto range = range_of(text))
      out.ranges.push_back(*range);
    else if (name && !text.contains(':'))
      out.names.push_back(text);
    else
      item.problem("must be a port, a range such as 8000:9000, or a port's name");
  }
  return out;
}

std::optional<std::string> service_of(const Field& field, const std::string& ns) {
  if (field.absent()) return std::nullopt;
  field.only({"name", "namespace"});
  const std::string name = field["name"].string().value_or("");
  std::string of = field["namespace"].string().value_or("");
  if (of.empty()) of = ns;
  if (name.empty()) field["name"].problem("must be the name of a Service");
  if (of.empty()) field["namespace"].problem("must be given in a global policy");
  return of + "/" + name;
}

template <class List, class Word>
std::string list_of(const List& list, Word word) {
  constexpr std::size_t kMost = 4;
  std::string out;
  for (std::size_t i = 0; i < std::min(list.size(), kMost); ++i)
    out += (i == 0 ? "" : ", ") + word(list[i]);
  if (list.size() > kMost) out += fmt::format(" and {} more", list.size() - kMost);
  return out;
}

std::string blocks_in_words(const std::vector<Block>& blocks) {
  return list_of(blocks, [](const Block& block) {
    const bool single = block.prefix == (block.family() == Family::v4 ? 32 : 128);
    return single ? block.base.str() : block.str();
  });
}

}  // namespace

bool CalicoEntity::asks() const {
  return holds || except || service || !nets.empty() || !not_nets.empty() || ports.given ||
         not_ports.given;
}

bool CalicoEntity::may_be(Family family) const {
  for (const auto* list : {&nets, &not_nets})
    if (!list->empty() &&
        std::ranges::none_of(*list, [&](const Block& block) { return block.family() == family; }))
      return false;
  return true;
}

std::optional<CalicoSelector> selector_at(const Field& field, bool global_allowed) {
  const std::string text = field.string().value_or("");
  if (text.empty()) return std::nullopt;
  auto selector = parse_calico_selector(text);
  if (!selector) {
    field.problem("is no selector: " + selector.error().what);
    return CalicoSelector{};
  }
  const bool alone = selector->kind == Kind::global;
  if (asks_global(*selector) && !(global_allowed && alone))
    field.problem("has global(), which stands alone and in a rule's namespaceSelector only");
  return std::move(*selector);
}

CalicoEntity read_entity(const Field& field, const std::string& ns) {
  field.only({"nets", "notNets", "selector", "notSelector", "namespaceSelector", "ports",
              "notPorts", "serviceAccounts", "services"});
  CalicoEntity out;
  out.holds = holds_of(field, ns);
  out.except = selector_at(field["notSelector"]);
  out.nets = blocks_of(field["nets"]);
  out.not_nets = blocks_of(field["notNets"]);
  out.ports = ports_of(field["ports"]);
  out.not_ports = ports_of(field["notPorts"]);
  out.service = service_of(field["services"], ns);
  const bool more = out.holds || out.except || !out.nets.empty() || !out.not_nets.empty() ||
                    out.ports.given || out.not_ports.given;
  if (out.service && more) field["services"].problem("must stand alone");
  return out;
}

std::string describe(const CalicoEntity& entity) {
  if (entity.service) return "what stands behind Service " + *entity.service;
  std::string out = blocks_in_words(entity.nets);
  if (entity.holds)
    out += (out.empty() ? "what is selected by `" : " that is selected by `") +
           entity.holds->str() + "`";
  if (out.empty()) out = "every destination";
  if (!entity.not_nets.empty()) out += " except " + blocks_in_words(entity.not_nets);
  if (entity.except)
    out += (entity.not_nets.empty() ? " except" : " and") +
           (" what is selected by `" + entity.except->str() + "`");
  return out;
}

std::string describe(const CalicoPorts& ports) {
  std::vector<std::string> words;
  for (const Ports& range : ports.ranges)
    words.push_back(range.first == range.last ? std::to_string(range.first)
                                              : fmt::format("{}-{}", range.first, range.last));
  for (const std::string& name : ports.names) words.push_back("\"" + name + "\"");
  return list_of(words, [](const std::string& word) { return word; });
}

}  // namespace podmoat::language
