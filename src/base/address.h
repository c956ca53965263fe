#pragma once
// Addresses and blocks of addresses. IPv4 and IPv6 are two lines that never meet:
// 0.0.0.0/0 holds no IPv6 address and ::/0 holds no IPv4 address.
// Source: docs/semantics/networkpolicy.md, NP-CIDR.
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace podmoat {

/// 128 bits hold an address of either family.
__extension__ typedef unsigned __int128 U128;

enum class Family : std::uint8_t { v4, v6 };

/// One IP address; an IPv4 address uses the low 32 bits of `bits`.
struct Address {
  Family family = Family::v4;
  U128 bits = 0;

  auto operator<=>(const Address&) const = default;
  /// "10.0.0.1", or RFC 5952 for IPv6: "fd00:ec2::254".
  std::string str() const;
};

/// The highest address of a family.
Address last_address(Family family);

/// Reads what Go's netip.ParseAddr reads without a zone: no leading zeros in IPv4 parts. An
/// IPv4-mapped IPv6 address ("::ffff:10.0.0.1") is the IPv4 address, as it is on the wire.
/// Fails with the reason.
Result<Address> parse_address(std::string_view text);

/// As parse_address, but an IPv4-mapped IPv6 address stays the IPv6 address that is written: the
/// exact inverse of Address::str.
Result<Address> parse_address_as_written(std::string_view text);

/// A CIDR block: all addresses that share the first `prefix` bits of `base`.
/// Invariant by construction through parse_block and block_of: host bits are zero.
struct Block {
  Address base;
  std::uint8_t prefix = 0;

  auto operator<=>(const Block&) const = default;
  Family family() const { return base.family; }
  Address first() const { return base; }
  Address last() const;
  bool contains(const Address& address) const;
  bool contains(const Block& other) const;
  std::string str() const;
};

/// The block of `prefix` bits that holds `address`; host bits are masked away, as engines do.
Block block_of(const Address& address, std::uint8_t prefix);

/// Reads "10.0.0.0/8" as Go's net.ParseCIDR does; host bits are masked. A block inside the
/// IPv4-mapped range is the IPv4 block that Go's IPNet.Contains makes of it: "::ffff:10.0.0.0/104"
/// is 10.0.0.0/8. A wider block stays IPv6 and holds no IPv4 address. Fails with the reason.
Result<Block> parse_block(std::string_view text);

}  // namespace podmoat
