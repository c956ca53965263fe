// A JSON input is a row of documents; a document is an object, or a list of objects: a map with an
// array `items`, whatever else stands before and behind it. The state says what the next token may
// be, and every state is left at a token from which it can be taken up again, so that a window may
// end anywhere.
#include "core/manifest/json_list.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/manifest/json_walk.h"
#include "core/manifest/json_window.h"

namespace podmoat::manifest {

namespace {

Diagnostic syntax_error(std::string message, Place place) {
  return {.level = Level::error,
          .code = "json-syntax",
          .message = std::move(message),
          .hint = "",
          .object = "",
          .place = place};
}

/// The first bracket that closes another kind than is open, if there is one.
std::optional<JsonMistake> wrong_bracket(const JsonTokens& tokens, std::size_t from) {
  std::vector<char> open;
  for (std::size_t i = from; i < tokens.begin.size(); ++i) {
    const char c = tokens.text[tokens.begin[i]];
    if (c == '{' || c == '[') open.push_back(c);
    if (c != '}' && c != ']') continue;
    if (open.empty() || open.back() != (c == '}' ? '{' : '['))
      return JsonMistake{tokens.begin[i], std::string("unexpected '") + c + "'"};
    open.pop_back();
  }
  return std::nullopt;
}

/// What a list's members say of its items. Texts are copies: the window moves on.
struct ListHead {
  std::string api_version;
  std::string kind;
};

class JsonReader {
 public:
  JsonReader(std::string_view before, ByteSource& source, std::uint32_t file, const JsonSink& sink,
             std::size_t window)
      : window_(before, source, window, std::max(window, 2 * kMaxJsonObject)),
        file_(file),
        sink_(sink) {}

  Result<void> run();

 private:
  enum class State { document, first_item, item, after_item, tail };

  bool step(JsonWalk& walk);
  bool read_document(JsonWalk& walk);
  bool read_head(JsonWalk& walk, bool& list);
  bool read_item(JsonWalk& walk);
  bool read_after_item(JsonWalk& walk);
  bool read_tail(JsonWalk& walk);
  bool note(JsonWalk& walk, std::string_view key);
  bool take(JsonWalk& walk, std::string_view kind, ItemKind item);
  std::string_view kind_of(JsonWalk walk) const;
  ItemKind item_kind() const;
  bool walk_window();
  void report(const JsonMistake& mistake);
  void report_end();

  JsonWindow window_;
  std::uint32_t file_;
  const JsonSink& sink_;
  Tree tree_;
  State state_ = State::document;
  ListHead head_;
  std::size_t token_ = 0;  ///< where `state_` goes on
  LineCount lines_;        ///< at that token, or before it
};

Result<void> JsonReader::run() {
  std::size_t keep = 0;
  while (true) {
    const auto moved = window_.move(keep);
    if (!moved) return std::unexpected(moved.error());
    if (*moved == JsonWindow::Moved::full) {
      report({0, "an object is larger than " + std::to_string(kMaxJsonObject >> 20U) + " MiB"});
      return {};
    }
    lines_.at = 0;
    token_ = 0;
    if (window_.mistake()) {
      report(*window_.mistake());
      return {};
    }
    if (!walk_window()) return {};
    const JsonTokens& tokens = window_.tokens();
    if (tokens.last) {
      report_end();
      return {};
    }
    keep = token_ < tokens.begin.size() ? tokens.begin[token_] : tokens.text.size();
    lines_.advance(tokens.text, keep);
    lines_.line_start -= static_cast<std::ptrdiff_t>(keep);
  }
}

/// Goes on as far as the window allows. False: a mistake was reported.
bool JsonReader::walk_window() {
  while (token_ < window_.tokens().begin.size()) {
    JsonWalk walk(window_.tokens(), token_, lines_);
    if (!step(walk)) {
      if (walk.cut()) return true;
      report(walk.mistake());
      return false;
    }
    token_ = walk.token();
    lines_ = walk.lines();
  }
  return true;
}

bool JsonReader::step(JsonWalk& walk) {
  switch (state_) {
    case State::document:
      return read_document(walk);
    case State::first_item:
    case State::item:
      return read_item(walk);
    case State::after_item:
      return read_after_item(walk);
    case State::tail:
      return read_tail(walk);
  }
  return false;
}

bool JsonReader::read_document(JsonWalk& walk) {
  head_ = {};
  JsonWalk ahead = walk;
  bool list = false;
  const bool whole = read_head(ahead, list);
  if (!whole || list) {
    walk = ahead;
    if (whole) state_ = State::first_item;
    return whole;
  }
  return take(walk, head_.kind, {});
}

/// Passes the members up to the array `items` and its bracket (`list`), or the whole object.
bool JsonReader::read_head(JsonWalk& walk, bool& list) {
  if (!walk.pass('{', "an object")) return false;
  bool more = true;
  for (bool first = true; walk.next('}', first, more); first = false) {
    if (!more) return true;
    std::string_view key;
    if (!walk.key(key)) return false;
    list = key == "items" && walk.peek() == '[';
    if (list) return walk.pass('[', "a list");
    if (!note(walk, key)) return false;
  }
  return false;
}

/// Passes the value of `key`, and remembers it if it tells what the items are.
bool JsonReader::note(JsonWalk& walk, std::string_view key) {
  std::string* const noted = key == "kind"         ? &head_.kind
                             : key == "apiVersion" ? &head_.api_version
                                                   : nullptr;
  if (noted == nullptr || walk.peek() != '"') return walk.skip();
  std::string_view text;
  if (!walk.string(text)) return false;
  *noted = text;
  return true;
}

bool JsonReader::read_item(JsonWalk& walk) {
  if (state_ == State::first_item && walk.peek() == ']') {
    state_ = State::tail;
    return walk.pass(']', "']'");
  }
  const std::string_view own = kind_of(walk);
  const ItemKind item = item_kind();
  if (!take(walk, own.empty() ? item.kind : own, item)) return false;
  state_ = State::after_item;
  return true;
}

bool JsonReader::read_after_item(JsonWalk& walk) {
  bool more = true;
  if (!walk.next(']', false, more)) return false;
  state_ = more ? State::item : State::tail;
  return true;
}

/// Passes the members behind `items`, and the list's end.
bool JsonReader::read_tail(JsonWalk& walk) {
  bool more = true;
  while (walk.next('}', false, more)) {
    if (!more) {
      state_ = State::document;
      return true;
    }
    std::string_view key;
    if (!walk.key(key) || !note(walk, key)) return false;
  }
  return false;
}

/// Hands on the next value, if it is there as a whole.
bool JsonReader::take(JsonWalk& walk, std::string_view kind, ItemKind item) {
  if (!walk.build(fields_of(kind), tree_)) return false;
  sink_.take(tree_.root(), item);
  return true;
}

/// The kind that the next object gives itself, "" if it does not or is cut.
std::string_view JsonReader::kind_of(JsonWalk walk) const {
  if (!walk.pass('{', "an object")) return "";
  bool more = true;
  for (bool first = true; walk.next('}', first, more) && more; first = false) {
    std::string_view key;
    std::string_view kind;
    if (!walk.key(key)) return "";
    if (key == "kind") return walk.peek() == '"' && walk.string(kind) ? kind : "";
    if (!walk.skip()) return "";
  }
  return "";
}

ItemKind JsonReader::item_kind() const {
  const auto kind = item_kind_of(head_.kind);
  if (!kind || kind->empty()) return {};
  return {.api_version = head_.api_version, .kind = *kind};
}

void JsonReader::report(const JsonMistake& mistake) {
  LineCount at = lines_;
  at.advance(window_.tokens().text, std::max(at.at, mistake.at));
  sink_.report(syntax_error(mistake.what, {file_, at.line, at.column()}));
}

/// At the end of the input: between two documents all is well.
void JsonReader::report_end() {
  const JsonTokens& tokens = window_.tokens();
  if (state_ == State::document && token_ == tokens.begin.size()) return;
  if (const auto bracket = wrong_bracket(tokens, token_))
    report(*bracket);
  else
    report({tokens.text.size(), "the input ends inside an object"});
}

}  // namespace

Result<void> read_json(std::string_view before, ByteSource& source, std::uint32_t file,
                       const JsonSink& sink, std::size_t window) {
  return JsonReader(before, source, file, sink, window).run();
}

Result<void> read_json(std::string_view before, ByteSource& source, std::uint32_t file,
                       Intake& intake) {
  const JsonSink sink{
      .take = [&](Cursor object, ItemKind item) { intake.take(file, object, item); },
      .report = [&](Diagnostic mistake) { intake.report(std::move(mistake)); }};
  return read_json(before, source, file, sink);
}

std::expected<void, Diagnostic> read_json_value(std::string_view text, std::uint32_t file,
                                                Tree& tree) {
  JsonIndex index;
  std::string padded;
  padded.reserve(text.size() + JsonIndex::kPadding);
  padded = text;
  const auto fail_at = [&](const JsonMistake& mistake) {
    LineCount at;
    at.advance(text, mistake.at);
    return std::unexpected(syntax_error(mistake.what, {file, at.line, at.column()}));
  };
  const auto tokens = index.tokens(padded);
  if (!tokens) return fail_at(tokens.error());
  JsonWalk walk({.text = text, .begin = *tokens, .last = true}, 0, {});
  if (!walk.build({}, tree)) {
    if (!walk.cut()) return fail_at(walk.mistake());
    return fail_at({text.size(), "the input ends inside a value"});
  }
  if (walk.peek() != '\0') return fail_at({walk.offset(), "expected the end"});
  return {};
}

}  // namespace podmoat::manifest
