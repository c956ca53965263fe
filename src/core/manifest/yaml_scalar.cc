// Scalars as kubectl's YAML library reads them: the table of YAML 1.1, integers in four bases,
// floats, and timestamps that stay strings. Numbers with an integral value are integers whatever
// they look like, because on the way to the API server they are written as JSON.
// Source: docs/semantics/reading.md RD-3, RD-4.
#include "core/manifest/yaml_scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

namespace podmoat::manifest {
namespace {

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

constexpr std::array kTrue = {"y",    "Y",    "yes", "Yes", "YES", "true",
                              "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array kFalse = {"n",     "N",     "no",  "No",  "NO", "false",
                               "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array kNull = {"", "~", "null", "Null", "NULL"};
constexpr std::array kNoNumber = {".nan",  ".NaN",  ".NAN",  ".inf",  ".Inf",  ".INF",
                                  "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"};

bool is_one_of(std::string_view text, const auto& table) {
  return std::ranges::any_of(table, [&](std::string_view entry) { return entry == text; });
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

Scalar of(Kind kind, std::string_view text) { return {kind, text, {}}; }

/// Digits of `base` with nothing else, at most 64 bits. Go strconv.ParseUint.
std::optional<std::uint64_t> parse_digits(std::string_view digits, int base) {
  std::uint64_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number, base);
  if (digits.empty() || error != std::errc() || stop != end) return std::nullopt;
  return number;
}

/// Go strconv.ParseInt, then ParseUint, with base 0: 0x, 0o, 0b and a leading 0 choose the base.
std::optional<std::string> parse_integer(std::string_view text) {
  std::string_view digits = text;
  const bool sign = !digits.empty() && (digits[0] == '-' || digits[0] == '+');
  const bool negative = sign && digits[0] == '-';
  if (sign) digits.remove_prefix(1);
  int base = 10;
  if (digits.size() > 1 && digits[0] == '0') {
    const char c = static_cast<char>(digits[1] | 0x20);
    base = c == 'x' ? 16 : c == 'b' ? 2 : 8;
    digits.remove_prefix(c == 'x' || c == 'b' || c == 'o' ? 2 : 1);
  }
  const auto number = parse_digits(digits, base);
  constexpr std::uint64_t kMost = 1ULL << 63;
  if (!number || (negative && *number > kMost) || (sign && !negative && *number >= kMost))
    return std::nullopt;
  return (negative && *number != 0 ? "-" : "") + std::to_string(*number);
}

/// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool looks_like_float(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t from = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - from;
  };
  const auto sign = [&] { at += at < text.size() && (text[at] == '-' || text[at] == '+'); };
  sign();
  const std::size_t whole = digits();
  std::size_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    ++at;
    fraction = digits();
  }
  if (whole + fraction == 0) return false;
  if (at < text.size() && (text[at] | 0x20) == 'e') {
    ++at;
    sign();
    if (digits() == 0) return false;
  }
  return at == text.size();
}

/// Go strconv.ParseFloat: fails where the number is too large.
std::optional<double> parse_float(std::string_view text) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (stop != end || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    // Too small is zero, too large is no number.
    const std::size_t exponent = text.find_first_of("eE");
    const bool tiny = exponent != std::string_view::npos && exponent + 1 < text.size() &&
                      text[exponent + 1] == '-';
    return tiny ? std::optional(0.0) : std::nullopt;
  }
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

/// A float as Go's encoding/json writes it, which decides whether it arrives as an integer.
Scalar of_float(double number) {
  std::array<char, 400> buffer;
  const double magnitude = std::fabs(number);
  const bool plain = magnitude == 0 || (magnitude >= 1e-6 && magnitude < 1e21);
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                 plain ? std::chars_format::fixed : std::chars_format::scientific)
                       .ptr;
  std::string text(buffer.data(), end);
  if (text == "-0") text = "0";
  const bool whole = plain && text.find('.') == std::string::npos;
  return {whole ? Kind::integer : Kind::real, {}, std::move(text)};
}

/// A decimal integer that is already written as it is kept: no sign but "-", no leading zero.
bool is_canonical_integer(std::string_view text) {
  const bool negative = text[0] == '-';
  const std::string_view digits = text.substr(negative ? 1 : 0);
  if (digits.empty() || digits.size() > 18 || (digits[0] == '0' && (digits.size() > 1 || negative)))
    return false;
  return std::ranges::all_of(digits, is_digit);
}

/// One to `most` digits from `at` on, of a value up to `limit`.
bool eat_number(std::string_view text, std::size_t& at, std::size_t most, int limit) {
  int value = 0;
  std::size_t seen = 0;
  for (; seen < most && at < text.size() && is_digit(text[at]); ++at, ++seen)
    value = value * 10 + (text[at] - '0');
  return seen > 0 && value <= limit;
}

/// "2001-12-14" and what may follow it begins like no number: dates are strings. All that begins
/// with four digits and "-" is a string anyway, since no number does.
bool looks_like_date(std::string_view text) {
  std::size_t at = 0;
  return eat_number(text, at, 4, 9999) && at == 4 && at < text.size() && text[at] == '-';
}

std::optional<Scalar> resolve_number(std::string_view text) {
  if (is_canonical_integer(text)) return of(Kind::integer, text);
  if (looks_like_date(text)) return of(Kind::string, text);
  std::string plain(text);
  std::erase(plain, '_');
  if (auto integer = parse_integer(plain)) return Scalar{Kind::integer, {}, std::move(*integer)};
  if (looks_like_float(plain))
    if (const auto number = parse_float(plain)) return of_float(*number);
  return of(Kind::string, text);
}

/// Go's base64.StdEncoding: line breaks are passed over, padding is needed.
std::optional<std::string> decode_base64(std::string_view text) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  std::size_t seen = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    const std::size_t digit = kDigits.find(c);
    if (c == '=' ? ++padding > 2 : (padding > 0 || digit == std::string_view::npos))
      return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(c == '=' ? 0 : digit);
    if (++seen % 4 != 0) continue;
    for (int shift = 16; shift >= 0; shift -= 8) out += static_cast<char>(bits >> shift & 0xff);
    bits = 0;
  }
  if (seen % 4 != 0) return std::nullopt;
  out.resize(out.size() - padding);
  return out;
}

}  // namespace

std::optional<Scalar> resolve_plain(std::string_view text) {
  if (text.empty()) return of(Kind::null, text);
  const char c = text[0];
  if (is_digit(c) || c == '-' || c == '+') {
    if (is_one_of(text, kNoNumber)) return std::nullopt;
    return resolve_number(text);
  }
  if (c == '.') {
    if (is_one_of(text, kNoNumber)) return std::nullopt;
    const auto number = looks_like_float(text) ? parse_float(text) : std::nullopt;
    return number ? of_float(*number) : of(Kind::string, text);
  }
  static constexpr std::string_view kFirst = "yYnNtTfFoO~";
  if (text.size() > 5 || !kFirst.contains(c)) return of(Kind::string, text);
  if (is_one_of(text, kTrue)) return of(Kind::boolean, "true");
  if (is_one_of(text, kFalse)) return of(Kind::boolean, "false");
  if (is_one_of(text, kNull)) return of(Kind::null, "");
  return of(Kind::string, text);
}

std::optional<Scalar> resolve_tagged(std::string_view tag, std::string_view text) {
  if (!tag.starts_with(kTagPrefix)) return of(Kind::string, text);
  tag.remove_prefix(kTagPrefix.size());
  if (tag == "binary") {
    auto bytes = decode_base64(text);
    return bytes ? std::optional(Scalar{Kind::string, {}, std::move(*bytes)}) : std::nullopt;
  }
  if (tag == "timestamp")
    return looks_like_date(text) ? std::optional(of(Kind::string, text)) : std::nullopt;
  const auto plain = resolve_plain(text);
  if (tag == "bool") return plain && plain->kind == Kind::boolean ? plain : std::nullopt;
  if (tag == "null") return plain && plain->kind == Kind::null ? plain : std::nullopt;
  if (tag == "int" || tag == "float") {
    const bool number = plain && (plain->kind == Kind::integer || plain->kind == Kind::real);
    return number ? plain : std::nullopt;
  }
  return of(Kind::string, text);
}

Scalar number_of(std::string_view digits) {
  if (is_canonical_integer(digits)) return of(Kind::integer, digits);
  if (digits.find_first_of(".eE") == std::string_view::npos)
    if (auto integer = parse_integer(digits)) return Scalar{Kind::integer, {}, std::move(*integer)};
  if (const auto number = parse_float(digits)) return of_float(*number);
  return of(Kind::real, digits);
}

}  // namespace podmoat::manifest
