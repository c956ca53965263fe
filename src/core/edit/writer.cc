// to_yaml and to_json: a walk of the Value that keeps its order, so that equal Values give equal
// bytes. The look is that of `kubectl get -o yaml` and `-o json`.
#include "core/edit/writer.h"

#include "core/edit/render.h"
#include "core/edit/scalar.h"

namespace podmoat::edit {
namespace {

/// A YAML key on one line may have 1024 characters (YAML 1.2.2 section 7.4.2).
constexpr std::size_t kMostKey = 1000;

std::string blanks(std::size_t count) { return std::string(count, ' '); }

std::string yaml_key(const std::string& key, std::size_t column) {
  std::string text = yaml_scalar(key);
  return text.size() <= kMostKey ? text : "? " + text + '\n' + blanks(column);
}

}  // namespace

std::string yaml_block(const model::Value& value, std::size_t column, const YamlStyle& style) {
  if (const auto* text = value.string(); text != nullptr && wants_literal(*text))
    return yaml_literal(*text, column);
  if (is_inline(value)) return yaml_scalar(value, style.quotes);
  std::string out;
  const auto next_line = [&] {
    if (!out.empty()) out += '\n' + blanks(column);
  };
  if (const auto* list = value.list())
    for (const model::Value& item : *list) {
      next_line();
      out += "- " + yaml_block(item, column + 2, style);
    }
  else
    for (const auto& [key, member] : *value.map()) {
      next_line();
      out += yaml_member(key, member, column, style);
    }
  return out;
}

std::string yaml_member(const std::string& key, const model::Value& value, std::size_t column,
                        const YamlStyle& style) {
  return yaml_key(key, column) + ':' + yaml_after_colon(value, column, style);
}

std::string yaml_after_colon(const model::Value& value, std::size_t column,
                             const YamlStyle& style) {
  if (is_inline(value)) return ' ' + yaml_block(value, column + style.step, style);
  const bool flat = value.list() != nullptr && !style.indent_lists;
  const std::size_t inner = flat ? column : column + style.step;
  return '\n' + blanks(inner) + yaml_block(value, inner, style);
}

std::string flow(const model::Value& value, std::size_t column, const FlowStyle& style) {
  if (is_inline(value)) return style.json ? json_scalar(value) : yaml_scalar(value, style.quotes);
  const std::size_t inner = column + style.step;
  const std::string first = style.step == 0 ? "" : '\n' + std::string(inner, style.blank);
  const std::string between = style.step == 0 ? style.comma : ',' + first;
  std::string out;
  const auto next = [&] { out += out.empty() ? first : between; };
  if (const auto* list = value.list())
    for (const model::Value& item : *list) {
      next();
      out += flow(item, inner, style);
    }
  else
    for (const auto& [key, member] : *value.map()) {
      next();
      out += flow_member(key, member, inner, style);
    }
  if (style.step != 0) out += '\n' + std::string(column, style.blank);
  return value.list() != nullptr ? '[' + out + ']' : '{' + out + '}';
}

std::string flow_member(const std::string& key, const model::Value& value, std::size_t column,
                        const FlowStyle& style) {
  return (style.json ? json_scalar(key) : yaml_scalar(key)) + style.colon +
         flow(value, column, style);
}

std::string to_yaml(const model::Value& value) {
  // A text that is the whole document is still indented: a line of it could be "---".
  return yaml_block(value, is_inline(value) ? 2 : 0, YamlStyle{}) + '\n';
}

std::string to_json(const model::Value& value, int indent) {
  FlowStyle style;
  style.json = true;
  style.step = static_cast<std::size_t>(indent);
  if (indent == 0) style.comma = ",", style.colon = ":";
  return flow(value, 0, style);
}

}  // namespace podmoat::edit
