// The catalogue for people, and as the document that --catalog reads (docs/catalog.md is written by
// the catalogue's own room).
#include <fmt/format.h>

#include "core/report/document.h"
#include "core/report/report.h"
#include "core/report/text.h"

namespace podmoat::report {
namespace {

using catalog::Catalog;
using catalog::Kind;
using catalog::Neighbour;
using catalog::Target;
using model::Value;

std::string where(const Target& target, const catalog::Row& row) {
  if (row.address) return row.address->str();
  if (target.kind == Kind::metadata) return "not fixed";
  return target.control_plane_only ? "control plane" : "every node";
}

std::string targets(const Catalog& catalog, bool guarded, const Look& look) {
  Table table({{guarded ? "GUARDED TARGET" : "TARGET"},
               {"PROVIDER", false, true},
               {"WHERE"},
               {"PORTS"},
               {"SEVERITY", false, true},
               {"EVIDENCE"},
               {"GIVES", false, true},
               {"SOURCE", false, true},
               {"NOTE", false, true}});
  for (const Target& target : catalog.targets) {
    if (target.guarded != guarded) continue;
    for (const catalog::Row& row : target.rows)
      table.add({target.id,
                 target.provider,
                 where(target, row),
                 row.ports.str(),
                 {std::string(name_of(target.severity)), paint_of(target.severity)},
                 std::string(catalog::name_of(row.evidence)),
                 target.gives,
                 target.source,
                 row.note});
  }
  return table.empty() ? "" : table.str(look) + "\n";
}

std::string neighbours(const Catalog& catalog, const Look& look) {
  Table table({{"NEIGHBOUR"},
               {"PROVIDER", false, true},
               {"WHERE"},
               {"PORTS"},
               {"EVIDENCE", false, true},
               {"CUTTING IT BREAKS"},
               {"SOURCE", false, true}});
  for (const Neighbour& neighbour : catalog.neighbours)
    for (const flow::FlowSet::Row& row : neighbour.flows.rows())
      for (const Block& block : flow::blocks_of(row.span))
        table.add({neighbour.id, neighbour.provider,
                   block.first() == block.last() ? block.first().str() : block.str(),
                   row.ports.str(), std::string(catalog::name_of(neighbour.evidence)),
                   neighbour.breaks, neighbour.source});
  return table.empty() ? "" : table.str(look) + "\n";
}

/// Targets that nothing guards until somebody says where they are.
std::vector<std::string> without_address(const Catalog& catalog) {
  std::vector<std::string> out;
  for (const Target& target : catalog.targets)
    for (const catalog::Row& row : target.rows)
      if (target.kind == Kind::metadata && !row.address) {
        out.push_back(target.id);
        break;
      }
  return out;
}

Value ports_value(const flow::PortSet& ports) {
  Value::List out;
  for (const flow::PortSet::Run& run : ports.runs()) {
    Value::Map entry{{"protocol", podmoat::name_of(run.protocol)}};
    if (run.ports.first == run.ports.last)
      entry.emplace_back("port", number(run.ports.first));
    else
      entry.emplace_back("range", fmt::format("{}-{}", run.ports.first, run.ports.last));
    out.emplace_back(std::move(entry));
  }
  return out;
}

Value target_value(const Target& target) {
  Value::List rows;
  for (const catalog::Row& row : target.rows) {
    Value::Map one;
    if (row.address) one.emplace_back("address", row.address->str());
    one.emplace_back("ports", ports_value(row.ports));
    one.emplace_back("evidence", catalog::name_of(row.evidence));
    if (row.service_target) one.emplace_back("serviceTarget", true);
    if (!row.note.empty()) one.emplace_back("note", row.note);
    rows.emplace_back(std::move(one));
  }
  Value::Map out{{"id", target.id},
                 {"provider", target.provider},
                 {"kind", target.kind == Kind::node ? "node" : "metadata"}};
  if (target.control_plane_only) out.emplace_back("hosts", "control-plane");
  out.emplace_back("title", target.title);
  out.emplace_back("rows", std::move(rows));
  out.emplace_back("gives", target.gives);
  out.emplace_back("severity", podmoat::name_of(target.severity));
  out.emplace_back("guarded", target.guarded);
  out.emplace_back("source", target.source);
  if (!target.aliases.empty()) out.emplace_back("aliases", strings(target.aliases));
  return out;
}

Value neighbour_value(const Neighbour& neighbour) {
  Value::List flows;
  for (const flow::FlowSet::Row& row : neighbour.flows.rows())
    for (const Block& block : flow::blocks_of(row.span)) {
      const bool single = block.first() == block.last();
      flows.emplace_back(
          Value::Map{{single ? "address" : "cidr", single ? block.first().str() : block.str()},
                     {"ports", ports_value(row.ports)}});
    }
  return Value::Map{
      {"id", neighbour.id},         {"provider", neighbour.provider},
      {"title", neighbour.title},   {"flows", std::move(flows)},
      {"breaks", neighbour.breaks}, {"evidence", catalog::name_of(neighbour.evidence)},
      {"source", neighbour.source}};
}

std::string consumers(const Catalog& catalog, const Look& look) {
  Table table(
      {{"CONSUMER"}, {"NEEDS"}, {"WITHOUT IT"}, {"HOW TO SPARE IT"}, {"EVIDENCE"}, {"SOURCE"}});
  for (const catalog::Consumer& one : catalog.consumers)
    table.add({one.id, listed(one.targets, one.targets.size()), one.breaks, one.spare,
               std::string(catalog::name_of(one.evidence)), one.source});
  return table.empty() ? "" : table.str(look) + "\n";
}

Value consumer_value(const catalog::Consumer& one) {
  return Value::Map{{"id", one.id},
                    {"title", one.title},
                    {"images", strings(one.images)},
                    {"targets", strings(one.targets)},
                    {"why", one.why},
                    {"breaks", one.breaks},
                    {"spare", one.spare},
                    {"evidence", catalog::name_of(one.evidence)},
                    {"source", one.source}};
}

}  // namespace

std::string catalog_table(const Catalog& catalog, const Look& look) {
  const std::string when_named = targets(catalog, false, look);
  std::string out = targets(catalog, true, look);
  if (!when_named.empty()) out += "Guarded when named with --target:\n" + when_named;
  if (const std::string spared = neighbours(catalog, look); !spared.empty())
    out += "What honest Pods need beside the Targets, and no fix cuts:\n" + spared;
  if (look.wide)
    if (const std::string known = consumers(catalog, look); !known.empty())
      out += "Who needs them, and how to spare that:\n" + known;
  if (const auto missing = without_address(catalog); !missing.empty())
    out += hanging("",
                   "No fixed address: " + listed(missing, missing.size()) +
                       ". They are guarded once their provider is known, as far as that goes; "
                       "supply the address with --catalog FILE.",
                   room_of(look));
  if (!catalog.checked.empty())
    out += "Sources checked " + clean(catalog.checked) +
           (look.wide ? ".\n" : "; -o wide shows them.\n");
  return out;
}

Value catalog_document(const Catalog& catalog) {
  Value::Map out = document("Catalog");
  if (!catalog.checked.empty()) out.emplace_back("checked", catalog.checked);
  Value::List targets;
  for (const Target& target : catalog.targets) targets.push_back(target_value(target));
  Value::List neighbours;
  for (const Neighbour& one : catalog.neighbours) neighbours.push_back(neighbour_value(one));
  out.emplace_back("targets", std::move(targets));
  out.emplace_back("neighbours", std::move(neighbours));
  Value::List consumers;
  for (const catalog::Consumer& one : catalog.consumers) consumers.push_back(consumer_value(one));
  out.emplace_back("consumers", std::move(consumers));
  return out;
}

}  // namespace podmoat::report
