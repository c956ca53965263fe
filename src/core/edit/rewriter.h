#pragma once
// Rewriter: the edits that make one document of a text say another Value. Inside the room; used by
// rewrite.cc, which checks what comes out.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/edit/align.h"
#include "core/edit/edits.h"
#include "core/edit/render.h"
#include "core/manifest/tree.h"
#include "core/model/value.h"

namespace podmoat::edit {
using manifest::Cursor;
using manifest::Kind;
using manifest::Node;
using manifest::Tree;

/// Walks a document and the Value it is to be, side by side, and puts an edit wherever they part.
/// What stays keeps its bytes. A comment on a line of its own stays unless it stands inside of what
/// goes; a comment behind something shares its fate.
class Rewriter {
 public:
  /// `document` is a whole document of the text in `edits`, JSON or YAML.
  Rewriter(Edits& edits, Cursor document, bool json);

  /// Makes `object`, a node of the document, say `after`. Fails where a change would touch what an
  /// anchor, alias or merge key shares, or what is written in no way we know.
  Result<void> change(Cursor object, const model::Value& after);

 private:
  /// Where a value stands.
  struct Slot {
    enum class Parent { none, item, member };
    Parent parent = Parent::none;
    bool in_flow = false;
    std::size_t lead = 0;    ///< behind the dash or colon
    std::size_t column = 0;  ///< of the dash or key
  };

  /// An item or member as it was written, from its dash or key to the end of its value.
  struct Entry {
    Cursor node;
    std::size_t begin = 0;
    std::size_t lead = 0;  ///< behind the dash or colon
    std::size_t end = 0;
    std::optional<std::size_t> comma;  ///< behind it; flow style
  };
  using Entries = std::vector<Entry>;
  using Plan = std::vector<Step>;

  Result<void> change(Cursor node, const model::Value& after, const Slot& slot);
  std::unexpected<Error> refuse(std::size_t at, std::string_view why) const;

  // rewrite_block.cc
  Result<void> change_block(Cursor list_or_map, const Plan& plan);
  Result<void> replace_block(Cursor node, const model::Value& after, const Slot& slot);
  Result<Entries> block_entries(Cursor list_or_map) const;
  void replace_behind(std::size_t lead, std::size_t begin, std::size_t end, std::string head,
                      const std::string& lines);
  void insert_first(const Entry& first, std::string text);
  void remove_leading(const Entries& entries, std::size_t count, bool something_first);
  std::string block_text(const Step& step, const Entry& sibling, const YamlStyle& style) const;
  YamlStyle block_style(Cursor around) const;

  // rewrite_flow.cc
  Result<void> change_flow(Cursor list_or_map, const Plan& plan);
  Result<void> replace_flow(Cursor node, const model::Value& after, const Slot& slot);
  Result<Entries> flow_entries(Cursor list_or_map) const;
  void change_lines(const Entries& entries, const Plan& plan, const FlowStyle& style);
  void change_line(const Entries& entries, const Plan& plan, const FlowStyle& style);
  FlowStyle flow_style(Cursor list_or_map, const Entries& entries) const;

  Quotes quotes_in(Cursor around) const;

  Edits& edits_;
  Cursor document_;
  bool json_;
  FlowStyle flow_;  ///< of the document
};

}  // namespace podmoat::edit
