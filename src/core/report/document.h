#pragma once
// What the documents have in common.
#include <string_view>
#include <vector>

#include "core/audit/verdict.h"
#include "core/model/snapshot.h"
#include "core/model/value.h"

namespace podmoat::report {

/// A document of that kind with nothing in it yet: apiVersion and kind.
model::Value::Map document(std::string_view kind);
/// Numbers of things are integers in documents.
model::Value number(std::size_t count);
model::Value strings(const std::vector<std::string>& texts);
/// The file of a Place as it was given, or "" if there is none.
std::string_view file_of(const Place& place, const model::Snapshot& snapshot);
/// "shop.yaml:14", or "" where the line is not known.
std::string spot(const Place& place, const model::Snapshot& snapshot);
/// [{kind, namespace, name, rule, file, line}]
model::Value because(const std::vector<audit::Because>& causes, const model::Snapshot& snapshot);
/// "NetworkPolicy shop/allow egress[0].to[1] allows 0.0.0.0/0 on every port"
std::string words_of(const audit::Because& cause);

}  // namespace podmoat::report
