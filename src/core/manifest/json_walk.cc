// The tokens are simdjson's structural index: one for each of {}[]:, and one for the start of each
// string and of each other scalar. A scalar therefore ends before the next token, and to skip a
// value is to add up brackets.
#include "core/manifest/json_walk.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "core/manifest/json_scalar.h"

namespace podmoat::manifest {

namespace {

constexpr std::size_t kLanes = 16;

constexpr bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// '{' and '[' count in the lower and the upper half of one number, so that brackets that match in
/// number, kind by kind, add up to 0, and no branch depends on the kind of a token.
constexpr auto kBalance = [] {
  std::array<std::int64_t, 256> out{};
  out['{'] = 1;
  out['}'] = -1;
  out['['] = std::int64_t{1} << 32U;
  out[']'] = -(std::int64_t{1} << 32U);
  return out;
}();

std::int64_t balance(char c) { return kBalance[static_cast<unsigned char>(c)]; }

std::uint32_t count_newlines(const char* from, std::size_t size) {
  std::uint32_t out = 0;
  while (size >= kLanes) {
    // Bytes cannot overflow in 255 rounds.
    std::array<std::uint8_t, kLanes> lanes{};
    const std::size_t rounds = std::min<std::size_t>(size / kLanes, 255);
    for (std::size_t round = 0; round < rounds; ++round, from += kLanes)
      for (std::size_t i = 0; i < kLanes; ++i)
        lanes[i] = static_cast<std::uint8_t>(lanes[i] + (from[i] == '\n' ? 1 : 0));
    for (const std::uint8_t lane : lanes) out += lane;
    size -= rounds * kLanes;
  }
  return out + static_cast<std::uint32_t>(std::count(from, from + size, '\n'));
}

const Fields* find(std::span<const Fields> fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &Fields::name);
  return found == fields.end() ? nullptr : &*found;
}

// What decode_pod.cc and intake.cc read of a Pod.
constexpr Fields kNothing[] = {{"", {}}};  // that it is there
constexpr Fields kHandler[] = {{"host", {}}, {"port", {}}};
constexpr Fields kProbe[] = {{"httpGet", kHandler}, {"tcpSocket", kHandler}};
constexpr Fields kLifecycle[] = {{"postStart", kProbe}, {"preStop", kProbe}};
constexpr Fields kPort[] = {{"name", {}}, {"protocol", {}}, {"containerPort", {}}};
constexpr Fields kContainer[] = {{"name", {}},
                                 {"image", {}},
                                 {"ports", kPort},
                                 {"livenessProbe", kProbe},
                                 {"readinessProbe", kProbe},
                                 {"startupProbe", kProbe},
                                 {"lifecycle", kLifecycle},
                                 {"restartPolicy", {}}};
constexpr Fields kOwner[] = {{"controller", {}}, {"kind", {}}, {"name", {}}};
constexpr Fields kMetadata[] = {{"name", {}},
                                {"generateName", {}},
                                {"namespace", {}},
                                {"labels", {}},
                                {"ownerReferences", kOwner}};
constexpr Fields kOs[] = {{"name", {}}};
constexpr Fields kNodes[] = {{"kubernetes.io/os", {}}, {"beta.kubernetes.io/os", {}}};
constexpr Fields kSource[] = {{"serviceAccountToken", kNothing}};
constexpr Fields kProjected[] = {{"sources", kSource}};
constexpr Fields kVolume[] = {{"projected", kProjected}};
constexpr Fields kPodSpec[] = {{"os", kOs},
                               {"nodeSelector", kNodes},
                               {"containers", kContainer},
                               {"initContainers", kContainer},
                               {"hostNetwork", {}},
                               {"serviceAccountName", {}},
                               {"serviceAccount", {}},
                               {"automountServiceAccountToken", {}},
                               {"volumes", kVolume}};
constexpr Fields kPodStatus[] = {{"phase", {}}, {"podIP", {}}, {"podIPs", {}}};
constexpr Fields kPod[] = {{"apiVersion", {}},
                           {"kind", {}},
                           {"metadata", kMetadata},
                           {"spec", kPodSpec},
                           {"status", kPodStatus}};

}  // namespace

std::span<const Fields> fields_of(std::string_view kind) {
  return kind == "Pod" ? std::span<const Fields>(kPod) : std::span<const Fields>();
}

void LineCount::advance(std::string_view text, std::size_t to) {
  const std::string_view passed = text.substr(at, to - at);
  if (passed.empty()) return;
  if (const void* last = ::memrchr(passed.data(), '\n', passed.size()); last != nullptr) {
    const auto before = static_cast<std::size_t>(static_cast<const char*>(last) - passed.data());
    line += count_newlines(passed.data(), before) + 1;
    line_start = static_cast<std::ptrdiff_t>(at + before + 1);
  }
  at = to;
}

bool JsonWalk::wrong(std::size_t at, std::string what) {
  mistake_ = {at, std::move(what)};
  return false;
}

bool JsonWalk::out_of_tokens() {
  cut_ = true;
  return false;
}

bool JsonWalk::pass(char punctuation, const char* what) {
  const char c = peek();
  if (c == punctuation) {
    ++token_;
    return true;
  }
  return c == '\0' ? out_of_tokens() : wrong(offset(), std::string("expected ") + what);
}

/// What is written from the next token to the one behind it, without blanks. A scalar that no
/// token follows may go on behind the text.
bool JsonWalk::scalar(std::string_view& written) {
  const std::size_t begin = offset();
  if (token_ >= tokens_.begin.size()) return out_of_tokens();
  ++token_;
  if (token_ >= tokens_.begin.size() && !tokens_.last) return out_of_tokens();
  std::size_t end = offset();
  while (is_blank(tokens_.text[end - 1])) --end;
  written = tokens_.text.substr(begin, end - begin);
  return true;
}

bool JsonWalk::string(std::string_view& raw) {
  const char c = peek();
  if (c != '"' && c != '\0') return wrong(offset(), "expected a string");
  if (!scalar(raw)) return false;
  raw = raw.substr(1, raw.size() - 2);
  return true;
}

bool JsonWalk::key(std::string_view& raw) {
  const char c = peek();
  if (c != '"' && c != '\0') return wrong(offset(), "expected a key in quotes");
  return string(raw) && pass(':', "':' after the key");
}

bool JsonWalk::next(char close, bool first, bool& more) {
  more = peek() != close;
  if (!more) {
    ++token_;
    return true;
  }
  if (first && peek() != '\0') return true;
  return pass(',', close == ']' ? "',' or ']'" : "',' or '}'");
}

bool JsonWalk::skip() {
  switch (peek()) {
    case '\0':
      return out_of_tokens();
    case '{':
    case '[':
      break;
    case '}':
    case ']':
    case ',':
    case ':':
      return wrong(offset(), "expected a value");
    default:
      ++token_;
      return true;
  }
  const char* const text = tokens_.text.data();
  std::int64_t open = 0;
  for (std::size_t i = token_; i < tokens_.begin.size();) {
    open += balance(text[tokens_.begin[i++]]);
    if (open == 0) {
      token_ = i;
      return true;
    }
  }
  return out_of_tokens();
}

bool JsonWalk::build(std::span<const Fields> fields, Tree& tree) {
  tree.clear();
  tree_ = &tree;
  Node root;
  place(root, offset());
  return build_value(root, fields, 0);
}

void JsonWalk::place(Node& node, std::size_t at) {
  lines_.advance(tokens_.text, at);
  node.line = lines_.line;
  node.column = lines_.column();
}

/// Adds `node` with the value that comes next. Its index is the size of the Tree before.
bool JsonWalk::build_value(Node& node, std::span<const Fields> fields, unsigned depth) {
  node.begin = static_cast<std::uint32_t>(offset());
  node.flow = true;
  const char c = peek();
  if (tree_->size() >= Tree::kMaxNodes) return wrong(offset(), "too many values in one object");
  if (c != '{' && c != '[') return build_scalar(node);
  if (depth >= Tree::kMaxDepth) return wrong(offset(), "too many levels of lists and maps");
  node.kind = c == '{' ? Kind::map : Kind::list;
  const std::uint32_t self = tree_->add(node);
  ++token_;
  if (!(c == '{' ? build_map(self, fields, depth + 1) : build_list(self, fields, depth + 1)))
    return false;
  tree_->at(self).end = tokens_.begin[token_ - 1] + 1;
  return true;
}

bool JsonWalk::build_list(std::uint32_t self, std::span<const Fields> fields, unsigned depth) {
  std::uint32_t last = kNoNode;
  bool more = true;
  for (bool first = true; next(']', first, more); first = false) {
    if (!more) return true;
    Node item;
    if (peek() != '\0') place(item, offset());
    const auto index = static_cast<std::uint32_t>(tree_->size());
    if (!build_value(item, fields, depth)) return false;
    tree_->link(self, last, index);
    last = index;
  }
  return false;
}

bool JsonWalk::build_map(std::uint32_t self, std::span<const Fields> fields, unsigned depth) {
  std::uint32_t last = kNoNode;
  bool more = true;
  for (bool first = true; next('}', first, more); first = false) {
    if (!more) return keys_differ(self);
    if (!build_member(self, last, fields, depth)) return false;
  }
  return false;
}

bool JsonWalk::build_member(std::uint32_t self, std::uint32_t& last, std::span<const Fields> fields,
                            unsigned depth) {
  const std::size_t at = offset();
  std::string_view raw;
  std::string_view name;
  if (!key(raw) || !unescaped(raw, name)) return false;
  const Fields* field = fields.empty() ? nullptr : find(fields, name);
  if (!fields.empty() && field == nullptr) return skip();
  Node member;
  place(member, at);
  member.key = name;
  member.key_begin = static_cast<std::uint32_t>(at);
  member.key_end = static_cast<std::uint32_t>(at + raw.size() + 2);
  const auto index = static_cast<std::uint32_t>(tree_->size());
  if (!build_value(member, field == nullptr ? fields : field->of, depth)) return false;
  tree_->link(self, last, index);
  last = index;
  return true;
}

bool JsonWalk::build_scalar(Node& node) {
  const std::size_t at = offset();
  std::string_view written;
  if (const char c = peek(); c == '}' || c == ']' || c == ',' || c == ':')
    return wrong(at, "expected a value");
  if (!scalar(written)) return false;
  node.end = static_cast<std::uint32_t>(at + written.size());
  node.text = written;
  if (written.front() == '"') {
    node.kind = Kind::string;
    if (!unescaped(written.substr(1, written.size() - 2), node.text)) return false;
  } else if (written == "true" || written == "false") {
    node.kind = Kind::boolean;
  } else if (written == "null") {
    node.kind = Kind::null;
    node.text = {};
  } else if (const JsonNumber number = json_number(written); number != JsonNumber::none) {
    node.kind = number == JsonNumber::integer ? Kind::integer : Kind::real;
  } else {
    return wrong(at, "neither a string nor a number, true, false or null");
  }
  tree_->add(node);
  return true;
}

bool JsonWalk::unescaped(std::string_view raw, std::string_view& text) {
  text = raw;
  if (std::memchr(raw.data(), '\\', raw.size()) == nullptr) return true;
  auto meant = json_unescaped(raw);
  if (!meant)
    return wrong(static_cast<std::size_t>(raw.data() - tokens_.text.data()),
                 "a string with an escape that JSON does not have");
  text = tree_->keep(*std::move(meant));
  return true;
}

/// A key that stands twice: programs differ in which one counts, so neither is guessed.
bool JsonWalk::keys_differ(std::uint32_t map) {
  constexpr std::size_t kFew = 16;
  const Node& node = tree_->at(map);
  const auto twice = [&](const Node& member) {
    return wrong(member.key_begin, "the key '" + std::string(member.key) + "' stands twice");
  };
  if (node.count <= kFew) {
    for (auto i = node.first; i != kNoNode; i = tree_->at(i).next)
      for (auto j = node.first; j != i; j = tree_->at(j).next)
        if (tree_->at(i).key == tree_->at(j).key) return twice(tree_->at(i));
    return true;
  }
  std::vector<std::pair<std::string_view, std::uint32_t>> members;
  for (auto i = node.first; i != kNoNode; i = tree_->at(i).next)
    members.emplace_back(tree_->at(i).key, i);
  std::ranges::sort(members);
  const auto same = std::ranges::adjacent_find(members, {}, [](const auto& m) { return m.first; });
  return same == members.end() || twice(tree_->at((same + 1)->second));
}

}  // namespace podmoat::manifest
