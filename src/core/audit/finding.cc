#include "core/audit/finding.h"

#include <algorithm>
#include <cstdint>

#include "base/check.h"

namespace podmoat::audit {

Finding finding(std::string_view rule) {
  Finding out;
  out.rule = find_rule(rule);
  PODMOAT_CHECK(out.rule != nullptr);
  out.severity = out.rule->severity;
  out.remedy = out.rule->remedy;
  return out;
}

std::string fingerprint(const Finding& finding, std::string_view object) {
  // FNV-1a, 64 bits: stable over platforms and versions, which std::hash is not.
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto mix = [&](std::string_view text) {
    for (const char c : text)
      hash = (hash ^ static_cast<unsigned char>(c)) * std::uint64_t{0x100000001b3};
    hash = (hash ^ 0xff) * std::uint64_t{0x100000001b3};  // "ab","c" is not "a","bc"
  };
  for (const std::string_view part :
       {finding.rule->id, std::string_view(finding.ns), std::string_view(finding.subject),
        std::string_view(finding.target), object})
    mix(part);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(16, '0');
  for (std::size_t i = 0; i < 16; ++i) out[i] = kDigits[(hash >> (60 - 4 * i)) & 15];
  return out;
}

bool same_cause(const std::vector<Because>& a, const std::vector<Because>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.rule == y.rule && x.object.name == y.object.name && x.object.ns == y.object.ns &&
           x.object.kind == y.object.kind;
  });
}

}  // namespace podmoat::audit
