// Escapes and numbers of JSON. Source: RFC 8259 sections 6 and 7.
#include "core/manifest/json_scalar.h"

#include <charconv>
#include <cstdint>

namespace podmoat::manifest {

namespace {

constexpr char32_t kReplacement = 0xfffd;

void append_utf8(std::string& out, char32_t code) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6U);
    put(0x80 | (code & 0x3fU));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12U);
    put(0x80 | (code >> 6U & 0x3fU));
    put(0x80 | (code & 0x3fU));
  } else {
    put(0xf0 | code >> 18U);
    put(0x80 | (code >> 12U & 0x3fU));
    put(0x80 | (code >> 6U & 0x3fU));
    put(0x80 | (code & 0x3fU));
  }
}

/// The four hexadecimal digits behind the "\u" at the start of `text`.
std::optional<char32_t> code_unit(std::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return std::nullopt;
  std::uint32_t unit = 0;
  const char* end = text.data() + 6;
  const auto [stop, error] = std::from_chars(text.data() + 2, end, unit, 16);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return unit;
}

bool is_high(char32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool is_low(char32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

/// What the "\u" at the start of `raw` stands for, and moves `raw` past it.
std::optional<char32_t> code_point(std::string_view& raw) {
  const auto first = code_unit(raw);
  if (!first) return std::nullopt;
  raw.remove_prefix(6);
  if (is_high(*first)) {
    const auto second = code_unit(raw);
    if (!second || !is_low(*second)) return kReplacement;
    raw.remove_prefix(6);
    return 0x10000 + ((*first - 0xd800) << 10U) + (*second - 0xdc00);
  }
  return is_low(*first) ? kReplacement : *first;
}

/// What the letter behind a backslash stands for, 0 if it is none.
char simple_escape(char letter) {
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      return letter;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

std::size_t digits(std::string_view text, std::size_t from) {
  std::size_t at = from;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  return at - from;
}

}  // namespace

std::optional<std::string> json_unescaped(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  while (!raw.empty()) {
    const std::size_t plain = std::min(raw.find('\\'), raw.size());
    out.append(raw.substr(0, plain));
    raw.remove_prefix(plain);
    if (raw.empty()) break;
    if (raw.size() < 2) return std::nullopt;
    if (raw[1] == 'u') {
      const auto code = code_point(raw);
      if (!code) return std::nullopt;
      append_utf8(out, *code);
      continue;
    }
    const char meant = simple_escape(raw[1]);
    if (meant == '\0') return std::nullopt;
    out += meant;
    raw.remove_prefix(2);
  }
  return out;
}

JsonNumber json_number(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = digits(text, at);
  if (whole == 0 || (whole > 1 && text[at] == '0')) return JsonNumber::none;
  at += whole;
  JsonNumber is = JsonNumber::integer;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = digits(text, at + 1);
    if (fraction == 0) return JsonNumber::none;
    at += 1 + fraction;
    is = JsonNumber::real;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = digits(text, at);
    if (exponent == 0) return JsonNumber::none;
    at += exponent;
    is = JsonNumber::real;
  }
  return at == text.size() ? is : JsonNumber::none;
}

}  // namespace podmoat::manifest
