#pragma once
// A Tree as text, one node a line with its place: for tests that compare Trees.
#include <string>

#include "core/manifest/tree.h"

namespace podmoat::testing {

inline void append_dump(manifest::Cursor cursor, std::size_t depth, std::string& out) {
  const manifest::Node& node = *cursor;
  out.append(depth * 2, ' ');
  out += std::to_string(node.line) + ":" + std::to_string(node.column) + " ";
  if (!node.key.empty()) out.append(node.key).append(": ");
  out.append(name_of(node.kind)).append(" ").append(node.text).append("\n");
  for (const manifest::Cursor child : cursor) append_dump(child, depth + 1, out);
}

/// "1:1 a map\n  1:2 kind: a string Pod\n".
inline std::string dump(manifest::Cursor cursor) {
  std::string out;
  append_dump(cursor, 0, out);
  return out;
}

}  // namespace podmoat::testing
