// podmoat_dom_baseline FILE: reads a file into memory and parses it with simdjson's DOM parser, and
// does nothing else: the yardstick of docs/performance.md.
#include <simdjson.h>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: podmoat_dom_baseline FILE\n");
    return 2;
  }
  auto bytes = simdjson::padded_string::load(argv[1]);
  if (bytes.error() != simdjson::SUCCESS) {
    std::fprintf(stderr, "%s: %s\n", argv[1], simdjson::error_message(bytes.error()));
    return 3;
  }
  simdjson::dom::parser parser;
  const auto document = parser.parse(bytes.value_unsafe());
  if (document.error() != simdjson::SUCCESS) {
    std::fprintf(stderr, "%s: %s\n", argv[1], simdjson::error_message(document.error()));
    return 2;
  }
  return 0;
}
