#include "support/yaml_cluster.h"

#include <algorithm>
#include <string>

#include "base/bytes.h"
#include "base/check.h"
#include "core/language/language.h"
#include "core/manifest/reader.h"

namespace podmoat::test {
namespace {

class Text : public ByteSource {
 public:
  explicit Text(std::string_view text) : text_(text) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = std::min(into.size(), text_.size());
    std::copy_n(text_.data(), count, into.data());
    text_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view text_;
};

}  // namespace

model::Snapshot cluster_of(std::string_view text) {
  manifest::Reader reader("default", language::kinds());
  Text source(text);
  PODMOAT_CHECK(reader.add("cluster.yaml", source).has_value());
  return reader.finish();
}

std::vector<catalog::Exception> exceptions_of(std::string_view items) {
  std::string text(items);
  constexpr std::string_view kReason = "reason: why, ";
  for (std::size_t at = 0; (at = text.find("targets:", at)) != std::string::npos;) {
    text.insert(at, kReason);
    at += kReason.size() + 1;
  }
  const auto value = manifest::read_value(
      "moat.yaml",
      "apiVersion: podmoat.io/v1alpha1\nkind: Moat\nmetadata: {name: known}\nspec: "
      "{exceptions: [" +
          text + "]}\n");
  PODMOAT_CHECK(value.has_value());
  auto read = catalog::decode_moat(*value, builtin_catalog());
  PODMOAT_CHECK(read.has_value());
  return *std::move(read);
}

const catalog::Catalog& builtin_catalog() {
  static const catalog::Catalog catalog = [] {
    const auto read = [](std::string_view text) {
      const auto value = manifest::read_value("catalog.yaml", text);
      PODMOAT_CHECK(value.has_value());
      auto decoded = catalog::decode(*value);
      PODMOAT_CHECK(decoded.has_value());
      return *std::move(decoded);
    };
    return catalog::extended(read(catalog::builtin_text()),
                             read(catalog::builtin_consumers_text()));
  }();
  return catalog;
}

}  // namespace podmoat::test
