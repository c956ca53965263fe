// Laws of rewrite, on random documents in random styles, full of comments, with one random change:
// the result says what it should, everything outside of the changed list or map keeps its bytes,
// and a change that takes nothing away takes no comment away.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "core/edit/align.h"
#include "core/edit/scalar.h"
#include "core/edit/writer.h"
#include "core/manifest/json_list.h"
#include "core/manifest/tree.h"
#include "core/manifest/yaml.h"

namespace podmoat::edit {
using manifest::Cursor;
using manifest::Kind;
using manifest::read_json_value;
using manifest::read_yaml;
using manifest::Tree;
using manifest::value_of;
namespace {

using model::Value;

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}
  std::size_t below(std::size_t count) { return random_() % count; }
  bool one_in(std::size_t count) { return below(count) == 0; }
  template <class T>
  const T& of(const std::vector<T>& items) {
    return items[below(items.size())];
  }

 private:
  std::mt19937_64 random_;
};

Value scalar(Chance& chance) {
  static const std::vector<Value> kScalars = {
      "TCP", "0.0.0.0/0", "::/0", "yes",        "a b", "",          "# no", "a: b", 80,    443,
      true,  Value{},     "it's", "two\nlines", "x",   "end\nnl\n", 1.5,    "*",    "web", "-"};
  return chance.of(kScalars);
}

Value anything(Chance& chance, int depth = 0) {
  const std::size_t pick = chance.below(depth > 3 ? 2 : 6);
  if (pick < 2) return scalar(chance);
  if (pick < 4) {
    Value::List list;
    for (auto n = chance.below(4); n > 0; --n) list.push_back(anything(chance, depth + 1));
    return list;
  }
  static const std::vector<std::string> kKeys = {"to",    "ports", "cidr", "except",
                                                 "a.b/c", "no",    "x y"};
  Value map = Value::Map{};
  for (auto n = chance.below(4); n > 0; --n) map.set(chance.of(kKeys), anything(chance, depth + 1));
  return map;
}

/// Writes a Value as some person might, with numbered comments.
class Scribe {
 public:
  explicit Scribe(Chance& chance)
      : chance_(chance), step_(chance.one_in(3) ? 4 : 2), indent_lists_(chance.one_in(2)) {}

  std::string write(const Value& value) {
    if (is_inline(value) && value.string() == nullptr) return one_line(value) + comment() + "\n";
    return block(value, 0);
  }

 private:
  std::string comment() {
    return chance_.one_in(4) ? (chance_.one_in(2) ? "  # c" : " #\tc") + next() : "";
  }
  std::string comment_lines(std::size_t column) {
    std::string out;
    while (chance_.one_in(4)) out += std::string(column, ' ') + "# c" + next() + "\n";
    return chance_.one_in(8) ? out + "\n" : out;
  }
  std::string next() { return std::to_string(++comments_) + ";"; }

  std::string one_line(const Value& value) {
    if (is_inline(value)) {
      const std::vector<Quotes> quotes = {Quotes::none, Quotes::single, Quotes::twice};
      return value.is_null() && chance_.one_in(2) ? "~" : yaml_scalar(value, chance_.of(quotes));
    }
    const std::string blank = chance_.one_in(2) ? " " : "";
    std::string out;
    if (const auto* list = value.list())
      for (const Value& item : *list) out += (out.empty() ? "" : ", ") + one_line(item);
    else
      for (const auto& [key, member] : *value.map())
        out += (out.empty() ? "" : ", ") + yaml_scalar(key) + ": " + one_line(member);
    return value.list() ? "[" + blank + out + blank + "]" : "{" + blank + out + blank + "}";
  }

  /// What follows a dash or a colon at `column`; `compact`: may begin on the same line.
  std::string behind(const Value& value, std::size_t column, bool dash) {
    if (const auto* text = value.string(); text && wants_literal(*text) && chance_.one_in(2))
      return " " + yaml_literal(*text, column + step_) + "\n";
    if (value.is_null() && chance_.one_in(2)) return comment() + "\n";
    if (is_inline(value) || chance_.one_in(5)) return " " + one_line(value) + comment() + "\n";
    if (dash && !chance_.one_in(5)) return " " + block(value, column + 2).substr(column + 2);
    const bool flat = !dash && value.list() && !indent_lists_;
    const std::size_t inner = flat ? column : column + step_;
    return comment() + "\n" + comment_lines(inner) + block(value, inner);
  }

  std::string block(const Value& value, std::size_t column) {
    if (is_inline(value)) return one_line(value) + comment() + "\n";
    std::string out;
    const auto lead = [&] {
      return (out.empty() ? "" : comment_lines(column)) + std::string(column, ' ');
    };
    if (const auto* list = value.list())
      for (const Value& item : *list) {
        out += lead();
        out += "-" + behind(item, column, true);
      }
    else
      for (const auto& [key, member] : *value.map()) {
        out += lead();
        out += yaml_scalar(key) + ":" + behind(member, column, false);
      }
    return out;
  }

  Chance& chance_;
  std::size_t step_;
  bool indent_lists_;
  int comments_ = 0;
};

/// One change: in which list or map, and whether it only adds there.
struct Change {
  std::vector<std::size_t> way;  ///< child by child from the root
  bool only_adds = false;
};

/// Goes down at random and changes what is there.
Change mutate(Value& value, Chance& chance) {
  Change change;
  Value* at = &value;
  while (!is_inline(*at) && !chance.one_in(4)) {
    auto* list = at->list();
    const std::size_t i = chance.below(list ? list->size() : at->map()->size());
    Value* child = list ? &(*list)[i] : &(*at->map())[i].second;
    if (is_inline(*child)) break;
    change.way.push_back(i);
    at = child;
  }
  auto* list = at->list();
  auto* map = at->map();
  const std::size_t size = list ? list->size() : map->size();
  const std::size_t what = size == 0 ? 0 : chance.below(3);
  change.only_adds = what == 0 && size > 0;
  const std::size_t i = size == 0 ? 0 : chance.below(size);
  const auto offset = static_cast<std::ptrdiff_t>(what == 0 ? chance.below(size + 1) : i);
  if (what == 0 && list) list->insert(list->begin() + offset, anything(chance, 2));
  if (what == 0 && map && at->find("fresh") == nullptr)
    map->insert(map->begin() + offset, {"fresh", anything(chance, 2)});
  if (what == 1) (list ? (*list)[i] : (*map)[i].second) = anything(chance, 2);
  if (what == 2 && list) list->erase(list->begin() + offset);
  if (what == 2 && map) map->erase(map->begin() + offset);
  return change;
}

/// Bytes of `text` before and behind the lines of the node at `way`.
std::pair<std::size_t, std::size_t> around(const Tree& tree, const std::vector<std::size_t>& way,
                                           const std::string& text) {
  Cursor node = tree.root();
  bool dash = false;
  for (std::size_t i : way) {
    dash = node.is(Kind::list) && !node->flow;
    auto child = node.begin();
    while (i-- > 0) ++child;
    node = *child;
  }
  if (way.empty()) return {0, 0};
  std::size_t begin = node->key_end > 0 ? node->key_begin : node->begin;
  if (dash) begin = text.rfind('-', begin - 1);  // a dash may be on a line above
  begin = std::min(begin, text.size());
  const std::size_t line = begin == 0 ? 0 : text.rfind('\n', begin - 1) + 1;
  return {line, text.size() - std::min(text.find('\n', node->end - 1), text.size())};
}

/// "c1;", "c2;", ... as they stand in `text`.
std::vector<std::string> comments_in(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; (at = text.find('#', at)) != text.npos; ++at)
    if (const std::size_t c = at + 2; text.substr(c, 1) == "c")
      out.push_back(text.substr(c, text.find(';', c) - c));
  return out;
}

TEST(RewriteLaws, one_change_in_yaml) {
  Chance chance(20240504);
  for (int round = 0; round < 8000; ++round) {
    Value value = anything(chance);
    if (value.list() == nullptr && value.map() == nullptr) continue;
    std::string before = Scribe(chance).write(value);
    if (chance.one_in(5) && before.find('|') == before.npos) before.pop_back();
    Tree tree;
    Diagnostics diagnostics;
    ASSERT_TRUE(read_yaml({.text = before}, tree, diagnostics)) << before;
    ASSERT_EQ(value_of(tree.root(), 0), value) << before;
    const Place place = tree.root().place(0);
    const Change change = mutate(value, chance);
    const auto [lead, tail] = around(tree, change.way, before);

    const Result<std::string> after = rewrite(before, {{place, value}});
    ASSERT_TRUE(after) << after.error().what << '\n' << before << "--- to say\n" << to_yaml(value);
    Tree changed;
    ASSERT_TRUE(read_yaml({.text = *after}, changed, diagnostics));
    ASSERT_TRUE(same(value_of(changed.root(), 0), value)) << *after;
    ASSERT_EQ(after->substr(0, lead), before.substr(0, lead)) << before << "---\n" << *after;
    ASSERT_TRUE(after->ends_with(before.substr(before.size() - tail))) << before << "---\n"
                                                                       << *after;
    if (change.only_adds) {
      ASSERT_EQ(comments_in(*after), comments_in(before)) << before << "---\n" << *after;
    }
  }
}

TEST(RewriteLaws, several_changes_in_yaml) {
  Chance chance(20240506);
  for (int round = 0; round < 4000; ++round) {
    Value value = Value::Map{{"spec", anything(chance)}, {"kind", "List"}};
    const std::string before = Scribe(chance).write(value);
    for (auto n = 2 + chance.below(4); n > 0 && !is_inline(value); --n) mutate(value, chance);
    Tree tree;
    Diagnostics diagnostics;
    ASSERT_TRUE(read_yaml({.text = before}, tree, diagnostics)) << before;
    const Place place = tree.root().place(0);
    const Result<std::string> after = rewrite(before, {{place, value}});
    ASSERT_TRUE(after) << after.error().what << '\n' << before << "--- to say\n" << to_yaml(value);
    Tree changed;
    ASSERT_TRUE(read_yaml({.text = *after}, changed, diagnostics));
    ASSERT_TRUE(same(value_of(changed.root(), 0), value)) << *after;
    ASSERT_EQ(rewrite(*after, {{changed.root().place(0), value}}).value_or("refused"), *after);
  }
}

TEST(RewriteLaws, one_change_in_json) {
  Chance chance(20240505);
  for (int round = 0; round < 8000; ++round) {
    Value value = Value::Map{{"spec", anything(chance)}};
    const int indent = static_cast<int>(chance.below(4));
    const std::string before = to_json(value, indent);
    mutate(value, chance);
    const Result<std::string> after = rewrite(before, {{{0, 1, 1}, value}});
    ASSERT_TRUE(after) << after.error().what << '\n' << before << "--- to say\n" << to_json(value);
    Tree changed;
    ASSERT_TRUE(read_json_value(*after, 0, changed)) << *after;
    ASSERT_TRUE(same(value_of(changed.root(), 0), value)) << *after;
    // With the members in this order it is as if written anew.
    if (value_of(changed.root(), 0) == value) {
      ASSERT_EQ(*after, to_json(value, indent)) << before;
    }
  }
}

}  // namespace
}  // namespace podmoat::edit
