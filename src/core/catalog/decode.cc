// A catalogue document to a Catalog. Strict, unlike the reading of cluster objects: a catalogue
// has no server that drops what it does not know, and a row that is half understood guards nothing.
// Every mistake is collected; the form is described at the head of catalog.yaml.
#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <set>
#include <utility>

#include "base/result.h"
#include "core/catalog/catalog.h"
#include "core/catalog/strict.h"

namespace podmoat::catalog {
namespace {

using model::Value;

bool is_id(std::string_view text) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789-";
  return !text.empty() && text.find_first_not_of(kLetters) == std::string_view::npos;
}

Result<flow::Span> span_of_address(std::string_view text) {
  const auto parsed = parse_address(text);
  if (!parsed) return fail(parsed.error().what);
  return flow::span_of(*parsed);
}

Result<flow::Span> span_of_block(std::string_view text) {
  const auto parsed = parse_block(text);
  if (!parsed) return fail(parsed.error().what);
  return flow::span_of(*parsed);
}

class Decoder : public Strict {
 public:
  Catalog document(const Value& value);

 private:
  std::string new_id(const Value& in);
  void claim(const Value& at, const std::string& id);
  std::string provider(const Value& in);

  Evidence evidence(const Value& in);
  flow::PortSet ports(const Value& in);
  flow::PortSet port(const Value& value);
  Ports port_range(const Value& value, const std::string& text);
  Row row(const Value& value, Kind kind);
  Target target(const Value& value);
  std::optional<flow::FlowSet::Box> box(const Value& value);
  Neighbour neighbour(const Value& value);
  Consumer consumer(const Value& value);

  std::set<std::string, std::less<>> ids_;
};

void Decoder::claim(const Value& at, const std::string& id) {
  if (!is_id(id))
    report(at, "bad-value", "\"" + id + "\" is no id", "use a-z, 0-9 and -");
  else if (!ids_.insert(id).second)
    report(at, "duplicate-id", "\"" + id + "\" is used twice");
}

std::string Decoder::new_id(const Value& in) {
  std::string id = text(in, "id");
  if (!id.empty()) claim(*in.find("id"), id);
  return id;
}

std::string Decoder::provider(const Value& in) {
  std::string name = text(in, "provider");
  if (!name.empty() && !is_id(name))
    report(*in.find("provider"), "bad-value", "\"" + name + "\" is no provider",
           "use a-z, 0-9 and -");
  return name;
}

Evidence Decoder::evidence(const Value& in) {
  return one_of<Evidence>(in, "evidence",
                          {{name_of(Evidence::verified), Evidence::verified},
                           {name_of(Evidence::third_party), Evidence::third_party},
                           {name_of(Evidence::memory), Evidence::memory}});
}

/// "30000-32767"
Ports Decoder::port_range(const Value& value, const std::string& range) {
  Ports out{0, 0};
  const char* const end = range.data() + range.size();
  const auto first = std::from_chars(range.data(), end, out.first);
  if (first.ec == std::errc() && first.ptr != end && *first.ptr == '-') {
    const auto last = std::from_chars(first.ptr + 1, end, out.last);
    if (last.ec == std::errc() && last.ptr == end && out.first >= 1 && out.first <= out.last)
      return out;
  }
  report(value, "bad-value", "\"" + range + "\" is no range of ports", "write \"30000-32767\"");
  return {1, 1};
}

flow::PortSet Decoder::port(const Value& value) {
  if (!map(value, "an entry of \"ports\"", {"protocol", "port", "range"})) return {};
  const auto protocol =
      one_of<Protocol>(value, "protocol",
                       {{"TCP", Protocol::tcp}, {"UDP", Protocol::udp}, {"SCTP", Protocol::sctp}});
  const Value* single = value.find("port");
  const Value* range = value.find("range");
  if ((single == nullptr) == (range == nullptr)) {
    report(value, "bad-value", "an entry of \"ports\" needs either \"port\" or \"range\"");
    return {};
  }
  if (range != nullptr)
    return flow::PortSet::of(protocol, port_range(*range, string_of(*range, "range")));
  const std::int64_t* number = single->integer();
  if (number == nullptr || *number < 1 || *number > 65535) {
    report(*single, "bad-value", "\"port\" must be a number from 1 to 65535");
    return {};
  }
  const auto at = static_cast<std::uint16_t>(*number);
  return flow::PortSet::of(protocol, {at, at});
}

flow::PortSet Decoder::ports(const Value& in) {
  flow::PortSet out;
  for (const Value& item : some_items(in, "ports")) out = out | port(item);
  return out;
}

Row Decoder::row(const Value& value, Kind kind) {
  Row out;
  if (!map(value, "a row", {"address", "ports", "evidence", "serviceTarget", "note"})) return out;
  if (const Value* address = value.find("address")) {
    const std::string written = string_of(*address, "address");
    const auto parsed = parse_address(written);
    if (kind == Kind::node)
      report(*address, "bad-value", "a row of kind node has the nodes' addresses, and none here");
    else if (parsed)
      out.address = *parsed;
    else if (!written.empty())
      report(*address, "bad-value", "\"" + written + "\": " + parsed.error().what);
  }
  out.ports = ports(value);
  out.evidence = evidence(value);
  out.service_target = flag(value, "serviceTarget", false);
  out.note = optional_text(value, "note");
  return out;
}

Target Decoder::target(const Value& value) {
  Target out;
  about("Target");
  if (!map(value, "a target",
           {"id", "provider", "kind", "hosts", "title", "rows", "gives", "severity", "guarded",
            "source", "aliases"}))
    return out;
  out.id = new_id(value);
  about("Target " + out.id);
  out.provider = provider(value);
  out.kind = one_of<Kind>(value, "kind", {{"metadata", Kind::metadata}, {"node", Kind::node}});
  if (const Value* hosts = value.find("hosts"); hosts != nullptr && out.kind != Kind::node)
    report(*hosts, "bad-value", "\"hosts\" is for kind node only");
  else if (hosts != nullptr)
    out.control_plane_only =
        one_of<bool>(value, "hosts", {{"every-node", false}, {"control-plane", true}});
  out.title = text(value, "title");
  for (const Value& item : some_items(value, "rows")) out.rows.push_back(row(item, out.kind));
  out.gives = text(value, "gives");
  out.severity = one_of<Severity>(value, "severity",
                                  {{name_of(Severity::critical), Severity::critical},
                                   {name_of(Severity::high), Severity::high},
                                   {name_of(Severity::medium), Severity::medium},
                                   {name_of(Severity::low), Severity::low},
                                   {name_of(Severity::info), Severity::info}});
  out.guarded = flag(value, "guarded", true);
  out.source = text(value, "source");
  for (const Value& alias : items(value, "aliases")) {
    out.aliases.push_back(string_of(alias, "aliases"));
    claim(alias, out.aliases.back());
  }
  return out;
}

std::optional<flow::FlowSet::Box> Decoder::box(const Value& value) {
  if (!map(value, "an entry of \"flows\"", {"address", "cidr", "ports"})) return std::nullopt;
  const flow::PortSet there = ports(value);
  const Value* address = value.find("address");
  const Value* cidr = value.find("cidr");
  if ((address == nullptr) == (cidr == nullptr)) {
    report(value, "bad-value", "an entry of \"flows\" needs either \"address\" or \"cidr\"");
    return std::nullopt;
  }
  const Value& at = address != nullptr ? *address : *cidr;
  const std::string written = string_of(at, address != nullptr ? "address" : "cidr");
  const auto span = address != nullptr ? span_of_address(written) : span_of_block(written);
  if (span) return flow::FlowSet::Box{*span, there};
  if (!written.empty()) report(at, "bad-value", "\"" + written + "\": " + span.error().what);
  return std::nullopt;
}

Neighbour Decoder::neighbour(const Value& value) {
  Neighbour out;
  about("Neighbour");
  if (!map(value, "a neighbour",
           {"id", "provider", "title", "flows", "breaks", "evidence", "source"}))
    return out;
  out.id = new_id(value);
  about("Neighbour " + out.id);
  out.provider = provider(value);
  out.title = text(value, "title");
  std::vector<flow::FlowSet::Box> boxes;
  for (const Value& item : some_items(value, "flows"))
    if (auto one = box(item)) boxes.push_back(std::move(*one));
  out.flows = flow::FlowSet::of(std::move(boxes));
  out.breaks = text(value, "breaks");
  out.evidence = evidence(value);
  out.source = text(value, "source");
  return out;
}

Consumer Decoder::consumer(const Value& value) {
  Consumer out;
  about("Consumer");
  if (!map(value, "a consumer",
           {"id", "title", "images", "targets", "why", "breaks", "spare", "evidence", "source"}))
    return out;
  out.id = new_id(value);
  about("Consumer " + out.id);
  out.title = text(value, "title");
  out.images = some_texts(value, "images");
  out.targets = some_texts(value, "targets");
  out.why = text(value, "why");
  out.breaks = text(value, "breaks");
  out.spare = text(value, "spare");
  out.evidence = evidence(value);
  out.source = text(value, "source");
  return out;
}

Catalog Decoder::document(const Value& value) {
  Catalog out;
  if (!map(value, "a catalogue",
           {"apiVersion", "kind", "checked", "targets", "neighbours", "consumers"}))
    return out;
  one_of<bool>(value, "apiVersion", {{"podmoat.io/v1alpha1", true}});
  one_of<bool>(value, "kind", {{"Catalog", true}});
  out.checked = optional_text(value, "checked");
  for (const Value& item : items(value, "targets")) out.targets.push_back(target(item));
  for (const Value& item : items(value, "neighbours")) out.neighbours.push_back(neighbour(item));
  for (const Value& item : items(value, "consumers")) out.consumers.push_back(consumer(item));
  return out;
}

}  // namespace

std::expected<Catalog, Diagnostics> decode(const Value& document) {
  Decoder decoder;
  Catalog catalog = decoder.document(document);
  if (Diagnostics diagnostics = decoder.take(); !diagnostics.empty())
    return std::unexpected(std::move(diagnostics));
  return catalog;
}

}  // namespace podmoat::catalog
