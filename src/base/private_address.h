#pragma once
// Addresses that nobody outside of a network can know: RFC 1918, RFC 6598, RFC 4193.
#include <vector>

#include "base/address.h"

namespace podmoat {

/// 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16, fc00::/7.
const std::vector<Block>& private_blocks();
bool is_private(const Address& address);

}  // namespace podmoat
