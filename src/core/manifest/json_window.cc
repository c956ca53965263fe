// Where a window ends: behind its last line end, which in valid JSON is never inside a string. A
// text without line ends is cut between two characters; if that is inside a string, simdjson says
// so, and a quote behind the text closes it for a second look. Either way the tokens are exact.
#include "core/manifest/json_window.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace podmoat::manifest {

namespace {

using simdjson::error_code;

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::size_t kLeastWindow = 64;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

/// Bytes of the UTF-8 character at `at`, 0 if it is none.
std::size_t character(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t size = lead < 0x80   ? 1
                           : lead < 0xc2 ? 0
                           : lead < 0xe0 ? 2
                           : lead < 0xf0 ? 3
                                         : 4;
  if (size == 0 || lead > 0xf4 || at + size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if (!is_continuation(text[at + i])) return 0;
  if (size < 3) return size;
  const auto second = static_cast<unsigned char>(text[at + 1]);
  const bool bad = (lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
                   (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f);
  return bad ? 0 : size;
}

/// Finds, byte by byte, what simdjson refused without saying where.
JsonMistake locate(std::string_view text) {
  bool in_string = false;
  std::size_t quote = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = character(text, at);
    if (size == 0) return {at, "invalid UTF-8"};
    if (in_string && static_cast<unsigned char>(text[at]) < 0x20)
      return {at, "a line end or control character inside a string"};
    if (in_string && text[at] == '\\') {
      ++at;  // whatever it escapes is looked at if it is no quote and no backslash
      if (at < text.size() && (text[at] == '"' || text[at] == '\\')) ++at;
      continue;
    }
    if (text[at] == '"') {
      in_string = !in_string;
      quote = at;
    }
    at += size;
  }
  return {quote, "a string without end"};
}

}  // namespace

struct JsonIndex::Stage {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> implementation;
};

const std::size_t JsonIndex::kPadding = simdjson::SIMDJSON_PADDING;

JsonIndex::JsonIndex() : stage_(std::make_unique<Stage>()) {}
JsonIndex::~JsonIndex() = default;

std::expected<std::span<const std::uint32_t>, JsonMistake> JsonIndex::tokens(
    std::string_view text) {
  open_string_ = false;
  if (text.empty()) return {};
  auto& implementation = stage_->implementation;
  if (!implementation || implementation->capacity() < text.size()) {
    implementation.reset();
    const error_code made = simdjson::get_active_implementation()->create_dom_parser_implementation(
        std::max<std::size_t>(text.size(), 64), 1, implementation);
    if (made != simdjson::SUCCESS) return std::unexpected(JsonMistake{0, "not enough memory"});
  }
  // simdjson takes unsigned bytes; char may alias them.
  const error_code error =
      implementation->stage1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                             simdjson::stage1_mode::regular);
  if (error == simdjson::EMPTY) return {};
  open_string_ = error == simdjson::UNCLOSED_STRING;
  if (error != simdjson::SUCCESS) return std::unexpected(locate(text));
  return std::span<const std::uint32_t>(implementation->structural_indexes.get(),
                                        implementation->n_structural_indexes);
}

JsonWindow::JsonWindow(std::string_view before, ByteSource& source, std::size_t size,
                       std::size_t limit)
    : before_(before), source_(source), capacity_(std::max(size, kLeastWindow)), limit_(limit) {
  bytes_ = std::make_unique_for_overwrite<char[]>(capacity_ + JsonIndex::kPadding);
}

Result<JsonWindow::Moved> JsonWindow::move(std::size_t keep) {
  PODMOAT_CHECK(keep <= size_);
  forget(keep);
  if (size_ == capacity_ && capacity_ >= limit_) return Moved::full;
  if (size_ > capacity_ / 2 && capacity_ < limit_) grow();
  if (auto filled = fill(); !filled) return std::unexpected(filled.error());
  if (!started_ && std::string_view(bytes_.get(), size_).starts_with(kByteOrderMark))
    forget(kByteOrderMark.size());
  started_ = true;
  index(cut());
  return Moved::on;
}

void JsonWindow::forget(std::size_t bytes) {
  size_ -= bytes;
  std::memmove(bytes_.get(), bytes_.get() + bytes, size_);
}

void JsonWindow::grow() {
  const std::size_t capacity = std::min(capacity_ * 2, limit_);
  auto bytes = std::make_unique_for_overwrite<char[]>(capacity + JsonIndex::kPadding);
  std::memcpy(bytes.get(), bytes_.get(), size_);
  bytes_ = std::move(bytes);
  capacity_ = capacity;
}

Result<void> JsonWindow::fill() {
  const std::size_t given = std::min(before_.size(), capacity_ - size_);
  std::copy_n(before_.data(), given, bytes_.get() + size_);
  before_.remove_prefix(given);
  size_ += given;
  while (!ended_ && size_ < capacity_) {
    const auto got = source_.read({bytes_.get() + size_, capacity_ - size_});
    if (!got) return std::unexpected(got.error());
    ended_ = *got == 0;
    size_ += *got;
  }
  return {};
}

/// How much of the window is looked at: see the head of this file. A line end in the first half is
/// not used: behind it stands a line that may be longer than any window.
std::size_t JsonWindow::cut() const {
  if (ended_) return size_;
  const std::string_view text(bytes_.get(), size_);
  if (const auto line_end = text.rfind('\n');
      line_end != std::string_view::npos && line_end >= size_ / 2)
    return line_end + 1;
  std::size_t at = size_;
  for (int i = 0; i < 3 && at > 0 && is_continuation(text[at - 1]); ++i) --at;
  if (at > 0 && static_cast<unsigned char>(text[at - 1]) >= 0xc0U) --at;
  while (at > 0 && text[at - 1] == '\\') --at;
  return at;
}

void JsonWindow::index(std::size_t size) {
  const std::string_view text(bytes_.get(), size);
  auto tokens = index_.tokens(text);
  const bool at_line_end = text.ends_with('\n');
  if (!tokens && index_.open_string() && !ended_ && !at_line_end) {
    char& behind = bytes_[size];
    const char kept = std::exchange(behind, '"');
    tokens = index_.tokens({bytes_.get(), size + 1});
    behind = kept;
  }
  tokens_ = {.text = text, .begin = {}, .last = ended_};
  if (tokens)
    tokens_.begin = *tokens;
  else
    mistake_ = tokens.error();
}

}  // namespace podmoat::manifest
