// Whatever bytes come in: a small window sees the same objects, places and mistakes as a large one,
// and a single document is read as read_json_value() reads it.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "core/manifest/json_list.h"
#include "support/tree_dump.h"

namespace {

using podmoat::Diagnostic;
using podmoat::Result;
using podmoat::manifest::Cursor;
using podmoat::manifest::ItemKind;
using podmoat::manifest::JsonSink;

/// Gives a text in pieces.
class Pieces : public podmoat::ByteSource {
 public:
  Pieces(std::string_view text, std::size_t piece) : text_(text), piece_(piece) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t size = std::min({into.size(), piece_, text_.size()});
    std::copy_n(text_.data(), size, into.data());
    text_.remove_prefix(size);
    return size;
  }

 private:
  std::string_view text_;
  std::size_t piece_;
};

struct Outcome {
  std::string objects, mistake;
  std::size_t count = 0;
};

Outcome read(std::string_view text, std::size_t window) {
  Outcome out;
  const JsonSink sink{
      .take =
          [&](Cursor object, ItemKind item) {
            out.objects.append(item.api_version).append(" ").append(item.kind).append("\n");
            out.objects += podmoat::testing::dump(object);
            ++out.count;
          },
      .report =
          [&](const Diagnostic& mistake) {
            PODMOAT_CHECK(out.mistake.empty());
            out.mistake = std::to_string(mistake.place.line) + ":" +
                          std::to_string(mistake.place.column) + " " + mistake.message;
          }};
  Pieces source(text, window);
  PODMOAT_CHECK(podmoat::manifest::read_json("", source, 0, sink, window));
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // The input is text; char may alias its bytes.
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Outcome small = read(text, 64U + data[0]);
  const Outcome large = read(text, podmoat::manifest::kJsonWindow);
  // A mistake in the bytes of a window hides what stands before it in the window, so with a mistake
  // the larger window may have handed on fewer objects, or met another mistake first.
  PODMOAT_CHECK(small.mistake.empty() == large.mistake.empty());
  PODMOAT_CHECK(small.objects.starts_with(large.objects));
  if (small.mistake.empty()) PODMOAT_CHECK(small.objects == large.objects);

  podmoat::manifest::Tree tree;
  const bool whole = podmoat::manifest::read_json_value(text, 0, tree).has_value();
  if (whole && tree.root().is(podmoat::manifest::Kind::map) && !text.starts_with("\xef\xbb\xbf"))
    PODMOAT_CHECK(large.mistake.empty());
  return 0;
}
