// Which strings are safe without quotes is answered narrowly: a word that any reader of YAML 1.1 or
// 1.2 could take for a boolean, null, number, date or merge key is quoted, also where kubectl's own
// reader would not be misled, because people's other tools read the same files.
// Sources: YAML 1.1 types (yaml.org/type: bool, float, int, merge, null, timestamp, value),
// YAML 1.2.2 sections 5.3 (indicators), 7.3 (flow scalars), 8.1 (block scalars), 10.3 (core
// schema).
#include "core/edit/scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.h"

namespace podmoat::edit {
namespace {

constexpr char32_t kInvalid = 0xffffffff;  // stands for a byte that is no UTF-8

/// The bytes of a code point whose first byte is `lead`, or 0.
std::size_t length_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/// Takes the first code point off `rest`, or one byte and kInvalid where `rest` is no UTF-8.
char32_t take_code_point(std::string_view& rest) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
  constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  constexpr std::array<unsigned, 5> kLeadBits = {0, 0x7f, 0x1f, 0x0f, 0x07};
  const std::size_t length = length_of(byte(0));
  char32_t code = byte(0) & kLeadBits[length];
  bool valid = length > 0 && length <= rest.size();
  for (std::size_t i = 1; i < length && valid; ++i) {
    valid = (byte(i) & 0xc0) == 0x80;
    code = code << 6 | (byte(i) & 0x3f);
  }
  valid = valid && code >= kLeast[length] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  rest.remove_prefix(valid ? length : 1);
  return valid ? code : kInvalid;
}

/// Shown as itself inside quotes: YAML's c-printable without line ends and the byte order mark.
bool printable(char32_t code) {
  if (code < 0x20) return code == '\t';
  if (code == 0x2028 || code == 0x2029 || code == 0xfeff || code == kInvalid) return false;
  return code < 0x7f || (code >= 0xa0 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) ||
         code >= 0x10000;
}

/// Whether `text` has a code point that only escapes can write.
bool needs_escapes(std::string_view text) {
  while (!text.empty())
    if (const char32_t code = take_code_point(text); !printable(code) || code == '\t') return true;
  return false;
}

/// One code point between double quotes. YAML and JSON have these escapes in common.
void append_escaped(std::string& out, char32_t code, std::string_view bytes, bool json) {
  constexpr std::string_view kNamed = "\"\\\n\r\t", kNames = "\"\\nrt";
  const std::size_t name = code < 0x80 ? kNamed.find(static_cast<char>(code)) : kNamed.npos;
  if (name != kNamed.npos)
    out.append({'\\', kNames[name]});
  else if (code == kInvalid)
    out += "\uFFFD";
  else if (json ? code >= 0x20 : printable(code))
    out += bytes;
  else
    out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code));
}

std::string double_quoted(std::string_view text, bool json) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::string_view before = text;
    const char32_t code = take_code_point(text);
    append_escaped(out, code, before.substr(0, before.size() - text.size()), json);
  }
  return out + '"';
}

std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
  return out + '\'';
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Words with a meaning in some version of YAML, in lower case.
constexpr std::array<std::string_view, 13> kWords = {
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "<<", "=", "nan"};

/// What a reader might take for a boolean, null, number, date or merge key.
bool reads_as_other(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (std::ranges::find(kWords, lower) != kWords.end()) return true;
  std::string_view body = lower;
  if (body.starts_with('+') || body.starts_with('-')) body.remove_prefix(1);
  if (body == ".inf" || body == ".nan" || body == "inf" || body == "infinity") return true;
  if (body.empty() || !(is_digit(body[0]) || body[0] == '.')) return false;
  // Every number and date there is: digits of any base, signs, points, exponents, separators.
  return body.find_first_not_of("0123456789abcdefox_.+-:tz ") == std::string_view::npos;
}

/// Whether `text` without quotes is read as `text` with them, as far as its meaning allows it.
bool plain_in_form(std::string_view text) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
  if (std::string_view("-?:,[]{}#&*!|>'\"%@`").find(text.front()) != std::string_view::npos)
    return false;
  if (text.starts_with("...")) return false;
  return text.find(": ") == std::string_view::npos && text.find(" #") == std::string_view::npos &&
         text.find_first_of(",[]{}") == std::string_view::npos;
}

std::string yaml_string(std::string_view text, Quotes quotes) {
  if (needs_escapes(text)) return double_quoted(text, false);
  if (text.empty() || reads_as_other(text))
    return quotes == Quotes::single ? single_quoted(text) : double_quoted(text, false);
  if (quotes == Quotes::twice) return double_quoted(text, false);
  if (quotes == Quotes::single || !plain_in_form(text)) return single_quoted(text);
  return std::string(text);
}

/// The shortest digits that read back as `number`, with a point for the readers that need one.
std::string finite(double number) {
  std::string digits = fmt::format("{}", number);
  if (digits.find('.') != std::string::npos) return digits;
  return digits.insert(std::min(digits.find('e'), digits.size()), ".0");
}

std::string yaml_number(double number) {
  if (std::isnan(number)) return ".nan";
  if (std::isinf(number)) return number < 0 ? "-.inf" : ".inf";
  return finite(number);
}

}  // namespace

bool is_inline(const model::Value& value) {
  if (const auto* list = value.list()) return list->empty();
  if (const auto* map = value.map()) return map->empty();
  return true;
}

std::string yaml_scalar(const model::Value& value, Quotes quotes) {
  PODMOAT_CHECK(is_inline(value));
  if (const auto* text = value.string()) return yaml_string(*text, quotes);
  if (const auto* number = value.number()) return yaml_number(*number);
  return json_scalar(value);
}

bool wants_literal(std::string_view text) {
  if (text.find('\n') == std::string_view::npos || text.ends_with("\n\n")) return false;
  if (text.front() == ' ' || text.front() == '\t' || text.front() == '\n') return false;
  while (!text.empty())
    if (const char32_t code = take_code_point(text); code != '\n' && !printable(code)) return false;
  return true;
}

std::string yaml_literal(std::string_view text, std::size_t indent) {
  std::string out = text.ends_with('\n') ? "|" : "|-";
  if (text.ends_with('\n')) text.remove_suffix(1);
  while (true) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out += '\n';
    if (end > 0) out.append(indent, ' ');
    out += text.substr(0, end);
    if (end == text.size()) return out;
    text.remove_prefix(end + 1);
  }
}

std::string json_scalar(const model::Value& value) {
  PODMOAT_CHECK(is_inline(value));
  if (const auto* text = value.string()) return double_quoted(*text, true);
  if (const auto* truth = value.boolean()) return *truth ? "true" : "false";
  if (const auto* integer = value.integer()) return fmt::format("{}", *integer);
  if (const auto* number = value.number()) return std::isfinite(*number) ? finite(*number) : "null";
  if (value.list() != nullptr) return "[]";
  if (value.map() != nullptr) return "{}";
  return "null";
}

}  // namespace podmoat::edit
