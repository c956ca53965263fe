#pragma once
// The catalogue: what must not be reached (Targets), and what lives beside it and must not be cut
// (Neighbours). Data, read from catalog.yaml, each row with its source and how sure it is.
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/severity.h"
#include "core/flow/flow_set.h"
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
  std::optional<Address> address;  ///< nothing for Kind::node
  flow::PortSet ports;
  Evidence evidence = Evidence::verified;
  bool service_target = false;  ///< may be the address of a Service or of its backends
  std::string note;
};

struct Target {
  std::string id;        ///< "aws-imds", "kubelet-api"
  std::string provider;  ///< "aws"; "kubernetes" for node ports
  Kind kind = Kind::metadata;
  std::string title;  ///< one line for people
  std::vector<Row> rows;
  std::string gives;  ///< what whoever reaches it gets
  Severity severity = Severity::critical;
  /// Guarded unless the user says otherwise. The others are guarded when named with --target.
  bool guarded = true;
  std::string source;  ///< where the row was read
};

struct Neighbour {
  std::string id;        ///< "gcp-dns-ntp"
  std::string provider;  ///< "any" for those that belong to no cloud
  std::string title;
  flow::FlowSet flows;
  std::string breaks;  ///< what stops working when it is cut
  Evidence evidence = Evidence::verified;
  std::string source;
};

struct Catalog {
  std::string checked;  ///< the date of the last check of the sources, "2026-11-23"
  std::vector<Target> targets;
  std::vector<Neighbour> neighbours;

  /// By id or alias ("kubelet" is kubelet-api), or nullptr.
  const Target* find(std::string_view id) const;
};

/// The text of the compiled-in catalogue (YAML), for whoever can read YAML.
std::string_view builtin_text();

/// Reads a catalogue document. Unknown fields, bad addresses and the like are errors with places.
std::expected<Catalog, Diagnostics> decode(const model::Value& document);

/// `base` with the rows of `more` added; a row of `more` with the id of one in `base` replaces it.
Catalog extended(Catalog base, const Catalog& more);

/// Which clouds the nodes are on, from Node providerIDs and labels; empty when nothing tells.
/// Sorted. Rules and sources: docs/semantics/providers.md.
std::vector<std::string> detect_providers(const model::Snapshot& snapshot);

/// What to guard in this cluster.
struct Choice {
  std::vector<std::string> providers;  ///< empty: all
  std::vector<std::string> targets;    ///< ids; empty: those guarded by default
  std::vector<Block> node_blocks;      ///< --node-cidr: where nodes live, beside the Node objects
};

/// A Target with its flows in this cluster.
struct Aim {
  const Target* target = nullptr;  ///< into the Catalog
  flow::FlowSet flows;
  /// Kind::node and no Node object nor node block tells where nodes are: `flows` is then every
  /// address that a node could have, and a Verdict is exact only if all of them agree.
  bool anywhere = false;
};

/// What to cut, and what may be cut with it.
struct Guard {
  std::vector<Aim> aims;
  std::vector<const Neighbour*> neighbours;  ///< of the chosen providers, and "any"
  /// The flows of all aims whose addresses are known: these must go.
  flow::FlowSet must;
  /// What may go with them: of an address that only serves metadata everything but its Neighbours;
  /// of a node's address the guarded ports; and on all these addresses the protocols without
  /// ports, which NetworkPolicy cannot name. must is inside may.
  flow::FlowSet may;
};

/// Requires ids of `choice` to exist (see Catalog::find). `catalog` must outlive the Guard.
Guard guard(const Catalog& catalog, const model::Snapshot& snapshot, const Choice& choice);

}  // namespace podmoat::catalog
