#pragma once
// Edits: changes of a text, collected by offset and made at once, and the questions about its lines
// that whoever collects them has.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace podmoat::edit {

/// Invariant: the text is complete, its last line has a line end. All offsets are the original's.
class Edits {
 public:
  explicit Edits(std::string_view text);

  std::string_view text() const { return text_; }
  char operator[](std::size_t at) const { return at < text_.size() ? text_[at] : '\0'; }
  /// Where the line of `at` starts; behind a byte order mark in the first one.
  std::size_t line_start(std::size_t at) const;
  /// Where the line after the one of `at` starts.
  std::size_t next_line(std::size_t at) const;
  /// Bytes from the start of its line.
  std::size_t column(std::size_t at) const { return at - line_start(at); }
  /// Blanks at the start of the line of `at`.
  std::size_t indent(std::size_t at) const;
  /// Whether only blanks stand before `at` in its line.
  bool leads_line(std::size_t at) const { return line_start(at) + indent(at) >= at; }
  /// From 1.
  std::size_t line_number(std::size_t at) const;
  /// From `at` over blanks, line ends and comments, which need a blank or line start before them.
  std::size_t skip_blank(std::size_t at) const;

  /// Replaces [begin, end) by `fresh`, whose line ends ("\n") become the text's own. Edits at the
  /// same offset take effect in the order of the calls, insertions (begin == end) first.
  void replace(std::size_t begin, std::size_t end, std::string fresh);
  void insert(std::size_t at, std::string fresh) { replace(at, at, std::move(fresh)); }
  void erase(std::size_t begin, std::size_t end) { replace(begin, end, ""); }

  /// The changed text. Fails if edits overlap. O(text + edits log edits).
  Result<std::string> apply() const;

 private:
  struct Edit {
    std::size_t begin, end;
    std::string fresh;
  };
  std::string text_;
  std::string line_end_ = "\n";
  bool completed_ = false;  // the original's last line had no line end
  std::vector<Edit> edits_;
};

}  // namespace podmoat::edit
