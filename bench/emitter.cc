// The three formats differ in what stands between two values and nowhere else: before_value() and
// key() write it, everything else only appends.
#include "emitter.h"

namespace podmoat::bench {

namespace {

constexpr std::size_t kBufferSize = 1 << 20;
constexpr std::size_t kJsonIndent = 4;  // kubectl's -o json
constexpr std::size_t kYamlIndent = 2;

}  // namespace

void Emitter::new_line(std::size_t depth) {
  if (format_ == Format::compact) return;
  buffer_ += '\n';
  buffer_.append(depth * kJsonIndent, ' ');
}

void Emitter::before_value() {
  if (after_key_) {
    after_key_ = false;
    if (format_ != Format::compact) buffer_ += ' ';
    return;
  }
  if (levels_.empty()) return;
  Level& level = levels_.back();
  if (format_ == Format::yaml) {
    if (!after_dash_ && !buffer_.empty() && buffer_.back() != '\n') buffer_ += '\n';
    if (!after_dash_) buffer_.append((levels_.size() - 1) * kYamlIndent, ' ');
    buffer_ += "- ";
  } else {
    if (!level.first) buffer_ += ',';
    new_line(levels_.size());
  }
  level.first = false;
}

void Emitter::open(char bracket) {
  const bool list = bracket == '[';
  if (format_ == Format::yaml) {
    const bool item = !after_key_ && !levels_.empty();
    if (item) before_value();
    after_key_ = false;
    after_dash_ = item;
  } else {
    before_value();
    buffer_ += bracket;
  }
  levels_.push_back({.list = list});
}

void Emitter::close() {
  const Level level = levels_.back();
  levels_.pop_back();
  if (format_ == Format::yaml) return;
  if (!level.first) new_line(levels_.size());
  buffer_ += level.list ? ']' : '}';
}

void Emitter::key(std::string_view name) {
  Level& level = levels_.back();
  if (format_ == Format::yaml) {
    if (!after_dash_) {
      if (!buffer_.empty() && buffer_.back() != '\n') buffer_ += '\n';
      buffer_.append((levels_.size() - 1) * kYamlIndent, ' ');
    }
    after_dash_ = false;
    buffer_.append(name).append(":");
  } else {
    if (!level.first) buffer_ += ',';
    new_line(levels_.size());
    buffer_.append("\"").append(name).append("\":");
  }
  level.first = false;
  after_key_ = true;
}

void Emitter::scalar(std::string_view written) {
  before_value();
  after_dash_ = false;
  buffer_ += written;
}

void Emitter::text(std::string_view value) {
  scalar("\"");
  buffer_.append(value).append("\"");
}

void Emitter::number(std::int64_t value) { scalar(std::to_string(value)); }

void Emitter::boolean(bool value) { scalar(value ? "true" : "false"); }

void Emitter::empty_map() { scalar("{}"); }

void Emitter::end_document() {
  buffer_ += format_ == Format::yaml ? "\n---\n" : "\n";
  if (buffer_.size() >= kBufferSize) flush();
}

void Emitter::flush() {
  std::fwrite(buffer_.data(), 1, buffer_.size(), out_);
  buffer_.clear();
}

}  // namespace podmoat::bench
