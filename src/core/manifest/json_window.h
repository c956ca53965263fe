#pragma once
// JsonWindow: a piece of a JSON input that moves forward, and its tokens. Inside the room; used by
// json_list.cc.
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "core/manifest/json_walk.h"

namespace podmoat::manifest {

/// simdjson's first stage with its memory: finds the tokens of a text.
class JsonIndex {
 public:
  JsonIndex();
  ~JsonIndex();
  JsonIndex(const JsonIndex&) = delete;
  JsonIndex& operator=(const JsonIndex&) = delete;

  /// Bytes that must be readable behind a text.
  static const std::size_t kPadding;
  /// The tokens of `text`, valid until the next call; or where it has invalid UTF-8, a control
  /// character inside a string, or a string without end.
  std::expected<std::span<const std::uint32_t>, JsonMistake> tokens(std::string_view text);
  /// Whether the last mistake was a string without end.
  bool open_string() const { return open_string_; }

 private:
  struct Stage;
  std::unique_ptr<Stage> stage_;
  bool open_string_ = false;
};

class JsonWindow {
 public:
  /// Reads `before`, then `source`, `size` bytes at a time (some more if it is tiny), and
  /// grows to at most `limit`. A byte order mark is passed over.
  JsonWindow(std::string_view before, ByteSource& source, std::size_t size, std::size_t limit);

  enum class Moved { on, full };
  /// Forgets the text before `keep`, an offset of the last token that was not used up or the end of
  /// the text, and reads on. full: the window has its largest size and nothing could be forgotten.
  /// Fails if the source does.
  Result<Moved> move(std::size_t keep);
  /// Empty, and `last`, once everything is forgotten and the source is at its end. Ends between two
  /// characters, maybe inside a scalar, which then is the last token.
  const JsonTokens& tokens() const { return tokens_; }
  /// What is wrong with the bytes of the window.
  const std::optional<JsonMistake>& mistake() const { return mistake_; }

 private:
  void forget(std::size_t bytes);
  void grow();
  Result<void> fill();
  std::size_t cut() const;
  void index(std::size_t size);

  std::string_view before_;
  ByteSource& source_;
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_;
  std::size_t limit_;
  std::size_t size_ = 0;
  bool started_ = false;
  bool ended_ = false;
  JsonIndex index_;
  JsonTokens tokens_;
  std::optional<JsonMistake> mistake_;
};

}  // namespace podmoat::manifest
