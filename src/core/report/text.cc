// Layout by columns of a terminal, not by bytes: names are ASCII, but messages and file names need
// not be.
#include "core/report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace podmoat::report {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

/// Reads one code point at `at` and moves past it; what is not UTF-8 counts byte by byte.
char32_t next(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char head = byte(at++);
  if (head < 0x80) return head;
  const std::size_t more = head >= 0xF0 ? 3 : head >= 0xE0 ? 2 : 1;
  if (head < 0xC2 || head > 0xF4 || at + more > text.size()) return kReplacement;
  char32_t code = head & (0x3Fu >> more);
  for (std::size_t i = 0; i < more; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return kReplacement;
    code = code << 6 | (byte(at + i) & 0x3F);
  }
  constexpr std::array<char32_t, 4> kLeast{0, 0x80, 0x800, 0x10000};
  if (code < kLeast[more] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
    return kReplacement;
  at += more;
  return code;
}

struct Range {
  char32_t first;
  char32_t last;
};

template <std::size_t N>
bool in(const std::array<Range, N>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& r) { return r.first <= code && code <= r.last; });
}

/// Combining marks, joiners, variation selectors.
constexpr std::array<Range, 7> kZeroWidth{{{0x0300, 0x036F},
                                           {0x0483, 0x0489},
                                           {0x1AB0, 0x1AFF},
                                           {0x1DC0, 0x1DFF},
                                           {0x200B, 0x200F},
                                           {0x20D0, 0x20FF},
                                           {0xFE00, 0xFE0F}}};
/// East Asian Wide and Fullwidth, and emoji.
constexpr std::array<Range, 11> kWide{{{0x1100, 0x115F},
                                       {0x2E80, 0x303E},
                                       {0x3041, 0xA4CF},
                                       {0xAC00, 0xD7A3},
                                       {0xF900, 0xFAFF},
                                       {0xFE30, 0xFE6F},
                                       {0xFF00, 0xFF60},
                                       {0xFFE0, 0xFFE6},
                                       {0x1F300, 0x1F64F},
                                       {0x1F900, 0x1F9FF},
                                       {0x20000, 0x3FFFD}}};
/// Embeddings, overrides and isolates of the direction of writing.
constexpr std::array<Range, 2> kDirection{{{0x202A, 0x202E}, {0x2066, 0x2069}}};

std::size_t columns_of(char32_t code) {
  if (code < 0x300) return 1;
  return in(kZeroWidth, code) ? 0 : in(kWide, code) ? 2 : 1;
}

/// How many bytes of `text` fit into `columns`.
std::size_t bytes_within(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  std::size_t used = 0;
  while (at < text.size()) {
    std::size_t end = at;
    used += columns_of(next(text, end));
    if (used > columns) break;
    at = end;
  }
  return at;
}

std::string blanks(std::size_t count) { return std::string(count, ' '); }

}  // namespace

std::size_t width_of(std::string_view text) {
  std::size_t out = 0;
  for (std::size_t at = 0; at < text.size();) out += columns_of(next(text, at));
  return out;
}

std::string clean(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t code = next(text, at);
    if (code == '\n' || code == '\t' || code == '\r')
      out += ' ';
    else if (code < 0x20 || (code >= 0x7F && code < 0xA0) || in(kDirection, code))
      out += '?';
    else if (code == kReplacement)
      out += "\xEF\xBF\xBD";
    else
      out += text.substr(start, at - start);
  }
  return out;
}

std::string cut(std::string_view text, std::size_t columns) {
  if (width_of(text) <= columns) return std::string(text);
  if (columns == 0) return "";
  return std::string(text.substr(0, bytes_within(text, columns - 1))) + "…";
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  const std::string whole = clean(text);
  std::string_view rest = whole;
  columns = std::max<std::size_t>(columns, 2);
  std::vector<std::string> lines{""};
  std::size_t used = 0;
  while (!rest.empty()) {
    std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    if (word.empty()) continue;
    if (used > 0 && used + 1 + width_of(word) > columns) {
      lines.emplace_back();
      used = 0;
    }
    while (width_of(word) > columns) {
      const std::size_t bytes = bytes_within(word, columns);
      lines.back() = word.substr(0, bytes);
      lines.emplace_back();
      word.remove_prefix(bytes);
    }
    if (used > 0) lines.back() += ' ', ++used;
    lines.back() += word;
    used += width_of(word);
  }
  return lines;
}

std::size_t room_of(const Look& look) {
  return look.wide ? std::numeric_limits<std::size_t>::max() : look.width;
}

std::string hanging(std::string_view head, std::string_view text, std::size_t columns) {
  const std::size_t indent = width_of(head);
  std::string out;
  for (const std::string& line :
       wrapped(text, columns > indent + 20 ? columns - indent : std::size_t{20}))
    out += (out.empty() ? std::string(head) : blanks(indent)) + line + "\n";
  return out;
}

Paint paint_of(Severity severity) {
  switch (severity) {
    case Severity::critical:
      return Paint::bright_red;
    case Severity::high:
      return Paint::red;
    case Severity::medium:
      return Paint::yellow;
    case Severity::low:
      return Paint::cyan;
    case Severity::info:
      return Paint::dim;
  }
  return Paint::none;
}

Paint paint_of(audit::Reach reach) {
  switch (reach) {
    case audit::Reach::blocked:
      return Paint::green;
    case audit::Reach::unknown:
      return Paint::yellow;
    case audit::Reach::reachable:
      return Paint::red;
  }
  return Paint::none;
}

std::string painted(std::string_view text, Paint paint, const Look& look) {
  if (!look.colour || paint == Paint::none || text.empty()) return std::string(text);
  constexpr std::array<std::string_view, 8> kCodes{"0", "1", "2", "31", "1;31", "33", "32", "36"};
  return fmt::format("\x1b[{}m{}\x1b[0m", kCodes[static_cast<std::size_t>(paint)], text);
}

std::string count_of(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string listed(const std::vector<std::string>& words, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < std::min(most, words.size()); ++i)
    out += (i == 0 ? "" : ", ") + words[i];
  if (words.size() > most) out += fmt::format(" and {} more", words.size() - most);
  return out;
}

std::vector<std::size_t> Table::widths(const Look& look) const {
  std::vector<std::size_t> out;
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t most = width_of(columns_[i].title);
    for (const auto& row : rows_) most = std::max(most, width_of(clean(row[i].text)));
    out.push_back(most);
    if (look.wide || !columns_[i].wide_only) shown.push_back(i);
  }
  if (look.wide || shown.empty()) return out;
  std::size_t total = 2 * (shown.size() - 1);
  for (const std::size_t i : shown) total += out[i];
  // The last column gives way down to its title, or 16 columns; then whichever is widest.
  std::size_t& last = out[shown.back()];
  const std::size_t least = std::max<std::size_t>(16, width_of(columns_[shown.back()].title));
  while (total > look.width && last > least) --last, --total;
  while (total > look.width) {
    const std::size_t widest = *std::max_element(
        shown.begin(), shown.end(), [&](std::size_t a, std::size_t b) { return out[a] < out[b]; });
    if (out[widest] <= 4) break;
    --out[widest], --total;
  }
  return out;
}

std::string Table::str(const Look& look) const {
  const std::vector<std::size_t> width = widths(look);
  const auto line = [&](const auto& cell_of) {
    std::string out;
    std::size_t owed = 0;  // blanks before the next text, so that no line ends in blanks
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].wide_only && !look.wide) continue;
      const auto [text, paint] = cell_of(i);
      const std::string shown = cut(clean(text), width[i]);
      const std::size_t spare = width[i] - width_of(shown);
      if (columns_[i].right) owed += spare;
      if (!shown.empty()) out += blanks(owed) + painted(shown, paint, look), owed = 0;
      owed += columns_[i].right ? 2 : spare + 2;
    }
    return out + "\n";
  };
  std::string out = line([&](std::size_t i) {
    return std::pair<std::string_view, Paint>(columns_[i].title, Paint::bold);
  });
  for (const auto& row : rows_)
    out += line([&](std::size_t i) {
      return std::pair<std::string_view, Paint>(row[i].text, row[i].paint);
    });
  return out;
}

namespace {

void draw(const Branch& branch, const std::string& first, const std::string& others,
          const Look& look, std::string& out) {
  const std::size_t room = room_of(look);
  const std::size_t indent = width_of(first);
  // The further lines of a long text keep the trunk of what hangs below it.
  const std::string trunk = others + (branch.under.empty() ? "" : "│  ");
  const std::vector<std::string> lines =
      wrapped(branch.text, room > indent + 23 ? room - indent - 3 : 20);
  for (std::size_t i = 0; i < lines.size(); ++i) out += (i == 0 ? first : trunk) + lines[i] + "\n";
  for (std::size_t i = 0; i < branch.under.size(); ++i) {
    const bool last = i + 1 == branch.under.size();
    draw(branch.under[i], others + (last ? "└─ " : "├─ "), others + (last ? "   " : "│  "), look,
         out);
  }
}

}  // namespace

std::string str(const Branch& root, const Look& look) {
  std::string out;
  draw(root, "", "", look, out);
  return out;
}

}  // namespace podmoat::report
