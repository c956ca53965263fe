#pragma once
// Small random clusters, the same for the same seed: few namespaces, labels and blocks, so that
// everything meets everything, and all that NetworkPolicy can say.
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "core/model/snapshot.h"

namespace podmoat::test {

/// The most there may be of each; at least one namespace and one Pod there always is.
struct ClusterKnobs {
  int namespaces = 3;
  int pods = 6;
  int policies = 5;
  /// Whether some namespaces are not complete and some policies are not read, so that some answers
  /// are `unknown`.
  bool doubts = true;
  bool named_ports = true;
};

/// A number below `count`.
int below(std::mt19937_64& random, int count);

/// A cluster as decode would give it: pools without duplicates, namespaces and policies sorted,
/// every policy valid and with its source document, every place on a line of its own in
/// "cluster.yaml". Blocks cover the usual guarded addresses of both families.
model::Snapshot random_cluster(std::uint64_t seed, const ClusterKnobs& knobs = {});

/// A selector over the label alphabet of random_cluster, often empty.
model::Selector random_selector(std::mt19937_64& random);
/// A label set over the same alphabet.
model::Labels random_labels(std::mt19937_64& random);

/// The document of `policy`, as kubectl would print it.
std::shared_ptr<const model::Value> document_of(const model::NetworkPolicy& policy);
/// The document of a LabelSelector.
model::Value selector_document(const model::Selector& selector);

}  // namespace podmoat::test
