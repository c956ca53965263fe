#pragma once
// Tree: a document of YAML or JSON, neutral, with the place of every piece. What decoders read and
// what in-place edits are computed from.
//
// Nodes stand in one vector and name each other by index, so a Tree is built without an allocation
// per node, is cleared and filled again for the next document, and is walked without recursion.
// Texts are views: into the text that was read, or into what the Tree keeps for escapes.
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "core/model/value.h"

namespace podmoat::manifest {

/// What a node is to Kubernetes, that is after the scalar rules of docs/semantics/reading.md RD-3.
enum class Kind : std::uint8_t { null, boolean, integer, real, string, list, map };

/// "null", "a boolean", "an integer", "a number", "a string", "a list", "a map".
std::string_view name_of(Kind kind);

inline constexpr std::uint32_t kNoNode = 0xffffffff;

struct Node {
  /// Scalars. A string's content; true or false; decimal digits with an optional "-" for an
  /// integer (whatever base it was written in); what strtod reads for a real. Empty otherwise.
  std::string_view text;
  std::string_view key;  ///< of a member of a map

  std::uint32_t next = kNoNode;   ///< the next item or member of the same list or map
  std::uint32_t first = kNoNode;  ///< the first item or member of a list or map
  std::uint32_t count = 0;        ///< how many items or members

  /// Where it was written: bytes [begin, end) of the text that was read, quotes and brackets
  /// included, without what stands around (anchor, tag, comment, blank). An empty value of YAML
  /// has begin == end. A block list or map ends where its last item or member does, and a block
  /// scalar with its last character that is no blank.
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t key_begin = 0;  ///< the key's bytes, as `begin`; 0, 0 outside maps
  std::uint32_t key_end = 0;
  std::uint32_t line = 0;  ///< of `begin`, or of the key if there is one; from 1, 0: not known
  std::uint32_t column = 0;

  Kind kind = Kind::null;
  bool flow = false;    ///< YAML: written in [] or {}; always true for JSON
  bool shared = false;  ///< YAML: has an anchor, or stands here through an alias or a merge key

  bool is_scalar() const { return kind != Kind::list && kind != Kind::map; }
};

class Cursor;

/// One document. Invariant: every index names a node of this Tree, and children are reached from
/// the root only. An alias makes nodes with the same `first` as its anchor's node: a Tree is then
/// a graph without cycles, and a walk from the root visits hardly more nodes than there are.
class Tree {
 public:
  /// Nodes of a document. Bounds memory and every walk.
  static constexpr std::uint32_t kMaxNodes = 4'000'000;
  /// Lists and maps inside each other.
  static constexpr std::uint32_t kMaxDepth = 1000;

  /// The document's whole, a null if nothing was put in.
  Cursor root() const;
  const Node& at(std::uint32_t index) const { return nodes_[index]; }
  Node& at(std::uint32_t index) { return nodes_[index]; }
  std::size_t size() const { return nodes_.size(); }

  /// Adds a node; the first one is the root. The node is linked to nothing.
  std::uint32_t add(const Node& node) {
    nodes_.push_back(node);
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }
  /// Links `child` behind `last`, the last child of `parent` so far (kNoNode: it has none).
  void link(std::uint32_t parent, std::uint32_t last, std::uint32_t child) {
    (last == kNoNode ? nodes_[parent].first : nodes_[last].next) = child;
    ++nodes_[parent].count;
  }
  /// Keeps a text that stands nowhere in the input as it is meant. Lives until clear().
  std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }
  /// Empties the Tree; the memory stays for the next document.
  void clear() {
    nodes_.clear();
    kept_.clear();
  }

 private:
  std::vector<Node> nodes_;
  std::deque<std::string> kept_;
};

/// A place in a Tree, or nothing: what is looked up in nothing is nothing, so a chain of look-ups
/// needs one question at its end. As cheap as a pointer; lives as long as the Tree is not changed.
class Cursor {
 public:
  Cursor() = default;
  Cursor(const Tree& tree, std::uint32_t index) : tree_(&tree), index_(index) {}

  explicit operator bool() const { return index_ != kNoNode; }
  /// Only for a Cursor that is something.
  const Node& operator*() const { return tree_->at(index_); }
  const Node* operator->() const { return &tree_->at(index_); }
  std::uint32_t index() const { return index_; }

  bool is(Kind kind) const { return *this && tree_->at(index_).kind == kind; }
  /// Absent, or null: the API treats both alike.
  bool absent() const { return !*this || is(Kind::null); }
  /// The member `key` of a map, or nothing. O(members).
  Cursor operator[](std::string_view key) const;
  /// The text of a string, or "".
  std::string_view string() const { return is(Kind::string) ? (*this)->text : ""; }
  /// line:column in `file`; line 0 if nothing is here.
  Place place(std::uint32_t file) const;

  /// `for (Cursor child : cursor)`: the items of a list, the members of a map, else nothing.
  class Iterator {
   public:
    Iterator(const Tree* tree, std::uint32_t index) : tree_(tree), index_(index) {}
    Cursor operator*() const { return Cursor(*tree_, index_); }
    Iterator& operator++() {
      index_ = tree_->at(index_).next;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const Tree* tree_;
    std::uint32_t index_;
  };
  Iterator begin() const { return {tree_, *this ? (*this)->first : kNoNode}; }
  Iterator end() const { return {tree_, kNoNode}; }

 private:
  const Tree* tree_ = nullptr;
  std::uint32_t index_ = kNoNode;
};

/// The Value that stands at `cursor` (null for nothing), places in `file` included. An integer
/// outside of std::int64_t becomes a double.
model::Value value_of(Cursor cursor, std::uint32_t file);

/// Adds `value` to `tree`, as the root if it is empty; places are those of the Value. Returns the
/// node's number. Views of `value`, which must outlive the Tree's use.
std::uint32_t add_value(const model::Value& value, Tree& tree);

}  // namespace podmoat::manifest
