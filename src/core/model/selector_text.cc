// The selector notation of kubectl's -l.
// Source: kubernetes/apimachinery pkg/labels/selector.go (Parse): equality with =, == and !=, sets
// with `in (...)` and `notin (...)`, presence with KEY and !KEY; requirements joined by commas.
#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

#include "core/model/labels.h"

namespace podmoat::model {
namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.' ||
         c == '/';
}

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  Result<Selector> parse() {
    Selector out;
    skip_blanks();
    if (rest_.empty()) return out;
    while (true) {
      Result<Requirement> requirement = parse_requirement();
      if (!requirement) return std::unexpected(requirement.error());
      out.requirements.push_back(std::move(*requirement));
      skip_blanks();
      if (rest_.empty()) return out;
      if (!take(",")) return fail("expected ',' before '" + std::string(rest_) + "'");
    }
  }

 private:
  Result<Requirement> parse_requirement() {
    Requirement out;
    if (take("!")) {
      out.op = Operator::does_not_exist;
      out.key = word();
      return out.key.empty() ? missing("a key after '!'") : out;
    }
    out.key = word();
    if (out.key.empty()) return missing("a key");
    if (take("!=")) return with_value(std::move(out), Operator::not_in);
    if (take("==") || take("=")) return with_value(std::move(out), Operator::in);
    const std::string_view before = rest_;
    const std::string op = word();
    if (op == "in") return with_set(std::move(out), Operator::in);
    if (op == "notin") return with_set(std::move(out), Operator::not_in);
    rest_ = before;
    out.op = Operator::exists;
    return out;
  }

  Result<Requirement> with_value(Requirement out, Operator op) {
    out.op = op;
    out.values = {word()};
    return out;
  }

  Result<Requirement> with_set(Requirement out, Operator op) {
    out.op = op;
    if (!take("(")) return missing("'(' after in or notin");
    do out.values.push_back(word());
    while (take(","));
    if (!take(")")) return missing("')'");
    std::sort(out.values.begin(), out.values.end());
    out.values.erase(std::unique(out.values.begin(), out.values.end()), out.values.end());
    return out;
  }

  Result<Requirement> missing(const std::string& what) const {
    return fail("expected " + what +
                (rest_.empty() ? " at the end" : " before '" + std::string(rest_) + "'"));
  }

  std::string word() {
    skip_blanks();
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_word);
    std::string out(rest_.begin(), end);
    rest_.remove_prefix(out.size());
    return out;
  }

  bool take(std::string_view token) {
    skip_blanks();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  void skip_blanks() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t'))
      rest_.remove_prefix(1);
  }

  std::string_view rest_;
};

}  // namespace

Result<Selector> parse_selector(std::string_view text) { return Parser(text).parse(); }

}  // namespace podmoat::model
