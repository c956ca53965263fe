// Selectors become terms, blocks become addresses, and what is not in the input is perhaps
// everything. A group is one of these, or the union of groups that are.
#include "core/language/antrea_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/language/node_addresses.h"

namespace podmoat::language::antrea_parts {
namespace {

using model::Operator;
using model::Selector;

void append(PodTerms& all, PodTerms more) {
  for (PodTerm& term : more) all.push_back(std::move(term));
}

Selector name_is(std::string_view ns) { return in_namespace(ns).namespaces; }

/// What is not known: perhaps every Pod and every address.
Members anything(std::string words, std::string doubt) {
  Members out;
  out.possible = {PodTerm{}};
  out.places.possible = all_places();
  out.words = std::move(words);
  out.doubt = std::move(doubt);
  return out;
}

bool is_multicast(const Block& block) {
  static const std::array kMulticast{*parse_block("224.0.0.0/4"), *parse_block("ff00::/8")};
  return std::ranges::any_of(kMulticast,
                             [&](const Block& all) { return all.contains(block.base); });
}

const model::PolicyObject* find_object(const Source& source, std::string_view own,
                                       const std::string& name) {
  const std::string_view kind = own.empty() ? "ClusterGroup" : "Group";
  const auto at = std::ranges::find_if(source.objects, [&](const model::PolicyObject* object) {
    return object->object.kind == kind && object->object.name == name &&
           (own.empty() || object->object.ns == own);
  });
  return at == source.objects.end() ? nullptr : *at;
}

}  // namespace

void Members::add(Members other) {
  append(pods, std::move(other.pods));
  append(possible, std::move(other.possible));
  places.sure = places.sure | other.places.sure;
  places.possible = places.possible | other.places.possible;
  nodes = nodes || other.nodes;
  words += (words.empty() ? "" : ", ") + other.words;
  if (doubt.empty()) doubt = std::move(other.doubt);
}

PodTerm pods_of_account(std::string_view ns, const std::string& name) {
  return in_namespace(ns, {{{kServiceAccount, Operator::in, {name}}}});
}

std::string words_of(const PodTerm& term) {
  const auto& pods = term.pods.requirements;
  const auto& spaces = term.namespaces.requirements;
  std::string out = pods.empty() ? "every Pod" : "Pods with " + term.pods.str();
  if (pods.size() == 1 && pods[0].key == kServiceAccount)
    out = "Pods of ServiceAccount " + pods[0].values[0];
  if (spaces.empty()) return out + " of every namespace";
  if (spaces.size() == 1 && spaces[0].key == model::kNamespaceNameLabel &&
      spaces[0].op == Operator::in && spaces[0].values.size() == 1)
    return out + " of namespace " + spaces[0].values[0];
  return out + " of namespaces with " + term.namespaces.str();
}

Members pods_of(const Field& entry, std::string_view own) {
  PodTerm term;
  if (entry["podSelector"].present()) term.pods = selector_of(entry["podSelector"]);
  if (entry["namespaceSelector"].present())
    term.namespaces = selector_of(entry["namespaceSelector"]);
  else if (!own.empty())
    term.namespaces = name_is(own);
  Members out;
  out.words = words_of(term);
  out.pods.push_back(std::move(term));
  return out;
}

PodTerm account_of(const Field& entry) {
  entry.only({"name", "namespace"});
  for (const char* needed : {"name", "namespace"})
    if (entry[needed].string().value_or("").empty()) entry[needed].problem("is missing");
  return pods_of_account(entry["namespace"].string().value_or(""),
                         entry["name"].string().value_or(""));
}

Members block_of_peer(const Field& entry, bool* multicast) {
  entry.only({"cidr", "except"});
  const auto cidr = block_of(entry["cidr"]);
  Members out;
  if (!cidr) return out;
  *multicast = is_multicast(*cidr);
  std::vector<Block> except;
  std::string words;
  for (const Field& item : entry["except"].items()) {
    const auto hole = block_of(item);
    if (!hole) continue;
    if (!cidr->contains(*hole) || hole->prefix == cidr->prefix)
      item.problem(fmt::format("must be strictly inside {}", cidr->str()));
    words += (words.empty() ? " except " : ", ") + hole->str();
    except.push_back(*hole);
  }
  out.places = flow::Known::exactly(addresses({*cidr}, except));
  out.words = cidr->str() + words;
  return out;
}

Members nodes_of(const Field& selector, const model::Snapshot& snapshot) {
  const Selector labels = selector_of(selector);
  Members out;
  out.places = addresses_of_nodes(snapshot, labels);
  out.nodes = true;
  out.words = labels.empty() ? "every node" : "nodes with " + labels.str();
  out.doubt = "which gateway and transport addresses the nodes have";
  return out;
}

Members external_entities() {
  Members out;
  out.places.possible = all_places();
  out.words = "ExternalEntities";
  out.doubt = "which addresses the ExternalEntities have";
  return out;
}

const Members& Groups::find(std::string_view own, const std::string& name) {
  const auto [at, is_new] = known_.try_emplace({std::string(own), name});
  if (is_new) at->second = read(own, name, false);
  return at->second;
}

Members Groups::read(std::string_view own, const std::string& name, bool as_child) {
  const std::string words = (own.empty() ? "ClusterGroup " : "Group ") + name;
  const model::PolicyObject* object = find_object(source_, own, name);
  if (object == nullptr) return anything(words, words + " is not in the input");
  Problems problems(*object);
  const Field root(*object, problems);
  root.only({"apiVersion", "kind", "metadata", "spec", "status"});
  if (const std::string_view v = object->version();
      v != "v1beta1" && v != "v1alpha2" && v != "v1alpha3")
    root["apiVersion"].problem("is a version that podmoat does not know");
  Members out = read_spec(root["spec"], own, as_child);
  if (problems.none()) return out;
  if (!told_[object]) {
    const Diagnostics& found = problems.found();
    reading_.diagnostics.insert(reading_.diagnostics.end(), found.begin(), found.end());
  }
  told_[object] = true;
  return anything(words, words + " cannot be read");
}

Members Groups::read_spec(const Field& spec, std::string_view own, bool as_child) {
  spec.only({"podSelector", "namespaceSelector", "nodeSelector", "ipBlock", "ipBlocks",
             "serviceReference", "externalEntitySelector", "childGroups"});
  const bool pods = spec["podSelector"].present();
  const bool spaces = spec["namespaceSelector"].present();
  const std::size_t count = spec.members().size();
  if (count == 0 || count > 2 ||
      (count == 2 && !(spaces && (pods || spec["externalEntitySelector"].present()))))
    spec.problem("must have one field, or a namespaceSelector and another selector");
  if (!own.empty() && spec["nodeSelector"].present())
    spec["nodeSelector"].problem("is for ClusterGroups only");
  if (spec["externalEntitySelector"].present()) {
    selector_of(spec["externalEntitySelector"]);
    return external_entities();
  }
  if (pods || spaces) return pods_of(spec, own);
  if (spec["nodeSelector"].present()) return nodes_of(spec["nodeSelector"], source_.snapshot);
  if (spec["serviceReference"].present()) {
    const Field service = spec["serviceReference"];
    service.only({"name", "namespace"});
    const std::string ns = service["namespace"].string().value_or(std::string(own));
    if (ns.empty()) service["namespace"].problem("is missing");
    Members out;
    out.words = fmt::format("Pods behind Service {}/{}", ns, service["name"].string().value_or(""));
    out.possible = {in_namespace(ns)};
    out.doubt = "which Pods the Service selects";
    return out;
  }
  if (spec["childGroups"].present()) return children_of(spec["childGroups"], own, as_child);
  Members out;
  bool multicast = false;
  if (spec["ipBlock"].present()) out = block_of_peer(spec["ipBlock"], &multicast);
  for (const Field& item : spec["ipBlocks"].items()) out.add(block_of_peer(item, &multicast));
  return out;
}

Members Groups::children_of(const Field& list, std::string_view own, bool as_child) {
  Members out;
  if (as_child) list.problem("stands in a group that is itself a child, which is one too deep");
  if (as_child) return out;
  for (const Field& item : list.items()) out.add(read(own, item.string().value_or(""), true));
  return out;
}

}  // namespace podmoat::language::antrea_parts
