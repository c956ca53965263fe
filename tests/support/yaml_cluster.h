#pragma once
// Clusters written as manifests, for tables of tests that a person checks by eye.
#include <string_view>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/model/snapshot.h"

namespace podmoat::test {

/// What the Reader makes of `text`; places are in "cluster.yaml".
model::Snapshot cluster_of(std::string_view text);

/// The Exceptions of a document of kind Moat with these items of `spec.exceptions`, each with the
/// reason "why". Their Targets are those of builtin_catalog().
std::vector<catalog::Exception> exceptions_of(std::string_view items);

/// The catalogue that is compiled in.
const catalog::Catalog& builtin_catalog();

}  // namespace podmoat::test
