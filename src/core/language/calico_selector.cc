// The text is cut into words first, then the words are read by recursive descent; "!" binds
// stronger than "&&", that stronger than "||". Whether "in" is a word or a label's key depends on
// the word before it. Sources: docs/semantics/calico.md CA-20.
#include "core/language/calico_selector.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace podmoat::language {
namespace {

using model::Answer;
using model::Operator;
using Kind = CalicoSelector::Kind;

constexpr std::size_t kLongestKey = 512;
constexpr int kDeepest = 500;

struct Word {
  enum class Is : std::uint8_t {
    key,
    text,
    has,
    all,
    global,
    op,
    sign,
    end,
  };
  Is is = Is::end;
  std::string text;            ///< of a key, a text, has(), and a sign: "(", "&&"
  Operator op = Operator::in;  ///< of an op
  bool takes_set = false;      ///< of an op: a set follows, else a text
};

bool of_key(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '_' ||
         c == '.' || c == '/' || c == '-';
}

/// Cuts a selector into words.
class Cutter {
 public:
  explicit Cutter(std::string_view text) : rest_(text) {}

  Result<std::vector<Word>> words() {
    std::vector<Word> out;
    for (skip(); !rest_.empty(); skip()) {
      const bool after_key = !out.empty() && out.back().is == Word::Is::key;
      auto word = next(after_key);
      if (!word) return std::unexpected(word.error());
      out.push_back(std::move(*word));
    }
    out.push_back({});
    return out;
  }

 private:
  void skip() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size())); }

  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  /// Takes `words` with or without blanks between them, if no letter of a key follows.
  bool take_words(std::initializer_list<std::string_view> words) {
    const std::string_view before = rest_;
    for (auto word = words.begin(); word != words.end(); ++word) {
      if (word != words.begin()) skip();
      if (!take(*word)) return rest_ = before, false;
    }
    if (words.size() > 1) skip();
    if (!rest_.empty() && of_key(rest_.front())) return rest_ = before, false;
    return true;
  }

  Result<Word> next(bool after_key) {
    const char first = rest_.front();
    if (first == '"' || first == '\'') return quoted(first);
    if (take("==")) return Word{Word::Is::op, {}, Operator::in, false};
    if (take("!=")) return Word{Word::Is::op, {}, Operator::not_in, false};
    for (const std::string_view sign : {"(", ")", "{", "}", ",", "!", "&&", "||"})
      if (take(sign)) return Word{Word::Is::sign, std::string(sign)};
    if (first == '=' || first == '&' || first == '|')
      return fail(fmt::format("one \"{}\" stands where two should", first));
    return after_key ? operation() : name();
  }

  Result<Word> quoted(char quote) {
    const std::size_t end = rest_.find(quote, 1);
    if (end == std::string_view::npos) return fail("a text in quotes does not end");
    Word word{Word::Is::text, std::string(rest_.substr(1, end - 1))};
    rest_.remove_prefix(end + 1);
    return word;
  }

  Result<Word> operation() {
    if (take_words({"contains"})) return Word{Word::Is::op, {}, Operator::contains, false};
    if (take_words({"starts", "with"})) return Word{Word::Is::op, {}, Operator::starts_with, false};
    if (take_words({"ends", "with"})) return Word{Word::Is::op, {}, Operator::ends_with, false};
    if (take_words({"not", "in"})) return Word{Word::Is::op, {}, Operator::not_in, true};
    if (take_words({"in"})) return Word{Word::Is::op, {}, Operator::in, true};
    return fail(fmt::format("no operator stands before \"{}\"", rest_.substr(0, 20)));
  }

  Result<Word> name() {
    if (take("has(")) {
      skip();
      auto word = key(Word::Is::has);
      return word ? closed(std::move(*word)) : word;
    }
    if (take("all(")) return closed({Word::Is::all, {}});
    if (take("global(")) return closed({Word::Is::global, {}});
    return key(Word::Is::key);
  }

  Result<Word> closed(Word word) {
    skip();
    if (!take(")")) return fail("a \")\" is missing");
    return word;
  }

  Result<Word> key(Word::Is is) {
    const auto end = std::ranges::find_if_not(rest_, of_key);
    const auto size = static_cast<std::size_t>(end - rest_.begin());
    if (size == 0) return fail(fmt::format("\"{}\" starts no label's key", rest_.substr(0, 1)));
    if (size > kLongestKey) return fail("a label's key is longer than 512 letters");
    Word word{is, std::string(rest_.substr(0, size))};
    rest_.remove_prefix(size);
    return word;
  }

  std::string_view rest_;
};

/// Reads words as a tree.
class Parser {
 public:
  explicit Parser(std::vector<Word> words) : words_(std::move(words)) {}

  Result<CalicoSelector> parse() {
    if (word().is == Word::Is::end) return CalicoSelector{};
    auto out = chain("||", 0);
    if (out && word().is != Word::Is::end) return fail("something follows the end of the selector");
    return out;
  }

 private:
  const Word& word() const { return words_[at_]; }

  bool take(std::string_view sign) {
    if (word().is != Word::Is::sign || word().text != sign) return false;
    ++at_;
    return true;
  }

  /// Parts with "||" between them, or with "&&".
  Result<CalicoSelector> chain(std::string_view sign, int depth) {
    const bool of_or = sign == "||";
    std::vector<CalicoSelector> parts;
    do {
      auto part = of_or ? chain("&&", depth) : one(depth);
      if (!part) return part;
      parts.push_back(std::move(*part));
    } while (take(sign));
    if (parts.size() == 1) return std::move(parts.front());
    return CalicoSelector{of_or ? Kind::any_of : Kind::all_of, {}, std::move(parts)};
  }

  Result<CalicoSelector> one(int depth) {
    bool negated = false;
    while (take("!")) negated = !negated;
    auto out = plain(depth);
    return out && negated ? not_of(std::move(*out)) : out;
  }

  Result<CalicoSelector> plain(int depth) {
    if (depth > kDeepest) return fail("brackets are nested too deep");
    if (take("(")) {
      auto out = chain("||", depth + 1);
      if (out && !take(")")) return fail("a \")\" is missing");
      return out;
    }
    const Word first = word();
    if (first.is == Word::Is::end) return fail("the selector ends too early");
    ++at_;
    if (first.is == Word::Is::all) return CalicoSelector{};
    if (first.is == Word::Is::global) return CalicoSelector{Kind::global};
    if (first.is == Word::Is::has) return asks({first.text, Operator::exists, {}});
    if (first.is == Word::Is::key) return comparison(first.text);
    return fail("a label's key, has(), all() or \"(\" is missing");
  }

  Result<CalicoSelector> comparison(const std::string& key) {
    const Word op = word();
    if (op.is != Word::Is::op) return fail(fmt::format("no operator follows \"{}\"", key));
    ++at_;
    if (op.takes_set) return set({key, op.op, {}});
    if (word().is != Word::Is::text) return fail("a text in quotes is missing");
    return asks({key, op.op, {words_[at_++].text}});
  }

  Result<CalicoSelector> set(model::Requirement requirement) {
    if (!take("{")) return fail("a \"{\" is missing");
    while (word().is == Word::Is::text) {
      requirement.values.push_back(words_[at_++].text);
      if (!take(",")) break;
    }
    if (!take("}")) return fail("a \"}\" is missing");
    std::ranges::sort(requirement.values);
    const auto again = std::ranges::unique(requirement.values);
    requirement.values.erase(again.begin(), again.end());
    return asks(std::move(requirement));
  }

  std::vector<Word> words_;
  std::size_t at_ = 0;
};

std::string quoted(const std::string& text) {
  const char quote = text.contains('"') ? '\'' : '"';
  return quote + text + quote;
}

std::string set_of(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out += (out.empty() ? "" : ", ") + quoted(value);
  return "{" + out + "}";
}

std::string text_of(const model::Requirement& r) {
  const bool one = r.values.size() == 1;
  const std::string value = one ? quoted(r.values.front()) : set_of(r.values);
  switch (r.op) {
    case Operator::in:
      return r.key + (one ? " == " : " in ") + value;
    case Operator::not_in:
      return r.key + (one ? " != " : " not in ") + value;
    case Operator::exists:
      return "has(" + r.key + ")";
    case Operator::does_not_exist:
      return "!has(" + r.key + ")";
    case Operator::contains:
    case Operator::not_contains:
      return (r.op == Operator::contains ? "" : "!") + r.key + " contains " + value;
    case Operator::starts_with:
    case Operator::not_starts_with:
      return (r.op == Operator::starts_with ? "" : "!") + r.key + " starts with " + value;
    case Operator::ends_with:
    case Operator::not_ends_with:
      return (r.op == Operator::ends_with ? "" : "!") + r.key + " ends with " + value;
  }
  return r.key;
}

/// A part of a selector of kind `outer`, in brackets where it needs them.
std::string within(const CalicoSelector& part, Kind outer) {
  const bool group = part.kind == Kind::any_of || part.kind == Kind::all_of;
  const bool binds_stronger = outer == Kind::any_of && part.kind == Kind::all_of;
  return group && !binds_stronger ? "(" + part.str() + ")" : part.str();
}

Answer negation(Answer answer) {
  if (answer == Answer::unknown) return answer;
  return answer == Answer::yes ? Answer::no : Answer::yes;
}

}  // namespace

std::string CalicoSelector::str() const {
  if (kind == Kind::all) return "all()";
  if (kind == Kind::global) return "global()";
  if (kind == Kind::label) return text_of(label);
  if (kind == Kind::none_of) return "!" + within(parts.front(), Kind::none_of);
  std::string out;
  for (const CalicoSelector& part : parts)
    out += (out.empty() ? "" : kind == Kind::all_of ? " && " : " || ") + within(part, kind);
  return out;
}

Result<CalicoSelector> parse_calico_selector(std::string_view text) {
  auto words = Cutter(text).words();
  if (!words) return std::unexpected(words.error());
  return Parser(std::move(*words)).parse();
}

CalicoSelector not_of(CalicoSelector selector) {
  if (selector.kind == Kind::none_of) {
    CalicoSelector inner = std::move(selector.parts.front());
    return inner;
  }
  CalicoSelector out{Kind::none_of};
  out.parts.push_back(std::move(selector));
  return out;
}

CalicoSelector both_of(CalicoSelector a, CalicoSelector b) {
  if (a.kind == Kind::all) return b;
  if (b.kind == Kind::all) return a;
  CalicoSelector out{Kind::all_of};
  out.parts.push_back(std::move(a));
  out.parts.push_back(std::move(b));
  return out;
}

CalicoSelector asks(model::Requirement requirement) {
  CalicoSelector out{Kind::label};
  out.label = std::move(requirement);
  return out;
}

void add_prefix(CalicoSelector& selector, std::string_view prefix) {
  if (selector.kind == Kind::label) selector.label.key.insert(0, prefix);
  for (CalicoSelector& part : selector.parts) add_prefix(part, prefix);
}

void replace(CalicoSelector& selector, Kind kind, const CalicoSelector& by) {
  if (selector.kind == kind) {
    selector = by;
    return;
  }
  for (CalicoSelector& part : selector.parts) replace(part, kind, by);
}

Answer holds(const CalicoSelector& selector,
             const std::function<Answer(const model::Requirement&)>& ask) {
  if (selector.kind == Kind::all || selector.kind == Kind::global) return Answer::yes;  // CA-22
  if (selector.kind == Kind::label) return ask(selector.label);
  if (selector.kind == Kind::none_of) return negation(holds(selector.parts.front(), ask));
  const Answer decides = selector.kind == Kind::any_of ? Answer::yes : Answer::no;
  Answer out = negation(decides);
  for (const CalicoSelector& part : selector.parts) {
    const Answer answer = holds(part, ask);
    if (answer == decides) return decides;
    if (answer == Answer::unknown) out = answer;
  }
  return out;
}

}  // namespace podmoat::language
