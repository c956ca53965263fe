#pragma once
// Emitter: one sequence of calls, written as indented JSON (as kubectl prints it), as compact JSON
// (as the API server sends it) or as YAML.
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace podmoat::bench {

enum class Format : std::uint8_t { json, compact, yaml };

/// Writes to `out` through a buffer. Keys and values must be plain text that needs no escape in
/// JSON. Calls must nest as the document does: a value follows each key.
class Emitter {
 public:
  Emitter(Format format, std::FILE* out) : format_(format), out_(out) {}
  ~Emitter() { flush(); }
  Emitter(const Emitter&) = delete;
  Emitter& operator=(const Emitter&) = delete;

  Format format() const { return format_; }
  void open_map() { open('{'); }
  void open_list() { open('['); }
  /// Closes what was opened last, list or map.
  void close();
  void key(std::string_view name);
  void text(std::string_view value);
  void number(std::int64_t value);
  void boolean(bool value);
  /// "{}": open_map() and close() at once, which every format can write.
  void empty_map();

  void text(std::string_view name, std::string_view value) { key(name), text(value); }
  void number(std::string_view name, std::int64_t value) { key(name), number(value); }
  void boolean(std::string_view name, bool value) { key(name), boolean(value); }
  void open_map(std::string_view name) { key(name), open_map(); }
  void open_list(std::string_view name) { key(name), open_list(); }

  /// Ends a document: the next call starts another one (YAML: after "---").
  void end_document();
  void flush();

 private:
  struct Level {
    bool list;
    bool first = true;
  };

  void open(char bracket);
  void scalar(std::string_view written);
  /// Writes what stands before a value: comma, line end, indent, "- ".
  void before_value();
  void new_line(std::size_t depth);

  Format format_;
  std::FILE* out_;
  std::string buffer_;
  std::vector<Level> levels_;
  bool after_key_ = false;   ///< the value stands on the key's line
  bool after_dash_ = false;  ///< YAML: the first key of a list's map stands on the dash's line
};

}  // namespace podmoat::bench
