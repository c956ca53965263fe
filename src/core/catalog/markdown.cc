// docs/catalog.md: the Catalog as tables. A test compares the file with what is written here.
#include <algorithm>

#include "core/catalog/catalog.h"

namespace podmoat::catalog {
namespace {

/// A cell of a table: what would end the cell is escaped.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string line(std::initializer_list<std::string_view> cells) {
  std::string out = "|";
  for (const std::string_view text : cells) out += " " + cell(text) + " |";
  return out + "\n";
}

/// Where a row is: an address in code, or in words.
std::string place_of(const Target& target, const Row& row) {
  if (row.address) return "`" + row.address->str() + "`";
  if (target.kind == Kind::metadata) return "address not fixed";
  return target.control_plane_only ? "control plane nodes" : "every node";
}

std::string state_of(const Target& target) { return target.guarded ? "yes" : "when named"; }

void add_rows(std::string& out, const Target& target) {
  for (const Row& row : target.rows) {
    const std::string note =
        row.note + (row.service_target
                        ? std::string(row.note.empty() ? "" : "; ") + "a Service may have it"
                        : "");
    out += line({"`" + target.id + "`", place_of(target, row), row.ports.str(),
                 name_of(row.evidence), note});
  }
}

void add_targets(std::string& out, const Catalog& catalog, Kind kind) {
  out += line({"Target", "provider", "what it is", "gives", "severity", "guarded", "source"});
  out += "|---|---|---|---|---|---|---|\n";
  for (const Target& target : catalog.targets)
    if (target.kind == kind)
      out += line({"`" + target.id + "`", target.provider, target.title, target.gives,
                   name_of(target.severity), state_of(target), target.source});
  out += "\n";
  out += line({"Target", "where", "ports", "evidence", "note"});
  out += "|---|---|---|---|---|\n";
  for (const Target& target : catalog.targets)
    if (target.kind == kind) add_rows(out, target);
}

void add_neighbours(std::string& out, const Catalog& catalog) {
  out += line(
      {"Neighbour", "provider", "what it is", "where", "cutting it breaks", "evidence", "source"});
  out += "|---|---|---|---|---|---|---|\n";
  for (const Neighbour& neighbour : catalog.neighbours)
    out +=
        line({"`" + neighbour.id + "`", neighbour.provider, neighbour.title, neighbour.flows.str(),
              neighbour.breaks, name_of(neighbour.evidence), neighbour.source});
}

void add_aliases(std::string& out, const Catalog& catalog) {
  for (const Target& target : catalog.targets)
    for (const std::string& alias : target.aliases)
      out += "- `" + alias + "` is `" + target.id + "`\n";
}

}  // namespace

std::string markdown(const Catalog& catalog) {
  std::string out =
      "# Catalogue\n\n"
      "Written from `src/core/catalog/catalog.yaml`; a test keeps the two equal, and with "
      "`PODMOAT_UPDATE=1` it\nrewrites this file. Sources checked: " +
      catalog.checked +
      ".\n\n"
      "Evidence: *verified* was read in the provider's or project's own text, *third-party* was "
      "seen in other\nprojects only, *memory* was not looked up. *Guarded* says whether a Target "
      "is "
      "guarded unless it is named\n([why](decisions/0003-what-is-guarded.md)). A Target whose "
      "address is not fixed is guarded once its provider\nis known or chosen; until `--catalog` "
      "supplies the address, a Verdict on it is `unknown` unless all\naddresses agree.\n\n"
      "## Metadata services\n\n";
  add_targets(out, catalog, Kind::metadata);
  out +=
      "\n## Ports of the nodes\n\n"
      "They stand at every address of every node (or of the nodes of the control plane, where Node "
      "labels tell them\napart).\n\n";
  add_targets(out, catalog, Kind::node);
  out +=
      "\n## Neighbours\n\n"
      "What honest Pods need, beside the Targets. No fix cuts them; one that a policy cuts already "
      "is a Finding.\n\n";
  add_neighbours(out, catalog);
  out += "\n## Other names\n\n";
  add_aliases(out, catalog);
  return out;
}

std::string consumers_markdown(const Catalog& catalog) {
  std::string out =
      "# Known consumers\n\n"
      "Programs in wide use that ask a metadata service, or a port of the nodes, for what they "
      "need. Written from\n`src/core/catalog/consumers.yaml`; a test keeps the two equal, and with "
      "`PODMOAT_UPDATE=1` it rewrites this file.\n\n"
      "A program is known by the end of its image's repository, so that mirrors are known too. "
      "`podmoat audit` names the\nSubjects that run one (PM-016), `podmoat fix` those that its "
      "Plan "
      "would cut off. A file of one's own adds to the\nlist: `--catalog FILE`, with a list "
      "`consumers` in the same form. Evidence: as in [catalog.md](catalog.md).\n\n";
  out += line({"Consumer", "what it is", "images", "needs"});
  out += "|---|---|---|---|\n";
  const auto joined = [](const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "`" : ", `") + text + "`";
    return all;
  };
  for (const Consumer& one : catalog.consumers)
    out += line({"`" + one.id + "`", one.title, joined(one.images), joined(one.targets)});
  out += "\n" + line({"Consumer", "why", "without it", "how to spare it", "evidence", "source"});
  out += "|---|---|---|---|---|---|\n";
  for (const Consumer& one : catalog.consumers)
    out += line(
        {"`" + one.id + "`", one.why, one.breaks, one.spare, name_of(one.evidence), one.source});
  return out;
}

}  // namespace podmoat::catalog
