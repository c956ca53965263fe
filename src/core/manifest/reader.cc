// Reader: tells YAML and JSON apart as kubectl does, by the first character that is no blank, and
// feeds YAML document by document, so that a stream of them is never in memory as a whole.
#include "core/manifest/reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/manifest/decode.h"
#include "core/manifest/intake.h"
#include "core/manifest/json_list.h"
#include "core/manifest/yaml.h"

namespace podmoat::manifest {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 18U;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// What an input is, by its first bytes. `unknown`: more are needed.
enum class Format : std::uint8_t { unknown, yaml, json, utf16 };

Format format_of(std::string_view text, bool ended) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) return Format::utf16;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const std::size_t first = text.find_first_not_of(" \t\r\n\v\f");
  if (first != std::string_view::npos) return text[first] == '{' ? Format::json : Format::yaml;
  return ended ? Format::yaml : Format::unknown;
}

/// Bytes as they come, and the YAML documents that are complete in them.
class YamlStream {
 public:
  YamlStream(std::uint32_t file, Intake& intake) : file_(file), intake_(intake) {}

  /// Takes the documents that end in `bytes`; all that is left if the input has `ended`. False
  /// after a mistake, with which the reading ends.
  bool feed(std::string_view bytes, bool ended) {
    const std::size_t line_end = bytes.rfind('\n');
    if (line_end != std::string_view::npos) last_line_ = text_.size() + line_end + 1;
    text_.append(bytes);
    std::size_t from = 0;
    while (const auto separator = find_separator(text_, std::max(from, searched_), ended)) {
      if (!take(std::string_view(text_).substr(from, separator->begin - from))) return false;
      if (!separator->rest.empty()) {
        intake_.report(bad_separator(*separator, {file_, line_, 1}));
        return false;
      }
      ++line_;
      from = separator->end;
      searched_ = 0;
    }
    text_.erase(0, from);
    last_line_ -= std::min(last_line_, from);
    // A line that may become a separator is looked at again, nothing else is.
    const std::string_view last = std::string_view(text_).substr(last_line_);
    const bool may_separate = last.starts_with("---") || std::string_view("---").starts_with(last);
    searched_ = may_separate ? last_line_ : text_.size();
    if (ended) return take(text_);
    if (text_.size() <= kMaxYamlDocument) return true;
    intake_.report({Level::error,
                    "yaml-size",
                    "a YAML document has more than 64 MiB",
                    "split it into several documents, or give it as JSON",
                    "",
                    {file_, line_, 1}});
    return false;
  }

 private:
  bool take(std::string_view document) {
    Diagnostics diagnostics;
    const bool read = read_yaml({document, file_, line_, 0}, tree_, diagnostics);
    for (Diagnostic& diagnostic : diagnostics) intake_.report(std::move(diagnostic));
    if (read && tree_.root() && !tree_.root().absent()) intake_.take(file_, tree_.root());
    line_ += static_cast<std::uint32_t>(std::ranges::count(document, '\n'));
    return read;
  }

  std::uint32_t file_;
  Intake& intake_;
  std::string text_;
  std::size_t searched_ = 0;   ///< no separator begins before it
  std::size_t last_line_ = 0;  ///< where the last line begins
  std::uint32_t line_ = 1;
  Tree tree_;
};

/// A ByteSource's bytes up to the first that tells what they are.
struct Head {
  std::string text;
  Format format = Format::unknown;
  bool ended = false;
};

Result<Head> read_head(ByteSource& source) {
  Head head;
  while (head.format == Format::unknown && head.text.size() <= kMaxYamlDocument) {
    const std::size_t before = head.text.size();
    head.text.resize(before + kChunk);
    const auto count = source.read(std::span(head.text).subspan(before));
    head.text.resize(before + (count ? *count : 0));
    if (!count) return std::unexpected(count.error());
    head.ended = *count == 0;
    const bool short_mark = head.text.size() < kByteOrderMark.size() && !head.ended;
    if (!short_mark) head.format = format_of(head.text, head.ended);
  }
  return head;
}

Result<void> read_yaml_stream(Head head, ByteSource& source, YamlStream& stream) {
  if (!stream.feed(head.text, head.ended) || head.ended) return {};
  head.text.resize(kChunk);
  while (true) {
    const auto count = source.read(std::span(head.text));
    if (!count) return std::unexpected(count.error());
    if (!stream.feed(std::string_view(head.text).substr(0, *count), *count == 0) || *count == 0)
      return {};
  }
}

}  // namespace

struct Reader::State {
  Intake intake;
};

Reader::Reader(std::string default_namespace, std::span<const model::PolicyKind> policy_kinds)
    : state_(std::make_unique<State>(Intake(std::move(default_namespace), policy_kinds))) {}
Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;

Result<void> Reader::add(std::string_view file, ByteSource& source) {
  Intake& intake = state_->intake;
  const std::uint32_t number = intake.add_file(file);
  auto head = read_head(source);
  if (!head) return std::unexpected(head.error());
  if (head->format == Format::utf16) {
    intake.report(
        {Level::error, "not-utf8", "the text is UTF-16", "save it as UTF-8", "", {number, 1, 1}});
    return {};
  }
  if (head->format == Format::json) return read_json(head->text, source, number, intake);
  YamlStream stream(number, intake);
  return read_yaml_stream(std::move(*head), source, stream);
}

model::Snapshot Reader::finish() { return state_->intake.finish(); }

std::expected<model::Value, Diagnostics> read_value(std::string_view /*file*/,
                                                    std::string_view text) {
  Tree tree;
  Diagnostics diagnostics;
  model::Value value;
  if (format_of(text, true) == Format::json) {
    if (auto read = read_json_value(text, 0, tree); !read) diagnostics.push_back(read.error());
    value = value_of(tree.root(), 0);
  } else {
    std::size_t documents = 0;
    for (const YamlText& document : documents_of(text, 0, diagnostics)) {
      if (!read_yaml(document, tree, diagnostics) || !tree.root()) continue;
      value = value_of(tree.root(), 0);
      if (++documents == 2)
        diagnostics.push_back({Level::error, "many-documents", "a second document stands here",
                               "give one document", "", tree.root().place(0)});
    }
  }
  const bool failed = std::ranges::any_of(
      diagnostics, [](const Diagnostic& diagnostic) { return diagnostic.level == Level::error; });
  if (failed) return std::unexpected(std::move(diagnostics));
  return value;
}

std::expected<model::NetworkPolicy, Diagnostics> decode_network_policy(const model::Value& object) {
  Tree tree;
  add_value(object, tree);
  Diagnostics diagnostics;
  Decoding decoding{0, "NetworkPolicy", diagnostics, false};
  const Field field(tree.root());
  model::Object who = object_of(decoding, field, "NetworkPolicy", true, "default");
  model::NetworkPolicy policy = network_policy_of(decoding, field, std::move(who));
  if (!decoding.refused) {
    policy.source = std::make_shared<const model::Value>(object);
    return policy;
  }
  std::erase_if(diagnostics, [](const Diagnostic& found) { return found.level == Level::warning; });
  return std::unexpected(std::move(diagnostics));
}

}  // namespace podmoat::manifest
