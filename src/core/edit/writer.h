#pragma once
// Writer: Values to text, and the smallest change of a text that makes it say another Value.
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "core/model/value.h"

namespace podmoat::edit {

/// One YAML document in kubectl's style (two spaces, lists not indented under their key), without
/// "---", ending in a newline. Reading it gives `value` again. Strings that YAML 1.1 or 1.2 would
/// read as something else are quoted.
std::string to_yaml(const model::Value& value);

/// Compact JSON when `indent` is 0.
std::string to_json(const model::Value& value, int indent = 2);

/// A changed object in a file: the document that stands at `place` is to say `after`.
struct Rewrite {
  Place place;
  model::Value after;
};

/// `text` with the documents of `rewrites` changed, and only the lines that must: comments, order,
/// quoting, line ends and everything else stay. Works on YAML (block and flow style, items of List
/// kinds) and on JSON. Reading the result gives exactly `after`, up to the order of members: old
/// ones keep theirs, a new one stands behind the member it follows in `after`. A comment on a line
/// of its own stays unless it is inside of what goes, also above a removed item. Fails, with the
/// reason, where it cannot promise that (an anchor that other places use), and then nothing is
/// changed.
Result<std::string> rewrite(std::string_view text, const std::vector<Rewrite>& rewrites);

}  // namespace podmoat::edit
