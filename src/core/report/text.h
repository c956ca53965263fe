#pragma once
// Text: how screens are laid out. What comes from an input passes through here on its way to a
// terminal, so that no name in a manifest can steer one.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/severity.h"
#include "core/audit/verdict.h"
#include "core/report/report.h"

namespace podmoat::report {

/// Columns of a terminal that `text` fills. Source: Unicode UAX #11, wide and zero-width ranges.
std::size_t width_of(std::string_view text);
/// `text` as a terminal may be shown it: line breaks and tabs are spaces, other control characters
/// and those that turn the direction of writing are "?", and what is not UTF-8 is U+FFFD.
std::string clean(std::string_view text);
/// `text`, or as much of it as fits into `columns` with an ellipsis at the end.
std::string cut(std::string_view text, std::size_t columns);
/// Clean lines of at most `columns`, broken at spaces; a word longer than a line is broken too.
/// Never empty: of no text it is one empty line.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns);
/// Columns that prose may fill: those of the Look, or any number if it is wide.
std::size_t room_of(const Look& look);
/// `text` wrapped into `columns`, with `head` before the first line and blanks before the others.
std::string hanging(std::string_view head, std::string_view text, std::size_t columns);

enum class Paint : std::uint8_t { none, bold, dim, red, bright_red, yellow, green, cyan };
Paint paint_of(Severity severity);
Paint paint_of(audit::Reach reach);
/// `text` in colour if the Look has colours.
std::string painted(std::string_view text, Paint paint, const Look& look);

/// "1 Pod", "2 Pods".
std::string count_of(std::size_t count, std::string_view one, std::string_view many);
/// The first `most` of `words`, and how many there are more.
std::string listed(const std::vector<std::string>& words, std::size_t most);

/// Columns side by side, two blanks apart, with a header in capitals.
class Table {
 public:
  struct Column {
    std::string title;
    bool right = false;      ///< numbers
    bool wide_only = false;  ///< shown only by Look::wide
  };
  struct Cell {
    Cell(std::string words, Paint colour = Paint::none) : text(std::move(words)), paint(colour) {}
    Cell(const char* words) : text(words) {}
    Cell(std::size_t number) : text(std::to_string(number)) {}
    std::string text;
    Paint paint = Paint::none;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  /// One cell for each column.
  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }
  /// If it is too wide for the Look the last column is cut first, then the widest ones.
  std::string str(const Look& look) const;

 private:
  std::vector<std::size_t> widths(const Look& look) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

/// A line of a tree and what hangs below it.
struct Branch {
  std::string text;
  std::vector<Branch> under{};
};
/// The tree with its lines wrapped to the Look.
std::string str(const Branch& root, const Look& look);

}  // namespace podmoat::report
