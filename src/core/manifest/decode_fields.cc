// The fields that many kinds have, typed as the API server types them.
#include <algorithm>
#include <charconv>

#include "core/manifest/decode.h"
#include "core/model/names.h"

namespace podmoat::manifest {

std::string Field::path() const {
  if (up_ == nullptr) return "";
  const std::string before = up_->path();
  if (name_.empty()) return before + "[" + std::to_string(index_) + "]";
  return (before.empty() ? "" : before + ".") + std::string(name_);
}

Place Field::place(std::uint32_t file) const {
  if (node_ || up_ == nullptr) return node_.place(file);
  return up_->place(file);
}

void Decoding::refuse(const Field& at, std::string code, std::string message, std::string hint) {
  refused = true;
  out.push_back({Level::invalid, std::move(code), std::move(message), std::move(hint), object,
                 at.place(file)});
}

void Decoding::warn(const Field& at, std::string code, std::string message, std::string hint) {
  out.push_back({Level::warning, std::move(code), std::move(message), std::move(hint), object,
                 at.place(file)});
}

void refuse_type(Decoding& decoding, const Field& field, std::string_view wanted) {
  const Kind kind = field.node()->kind;
  const bool quotes = wanted == "a string" && field.node()->is_scalar();
  decoding.refuse(
      field, "wrong-type",
      field.path() + " must be " + std::string(wanted) + ", not " + std::string(name_of(kind)),
      quotes ? "put it into quotes" : "");
}

std::optional<std::string_view> string_of(Decoding& decoding, const Field& field) {
  if (field.absent()) return std::nullopt;
  if (field.node().is(Kind::string)) return field.node()->text;
  refuse_type(decoding, field, "a string");
  return std::nullopt;
}

std::optional<bool> boolean_of(Decoding& decoding, const Field& field) {
  if (field.absent()) return std::nullopt;
  if (field.node().is(Kind::boolean)) return field.node()->text == "true";
  refuse_type(decoding, field, "a boolean");
  return std::nullopt;
}

std::optional<std::int32_t> integer_of(Decoding& decoding, const Field& field) {
  if (field.absent()) return std::nullopt;
  const std::string_view text = field.node()->text;
  std::int32_t number = 0;
  if (field.node().is(Kind::integer) &&
      std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc())
    return number;
  refuse_type(decoding, field, "an integer of 32 bits");
  return std::nullopt;
}

void each_item(Decoding& decoding, const Field& list,
               const std::function<void(const Field&)>& each) {
  if (list.absent()) return;
  if (!list.node().is(Kind::list)) return refuse_type(decoding, list, "a list");
  std::size_t index = 0;
  for (const Cursor item : list.node()) each(list.item(item, index++));
}

bool is_map(Decoding& decoding, const Field& field) {
  if (field.absent() || field.node().is(Kind::map)) return true;
  refuse_type(decoding, field, "a map");
  return false;
}

std::size_t warn_unknown(Decoding& decoding, const Field& map,
                         std::initializer_list<std::string_view> known, std::string_view effect) {
  if (!map.node().is(Kind::map)) return 0;
  std::size_t unknown = 0;
  for (const Cursor member : map.node()) {
    if (std::ranges::find(known, member->key) != known.end()) continue;
    ++unknown;
    const Field field = map[member->key];
    decoding.warn(
        field, "unknown-field",
        "the API server does not know " + field.path() + " and drops it" + std::string(effect),
        "check the spelling, the case and the indentation");
  }
  return unknown;
}

std::optional<std::uint16_t> port_number_of(Decoding& decoding, const Field& field) {
  const auto number = integer_of(decoding, field);
  if (!number) return std::nullopt;
  if (*number >= 1 && *number <= 65535) return static_cast<std::uint16_t>(*number);
  decoding.refuse(field, "port-range", field.path() + " must be between 1 and 65535", "");
  return std::nullopt;
}

std::optional<Protocol> protocol_of(Decoding& decoding, const Field& field) {
  if (field.absent()) return Protocol::tcp;
  const auto text = string_of(decoding, field);
  if (!text) return std::nullopt;
  const auto protocol = parse_protocol(*text);
  if (!protocol)
    decoding.refuse(
        field, "bad-protocol",
        field.path() + " is \"" + std::string(*text) + "\"; it must be TCP, UDP or SCTP",
        "write it in capitals");
  return protocol;
}

namespace {

/// Whether the API server takes `name` for an object of `kind`. Names of RBAC are any that can
/// stand in a path: apimachinery pkg/api/validation/path.
bool is_name_of(std::string_view kind, std::string_view name) {
  if (kind == "Namespace") return model::is_dns_label(name);
  if (kind == "ClusterRole" || kind == "ClusterRoleBinding")
    return name != "." && name != ".." && name.find_first_of("/%") == std::string_view::npos;
  return model::is_dns_subdomain(name);
}

}  // namespace

model::Object object_of(Decoding& decoding, const Field& object, std::string_view kind,
                        bool namespaced, std::string_view default_namespace) {
  model::Object out{std::string(kind), "", "", object.node().place(decoding.file)};
  const Field metadata = object["metadata"];
  if (!is_map(decoding, metadata)) return out;
  const Field name = metadata["name"];
  const Field prefix = metadata["generateName"];
  const Field ns = metadata["namespace"];
  out.name = string_of(decoding, name).value_or("");
  if (namespaced) out.ns = string_of(decoding, ns).value_or("");
  if (namespaced && out.ns.empty()) out.ns = default_namespace;
  decoding.object = out.str();
  if (out.name.empty() && !prefix.absent()) {
    out.name = std::string(string_of(decoding, prefix).value_or("")) + "*";
    decoding.object = out.str();
  } else if (out.name.empty()) {
    decoding.refuse(metadata, "missing-name", "metadata.name is missing", "");
  } else if (!is_name_of(kind, out.name)) {
    decoding.refuse(name, "bad-name", "\"" + out.name + "\" is no name for a " + out.kind,
                    "use lower case letters, digits, \"-\" and \".\"");
  }
  if (namespaced && !model::is_dns_label(out.ns))
    decoding.refuse(ns, "bad-name", "\"" + out.ns + "\" is no name for a namespace",
                    "use lower case letters, digits and \"-\"");
  return out;
}

void add_address(const Field& field, std::vector<Address>& addresses) {
  if (!field.node().is(Kind::string)) return;
  if (const auto address = parse_address(field.node()->text)) addresses.push_back(*address);
}

}  // namespace podmoat::manifest
