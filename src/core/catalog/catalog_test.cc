// Decoding, look-ups and the printed page. Documents are built by hand: reading YAML is another
// room's work, and tests/conformance/catalog_test.cc reads the real catalog.yaml.
#include "core/catalog/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace podmoat::catalog {
namespace {

using model::Value;
using testing::ElementsAre;
using testing::HasSubstr;

Value map(Value::Map members) { return Value(std::move(members)); }
Value list(Value::List items) { return Value(std::move(items)); }

Value tcp(int port) { return map({{"protocol", "TCP"}, {"port", port}}); }

Value row() {
  return map(
      {{"address", "169.254.169.254"}, {"ports", list({tcp(80)})}, {"evidence", "third-party"}});
}

Value target() {
  return map({{"id", "acme-imds"},
              {"provider", "acme"},
              {"kind", "metadata"},
              {"title", "Acme metadata"},
              {"rows", list({row()})},
              {"gives", "keys"},
              {"severity", "high"},
              {"guarded", false},
              {"source", "acme.example"},
              {"aliases", list({"acme"})}});
}

Value neighbour() {
  return map({{"id", "acme-dns"},
              {"provider", "acme"},
              {"title", "Acme DNS"},
              {"flows", list({map({{"cidr", "169.254.1.0/30"}, {"ports", list({tcp(53)})}}),
                              map({{"address", "fd00::53"}, {"ports", list({tcp(53)})}})})},
              {"breaks", "names"},
              {"evidence", "memory"},
              {"source", "acme.example"}});
}

Value document() {
  return map({{"apiVersion", "podmoat.io/v1alpha1"},
              {"kind", "Catalog"},
              {"checked", "2026-11-23"},
              {"targets", list({target()})},
              {"neighbours", list({neighbour()})}});
}

Value& first(Value& document, std::string_view key) { return document.find(key)->list()->front(); }

TEST(Decode, reads_every_field) {
  const auto catalog = decode(document());
  ASSERT_TRUE(catalog);
  EXPECT_EQ(catalog->checked, "2026-11-23");
  ASSERT_EQ(catalog->targets.size(), 1u);
  const Target& t = catalog->targets[0];
  EXPECT_EQ(t.id, "acme-imds");
  EXPECT_EQ(t.provider, "acme");
  EXPECT_EQ(t.kind, Kind::metadata);
  EXPECT_EQ(t.title, "Acme metadata");
  EXPECT_EQ(t.gives, "keys");
  EXPECT_EQ(t.severity, Severity::high);
  EXPECT_FALSE(t.guarded);
  EXPECT_FALSE(t.control_plane_only);
  EXPECT_EQ(t.source, "acme.example");
  EXPECT_THAT(t.aliases, ElementsAre("acme"));
  ASSERT_EQ(t.rows.size(), 1u);
  EXPECT_EQ(t.rows[0].address->str(), "169.254.169.254");
  EXPECT_EQ(t.rows[0].ports.str(), "tcp 80");
  EXPECT_EQ(t.rows[0].evidence, Evidence::third_party);
  EXPECT_FALSE(t.rows[0].service_target);
  ASSERT_EQ(catalog->neighbours.size(), 1u);
  EXPECT_EQ(catalog->neighbours[0].flows.str(), "169.254.1.0/30 tcp 53; fd00::53 tcp 53");
  EXPECT_EQ(catalog->neighbours[0].breaks, "names");
  EXPECT_EQ(catalog->neighbours[0].evidence, Evidence::memory);
}

TEST(Decode, reads_nodes_ranges_and_defaults) {
  Value doc = document();
  Value& t = first(doc, "targets");
  t.set("kind", "node");
  t.set("hosts", "control-plane");
  t.erase("guarded");
  t.erase("aliases");
  t.set("rows", list({map({{"ports", list({map({{"protocol", "UDP"}, {"range", "30000-32767"}}),
                                           map({{"protocol", "SCTP"}, {"port", 65535}})})},
                           {"evidence", "verified"},
                           {"serviceTarget", true},
                           {"note", "a note"}})}));
  const auto catalog = decode(doc);
  ASSERT_TRUE(catalog) << catalog.error()[0].message;
  const Target& read = catalog->targets[0];
  EXPECT_TRUE(read.guarded);
  EXPECT_TRUE(read.control_plane_only);
  EXPECT_EQ(read.rows[0].address, std::nullopt);
  EXPECT_EQ(read.rows[0].ports.str(), "udp 30000-32767 sctp 65535");
  EXPECT_TRUE(read.rows[0].service_target);
  EXPECT_EQ(read.rows[0].note, "a note");
}

TEST(Decode, names_each_mistake) {
  const auto in_target = [](std::string_view key, Value value) {
    return [=](Value& doc) { first(doc, "targets").set(key, value); };
  };
  const auto in_row = [](std::string_view key, Value value) {
    return [=](Value& doc) { first(first(doc, "targets"), "rows").set(key, value); };
  };
  const auto port = [=](Value entry) { return in_row("ports", list({std::move(entry)})); };
  const auto in_flow = [](std::string_view key, Value value) {
    return [=](Value& doc) { first(first(doc, "neighbours"), "flows").set(key, value); };
  };
  struct Case {
    const char* name;
    std::function<void(Value&)> spoil;
    const char* code;
    const char* message;
  };
  const Case kCases[] = {
      {"no map", [](Value& d) { d = Value("x"); }, "bad-value", "must be a map"},
      {"kind", [](Value& d) { d.set("kind", "Moat"); }, "bad-value", "\"kind\""},
      {"version", [](Value& d) { d.set("apiVersion", "v1"); }, "bad-value", "\"apiVersion\""},
      {"no kind", [](Value& d) { d.erase("kind"); }, "missing-field", "\"kind\""},
      {"top field", [](Value& d) { d.set("target", 1); }, "unknown-field", "\"target\""},
      {"no list", [](Value& d) { d.set("targets", 1); }, "bad-value", "must be a list"},
      {"target field", in_target("adress", "x"), "unknown-field", "\"adress\""},
      {"target no map", [](Value& d) { first(d, "targets") = Value(1); }, "bad-value", "a target"},
      {"no title", [](Value& d) { first(d, "targets").erase("title"); }, "missing-field", "title"},
      {"null title", in_target("title", Value()), "missing-field", "\"title\""},
      {"title a number", in_target("title", 3), "bad-value", "\"title\""},
      {"empty title", in_target("title", ""), "bad-value", "\"title\""},
      {"id", in_target("id", "AWS imds"), "bad-value", "no id"},
      {"provider", in_target("provider", "A"), "bad-value", "no provider"},
      {"severity", in_target("severity", "bad"), "bad-value", "critical, high"},
      {"guarded", in_target("guarded", "yes"), "bad-value", "true or false"},
      {"hosts of metadata", in_target("hosts", "every-node"), "bad-value", "kind node"},
      {"no rows", in_target("rows", list({})), "bad-value", "\"rows\""},
      {"alias is the id", in_target("aliases", list({"acme-imds"})), "duplicate-id", "twice"},
      {"alias no id", in_target("aliases", list({"Acme"})), "bad-value", "no id"},
      {"row field", in_row("port", 80), "unknown-field", "\"port\""},
      {"address", in_row("address", "169.254.169"), "bad-value", "169.254.169"},
      {"address a number", in_row("address", 1), "bad-value", "\"address\""},
      {"block for address", in_row("address", "10.0.0.0/8"), "bad-value", "10.0.0.0/8"},
      {"address of a node", in_target("kind", "node"), "bad-value", "nodes' addresses"},
      {"evidence", in_row("evidence", "sure"), "bad-value", "third-party"},
      {"serviceTarget", in_row("serviceTarget", 1), "bad-value", "true or false"},
      {"no ports", in_row("ports", list({})), "bad-value", "\"ports\""},
      {"port no map", port(Value(80)), "bad-value", "must be a map"},
      {"protocol", port(map({{"protocol", "ICMP"}, {"port", 1}})), "bad-value", "TCP, UDP, SCTP"},
      {"protocol in lower case", port(map({{"protocol", "tcp"}, {"port", 1}})), "bad-value", "TCP"},
      {"port 0", port(tcp(0)), "bad-value", "1 to 65535"},
      {"port 65536", port(tcp(65536)), "bad-value", "1 to 65535"},
      {"port a text", port(map({{"protocol", "TCP"}, {"port", "80"}})), "bad-value", "65535"},
      {"neither", port(map({{"protocol", "TCP"}})), "bad-value", "either"},
      {"both", port(map({{"protocol", "TCP"}, {"port", 1}, {"range", "1-2"}})), "bad-value",
       "either"},
      {"range down", port(map({{"protocol", "TCP"}, {"range", "9-8"}})), "bad-value", "no range"},
      {"range from 0", port(map({{"protocol", "TCP"}, {"range", "0-8"}})), "bad-value", "no range"},
      {"range half", port(map({{"protocol", "TCP"}, {"range", "9-"}})), "bad-value", "no range"},
      {"range rest", port(map({{"protocol", "TCP"}, {"range", "8-9x"}})), "bad-value", "no range"},
      {"range big", port(map({{"protocol", "TCP"}, {"range", "8-65536"}})), "bad-value",
       "no range"},
      {"cidr and address", in_flow("address", "10.0.0.1"), "bad-value", "either"},
      {"cidr", in_flow("cidr", "10.0.0.0/33"), "bad-value", "10.0.0.0/33"},
      {"flow field", in_flow("port", 1), "unknown-field", "\"port\""},
      {"neighbour field", [](Value& d) { first(d, "neighbours").set("gives", "x"); },
       "unknown-field", "\"gives\""},
      {"id twice", [](Value& d) { first(d, "neighbours").set("id", "acme-imds"); }, "duplicate-id",
       "acme-imds"},
  };
  for (const Case& c : kCases) {
    Value doc = document();
    c.spoil(doc);
    const auto catalog = decode(doc);
    ASSERT_FALSE(catalog) << c.name;
    ASSERT_EQ(catalog.error().size(), 1u) << c.name << ": " << catalog.error().back().message;
    EXPECT_EQ(catalog.error()[0].code, c.code) << c.name;
    EXPECT_EQ(catalog.error()[0].level, Level::error) << c.name;
    EXPECT_THAT(catalog.error()[0].message, HasSubstr(c.message)) << c.name;
  }
}

TEST(Decode, collects_all_mistakes_with_their_places) {
  Value doc = document();
  Value bad("nowhere");
  bad.place = {.file = 2, .line = 7, .column = 16};
  first(first(doc, "targets"), "rows").set("address", bad);
  Value odd(1);
  odd.place = {.file = 2, .line = 30, .column = 3};
  first(doc, "neighbours").set("colour", odd);
  const auto catalog = decode(doc);
  ASSERT_FALSE(catalog);
  ASSERT_EQ(catalog.error().size(), 2u);
  EXPECT_EQ(catalog.error()[0].place, bad.place);
  EXPECT_EQ(catalog.error()[0].object, "Target acme-imds");
  EXPECT_EQ(catalog.error()[1].place, odd.place);
}

TEST(Catalog, finds_by_id_then_by_alias) {
  Catalog catalog;
  catalog.targets = {Target{.id = "one", .provider = "b", .aliases = {"two", "three"}},
                     Target{.id = "two", .provider = "a"},
                     Target{.id = "node", .provider = "kubernetes", .kind = Kind::node}};
  EXPECT_EQ(catalog.find("two"), &catalog.targets[1]);
  EXPECT_EQ(catalog.find("three"), &catalog.targets[0]);
  EXPECT_EQ(catalog.find("four"), nullptr);
  EXPECT_THAT(catalog.providers(), ElementsAre("a", "b"));
}

TEST(Catalog, extended_replaces_by_id_and_adds) {
  Catalog base;
  base.targets = {Target{.id = "a", .title = "old"}, Target{.id = "b"}};
  base.neighbours = {Neighbour{.id = "n", .title = "old"}};
  Catalog more;
  more.targets = {Target{.id = "c"}, Target{.id = "a", .title = "new"}};
  more.neighbours = {Neighbour{.id = "n", .title = "new"}, Neighbour{.id = "m"}};
  const Catalog both = extended(base, more);
  ASSERT_EQ(both.targets.size(), 3u);
  EXPECT_EQ(both.targets[0].title, "new");
  EXPECT_EQ(both.targets[1].id, "b");
  EXPECT_EQ(both.targets[2].id, "c");
  ASSERT_EQ(both.neighbours.size(), 2u);
  EXPECT_EQ(both.neighbours[0].title, "new");
}

TEST(Catalog, builtin_text_is_the_file) {
  EXPECT_THAT(std::string(builtin_text()), testing::StartsWith("# The catalogue"));
  EXPECT_THAT(std::string(builtin_text()), HasSubstr("\n  - id: aws-imds\n"));
  EXPECT_EQ(builtin_text().back(), '\n');
}

TEST(Markdown, says_where_what_and_how_sure) {
  Value doc = document();
  first(first(doc, "targets"), "rows").erase("address");
  first(doc, "targets").set("gives", "keys | more");
  const std::string page = markdown(*decode(doc));
  EXPECT_THAT(page, HasSubstr("| `acme-imds` | acme | Acme metadata | keys \\| more | high | when "
                              "named | acme.example |\n"));
  EXPECT_THAT(page, HasSubstr("| `acme-imds` | address not fixed | tcp 80 | third-party |"));
  EXPECT_THAT(page, HasSubstr("169.254.1.0/30 tcp 53; fd00::53 tcp 53"));
  EXPECT_THAT(page, HasSubstr("- `acme` is `acme-imds`\n"));
}

}  // namespace
}  // namespace podmoat::catalog
