// Labels, selectors (NP-SEL) and the notation of -l.
#include "core/model/labels.h"

#include <gtest/gtest.h>

namespace podmoat::model {
namespace {

TEST(Selector, decides_as_the_api_does) {
  struct Case {
    const char *name, *selector;
    Labels labels;
    bool matches;
  };
  const Labels web({{"app", "web"}, {"tier", ""}});
  const Case cases[] = {
      {"nothing asked", "", web, true},
      {"equal", "app=web", web, true},
      {"double equal", "app==web", web, true},
      {"other value", "app=db", web, false},
      {"absent key is not equal", "zone=a", web, false},
      {"empty value is a value", "tier=", web, true},
      {"unequal", "app!=db", web, true},
      {"unequal holds for an absent key", "zone!=a", web, true},
      {"in", "app in (db, web)", web, true},
      {"notin", "app notin (db,web)", web, false},
      {"notin holds for an absent key", "zone notin (a)", web, true},
      {"exists", "tier", web, true},
      {"exists is not met by an absent key", "zone", web, false},
      {"does not exist", "!zone", web, true},
      {"does not exist is not met by an empty value", "!tier", web, false},
      {"all must hold", "app=web,zone", web, false},
      {"a key that is called in", "in in (a)", Labels(std::vector<Labels::Entry>{{"in", "a"}}),
       true},
  };
  for (const Case& c : cases) {
    const auto selector = parse_selector(c.selector);
    ASSERT_TRUE(selector) << c.name;
    EXPECT_EQ(selector->matches(c.labels), c.matches) << c.name;
  }
}

TEST(Selector, reads_what_it_writes) {
  for (const char* text : {"app=web", "app in (a,b),!old,new,zone!=c,tier notin (x,y)"}) {
    const auto selector = parse_selector(text);
    ASSERT_TRUE(selector) << text;
    EXPECT_EQ(selector->str(), text);
  }
}

TEST(Selector, says_what_it_cannot_read) {
  for (const char* text :
       {"=web", "app in web", "app in (a", "app=web tier=x", "!", "app=web,", ","})
    EXPECT_FALSE(parse_selector(text)) << text;
}

TEST(Labels, keep_the_later_of_two_entries) {
  const Labels labels({{"b", "1"}, {"a", "2"}, {"b", "3"}});
  EXPECT_EQ(labels.str(), "a=2,b=3");
  EXPECT_EQ(labels.find("c"), nullptr);
}

}  // namespace
}  // namespace podmoat::model
