// Reading and writing addresses, to the letter as the Kubernetes API server does it: a text that
// it accepts and we refuse, or the other way round, would be a hole in every answer.
// Sources: Go's net/netip (ParseAddr, Addr.String) and net (ParseCIDR, IPNet.Contains); RFC 4291
// section 2.2 for the text forms, RFC 5952 section 4 for the one form that is written.
#include "base/address.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <utility>

#include "base/check.h"

namespace podmoat {
namespace {

constexpr int kGroups = 8;                        // an IPv6 address is eight groups of 16 bits
constexpr U128 kMapped = U128{0xffff} << 32;      // ::ffff:0:0, where IPv4 lies mapped into IPv6
constexpr std::uint8_t kMappedPrefix = 128 - 32;  // and the length of that block

std::uint8_t width(Family family) { return family == Family::v4 ? 32 : 128; }

/// The bits of an address of `family` that a prefix of `prefix` bits leaves free.
U128 host_mask(Family family, std::uint8_t prefix) {
  const int free = width(family) - prefix;
  return free == 128 ? ~U128{0} : (U128{1} << free) - 1;
}

bool is_mapped(const Address& address) {
  return address.family == Family::v6 && (address.bits >> 32) == (kMapped >> 32);
}

Address unmap(const Address& address) { return {Family::v4, address.bits & 0xffffffff}; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The value of a hexadecimal digit, or -1.
int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Four decimal parts of 0 to 255 between dots, none with a leading zero.
Result<std::uint32_t> parse_v4(std::string_view text) {
  std::uint32_t bits = 0;
  std::size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (at == text.size() || text[at] != '.')
        return fail("an IPv4 address has four parts between dots");
      ++at;
    }
    const std::size_t start = at;
    std::uint32_t value = 0;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      value = value * 10 + static_cast<std::uint32_t>(text[at] - '0');
      if (value > 255) return fail("a part of an IPv4 address is at most 255");
    }
    if (at == start) return fail("an IPv4 address has four parts between dots");
    if (text[start] == '0' && at - start > 1)
      return fail("a part of an IPv4 address has a leading zero");
    bits = bits << 8 | value;
  }
  if (at != text.size()) return fail("an IPv4 address has four parts between dots");
  return bits;
}

/// The groups that stand on one side of "::", or all of them where there is no "::".
struct Groups {
  std::array<std::uint16_t, kGroups> value{};
  int count = 0;
};

/// Reads groups between colons up to the end of `text`; the last two may be an IPv4 address if
/// `v4_may_end` says so.
Result<Groups> parse_groups(std::string_view text, bool v4_may_end) {
  Groups groups;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view word = text.substr(0, colon);
    const bool v4 = v4_may_end && colon == text.npos && word.find('.') != word.npos;
    if (groups.count + (v4 ? 2 : 1) > kGroups)
      return fail("an IPv6 address has at most eight groups");
    auto put = [&](std::uint32_t group) {
      groups.value[static_cast<std::size_t>(groups.count++)] = static_cast<std::uint16_t>(group);
    };
    if (v4) {
      const auto bits = parse_v4(word);
      if (!bits) return std::unexpected(bits.error());
      put(*bits >> 16);
      put(*bits & 0xffff);
      return groups;
    }
    if (word.empty() || word.size() > 4)
      return fail("a group of an IPv6 address has one to four hexadecimal digits");
    std::uint32_t group = 0;
    for (const char c : word) {
      if (hex_value(c) < 0)
        return fail("a group of an IPv6 address has one to four hexadecimal digits");
      group = group << 4 | static_cast<std::uint32_t>(hex_value(c));
    }
    put(group);
    if (colon == text.npos) return groups;
    text.remove_prefix(colon + 1);
    if (text.empty()) return fail("an IPv6 address does not end in a single colon");
  }
  return groups;
}

/// Eight groups, or fewer around one "::" that stands for at least one group of zeros.
Result<U128> parse_v6(std::string_view text) {
  const std::size_t gap = text.find("::");
  const bool has_gap = gap != text.npos;
  const auto head = parse_groups(text.substr(0, gap), !has_gap);
  if (!head) return std::unexpected(head.error());
  const auto tail = parse_groups(has_gap ? text.substr(gap + 2) : "", true);
  if (!tail) return std::unexpected(tail.error());

  const int zeros = kGroups - head->count - tail->count;
  if (!has_gap && zeros != 0) return fail("an IPv6 address has eight groups, or a \"::\"");
  if (has_gap && zeros < 1) return fail("the \"::\" of an IPv6 address replaces no group");
  U128 bits = 0;
  for (int i = 0; i < head->count; ++i)
    bits = bits << 16 | head->value[static_cast<std::size_t>(i)];
  for (int i = 0; i < zeros; ++i) bits <<= 16;
  for (int i = 0; i < tail->count; ++i)
    bits = bits << 16 | tail->value[static_cast<std::size_t>(i)];
  return bits;
}

std::string v4_str(U128 bits) {
  const auto part = [&](int shift) { return static_cast<unsigned>(bits >> shift & 0xff); };
  return fmt::format("{}.{}.{}.{}", part(24), part(16), part(8), part(0));
}

unsigned group_of(U128 bits, int index) {
  return static_cast<unsigned>(bits >> (16 * (kGroups - 1 - index)) & 0xffff);
}

/// RFC 5952: lower case, no leading zeros, "::" for the first of the longest runs of two or more
/// zero groups.
std::string v6_str(U128 bits) {
  int gap = kGroups;
  int gap_length = 1;
  for (int i = 0; i < kGroups; ++i) {
    int end = i;
    while (end < kGroups && group_of(bits, end) == 0) ++end;
    if (end - i > gap_length) {
      gap = i;
      gap_length = end - i;
    }
  }
  std::string out;
  for (int i = 0; i < kGroups; ++i) {
    if (i == gap) {
      out += "::";
      i += gap_length - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    out += fmt::format("{:x}", group_of(bits, i));
  }
  return out;
}

}  // namespace

std::string Address::str() const {
  if (family == Family::v4) return v4_str(bits);
  return is_mapped(*this) ? "::ffff:" + v4_str(bits) : v6_str(bits);
}

Address last_address(Family family) { return {family, host_mask(family, 0)}; }

Result<Address> parse_address_as_written(std::string_view text) {
  // The first mark decides, so that "1.2.3.4:80" fails as IPv4 and "::1.2.3.4" is read as IPv6.
  const std::size_t mark = text.find_first_of(".:%");
  if (mark == text.npos) return fail("neither an IPv4 nor an IPv6 address");
  if (text.find('%') != text.npos) return fail("an address with a zone");
  if (text[mark] == '.') {
    const auto bits = parse_v4(text);
    if (!bits) return std::unexpected(bits.error());
    return Address{Family::v4, *bits};
  }
  const auto bits = parse_v6(text);
  if (!bits) return std::unexpected(bits.error());
  return Address{Family::v6, *bits};
}

Result<Address> parse_address(std::string_view text) {
  auto address = parse_address_as_written(text);
  if (address && is_mapped(*address)) *address = unmap(*address);
  return address;
}

Address Block::last() const { return {base.family, base.bits | host_mask(base.family, prefix)}; }

bool Block::contains(const Address& address) const {
  return address.family == base.family && block_of(address, prefix).base == base;
}

bool Block::contains(const Block& other) const {
  return other.prefix >= prefix && contains(other.base);
}

std::string Block::str() const { return fmt::format("{}/{}", base.str(), prefix); }

Block block_of(const Address& address, std::uint8_t prefix) {
  PODMOAT_CHECK(prefix <= width(address.family));
  return {{address.family, address.bits & ~host_mask(address.family, prefix)}, prefix};
}

Result<Block> parse_block(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == text.npos) return fail("a block has the form ADDRESS/LENGTH");
  const auto address = parse_address_as_written(text.substr(0, slash));
  if (!address) return std::unexpected(address.error());

  // Digits only, and like Go's dtoi without a word against leading zeros.
  const std::string_view digits = text.substr(slash + 1);
  int prefix = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return fail("the length of a block is a number");
    prefix = prefix * 10 + (c - '0');
    if (prefix > width(address->family))
      return fail(fmt::format("the length of this block is at most {}", width(address->family)));
  }
  if (digits.empty()) return fail("the length of a block is a number");

  const Block block = block_of(*address, static_cast<std::uint8_t>(prefix));
  if (!is_mapped(block.base)) return block;  // which needs at least kMappedPrefix bits
  return block_of(unmap(block.base), static_cast<std::uint8_t>(block.prefix - kMappedPrefix));
}

}  // namespace podmoat
