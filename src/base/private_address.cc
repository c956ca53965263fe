#include "base/private_address.h"

#include <algorithm>

namespace podmoat {

const std::vector<Block>& private_blocks() {
  static const std::vector<Block> all = [] {
    std::vector<Block> out;
    for (const char* text :
         {"10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"})
      out.push_back(*parse_block(text));
    return out;
  }();
  return all;
}

bool is_private(const Address& address) {
  return std::ranges::any_of(private_blocks(),
                             [&](const Block& block) { return block.contains(address); });
}

}  // namespace podmoat
