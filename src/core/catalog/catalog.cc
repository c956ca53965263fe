// The Catalog as a value: look-ups, and the rows of a second one over the first.
#include "core/catalog/catalog.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace podmoat::catalog {
namespace {

/// Puts each of `from` in the place of the one in `into` that has its id, or at the end.
template <class T>
void replace_by_id(std::vector<T>& into, const std::vector<T>& from) {
  for (const T& item : from) {
    const auto old = std::ranges::find(into, item.id, &T::id);
    if (old != into.end())
      *old = item;
    else
      into.push_back(item);
  }
}

}  // namespace

std::string_view name_of(Evidence evidence) {
  constexpr std::array<std::string_view, 3> kNames{"verified", "third-party", "memory"};
  return kNames[static_cast<std::size_t>(evidence)];
}

const Target* Catalog::find(std::string_view id) const {
  for (const Target& target : targets)
    if (target.id == id) return &target;
  for (const Target& target : targets)
    if (std::ranges::find(target.aliases, id) != target.aliases.end()) return &target;
  return nullptr;
}

std::vector<std::string> Catalog::providers() const {
  std::vector<std::string> out;
  for (const Target& target : targets)
    if (target.kind == Kind::metadata) out.push_back(target.provider);
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Catalog extended(Catalog base, const Catalog& more) {
  replace_by_id(base.targets, more.targets);
  replace_by_id(base.neighbours, more.neighbours);
  replace_by_id(base.consumers, more.consumers);
  return base;
}

}  // namespace podmoat::catalog
