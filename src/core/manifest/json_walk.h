#pragma once
// JsonWalk: from the tokens of a piece of JSON to Trees. Inside the room; used by json_list.cc.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/manifest/tree.h"

namespace podmoat::manifest {

/// The members of a map that are read, and of them what. `of` empty: everything inside.
struct Fields {
  std::string_view name;
  std::span<const Fields> of;
};

/// What is read of an object of `kind`; empty: everything.
std::span<const Fields> fields_of(std::string_view kind);

/// A place in a text that is counted forward: lines and columns (in bytes) from 1.
struct LineCount {
  std::size_t at = 0;
  std::uint32_t line = 1;
  std::ptrdiff_t line_start = 0;  ///< negative: before the text

  /// O(to - at), 16 bytes at a time. `to` is not before `at`.
  void advance(std::string_view text, std::size_t to);
  std::uint32_t column() const {
    return static_cast<std::uint32_t>(static_cast<std::ptrdiff_t>(at) - line_start + 1);
  }
};

/// A text and where its tokens begin: brackets, colons, commas, strings, and other scalars.
struct JsonTokens {
  std::string_view text;
  std::span<const std::uint32_t> begin;
  bool last = false;  ///< nothing follows the text: its last scalar is whole
};

/// A mistake at a byte of the text.
struct JsonMistake {
  std::size_t at = 0;
  std::string what;
};

/// Walks tokens forward. Every step is false if it could not be made; then cut() tells whether more
/// text is needed or mistake() says what is wrong, and the walk is over.
class JsonWalk {
 public:
  /// `lines` stands at or before token `first`.
  JsonWalk(const JsonTokens& tokens, std::size_t first, LineCount lines)
      : tokens_(tokens), token_(first), lines_(lines) {}

  /// The first character of the next token, 0 if there is none. A NUL in the text, which can begin
  /// nothing, is shown as 1.
  char peek() const {
    if (token_ >= tokens_.begin.size()) return '\0';
    const char c = tokens_.text[tokens_.begin[token_]];
    return c == '\0' ? '\1' : c;
  }
  std::size_t token() const { return token_; }
  /// Lines up to the last node that was built.
  const LineCount& lines() const { return lines_; }
  /// Where the next token begins, or the end of the text.
  std::size_t offset() const {
    return token_ < tokens_.begin.size() ? tokens_.begin[token_] : tokens_.text.size();
  }
  bool cut() const { return cut_; }
  const JsonMistake& mistake() const { return mistake_; }

  /// Passes `bracket`, a colon or a comma; else "expected WHAT".
  bool pass(char punctuation, const char* what);
  /// Passes a key and its colon. `raw` is what stands between the quotes, escapes and all.
  bool key(std::string_view& raw);
  /// Passes a string, as key().
  bool string(std::string_view& raw);
  /// Passes one value of any depth unread. O(tokens), a few instructions each.
  bool skip();
  /// Passes what stands between two members or items, or the end: `more` says which. `close` is
  /// the bracket that ends them; `first`: nothing has been passed yet.
  bool next(char close, bool first, bool& more);
  /// Passes one value and makes it the root of `tree`, which is cleared first. What `fields` do not
  /// name is skipped. Fails also for more than Tree::kMaxDepth levels and for a key that stands
  /// twice.
  bool build(std::span<const Fields> fields, Tree& tree);

 private:
  bool wrong(std::size_t at, std::string what);
  bool out_of_tokens();
  bool scalar(std::string_view& written);
  bool build_value(Node& node, std::span<const Fields> fields, unsigned depth);
  bool build_list(std::uint32_t self, std::span<const Fields> fields, unsigned depth);
  bool build_map(std::uint32_t self, std::span<const Fields> fields, unsigned depth);
  bool build_member(std::uint32_t self, std::uint32_t& last, std::span<const Fields> fields,
                    unsigned depth);
  bool build_scalar(Node& node);
  bool unescaped(std::string_view raw, std::string_view& text);
  bool keys_differ(std::uint32_t map);
  void place(Node& node, std::size_t at);

  JsonTokens tokens_;
  std::size_t token_;
  LineCount lines_;
  Tree* tree_ = nullptr;
  bool cut_ = false;
  JsonMistake mistake_;
};

}  // namespace podmoat::manifest
