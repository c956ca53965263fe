#pragma once
// The catalogue: what must not be reached (Targets), and what lives beside it and must not be cut
// (Neighbours). Data, read from catalog.yaml, each row with its source and how sure it is.
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/diagnostic.h"
#include "base/severity.h"
#include "core/catalog/doubt.h"
#include "core/flow/flow_set.h"
#include "core/model/platform.h"
#include "core/model/snapshot.h"
#include "core/model/value.h"

namespace podmoat::catalog {

/// How sure a row is: read in the provider's own text, seen in other projects only, or remembered.
enum class Evidence : std::uint8_t { verified, third_party, memory };
std::string_view name_of(Evidence evidence);

enum class Kind : std::uint8_t {
  metadata,  ///< an instance metadata service, at addresses of its own
  node,      ///< a port of the nodes, at the nodes' addresses
};

/// One address (or, for Kind::node, every node's) with the ports that give something away there.
struct Row {
  /// Nothing for Kind::node; nothing for Kind::metadata too if the address differs from network to
  /// network (CloudStack's virtual router) and no --catalog has supplied it.
  std::optional<Address> address{};
  flow::PortSet ports{};
  Evidence evidence = Evidence::verified;
  bool service_target = false;  ///< may be the address of a Service or of its backends
  std::string note{};
};

struct Target {
  std::string id{};        ///< "aws-imds", "kubelet-api"
  std::string provider{};  ///< "aws"; "kubernetes" for node ports
  Kind kind = Kind::metadata;
  /// Kind::node: only nodes of the control plane have the port (`hosts: control-plane`).
  bool control_plane_only = false;
  std::string title{};  ///< one line for people
  std::vector<Row> rows{};
  std::string gives{};  ///< what whoever reaches it gets
  Severity severity = Severity::critical;
  /// Guarded unless the user says otherwise. The others are guarded when named with --target.
  bool guarded = true;
  std::string source{};  ///< where the row was read
  std::vector<std::string> aliases{};
};

struct Neighbour {
  std::string id{};        ///< "gcp-dns-ntp"
  std::string provider{};  ///< "any" for those that belong to no cloud
  std::string title{};
  flow::FlowSet flows{};
  std::string breaks{};  ///< what stops working when it is cut
  Evidence evidence = Evidence::verified;
  std::string source{};
};

/// A program that is in wide use and asks a Target for what it needs: to cut it off would hurt an
/// honest user. Known by its image.
struct Consumer {
  std::string id{};
  std::string title{};
  /// The ends of its images' repositories, whole parts of the path: "cluster-autoscaler" is
  /// registry.k8s.io/autoscaling/cluster-autoscaler, and that of every mirror.
  std::vector<std::string> images{};
  std::vector<std::string> targets{};  ///< ids; those of other clouds than the cluster's are idle
  std::string why{};                   ///< what it asks for
  std::string breaks{};                ///< what stops working without
  std::string spare{};                 ///< the flag or setting with which it does without
  Evidence evidence = Evidence::verified;
  std::string source{};
};

struct Catalog {
  std::string checked;  ///< the date of the last check of the sources, "2026-11-23", or ""
  std::vector<Target> targets;
  std::vector<Neighbour> neighbours;
  std::vector<Consumer> consumers;

  /// By id or alias ("kubelet" is kubelet-api), or nullptr.
  const Target* find(std::string_view id) const;
  /// Every cloud that a metadata Target names, sorted: what --provider takes.
  std::vector<std::string> providers() const;
};

/// The text of the compiled-in catalogue (YAML), for whoever can read YAML.
std::string_view builtin_text();

/// The text of the Consumers that are compiled in, a catalogue document too.
std::string_view builtin_consumers_text();

/// Reads a catalogue document. Unknown fields, bad addresses and the like are errors with places.
std::expected<Catalog, Diagnostics> decode(const model::Value& document);

/// `base` with the rows of `more` added; a row of `more` with the id of one in `base` replaces it.
Catalog extended(Catalog base, const Catalog& more);

/// docs/catalog.md: everything that the Catalog says, for people.
std::string markdown(const Catalog& catalog);
/// docs/consumers.md.
std::string consumers_markdown(const Catalog& catalog);

/// Which clouds the nodes are on, from Node providerIDs and labels. Sorted. Empty when a Node, or
/// the absence of any, leaves open which: all clouds must then be guarded against.
/// Rules and sources: docs/semantics/providers.md.
std::vector<std::string> detect_providers(const model::Snapshot& snapshot);

/// Who may reach which Targets all the same, why, and how long. Rules:
/// docs/semantics/exceptions.md.
struct Exception {
  model::Object moat{};  ///< the document that says so; its place is the Exception's own
  std::string path{};    ///< "spec.exceptions[0]"
  model::Selector namespaces{};
  model::Selector pods{};              ///< see Spared::pods
  std::vector<std::string> targets{};  ///< ids, each once; never empty
  std::string reason{};                ///< one line, never empty
  std::optional<Date> until{};         ///< the last day on which it holds; nothing: for ever

  /// "Moat team-a spec.exceptions[0]".
  std::string str() const { return moat.str() + " " + path; }
  /// What it leaves to whom: "aws-imds to Pods with app=web in namespace shop".
  std::string what() const;
  /// The reason and the last day: "it asks for its region, until 2026-12-31".
  std::string why() const;
};

/// Pods that an Exception selects, as people write it: "Pods with app=web,serviceAccount=builder".
std::string words_for(const model::Selector& pods);

/// Reads a document of kind Moat: its Exceptions, in order, to Targets of `catalog`. Everything
/// that is not known to it, unknown Targets and bad dates included, is an error with its place.
/// The places of what it returns and says are in file `file`.
std::expected<std::vector<Exception>, Diagnostics> decode_moat(const model::Value& document,
                                                               const Catalog& catalog,
                                                               std::uint32_t file = 0);

/// What to guard in this cluster.
struct Choice {
  std::vector<std::string> providers{};  ///< empty: all
  /// Ids or aliases, of any provider; empty: of the chosen providers those guarded by default. A
  /// Target without an address is among these only if `providers` names its provider.
  std::vector<std::string> targets{};
  std::vector<Block> node_blocks{};  ///< --node-cidr: where nodes live, beside the Node objects
  std::vector<Exception> exceptions{};
  Date today{};  ///< Exceptions that ended before do not hold
};

/// A Target with its flows in this cluster.
struct Aim {
  const Target* target = nullptr;  ///< into the Catalog
  flow::FlowSet flows;
  /// The address is not known: Kind::node and no Node object nor node block tells where nodes are,
  /// or Kind::metadata with a row without an address. `flows` then holds every address that it
  /// could be, and a Verdict is exact only if all of them agree.
  bool anywhere = false;
  /// It listens on the node's own loopback. Pods on the host network reach it whatever policies
  /// say; for every other Pod 127.0.0.1 is the Pod itself, so the Verdict is `blocked`.
  bool host_only = false;
  /// The Redirects of the Platform that take a part of it elsewhere, in words: Redirect::str().
  std::vector<std::string> redirects{};
  std::vector<Doubt> doubts{};  ///< about `flows`
};

/// Guarded flows that an Exception leaves to some Pods.
struct Spared {
  model::Selector namespaces;  ///< of the labels of their namespace
  model::Selector pods;        ///< of their labels, and model::kServiceAccount for their account
  /// Those of its Targets whose addresses are known. A flow that other Targets share is spared.
  flow::FlowSet flows;
  std::vector<std::size_t> aims{};  ///< into Guard::aims: its Targets, those anywhere too
  Exception exception{};            ///< what says so
};

/// What to cut, and what may be cut with it.
struct Guard {
  std::vector<Aim> aims;
  /// Of the chosen providers, of those of the aims, and of "any".
  std::vector<const Neighbour*> neighbours;
  std::vector<const Consumer*> consumers;  ///< those that need a Target of the aims
  /// The flows of all aims at addresses that are known and beyond the node's loopback: these must
  /// go. Where a Neighbour wants the same flow, the Target wins.
  flow::FlowSet must;
  std::vector<Doubt> doubts{};  ///< of all aims, about `must`: to be open is no breach for sure
  /// What may go with them: of an address that only serves metadata everything but its Neighbours;
  /// of a node's address the guarded ports; and on all these addresses the protocols without
  /// ports, which NetworkPolicy cannot name, and named ports, which no address has.
  /// must is inside may.
  flow::FlowSet may;
  /// One for each Exception that holds and names a Target of the aims, in their order.
  std::vector<Spared> spared{};
  std::vector<Exception> expired{};  ///< those that ended: they spare nothing
  /// Nodes are guarded at the addresses that Kubernetes tells of them, and at no other: of bridges
  /// and second interfaces it tells none.
  bool nodes_as_told = false;
};

/// The keys of Pod labels that the Exceptions of `guard` ask for: Pods that differ under them are
/// no longer one Subject. Sorted.
std::vector<std::string> label_keys(const Guard& guard);

/// Requires the targets of `choice` and of its Exceptions to exist (see Catalog::find). `catalog`
/// must outlive the Guard. O(node addresses x aims).
/// Addresses are those that `platform` sees: where it knows nodes by identity, their ports stand on
/// flow::Line::node; where somebody redirects an address before policies see it, the flows are
/// those to the redirected one (docs/semantics/platforms.md PF-3, PF-50, PF-51).
Guard guard(const Catalog& catalog, const model::Snapshot& snapshot, const Choice& choice,
            const model::Platform& platform = model::conformant());

/// A Consumer among a Pod's images, and what it needs.
struct Need {
  const Consumer* consumer = nullptr;
  std::vector<std::size_t> aims{};  ///< into Guard::aims, never empty
};

/// What the Pod's images are known to need. O(images x Consumers).
std::vector<Need> consumers_of(const Guard& guard, const model::PodSpec& spec);

}  // namespace podmoat::catalog
