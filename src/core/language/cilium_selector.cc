// An identity is a set of labels, each with a source. Pods have theirs from Kubernetes; nodes and
// the world have reserved ones, and perhaps more. So every requirement is put to each of them: to
// Pods it becomes a requirement on labels of the Pod or of its namespace, for the others it has an
// answer.
#include "core/language/cilium_selector.h"

#include <algorithm>
#include <array>
#include <utility>

namespace podmoat::language {
namespace {

using model::Answer;
using model::Operator;
using model::Requirement;

constexpr std::string_view kNamespace = "io.kubernetes.pod.namespace";
constexpr std::string_view kNamespaceLabels = "io.cilium.k8s.namespace.labels.";
constexpr std::string_view kAccount = "io.cilium.k8s.policy.serviceaccount";
constexpr std::string_view kCluster = "io.cilium.k8s.policy.cluster";
constexpr std::string_view kOwned = "io.cilium.k8s.";

struct Key {
  std::string_view source;
  std::string_view name;
};

Key key_of(std::string_view text) {
  if (text.starts_with('$')) return {"reserved", text.substr(1)};
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {"any", text};
  return {colon == 0 ? "any" : text.substr(0, colon), text.substr(colon + 1)};
}

bool of_kubernetes(const Key& key) { return key.source == "k8s" || key.source == "any"; }

Answer both(Answer a, Answer b) {
  if (a == Answer::no || b == Answer::no) return Answer::no;
  return a == Answer::yes ? b : a;
}

Answer answer(bool holds) { return holds ? Answer::yes : Answer::no; }

/// What a requirement says of a label that is not there.
Answer of_absent(Operator op) {
  return answer(op == Operator::not_in || op == Operator::does_not_exist);
}

/// What it says of a label that is there with a value that nobody knows.
Answer of_some_value(Operator op) {
  if (op == Operator::exists) return Answer::yes;
  return op == Operator::does_not_exist ? Answer::no : Answer::unknown;
}

/// A selector as a question to Pods.
struct PodQuestion {
  PodTerm term;
  Answer answer = Answer::yes;
  std::string doubt;

  void meet(Answer more, std::string why = "") {
    answer = both(answer, more);
    if (more == Answer::unknown && doubt.empty()) doubt = std::move(why);
  }
  void ask(const Requirement& r);
};

void PodQuestion::ask(const Requirement& r) {
  const Key key = key_of(r.key);
  const auto on = [&](model::Selector& selector, std::string_view name) {
    selector.requirements.push_back({std::string(name), r.op, r.values});
  };
  if (key.source == "reserved" && key.name == "all")
    return meet(Answer::unknown, "what reserved:all means to this release of Cilium");
  if (!of_kubernetes(key)) return meet(of_absent(r.op));
  const bool takes_values = r.op == Operator::in || r.op == Operator::not_in;
  if (key.name == kNamespace || key.name == kAccount) {
    if (!takes_values) return meet(of_some_value(r.op));
    return key.name == kAccount ? on(term.pods, kServiceAccount)
                                : on(term.namespaces, model::kNamespaceNameLabel);
  }
  if (key.name.starts_with(kNamespaceLabels))
    return on(term.namespaces, key.name.substr(kNamespaceLabels.size()));
  if (key.name == kCluster) return meet(of_some_value(r.op), "what Cilium calls the cluster");
  if (key.name.starts_with(kOwned) || hidden_from_cilium(key.name))
    return meet(Answer::unknown,
                "whether Cilium keeps the label " + std::string(key.name) + " in identities");
  on(term.pods, key.name);
}

enum class Identity : std::uint8_t { own_node, other_node, world };

/// Whether the identity has the reserved label; its value is "".
Answer has_reserved(std::string_view name, Identity identity) {
  if (name == "host") return answer(identity == Identity::own_node);
  if (name == "remote-node") return answer(identity == Identity::other_node);
  if (name == "kube-apiserver" || name == "all") return Answer::unknown;
  if (name == "world" || name == "world-ipv4" || name == "world-ipv6")
    return identity == Identity::world ? Answer::unknown : Answer::no;
  return Answer::no;
}

/// Whether an identity that is no Pod's may have the label.
Answer has(const Key& key, Identity identity) {
  if (key.source == "reserved") return has_reserved(key.name, identity);
  if (of_kubernetes(key)) {
    if (key.name == kNamespace || key.name == kAccount || key.name.starts_with(kNamespaceLabels))
      return Answer::no;
    return key.source == "k8s" && identity == Identity::world ? Answer::no : Answer::unknown;
  }
  if (key.source == "node") return identity == Identity::world ? Answer::no : Answer::unknown;
  for (const std::string_view source : {"cidr", "cidrgroup", "fqdn"})
    if (key.source == source) return Answer::unknown;
  return Answer::no;
}

Answer put_to(const Requirement& r, Identity identity) {
  const Key key = key_of(r.key);
  switch (has(key, identity)) {
    case Answer::no:
      return of_absent(r.op);
    case Answer::unknown:
      return Answer::unknown;
    case Answer::yes:
      break;
  }
  const bool listed = std::ranges::find(r.values, "") != r.values.end();
  if (r.op == Operator::in) return answer(listed);
  if (r.op == Operator::not_in) return answer(!listed);
  return of_some_value(r.op);
}

bool asks(const model::Selector& selector, auto test) {
  return std::ranges::any_of(selector.requirements,
                             [&](const Requirement& r) { return test(key_of(r.key)); });
}

CiliumHeld held_by(const model::Selector& selector) {
  CiliumHeld out;
  PodQuestion pods;
  for (const Requirement& r : selector.requirements) pods.ask(r);
  if (pods.answer == Answer::yes) out.pods.push_back(std::move(pods.term));
  if (pods.answer == Answer::unknown) out.possible.push_back(std::move(pods.term));
  if (pods.answer == Answer::unknown) out.doubt = std::move(pods.doubt);
  const auto put_all = [&](Identity identity) {
    Answer all = Answer::yes;
    for (const Requirement& r : selector.requirements) all = both(all, put_to(r, identity));
    return all;
  };
  out.own_node = put_all(Identity::own_node);
  out.other_nodes = put_all(Identity::other_node);
  out.world = put_all(Identity::world);
  return out;
}

}  // namespace

bool hidden_from_cilium(std::string_view key) {
  static constexpr std::array kBegin{std::string_view("io.kubernetes"),
                                     std::string_view("kubernetes.io"),
                                     std::string_view("k8s.io"),
                                     std::string_view("topology.kubernetes.io"),
                                     std::string_view("pod-template-hash"),
                                     std::string_view("pod-template-generation"),
                                     std::string_view("controller-revision-hash"),
                                     std::string_view("controller-uid"),
                                     std::string_view("annotation"),
                                     std::string_view("etcd_node"),
                                     std::string_view("statefulset.kubernetes.io/pod-name"),
                                     std::string_view("apps.kubernetes.io/pod-index"),
                                     std::string_view("batch.kubernetes.io/job-completion-index"),
                                     std::string_view("batch.kubernetes.io/controller-uid")};
  return key.contains("beta.kubernetes.io") ||
         std::ranges::any_of(kBegin,
                             [&](std::string_view begin) { return key.starts_with(begin); });
}

void append(PodTerms& terms, const PodTerms& more) {
  terms.insert(terms.end(), more.begin(), more.end());
}

std::string_view name_of_cilium_key(std::string_view key) { return key_of(key).name; }

bool asks_reserved(const model::Selector& selector, std::string_view name) {
  return asks(selector,
              [&](const Key& key) { return key.source == "reserved" && key.name == name; });
}

CiliumHeld cilium_subject(model::Selector selector, std::string_view ns) {
  if (!ns.empty())
    selector.requirements.push_back(
        {"k8s:" + std::string(kNamespace), Operator::in, {std::string(ns)}});
  CiliumHeld out = held_by(selector);
  out.own_node = out.other_nodes = out.world = Answer::no;
  return out;
}

CiliumHeld cilium_endpoints(model::Selector selector, std::string_view ns, bool init) {
  const bool reserved = asks(selector, [](const Key& key) { return key.source == "reserved"; });
  const bool of_namespace =
      asks(selector, [](const Key& key) { return of_kubernetes(key) && key.name == kNamespace; });
  const bool of_labels = asks(selector, [](const Key& key) {
    return of_kubernetes(key) && key.name.starts_with(kNamespaceLabels);
  });
  if (!reserved && !of_namespace) {
    const std::string key = "k8s:" + std::string(kNamespace);
    if (ns.empty() && !init) selector.requirements.push_back({key, Operator::exists, {}});
    if (!ns.empty() && !of_labels)
      selector.requirements.push_back({key, Operator::in, {std::string(ns)}});
  }
  CiliumHeld out = held_by(selector);
  for (Answer* all : {&out.own_node, &out.other_nodes, &out.world}) {
    if (!reserved && *all == Answer::yes) *all = Answer::unknown;
    if (*all == Answer::unknown && out.doubt.empty())
      out.doubt = reserved ? "which of these labels Cilium gives to nodes and to the world"
                           : "whether policy-default-local-cluster keeps the selector to Pods";
  }
  return out;
}

}  // namespace podmoat::language
