// Whatever documents come in, EgressFirewall and EgressNetworkPolicy are read without a crash, and
// what is not exact says why.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/language/language.h"
#include "support/against_oracle.h"
#include "support/check_reading.h"
#include "support/yaml_cluster.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace podmoat;
  static const model::Platform platform =
      test::platform_with("of both", {"EgressFirewall", "EgressNetworkPolicy"});
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  test::check_reading(language::read(test::cluster_of(text), platform));
  return 0;
}
