// Documents of kind Moat. They are built by hand: reading YAML is another room's work, and
// tests/cases/exceptions-*.case go through files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "core/catalog/catalog.h"

namespace podmoat::catalog {
namespace {

using model::Value;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Value map(Value::Map members) { return Value(std::move(members)); }
Value list(Value::List items) { return Value(std::move(items)); }

Catalog small() {
  Catalog out;
  out.targets = {Target{.id = "aws",
                        .provider = "aws",
                        .rows = {{.address = *parse_address("169.254.169.254"),
                                  .ports = flow::PortSet::of(Protocol::tcp, {80, 80})}}},
                 Target{.id = "gcp",
                        .provider = "gcp",
                        .rows = {{.address = *parse_address("169.254.169.254"),
                                  .ports = flow::PortSet::of(Protocol::tcp, {80, 80})}}},
                 Target{.id = "kubelet",
                        .provider = "kubernetes",
                        .kind = Kind::node,
                        .rows = {{.ports = flow::PortSet::of(Protocol::tcp, {10250, 10250})}},
                        .aliases = {"kl"}}};
  return out;
}

Value entry() {
  return map({{"namespace", "shop"},
              {"podSelector", map({{"matchLabels", map({{"app", "web"}})}})},
              {"targets", list({"aws"})},
              {"reason", "it asks for its region"}});
}

Value document(Value exception) {
  return map({{"apiVersion", "podmoat.io/v1alpha1"},
              {"kind", "Moat"},
              {"metadata", map({{"name", "known"}})},
              {"spec", map({{"exceptions", list({std::move(exception)})}})}});
}

TEST(Moat, reads_every_field) {
  Value value = entry();
  value.set("serviceAccount", "builder");
  value.set("targets", list({"kl", "aws", "kubelet"}));
  value.set("until", "2026-12-31");
  value.place = {.file = 0, .line = 6, .column = 5};
  const auto read = decode_moat(document(value), small(), 3);
  ASSERT_TRUE(read) << read.error()[0].message;
  ASSERT_EQ(read->size(), 1U);
  const Exception& one = read->front();
  EXPECT_EQ(one.str(), "Moat known spec.exceptions[0]");
  EXPECT_EQ(one.moat.place, (Place{.file = 3, .line = 6, .column = 5}));
  EXPECT_EQ(one.namespaces.str(), "kubernetes.io/metadata.name=shop");
  EXPECT_EQ(one.pods.str(), "app=web,@serviceaccount=builder");
  EXPECT_THAT(one.targets, ElementsAre("kubelet", "aws"));
  EXPECT_EQ(one.reason, "it asks for its region");
  EXPECT_EQ(one.until, (Date{2026, 12, 31}));
  EXPECT_EQ(one.why(), "it asks for its region, until 2026-12-31");
  EXPECT_EQ(one.what(),
            "kubelet, aws to Pods with app=web,serviceAccount=builder in namespace shop");
}

TEST(Moat, reads_selectors_of_namespaces) {
  Value value = entry();
  value.erase("namespace");
  value.erase("podSelector");
  const Value team = map({{"key", "team"}, {"operator", "In"}, {"values", list({"b", "a", "a"})}});
  value.set("namespaceSelector",
            map({{"matchExpressions",
                  list({team, map({{"key", "old"}, {"operator", "DoesNotExist"}})})}}));
  const auto read = decode_moat(document(value), small());
  ASSERT_TRUE(read) << read.error()[0].message;
  EXPECT_EQ(read->front().namespaces.str(), "team in (a,b),!old");
  EXPECT_TRUE(read->front().pods.empty());
  EXPECT_EQ(read->front().what(), "aws to every Pod in namespaces with team in (a,b),!old");
}

TEST(Moat, may_have_no_exceptions) {
  Value value = document(entry());
  value.find("spec")->erase("exceptions");
  const auto read = decode_moat(value, small());
  ASSERT_TRUE(read);
  EXPECT_THAT(*read, IsEmpty());
}

TEST(Moat, names_each_mistake) {
  const auto with = [](std::string_view key, Value value) {
    return [=](Value& one) { one.set(key, value); };
  };
  const auto without = [](std::string_view key) { return [=](Value& one) { one.erase(key); }; };
  const auto pods = [=](Value expression) {
    return with("podSelector", map({{"matchExpressions", list({std::move(expression)})}}));
  };
  struct Case {
    std::function<void(Value&)> mistake;
    const char* message;
  };
  const Case cases[] = {
      {with("color", "red"), "an Exception has no field \"color\""},
      {with("namespaceSelector", map({})), "either \"namespace\" or \"namespaceSelector\""},
      {with("namespace", "Shop"), "\"Shop\" is no name of a namespace"},
      {with("namespace", 1), "\"namespace\" must be a text"},
      {with("podSelector", "app=web"), "\"podSelector\" must be a map"},
      {with("podSelector", map({{"app", "web"}})), "\"podSelector\" has no field \"app\""},
      {with("podSelector", map({{"matchLabels", list({})}})), "\"matchLabels\" must be a map"},
      {with("podSelector", map({{"matchLabels", map({{"a b", "c"}})}})), "\"a b\" is no label key"},
      {with("podSelector", map({{"matchLabels", map({{"@serviceaccount", "c"}})}})),
       "\"@serviceaccount\" is no label key"},
      {with("podSelector", map({{"matchLabels", map({{"a", "-"}})}})), "\"-\" is no label value"},
      {with("podSelector", map({{"matchLabels", map({{"a", true}})}})), "must be a text"},
      {pods(map({{"key", "a"}, {"operator", "Is"}, {"values", list({"b"})}})),
       "\"operator\" must be one of In, NotIn"},
      {pods(map({{"key", "a"}, {"operator", "In"}})), "\"values\" must not be empty"},
      {pods(map({{"key", "a"}, {"operator", "Exists"}, {"values", list({"b"})}})),
       "\"values\" must be empty"},
      {pods(map({{"operator", "Exists"}})), "the field \"key\" is missing"},
      {with("serviceAccount", "shop/builder"), "no name of a ServiceAccount"},
      {with("targets", list({"azure"})), "unknown Target \"azure\""},
      {with("targets", list({})), "\"targets\" must have at least one entry"},
      {with("targets", "aws"), "\"targets\" must be a list"},
      {without("targets"), "the field \"targets\" is missing"},
      {without("reason"), "the field \"reason\" is missing"},
      {with("reason", " \n"), "\"reason\" must say something"},
      {with("until", "31.12.2026"), "a date is written YYYY-MM-DD"},
      {with("until", "2026-11-31"), "2026-11 has the days 01 to 30"},
      {with("until", 20261231), "\"until\" must be a text"},
  };
  for (const Case& c : cases) {
    Value one = entry();
    one.place = {.file = 0, .line = 6, .column = 5};
    c.mistake(one);
    const auto read = decode_moat(document(one), small(), 2);
    ASSERT_FALSE(read) << c.message;
    EXPECT_THAT(read.error()[0].message, HasSubstr(c.message));
    EXPECT_EQ(read.error()[0].level, Level::error);
    EXPECT_EQ(read.error()[0].object, "Moat known");
    EXPECT_EQ(read.error()[0].place.file, 2U);
    EXPECT_EQ(read.error().size(), 1U) << c.message;
  }
}

TEST(Moat, selects_somebody) {
  for (const char* key : {"namespaceSelector", "podSelector", ""}) {
    Value one = entry();
    one.erase("namespace");
    one.erase("podSelector");
    if (*key != '\0') one.set(key, map({}));
    const auto read = decode_moat(document(one), small());
    ASSERT_FALSE(read) << key;
    EXPECT_EQ(read.error()[0].code, "selects-everything");
  }
}

TEST(Moat, says_what_it_is) {
  const auto refused = [](std::string_view key, const Value& value) {
    Value moat = document(entry());
    moat.set(key, value);
    const auto read = decode_moat(moat, small());
    return read ? std::string() : read.error()[0].message;
  };
  EXPECT_THAT(refused("apiVersion", "v1"), HasSubstr("\"apiVersion\" must be one of"));
  EXPECT_THAT(refused("kind", "Catalog"), HasSubstr("\"kind\" must be one of Moat"));
  EXPECT_THAT(refused("metadata", map({})), HasSubstr("the field \"name\" is missing"));
  EXPECT_THAT(refused("metadata", map({{"name", "A B"}})), HasSubstr("no name of an object"));
  EXPECT_THAT(refused("metadata", map({{"name", "a"}, {"namespace", "b"}})),
              HasSubstr("\"metadata\" has no field \"namespace\""));
  EXPECT_THAT(refused("spec", map({{"mode", "enforce"}})), HasSubstr("no field \"mode\""));
  EXPECT_THAT(refused("spec", list({})), HasSubstr("\"spec\" must be a map"));
  EXPECT_THAT(refused("status", map({})), HasSubstr("a Moat has no field \"status\""));
  EXPECT_FALSE(decode_moat(Value(), small()));
}

class GuardWithExceptions : public testing::Test {
 protected:
  Guard of(Choice choice) const {
    choice.exceptions = exceptions;
    return guard(catalog, {}, choice);
  }
  Exception exception(std::vector<std::string> targets, std::optional<Date> until = {}) const {
    return {.pods = {{{"app", model::Operator::in, {"web"}}}},
            .targets = std::move(targets),
            .reason = "why",
            .until = until};
  }

  const Catalog catalog = small();
  std::vector<Exception> exceptions;
};

TEST_F(GuardWithExceptions, holds_to_the_end_of_its_last_day) {
  exceptions = {exception({"aws"}, Date{2026, 11, 26})};
  for (const auto& [today, holds] : {std::pair{Date{2026, 11, 25}, true},
                                     {Date{2026, 11, 26}, true},
                                     {Date{2026, 11, 27}, false},
                                     {Date{2027, 1, 1}, false}}) {
    const Guard guard = of({.today = today});
    EXPECT_EQ(guard.spared.size(), holds ? 1U : 0U) << today.str();
    EXPECT_EQ(guard.expired.size(), holds ? 0U : 1U) << today.str();
  }
}

TEST_F(GuardWithExceptions, spares_flows_and_leaves_must_as_it_is) {
  exceptions = {exception({"aws"})};
  const Guard guard = of({});
  ASSERT_EQ(guard.spared.size(), 1U);
  EXPECT_EQ(guard.spared[0].flows.str(), "169.254.169.254 tcp 80");
  EXPECT_THAT(guard.spared[0].aims, ElementsAre(0U));
  EXPECT_EQ(guard.must, of({}).must);
  EXPECT_THAT(label_keys(guard), ElementsAre("app"));
}

TEST_F(GuardWithExceptions, has_no_flows_for_what_nobody_knows_the_address_of) {
  exceptions = {exception({"kubelet"})};
  const Guard guard = of({});
  ASSERT_EQ(guard.spared.size(), 1U);
  EXPECT_TRUE(guard.spared[0].flows.empty());
  EXPECT_THAT(guard.spared[0].aims, ElementsAre(2U));
}

TEST_F(GuardWithExceptions, passes_over_targets_of_other_clouds) {
  exceptions = {exception({"gcp"})};
  EXPECT_THAT(of({.providers = {"aws"}}).spared, IsEmpty());
  EXPECT_EQ(of({.providers = {"gcp"}}).spared.size(), 1U);
}

}  // namespace
}  // namespace podmoat::catalog
