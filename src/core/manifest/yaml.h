#pragma once
// YAML in: a text is cut into documents as kubectl cuts it, and each document becomes a Tree.
// Rules: docs/semantics/reading.md RD-1 to RD-8.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "core/manifest/tree.h"

namespace podmoat::manifest {

/// Bytes of the largest document that is read. Larger inputs come as JSON.
inline constexpr std::size_t kMaxYamlDocument = std::size_t{64} << 20U;

/// A document's text, and where it begins in its input.
struct YamlText {
  std::string_view text;
  std::uint32_t file = 0;
  std::uint32_t first_line = 1;
  std::uint32_t offset = 0;  ///< added to every offset of the Tree
};

/// A line that ends a document: it begins with "---".
struct Separator {
  std::size_t begin = 0;
  std::size_t end = 0;    ///< behind its line end
  std::string_view rest;  ///< what follows the "---", comments and blanks aside: must be empty
};

/// The first separator line of `text` from `from` on. A last line without a line end is looked at
/// only if the text has `ended`. O(text).
std::optional<Separator> find_separator(std::string_view text, std::size_t from, bool ended);

/// The Diagnostic for a separator line with a `rest`, which kubectl refuses.
Diagnostic bad_separator(const Separator& separator, Place place);

/// All documents of a whole text, empty ones included; bad separators are errors in `diagnostics`.
std::vector<YamlText> documents_of(std::string_view text, std::uint32_t file,
                                   Diagnostics& diagnostics);

/// Reads one document into `tree`, which is cleared first and stays empty for one without content.
/// Views of `document.text`, which must outlive the Tree's use. Mistakes that end the reading are
/// false and one error in `diagnostics`; duplicate keys and dropped text are warnings.
/// Memory: O(text), bounded by Tree's bounds whatever is in it.
bool read_yaml(const YamlText& document, Tree& tree, Diagnostics& diagnostics);

}  // namespace podmoat::manifest
