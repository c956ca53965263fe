// A member is found by the labels of its object. A NetworkSet also has the name and the labels of
// its namespace, as Pods have (docs/semantics/calico.md CA-16, CA-17).
#include "core/language/calico_sets.h"

#include <algorithm>
#include <optional>

#include "core/language/calico_pods.h"
#include "core/language/fields.h"

namespace podmoat::language {
namespace {

using model::Answer;

model::Labels labels_of(const Field& object) {
  model::Labels out;
  for (const auto& [key, value] : object["metadata"]["labels"].members())
    out.set(key, value.string().value_or(""));
  return out;
}

/// The addresses of a list of blocks; all of them perhaps, where one cannot be read.
flow::Known addresses_of(const Field& list, const Problems& problems) {
  std::vector<Block> blocks;
  for (const Field& item : list.items())
    if (const auto block = block_of(item, true)) blocks.push_back(*block);
  if (problems.none()) return flow::Known::exactly(addresses(blocks));
  return {{}, addresses({*parse_block("0.0.0.0/0"), *parse_block("::/0")})};
}

CalicoMember read_set(const Field& object, const Problems& problems) {
  CalicoMember out;
  out.labels = labels_of(object);
  const Field spec = object["spec"];
  spec.only({"nets"});
  out.addresses = addresses_of(spec["nets"], problems);
  return out;
}

CalicoMember read_host(const Field& object, const Problems& problems) {
  CalicoMember out;
  out.labels = labels_of(object);
  const Field spec = object["spec"];
  spec.only({"node", "interfaceName", "expectedIPs", "profiles", "ports"});
  out.node = spec["node"].string().value_or("");
  out.wildcard = spec["interfaceName"].string() == "*";
  out.names_ports = !spec["ports"].items().empty();
  for (const Field& profile : spec["profiles"].items())
    out.profiles.push_back(profile.string().value_or(""));
  out.addresses = addresses_of(spec["expectedIPs"], problems);
  return out;
}

/// The answer for a label of the namespace of a NetworkSet.
Answer of_namespace(model::Requirement asked, const CalicoMember& member) {
  asked.key.erase(0, calico_key::kOfNamespace.size());
  const std::string& name = member.object->object.ns;
  const bool by_name = asked.key == calico_key::kName || asked.key == model::kNamespaceNameLabel;
  if (!by_name && (member.ns == nullptr || !member.ns->complete)) return Answer::unknown;
  const std::string* value = by_name ? &name : member.ns->labels.find(asked.key);
  return asked.matches(value) ? Answer::yes : Answer::no;
}

}  // namespace

Answer holds(const CalicoSelector& selector, const CalicoMember& member) {
  const bool namespaced = !member.object->object.ns.empty();
  return holds(selector, [&](const model::Requirement& asked) {
    if (namespaced && asked.key.starts_with(calico_key::kOfNamespace) &&
        member.labels.find(asked.key) == nullptr)
      return of_namespace(asked, member);
    return asked.matches(member.labels.find(asked.key)) ? Answer::yes : Answer::no;
  });
}

CalicoSets::CalicoSets(const model::Snapshot& snapshot,
                       const std::vector<const model::PolicyObject*>& objects, Reading& reading) {
  for (const model::PolicyObject* object : objects) {
    const bool host = object->object.kind == "HostEndpoint";
    if (!host && !object->object.kind.ends_with("NetworkSet")) continue;
    Problems problems(*object);
    const Field field(*object, problems);
    CalicoMember member = host ? read_host(field, problems) : read_set(field, problems);
    member.object = object;
    member.unread = !problems.none();
    if (const std::string& ns = object->object.ns; !ns.empty()) {
      member.ns = snapshot.find_namespace(ns);
      member.labels.set(std::string(calico_key::kNamespace), ns);
    }
    reading.diagnostics.insert(reading.diagnostics.end(), problems.found().begin(),
                               problems.found().end());
    (host ? hosts_ : sets_).push_back(std::move(member));
  }
}

bool CalicoSets::hosts_name_ports() const {
  return std::ranges::any_of(hosts_, &CalicoMember::names_ports);
}

flow::Known CalicoSets::places(const CalicoSelector& selector) const {
  flow::Known out;
  for (const auto* list : {&sets_, &hosts_})
    for (const CalicoMember& member : *list) {
      const Answer answer = holds(selector, member);
      if (answer == Answer::yes) out.sure = out.sure | member.addresses.sure;
      if (answer != Answer::no) out.possible = out.possible | member.addresses.possible;
    }
  return out;
}

}  // namespace podmoat::language
