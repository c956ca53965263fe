// From events to a Tree, without recursion: one frame per list or map that is open.
//
// An anchor is remembered as the node it stands at; an alias is a copy of that node, with the same
// children, so it costs one node whatever it stands for. What a walk over the Tree would visit is
// counted along, and bounded: an alias bomb ends at its first level that is too much.
#include "core/manifest/yaml.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/manifest/yaml_events.h"
#include "core/manifest/yaml_scalar.h"

namespace podmoat::manifest {
namespace {

/// What a node costs those who walk it.
struct Extent {
  std::uint64_t visits = 1;
  std::uint32_t height = 1;
};

struct Anchor {
  Node node;
  Extent extent;
  bool open = true;  ///< its list or map has not ended
};

struct Frame {
  std::uint32_t node = kNoNode;
  std::uint32_t last = kNoNode;  ///< its last child
  Extent extent;
  std::string anchor;
  bool wants_key = false;
  bool merging = false;  ///< the value of a merge key is what comes next
  Node member;           ///< key, key_begin, key_end, line and column of the member to come
};

/// Maps of so many members are compared in pairs.
constexpr std::uint32_t kPairwiseTo = 24;
/// Values that aliases may add. go-yaml takes about as many (decode.go, allowedAliasRatio).
constexpr std::uint64_t kMaxAliased = 400'000;
/// Warnings of one document; what follows would not be read by anybody.
constexpr std::size_t kMaxWarnings = 100;

class Builder {
 public:
  Builder(const YamlText& document, Tree& tree, Diagnostics& diagnostics)
      : document_(document), tree_(tree), diagnostics_(diagnostics), events_(document) {}

  bool run() {
    std::size_t documents = 0;
    while (events_.next(event_)) {
      if (event_.is == YamlEvent::Is::end) return true;
      if (event_.is == YamlEvent::Is::document) {
        if (++documents == 1) continue;
        warn("yaml-after-end", "what follows the end of this document is not read",
             "put \"---\" on a line of its own before it");
        return true;
      }
      if (!step()) return false;
    }
    diagnostics_.push_back(events_.mistake());
    return false;
  }

 private:
  bool step() {
    switch (event_.is) {
      case YamlEvent::Is::list:
      case YamlEvent::Is::map:
        return open();
      case YamlEvent::Is::end_of_list:
      case YamlEvent::Is::end_of_map:
        return close();
      case YamlEvent::Is::alias:
        return alias();
      default:
        return scalar();
    }
  }

  bool wants_key() const { return !frames_.empty() && frames_.back().wants_key; }

  Node node_here(Kind kind) const {
    Node node;
    node.kind = kind;
    node.begin = offset(event_.begin.at);
    node.end = offset(event_.end);
    node.line = event_.begin.line;
    node.column = event_.begin.column;
    node.flow = event_.flow;
    node.shared = !event_.anchor.empty();
    return node;
  }

  bool open() {
    if (wants_key()) return fail("yaml-key", "a list or a map cannot be a key", "");
    if (frames_.size() >= Tree::kMaxDepth)
      return fail("yaml-depth", "lists and maps stand more than 1000 deep in each other", "");
    const Node node = node_here(event_.is == YamlEvent::Is::list ? Kind::list : Kind::map);
    Frame frame;
    frame.wants_key = node.kind == Kind::map;
    frame.anchor = event_.anchor;
    if (!place(node, {}, frame.node)) return false;
    if (!frame.anchor.empty()) anchors_[frame.anchor] = {};
    frames_.push_back(std::move(frame));
    return true;
  }

  bool close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    if (tree_.at(frame.node).kind == Kind::map) settle_keys(frame);
    Node& node = tree_.at(frame.node);
    if (node.flow)
      node.end = offset(event_.end);
    else if (frame.last != kNoNode)
      node.end = frame.member.end;
    if (!frame.anchor.empty()) anchors_[frame.anchor] = {node, frame.extent, false};
    if (frames_.empty()) return true;
    Frame& parent = frames_.back();
    parent.member.end = std::max(parent.member.end, node.end);
    if (!grow(parent, {frame.extent.visits - 1, frame.extent.height})) return false;
    if (std::exchange(parent.merging, false)) return merge(frame.node);
    return true;
  }

  bool alias() {
    const auto found = anchors_.find(std::string(event_.text));
    const std::string name = "\"" + std::string(event_.text) + "\"";
    if (found == anchors_.end())
      return fail("yaml-alias", "there is no anchor " + name + " before this alias",
                  "an anchor is known only in its own document, and only after it");
    const Anchor& anchor = found->second;
    if (anchor.open) return fail("yaml-alias", "the anchor " + name + " holds itself", "");
    if (wants_key()) {
      if (!anchor.node.is_scalar()) return fail("yaml-key", "a list or a map cannot be a key", "");
      return take_key({anchor.node.kind, anchor.node.text, {}}, false);
    }
    if (frames_.size() + anchor.extent.height > Tree::kMaxDepth)
      return fail("yaml-depth", "lists and maps stand more than 1000 deep in each other", "");
    Node node = node_here(anchor.node.kind);
    node.text = anchor.node.text;
    node.first = anchor.node.first;
    node.count = anchor.node.count;
    node.flow = anchor.node.flow;
    node.shared = true;
    std::uint32_t placed = kNoNode;
    if (!place(node, anchor.extent, placed)) return false;
    if (frames_.empty()) return true;
    frames_.back().member.end = std::max(frames_.back().member.end, node.end);
    return !std::exchange(frames_.back().merging, false) || merge(placed);
  }

  bool scalar() {
    auto meaning = event_.tag.empty() ? (event_.plain ? resolve_plain(event_.text)
                                                      : Scalar{Kind::string, event_.text, {}})
                                      : resolve_tagged(event_.tag, event_.text);
    if (!meaning)
      return fail(
          "yaml-scalar",
          "\"" + std::string(event_.text.substr(0, 40)) + "\" cannot be what its form or tag says",
          "quote it if it is a string");
    if (wants_key()) return take_key(std::move(*meaning), event_.plain && event_.text == "<<");
    Node node = node_here(meaning->kind);
    node.text = kept(std::move(*meaning));
    if (!event_.anchor.empty()) anchors_[std::string(event_.anchor)] = {node, {}, false};
    if (!frames_.empty() && frames_.back().merging)
      return fail("yaml-merge", "a merge key takes a map or a list of maps", "");
    std::uint32_t placed = kNoNode;
    if (!place(node, {}, placed)) return false;
    if (!frames_.empty()) frames_.back().member.end = std::max(frames_.back().member.end, node.end);
    return true;
  }

  bool take_key(Scalar meaning, bool merge_key) {
    if (meaning.kind == Kind::null)
      return fail("yaml-key", "a key cannot be null", "quote it if it is a string");
    Frame& frame = frames_.back();
    frame.member.key = kept(std::move(meaning));
    frame.member.key_begin = offset(event_.begin.at);
    frame.member.key_end = offset(event_.end);
    frame.member.line = event_.begin.line;
    frame.member.column = event_.begin.column;
    frame.merging = merge_key;
    frame.wants_key = false;
    if (!event_.anchor.empty()) {
      Node node = node_here(Kind::string);
      node.text = frame.member.key;
      anchors_[std::string(event_.anchor)] = {node, {}, false};
    }
    return true;
  }

  /// Adds `node` as what the open list or map wants next, or as the root. `index`: its number.
  bool place(Node node, Extent extent, std::uint32_t& index) {
    if (frames_.empty()) {
      index = tree_.add(node);
      return true;
    }
    Frame& frame = frames_.back();
    if (!grow(frame, extent)) return false;
    if (tree_.at(frame.node).kind == Kind::list) {
      index = tree_.add(node);
      append(frame, index);
      return true;
    }
    frame.wants_key = true;
    node.key = frame.member.key;
    node.key_begin = frame.member.key_begin;
    node.key_end = frame.member.key_end;
    node.line = frame.member.line;
    node.column = frame.member.column;
    index = tree_.add(node);
    if (!frame.merging) append(frame, index);
    return true;
  }

  void append(Frame& frame, std::uint32_t index) {
    tree_.link(frame.node, frame.last, index);
    frame.last = index;
  }

  /// Of members with the same key the last one stays. O(members).
  void settle_keys(Frame& frame) {
    const std::uint32_t map = frame.node;
    if (tree_.at(map).count < 2 || keys_differ(map)) return;
    std::unordered_map<std::string_view, std::uint32_t> last;
    for (const Cursor member : Cursor(tree_, map)) {
      const auto [entry, is_new] = last.try_emplace(member->key, member.index());
      if (is_new) continue;
      if (!tree_.at(entry->second).shared && !member->shared)
        warn_duplicate(*member, entry->second);
      entry->second = member.index();
    }
    std::uint32_t next = tree_.at(map).first;
    frame.last = kNoNode;
    tree_.at(map).count = 0;
    while (next != kNoNode) {
      const std::uint32_t member = std::exchange(next, tree_.at(next).next);
      if (last[tree_.at(member).key] != member) continue;
      tree_.at(member).next = kNoNode;
      append(frame, member);
    }
  }

  /// Few members are compared in pairs, many are left to the caller.
  bool keys_differ(std::uint32_t map) const {
    if (tree_.at(map).count > kPairwiseTo) return false;
    for (std::uint32_t a = tree_.at(map).first; a != kNoNode; a = tree_.at(a).next)
      for (std::uint32_t b = tree_.at(a).next; b != kNoNode; b = tree_.at(b).next)
        if (tree_.at(a).key == tree_.at(b).key) return false;
    return true;
  }

  /// Puts the members of `from` (a map, or a list of maps of which the first wins) into the open
  /// map, over what it has already.
  bool merge(std::uint32_t from) {
    std::vector<std::uint32_t> maps;
    if (tree_.at(from).kind == Kind::map) maps.push_back(from);
    if (tree_.at(from).kind == Kind::list)
      for (const Cursor map : Cursor(tree_, from)) maps.push_back(map.index());
    std::ranges::reverse(maps);
    const bool all_maps = std::ranges::all_of(
        maps, [&](std::uint32_t map) { return tree_.at(map).kind == Kind::map; });
    if (!all_maps || tree_.at(from).is_scalar())
      return fail("yaml-merge", "a merge key takes a map or a list of maps", "");
    for (const std::uint32_t map : maps)
      for (std::uint32_t at = tree_.at(map).first; at != kNoNode; at = tree_.at(at).next) {
        Node copy = tree_.at(at);
        copy.next = kNoNode;
        copy.shared = true;
        if (!grow(frames_.back(), {})) return false;
        append(frames_.back(), tree_.add(copy));
      }
    return true;
  }

  /// Counts what is put into the open list or map.
  bool grow(Frame& frame, Extent by) {
    frame.extent.visits += by.visits;
    frame.extent.height = std::max(frame.extent.height, by.height + 1);
    if (frame.extent.visits > tree_.size() + kMaxAliased)
      return fail("yaml-aliases", "aliases make more than 400,000 values of this document", "");
    if (tree_.size() < Tree::kMaxNodes) return true;
    return fail("yaml-size", "the document has more than 4 million values",
                "split it into several documents, or give it as JSON");
  }

  /// A text that lives as long as the Tree: a view of the document where it stands there.
  std::string_view kept(Scalar scalar) {
    if (!scalar.made.empty()) return tree_.keep(std::move(scalar.made));
    const std::string_view text = scalar.text;
    if (scalar.kind == Kind::boolean || text.empty()) return text;
    for (const std::size_t at : {event_.begin.at, event_.begin.at + 1})
      if (document_.text.substr(std::min(at, document_.text.size()), text.size()) == text)
        return document_.text.substr(at, text.size());
    return tree_.keep(std::string(text));
  }

  std::uint32_t offset(std::size_t at) const {
    return document_.offset + static_cast<std::uint32_t>(at);
  }

  Diagnostic diagnostic(Level level, std::string code, std::string message, std::string hint) {
    const Place place{document_.file, event_.begin.line, event_.begin.column};
    return {level, std::move(code), std::move(message), std::move(hint), "", place};
  }

  void warn(std::string code, std::string message, std::string hint) {
    diagnostics_.push_back(
        diagnostic(Level::warning, std::move(code), std::move(message), std::move(hint)));
  }

  void warn_duplicate(const Node& node, std::uint32_t old) {
    if (++warnings_ > kMaxWarnings) return;
    diagnostics_.push_back({Level::warning, "duplicate-key",
                            "the key \"" + std::string(node.key) +
                                "\" stands here again and replaces the one of line " +
                                std::to_string(tree_.at(old).line),
                            "remove one of the two", "",
                            Place{document_.file, node.line, node.column}});
  }

  bool fail(std::string code, std::string message, std::string hint) {
    diagnostics_.push_back(
        diagnostic(Level::error, std::move(code), std::move(message), std::move(hint)));
    return false;
  }

  const YamlText& document_;
  Tree& tree_;
  Diagnostics& diagnostics_;
  YamlEvents events_;
  YamlEvent event_;
  std::size_t warnings_ = 0;
  std::vector<Frame> frames_;
  std::unordered_map<std::string, Anchor> anchors_;
};

}  // namespace

std::optional<Separator> find_separator(std::string_view text, std::size_t from, bool ended) {
  constexpr std::string_view kDashes = "---";
  std::size_t at = from;
  while ((at = text.find(kDashes, at)) != std::string_view::npos) {
    if (at == 0 || text[at - 1] == '\n') break;
    at = text.find('\n', at);
    if (at == std::string_view::npos) return std::nullopt;
  }
  if (at == std::string_view::npos) return std::nullopt;
  const std::size_t line_end = text.find('\n', at);
  if (line_end == std::string_view::npos && !ended) return std::nullopt;
  Separator found{at, line_end == std::string_view::npos ? text.size() : line_end + 1, {}};
  std::string_view rest = text.substr(at + kDashes.size(), found.end - at - kDashes.size());
  const std::size_t word = rest.find_first_not_of(" \t\r\n\v\f");
  rest.remove_prefix(std::min(word, rest.size()));
  if (rest.starts_with('#')) rest = {};
  found.rest = rest.substr(0, rest.find_last_not_of(" \t\r\n\v\f") + 1);
  return found;
}

Diagnostic bad_separator(const Separator& separator, Place place) {
  return {Level::error,
          "yaml-separator",
          "\"" + std::string(separator.rest.substr(0, 40)) + "\" stands on the line of a \"---\"",
          "put the document on the lines below",
          "",
          place};
}

std::vector<YamlText> documents_of(std::string_view text, std::uint32_t file,
                                   Diagnostics& diagnostics) {
  std::vector<YamlText> documents;
  std::uint32_t line = 1;
  std::size_t from = 0;
  while (true) {
    const auto separator = find_separator(text, from, true);
    const std::size_t to = separator ? separator->begin : text.size();
    documents.push_back(
        {text.substr(from, to - from), file, line, static_cast<std::uint32_t>(from)});
    if (!separator) return documents;
    line += static_cast<std::uint32_t>(std::ranges::count(text.substr(from, to - from), '\n'));
    if (!separator->rest.empty()) diagnostics.push_back(bad_separator(*separator, {file, line, 1}));
    ++line;
    from = separator->end;
  }
}

bool read_yaml(const YamlText& document, Tree& tree, Diagnostics& diagnostics) {
  tree.clear();
  const bool read = Builder(document, tree, diagnostics).run();
  if (!read) tree.clear();
  return read;
}

}  // namespace podmoat::manifest
