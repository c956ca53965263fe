// YamlEvents on libyaml: of its kind the library that kubectl's own is a port of, so that both take
// and refuse the same texts. Here its marks, which count characters, become bytes, and its
// complaints become Diagnostics with a hint.
#include "core/manifest/yaml_events.h"

#include <yaml.h>

#include <algorithm>
#include <string>

#include "base/check.h"

namespace podmoat::manifest {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// Counts characters to bytes, from the last place that was asked for.
class CharacterCount {
 public:
  CharacterCount(std::string_view text, std::size_t skipped)
      : text_(text), skipped_(skipped), byte_(skipped) {
    ascii_ = std::ranges::all_of(text.substr(skipped),
                                 [](char c) { return static_cast<signed char>(c) >= 0; });
  }
  std::size_t byte_of(std::size_t character) {
    if (ascii_) return std::min(skipped_ + character, text_.size());
    for (; character_ < character && byte_ < text_.size(); ++character_) do
        ++byte_;
      while (byte_ < text_.size() && is_continuation(text_[byte_]));
    for (; character_ > character; --character_) do
        --byte_;
      while (is_continuation(text_[byte_]));
    return byte_;
  }

 private:
  std::string_view text_;
  std::size_t skipped_;
  bool ascii_;
  std::size_t character_ = 0;
  std::size_t byte_;
};

std::string_view view(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

/// Where the content begins that has an anchor or a tag at `at`.
std::size_t past_properties(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (text[at] == '&' || text[at] == '!')
      at = std::min(text.find_first_of(" \t\r\n,]}", at), text.size());
    else if (text[at] == '#')
      at = std::min(text.find_first_of("\r\n", at), text.size());
    else if (std::string_view(" \t\r\n").contains(text[at]))
      ++at;
    else
      return at;
  }
  return at;
}

struct Hint {
  std::string_view problem;
  const char* hint;
};

/// What to do, by what the library says.
constexpr Hint kHints[] = {
    {"mapping values are not allowed",
     "quote the value if it holds \": \", or mend the indentation"},
    {"did not find expected key", "mend the indentation of this line or of the lines before it"},
    {"did not find expected '-' indicator", "indent this line as the list's other items are"},
    {"could not find expected ':'", "put \": \" behind the key, or close the quote before it"},
    {"cannot start any token",
     "quote the value: it begins with a character that YAML keeps for itself"},
    {"undefined alias", "an anchor is known only in its own document, and only after it"},
    {"found unexpected end of stream", "close the quote that is still open"},
    {"while scanning a quoted scalar", "close the quote that is still open"},
    {"unknown escape character",
     "in double quotes write \\\\ for a backslash, or use single quotes"},
    {"control characters are not allowed", "remove the control character"},
    {"UTF-8", "save the file as UTF-8"},
};

}  // namespace

struct YamlEvents::State {
  State(const YamlText& text, std::size_t skipped)
      : document(text), count(text.text, skipped), skipped_bytes(skipped) {}

  YamlText document;
  CharacterCount count;
  std::size_t skipped_bytes;
  yaml_parser_t parser{};
  yaml_event_t event{};
  Diagnostic mistake;

  YamlMark mark(const yaml_mark_t& of) {
    return {count.byte_of(of.index), document.first_line + static_cast<std::uint32_t>(of.line),
            static_cast<std::uint32_t>(of.column + 1)};
  }

  /// Moves `begin` past an anchor and a tag.
  void pass_properties(YamlEvent& out) {
    const std::string_view text = document.text;
    const std::size_t to = past_properties(text, out.begin.at);
    for (std::size_t i = out.begin.at; i < to; ++i) {
      if (text[i] == '\n') {
        ++out.begin.line;
        out.begin.column = 1;
      } else if (!is_continuation(text[i])) {
        ++out.begin.column;
      }
    }
    out.begin.at = to;
    out.end = std::max(out.end, to);
  }

  void take_scalar(YamlEvent& out) {
    const auto& scalar = event.data.scalar;
    out.is = YamlEvent::Is::scalar;
    out.text = {reinterpret_cast<const char*>(scalar.value), scalar.length};
    out.anchor = view(scalar.anchor);
    out.tag = view(scalar.tag);
    out.plain = scalar.plain_implicit != 0;
    out.literal =
        scalar.style == YAML_LITERAL_SCALAR_STYLE || scalar.style == YAML_FOLDED_SCALAR_STYLE;
    if (!out.literal) return;
    while (out.end > out.begin.at &&
           std::string_view(" \t\r\n").contains(document.text[out.end - 1]))
      --out.end;
  }

  void take(YamlEvent& out) {
    out = {};
    out.begin = mark(event.start_mark);
    out.end = count.byte_of(event.end_mark.index);
    switch (event.type) {
      case YAML_SCALAR_EVENT:
        take_scalar(out);
        break;
      case YAML_ALIAS_EVENT:
        out.is = YamlEvent::Is::alias;
        out.text = view(event.data.alias.anchor);
        break;
      case YAML_SEQUENCE_START_EVENT:
        out.is = YamlEvent::Is::list;
        out.anchor = view(event.data.sequence_start.anchor);
        out.tag = view(event.data.sequence_start.tag);
        out.flow = event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
        break;
      case YAML_MAPPING_START_EVENT:
        out.is = YamlEvent::Is::map;
        out.anchor = view(event.data.mapping_start.anchor);
        out.tag = view(event.data.mapping_start.tag);
        out.flow = event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
        break;
      case YAML_SEQUENCE_END_EVENT:
        out.is = YamlEvent::Is::end_of_list;
        break;
      case YAML_MAPPING_END_EVENT:
        out.is = YamlEvent::Is::end_of_map;
        break;
      case YAML_DOCUMENT_START_EVENT:
        out.is = YamlEvent::Is::document;
        break;
      default:
        break;
    }
    if (!out.anchor.empty() || !out.tag.empty()) pass_properties(out);
  }

  void fail() {
    YamlMark where = mark(parser.problem_mark);
    if (parser.error == YAML_READER_ERROR) {
      where.at = std::min(parser.problem_offset + skipped_bytes, document.text.size());
      const std::string_view before = document.text.substr(0, where.at);
      const std::size_t line = before.rfind('\n') + 1;
      where.line =
          document.first_line + static_cast<std::uint32_t>(std::ranges::count(before, '\n'));
      where.column = static_cast<std::uint32_t>(where.at - line + 1);
    }
    mistake.place = {document.file, where.line, where.column};
    mistake.code = "yaml-syntax";
    if (where.at < document.text.size() && document.text[where.at] == '\t') {
      mistake.code = "yaml-tab";
      mistake.message = "a tab stands where YAML allows only spaces";
      mistake.hint = "indent with spaces";
      return;
    }
    const std::string problem = parser.problem == nullptr ? "not enough memory" : parser.problem;
    mistake.message = problem;
    if (parser.context != nullptr) mistake.message = std::string(parser.context) + ": " + problem;
    for (const Hint& hint : kHints) {
      if (!mistake.message.contains(hint.problem)) continue;
      mistake.hint = hint.hint;
      return;
    }
  }
};

YamlEvents::YamlEvents(const YamlText& document) {
  std::size_t skipped = 0;
  if (document.text.starts_with(kByteOrderMark)) skipped = kByteOrderMark.size();
  state_ = std::make_unique<State>(document, skipped);
  PODMOAT_CHECK(yaml_parser_initialize(&state_->parser) == 1);
  const std::string_view text = document.text.substr(skipped);
  yaml_parser_set_encoding(&state_->parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&state_->parser, reinterpret_cast<const yaml_char_t*>(text.data()),
                               text.size());
}

YamlEvents::~YamlEvents() {
  yaml_event_delete(&state_->event);
  yaml_parser_delete(&state_->parser);
}

bool YamlEvents::next(YamlEvent& event) {
  State& state = *state_;
  do {
    yaml_event_delete(&state.event);
    if (yaml_parser_parse(&state.parser, &state.event) == 0) {
      state.fail();
      return false;
    }
  } while (state.event.type == YAML_STREAM_START_EVENT ||
           state.event.type == YAML_DOCUMENT_END_EVENT);
  state.take(event);
  return true;
}

const Diagnostic& YamlEvents::mistake() const { return state_->mistake; }

}  // namespace podmoat::manifest
