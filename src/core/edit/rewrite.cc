// rewrite: read, change, read again. What the second reading does not show to be exactly what was
// asked for is never handed out.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include "core/edit/align.h"
#include "core/edit/edits.h"
#include "core/edit/rewriter.h"
#include "core/edit/writer.h"
#include "core/manifest/json_list.h"
#include "core/manifest/tree.h"
#include "core/manifest/yaml.h"

namespace podmoat::edit {
using manifest::documents_of;
using manifest::read_json_value;
using manifest::read_yaml;
using manifest::value_of;
using manifest::YamlText;
namespace {

using model::Value;

/// The documents of a text; offsets, lines and columns are the text's.
struct Documents {
  bool json = false;
  std::vector<std::unique_ptr<Tree>> trees;  // a Cursor points to its Tree
};

std::unexpected<Error> fail_with(const Diagnostic& diagnostic) {
  return fail(fmt::format("line {}: {}", diagnostic.place.line, diagnostic.message));
}

/// Where the JSON value that starts at `at` ends: behind the bracket that closes its first one.
std::size_t end_of_json(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  bool quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted && c == '\\')
      ++at;
    else if (c == '"')
      quoted = !quoted;
    else if (!quoted && (c == '{' || c == '['))
      ++depth;
    else if (!quoted && (c == '}' || c == ']') && (depth == 0 || --depth == 0))
      return at + 1;
  }
  return text.size();
}

/// Makes a Tree that was read from the middle of `text`, at `begin`, speak of all of it.
void shift(Tree& tree, std::string_view text, std::size_t begin) {
  const std::string_view before = text.substr(0, begin);
  const auto lines = static_cast<std::uint32_t>(std::ranges::count(before, '\n'));
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto offset = static_cast<std::uint32_t>(begin);
  for (std::uint32_t i = 0; i < tree.size(); ++i) {
    Node& node = tree.at(i);
    if (node.line == 1) node.column += static_cast<std::uint32_t>(begin - line_start);
    node.line += lines;
    node.begin += offset, node.end += offset;
    node.key_begin += offset, node.key_end += offset;
  }
}

Result<Documents> read_json_documents(std::string_view text) {
  Documents documents{true, {}};
  constexpr std::string_view kBlank = " \t\r\n";
  for (std::size_t at = 0; (at = text.find_first_not_of(kBlank, at)) != text.npos;) {
    const std::size_t end = end_of_json(text, at);
    auto tree = std::make_unique<Tree>();
    if (auto read = read_json_value(text.substr(at, end - at), 0, *tree); !read)
      return fail_with(read.error());
    shift(*tree, text, at);
    documents.trees.push_back(std::move(tree));
    at = end;
  }
  return documents;
}

Result<Documents> read_yaml_documents(std::string_view text) {
  Documents documents;
  Diagnostics diagnostics;
  for (const YamlText& document : documents_of(text, 0, diagnostics)) {
    auto tree = std::make_unique<Tree>();
    read_yaml(document, *tree, diagnostics);
    documents.trees.push_back(std::move(tree));
  }
  const auto error = std::ranges::find(diagnostics, Level::error, &Diagnostic::level);
  if (error != diagnostics.end()) return fail_with(*error);
  return documents;
}

Result<Documents> read_documents(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != text.npos && text[first] == '{')
    if (auto json = read_json_documents(text)) return json;
  return read_yaml_documents(text);
}

bool stands_at(const Place& place, std::uint32_t line, std::uint32_t column) {
  return place.line == line && place.column == column;
}

/// The object at `place`: the whole of a document, or an item of a list of objects.
Cursor object_at(Cursor whole, const Place& place) {
  if (!whole || stands_at(place, whole->line, whole->column)) return whole;
  for (const Cursor item : whole["items"])
    if (const Cursor found = object_at(item, place)) return found;
  return {};
}

/// The same object in the Value of the document.
Value* object_at(Value& whole, const Place& place) {
  if (stands_at(place, whole.place.line, whole.place.column)) return &whole;
  Value* items = whole.find("items");
  if (items == nullptr || items->list() == nullptr) return nullptr;
  for (Value& item : *items->list())
    if (Value* found = object_at(item, place)) return found;
  return nullptr;
}

/// Puts the edits for one object into `edits` and what it is to say into `wanted`.
Result<void> change_one(const Documents& documents, const Rewrite& rewrite, Edits& edits,
                        std::vector<Value>& wanted) {
  for (std::size_t i = 0; i < documents.trees.size(); ++i) {
    const Cursor whole = documents.trees[i]->root();
    const Cursor object = object_at(whole, rewrite.place);
    Value* value = object_at(wanted[i], rewrite.place);
    if (!object || value == nullptr) continue;
    const Place place = value->place;
    *value = rewrite.after;
    value->place = place;
    return Rewriter(edits, whole, documents.json).change(object, rewrite.after);
  }
  return fail(fmt::format("line {}: no object starts here", rewrite.place.line));
}

/// Whether `text` says `wanted`, document by document.
Result<void> check(std::string_view text, const std::vector<Value>& wanted) {
  const Result<Documents> documents = read_documents(text);
  if (!documents) return fail("the change cannot be made in place: " + documents.error().what);
  const bool equal = std::ranges::equal(documents->trees, wanted,
                                        [](const std::unique_ptr<Tree>& tree, const Value& value) {
                                          return same(value_of(tree->root(), 0), value);
                                        });
  if (!equal) return fail("the change cannot be made in place: the text would say something else");
  return {};
}

}  // namespace

Result<std::string> rewrite(std::string_view text, const std::vector<Rewrite>& rewrites) {
  const Result<Documents> documents = read_documents(text);
  if (!documents) return std::unexpected(documents.error());
  std::vector<Value> wanted;
  for (const auto& tree : documents->trees) wanted.push_back(value_of(tree->root(), 0));
  Edits edits(text);
  for (const Rewrite& one : rewrites)
    if (auto done = change_one(*documents, one, edits, wanted); !done)
      return std::unexpected(done.error());
  Result<std::string> after = edits.apply();
  if (!after) return after;
  Result<void> checked = check(*after, wanted);
  if (!checked && !text.ends_with('\n')) {
    *after += '\n';  // a literal block that now comes last may need it
    checked = check(*after, wanted);
  }
  if (!checked) return std::unexpected(checked.error());
  return after;
}

}  // namespace podmoat::edit
