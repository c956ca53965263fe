#pragma once
// YamlEvents: the YAML library's events of one document, with places in bytes. Inside the room;
// nothing else includes the library.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/diagnostic.h"
#include "core/manifest/yaml.h"

namespace podmoat::manifest {

/// A place in the document's text: a byte, and its line and column from 1.
struct YamlMark {
  std::size_t at = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct YamlEvent {
  enum class Is : std::uint8_t { scalar, alias, list, map, end_of_list, end_of_map, document, end };
  Is is = Is::end;
  bool plain = false;     ///< scalar: without quotes and, like `literal`, without a tag of its own
  bool literal = false;   ///< scalar: in block style, | or >
  bool flow = false;      ///< list, map: in brackets
  std::string_view text;  ///< scalar: its content; alias: the anchor's name
  std::string_view anchor;
  std::string_view tag;
  YamlMark begin;  ///< anchor and tag are before it
  std::size_t end = 0;
};

/// Texts of an event live until the next one is asked for.
class YamlEvents {
 public:
  explicit YamlEvents(const YamlText& document);
  ~YamlEvents();
  YamlEvents(const YamlEvents&) = delete;
  YamlEvents& operator=(const YamlEvents&) = delete;

  /// The next event; false after a mistake, which is in mistake() then.
  bool next(YamlEvent& event);
  const Diagnostic& mistake() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace podmoat::manifest
