// Any bytes as YAML: no crash, and a Tree that keeps what tree.h promises.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "core/manifest/yaml.h"

namespace {

using podmoat::manifest::Cursor;
using podmoat::manifest::Kind;

/// Every node lies inside of the text, and counts its children.
void check(Cursor at, std::string_view text, unsigned depth) {
  PODMOAT_CHECK(depth <= podmoat::manifest::Tree::kMaxDepth);
  PODMOAT_CHECK(at->begin <= at->end && at->end <= text.size());
  PODMOAT_CHECK(at->key_begin <= at->key_end && at->key_end <= text.size());
  std::uint32_t children = 0;
  for (const Cursor child : at) {
    check(child, text, depth + 1);
    ++children;
  }
  PODMOAT_CHECK(children == at->count);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The input is text; char may alias its bytes.
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  podmoat::Diagnostics diagnostics;
  podmoat::manifest::Tree tree;
  for (const auto& document : podmoat::manifest::documents_of(text, 0, diagnostics)) {
    const std::size_t before = diagnostics.size();
    const bool read = podmoat::manifest::read_yaml(document, tree, diagnostics);
    if (!read) PODMOAT_CHECK(diagnostics.size() > before && !tree.root());
    if (tree.root()) check(tree.root(), text, 0);
  }
  return 0;
}
