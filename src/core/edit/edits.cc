// Edits: whole lines are put in and taken out at line starts, so that an insertion behind a line
// and the removal of that line never claim the same bytes.
#include "core/edit/edits.h"

#include <algorithm>
#include <utility>

namespace podmoat::edit {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace

Edits::Edits(std::string_view text) : text_(text) {
  const std::size_t first = text.find('\n');
  if (first != std::string_view::npos && first > 0 && text[first - 1] == '\r') line_end_ = "\r\n";
  completed_ = !text.ends_with('\n');
  if (completed_) text_ += line_end_;
}

std::size_t Edits::line_start(std::size_t at) const {
  const std::size_t before = at == 0 ? std::string::npos : text_.rfind('\n', at - 1);
  if (before != std::string::npos) return before + 1;
  return text_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
}

std::size_t Edits::next_line(std::size_t at) const {
  return std::min(text_.find('\n', at), text_.size() - 1) + 1;
}

std::size_t Edits::indent(std::size_t at) const {
  const std::size_t start = line_start(at);
  return std::min(text_.find_first_not_of(" \t", start), text_.size()) - start;
}

std::size_t Edits::line_number(std::size_t at) const {
  const auto end = text_.begin() + static_cast<std::ptrdiff_t>(std::min(at, text_.size()));
  return static_cast<std::size_t>(std::count(text_.begin(), end, '\n')) + 1;
}

std::size_t Edits::skip_blank(std::size_t at) const {
  while (true) {
    const std::size_t from = at;
    at = std::min(text_.find_first_not_of(" \t\r\n", at), text_.size());
    const bool comment = (*this)[at] == '#' && (at > from || at == line_start(at));
    if (!comment) return at;
    at = next_line(at);
  }
}

void Edits::replace(std::size_t begin, std::size_t end, std::string fresh) {
  if (line_end_ != "\n")
    for (std::size_t i = 0; (i = fresh.find('\n', i)) != std::string::npos; i += line_end_.size())
      fresh.replace(i, 1, line_end_);
  edits_.push_back({begin, end, std::move(fresh)});
}

Result<std::string> Edits::apply() const {
  std::vector<Edit> edits = edits_;
  std::ranges::stable_sort(
      edits, {}, [](const Edit& edit) { return std::pair(edit.begin, edit.end != edit.begin); });
  std::string out;
  std::size_t done = 0;
  for (const Edit& edit : edits) {
    if (edit.begin < done || edit.end < edit.begin || edit.end > text_.size())
      return fail("the changes are too close to each other");
    out.append(text_, done, edit.begin - done);
    out += edit.fresh;
    done = edit.end;
  }
  out.append(text_, done);
  if (completed_ && out.ends_with(line_end_)) out.resize(out.size() - line_end_.size());
  return out;
}

}  // namespace podmoat::edit
