// One pass over the text, letter by letter; what a part of it says is returned as soon as it is
// read.
#include "support/slow_calico_selector.h"

#include <vector>

namespace podmoat::test {
namespace {

bool key_letter(char c) {
  const std::string letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-";
  return letters.find(c) != std::string::npos;
}

class Evaluator {
 public:
  Evaluator(const std::string& text, const SlowAsk& ask) : text_(text), ask_(ask) {}

  std::optional<Truth> run() {
    blanks();
    if (at_ == text_.size()) return Truth::yes;
    const Truth truth = disjunction();
    blanks();
    if (at_ != text_.size()) broken_ = true;
    if (broken_) return std::nullopt;
    return truth;
  }

 private:
  void blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  bool next(const std::string& what) {
    if (text_.compare(at_, what.size(), what) != 0) return false;
    at_ += what.size();
    return true;
  }
  /// A word after which no letter of a key stands.
  bool word(const std::vector<std::string>& parts) {
    const std::size_t start = at_;
    bool found = true;
    for (const std::string& part : parts) {
      if (found && !next(part)) found = false;
      if (parts.size() > 1) blanks();
    }
    if (found && at_ < text_.size() && key_letter(text_[at_])) found = false;
    if (!found) at_ = start;
    return found;
  }
  void need(const std::string& what) {
    blanks();
    if (!next(what)) broken_ = true;
  }
  std::string key() {
    std::string out;
    while (at_ < text_.size() && key_letter(text_[at_])) out += text_[at_++];
    if (out.empty() || out.size() > 512) broken_ = true;
    return out;
  }
  std::string quoted() {
    blanks();
    if (at_ == text_.size() || (text_[at_] != '"' && text_[at_] != '\'')) {
      broken_ = true;
      return "";
    }
    const char quote = text_[at_++];
    std::string out;
    while (at_ < text_.size() && text_[at_] != quote) out += text_[at_++];
    if (at_ == text_.size())
      broken_ = true;
    else
      ++at_;
    return out;
  }

  Truth disjunction() {
    Truth out = conjunction();
    for (blanks(); !broken_ && next("||"); blanks()) out = either_holds(out, conjunction());
    return out;
  }
  Truth conjunction() {
    Truth out = operand();
    for (blanks(); !broken_ && next("&&"); blanks()) out = both_hold(out, operand());
    return out;
  }
  Truth operand() {
    blanks();
    if (broken_) return Truth::no;
    if (text_.compare(at_, 2, "!=") != 0 && next("!")) return negation(operand());
    if (next("(")) {
      const Truth out = disjunction();
      need(")");
      return out;
    }
    if (next("all(")) {
      need(")");
      return ask_.all ? Truth::yes : Truth::no;
    }
    if (next("global(")) {
      need(")");
      return ask_.global ? Truth::yes : Truth::no;
    }
    if (next("has(")) {
      blanks();
      const SlowLabel label = ask_.label(key());
      need(")");
      return !label.known ? Truth::maybe : label.value ? Truth::yes : Truth::no;
    }
    return comparison(key());
  }

  Truth comparison(const std::string& key) {
    blanks();
    const SlowLabel label = ask_.label(key);
    const auto says = [&](bool holds) {
      return !label.known ? Truth::maybe : holds ? Truth::yes : Truth::no;
    };
    const std::string value = label.value.value_or("");
    if (next("==")) {
      const std::string text = quoted();
      return says(label.value == text);
    }
    if (next("!=")) {
      const std::string text = quoted();
      return says(label.value != text);
    }
    if (word({"contains"})) {
      const std::string text = quoted();
      return says(label.value && value.find(text) != std::string::npos);
    }
    if (word({"starts", "with"})) {
      const std::string text = quoted();
      return says(label.value && value.substr(0, text.size()) == text);
    }
    if (word({"ends", "with"})) {
      const std::string text = quoted();
      return says(label.value && value.size() >= text.size() &&
                  value.substr(value.size() - text.size()) == text);
    }
    const bool outside = word({"not", "in"});
    if (!outside && !word({"in"})) {
      broken_ = true;
      return Truth::no;
    }
    return set(label, outside);
  }

  Truth set(const SlowLabel& label, bool outside) {
    need("{");
    bool listed = false;
    bool empty = true;
    for (blanks(); !broken_ && !next("}"); blanks()) {
      const std::string text = quoted();
      empty = false;
      if (label.value == text) listed = true;
      blanks();
      if (!next(",") && (at_ >= text_.size() || text_[at_] != '}')) broken_ = true;
    }
    if (!label.known && !empty) return Truth::maybe;
    return listed != outside ? Truth::yes : Truth::no;
  }

  const std::string& text_;
  const SlowAsk& ask_;
  std::size_t at_ = 0;
  bool broken_ = false;
};

}  // namespace

Truth negation(Truth truth) {
  return truth == Truth::maybe ? truth : truth == Truth::yes ? Truth::no : Truth::yes;
}
Truth both_hold(Truth a, Truth b) { return a < b ? a : b; }
Truth either_holds(Truth a, Truth b) { return a < b ? b : a; }

std::optional<Truth> slow_evaluate(const std::string& selector, const SlowAsk& ask) {
  return Evaluator(selector, ask).run();
}

}  // namespace podmoat::test
