// Whatever bytes come in as a document of kind Moat, they are read or refused: no crash, every
// mistake has a place, and what is read can be shown and selects somebody.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "core/catalog/catalog.h"
#include "core/manifest/reader.h"
#include "support/yaml_cluster.h"

namespace {

using namespace podmoat;

constexpr std::uint32_t kFile = 7;

void check(const catalog::Exception& exception) {
  PODMOAT_CHECK(!exception.targets.empty() && !exception.reason.empty());
  PODMOAT_CHECK(!exception.namespaces.empty() || !exception.pods.empty());
  PODMOAT_CHECK(exception.moat.place.file == kFile);
  PODMOAT_CHECK(!exception.str().empty() && !exception.what().empty() && !exception.why().empty());
  for (const std::string& target : exception.targets)
    PODMOAT_CHECK(test::builtin_catalog().find(target) != nullptr);
  if (exception.until) PODMOAT_CHECK(parse_date(exception.until->str()) == *exception.until);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The reader takes characters; unsigned char may be looked at as such.
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = manifest::read_value("moat.yaml", text);
  if (!value) return 0;
  const auto read = catalog::decode_moat(*value, test::builtin_catalog(), kFile);
  if (!read) {
    PODMOAT_CHECK(!read.error().empty());
    for (const Diagnostic& diagnostic : read.error()) PODMOAT_CHECK(!diagnostic.message.empty());
    return 0;
  }
  for (const catalog::Exception& exception : *read) check(exception);
  return 0;
}
