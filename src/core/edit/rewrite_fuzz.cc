// The input is a text and, behind a zero byte, what its first document is to say. Whatever they
// are: a change is made as asked for or refused, and a second time there is nothing left to change.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "core/edit/align.h"
#include "core/edit/writer.h"
#include "core/manifest/tree.h"
#include "core/manifest/yaml.h"

namespace {

using podmoat::Diagnostics;
using podmoat::Place;
using podmoat::manifest::Tree;

/// Reads the first document of `text` that has content.
bool read_first(std::string_view text, Tree& tree) {
  Diagnostics diagnostics;
  for (const auto& document : podmoat::manifest::documents_of(text, 0, diagnostics))
    if (podmoat::manifest::read_yaml(document, tree, diagnostics) && tree.size() > 0) return true;
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The fuzzer gives unsigned bytes; char may alias them.
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t zero = input.find('\0');
  if (zero == input.npos) return 0;
  Tree before, wanted;
  if (!read_first(input.substr(0, zero), before)) return 0;
  if (!read_first(input.substr(zero + 1), wanted)) return 0;

  const Place place = before.root().place(0);
  const auto after = podmoat::manifest::value_of(wanted.root(), 0);
  const auto text = podmoat::edit::rewrite(input.substr(0, zero), {{place, after}});
  if (!text) return 0;
  Tree changed;
  if (!read_first(*text, changed)) return 0;
  const auto says = podmoat::manifest::value_of(changed.root(), 0);
  PODMOAT_CHECK(podmoat::edit::same(says, after));
  const auto again = podmoat::edit::rewrite(*text, {{changed.root().place(0), after}});
  PODMOAT_CHECK(again && *again == *text);
  return 0;
}
