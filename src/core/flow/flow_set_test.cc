// FlowSet: tables a person can check by eye.
#include "core/flow/flow_set.h"

#include <gtest/gtest.h>

#include "support/flow_universe.h"

namespace podmoat::flow {
namespace {

using test::set;

TEST(FlowSet, minus_cuts_out_exactly_what_it_is_told) {
  struct Case {
    const char *name, *a, *b, *want;
  } constexpr kCases[] = {
      {"the usual cure: everything except the metadata server",  //
       "0.0.0.0/0 tcp 80", "169.254.169.254 tcp 80",
       "0.0.0.0-169.254.169.253 tcp 80; 169.254.169.255-255.255.255.255 tcp 80"},
      {"v6 wildcard is not v4", "::/0 tcp 80", "169.254.169.254 tcp 80", "::/0 tcp 80"},
      {"port inside a range", "10.0.0.1 udp 0-65535", "10.0.0.1 udp 53",
       "10.0.0.1 udp 0-52,54-65535"},
      {"another protocol", "10.0.0.1 udp 53", "10.0.0.1 tcp 53", "10.0.0.1 udp 53"},
      {"one protocol of all", "10.0.0.1 any", "10.0.0.1 tcp", "10.0.0.1 udp sctp other named"},
      {"first address of a line", "v4 tcp 1", "0.0.0.0 any", "0.0.0.1-255.255.255.255 tcp 1"},
      {"last address of a line", "v6 tcp 1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff any",
       "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe tcp 1"},
      {"a class of peers", "peers tcp 80", "peer#3-7 any",
       "peer#0-2 tcp 80; peer#8-4294967295 tcp 80"},
      {"all addresses leave the peers and nodes", "all", "v4 any; v6 any", "peers any; nodes any"},
      {"a kind of node", "nodes tcp 80", "own-node any", "other-nodes tcp 80"},
      {"itself", "10.0.0.0/8 tcp 80; ::1 udp", "10.0.0.0/8 tcp 80; ::1 udp", "none"},
  };
  for (const Case& c : kCases) EXPECT_EQ((set(c.a) - set(c.b)).str(), c.want) << c.name;
}

TEST(FlowSet, or_joins_what_touches_and_is_equal) {
  struct Case {
    const char *name, *a, *b, *want;
  } constexpr kCases[] = {
      {"two halves", "0.0.0.0/1 any", "128.0.0.0/1 any", "0.0.0.0/0 any"},
      {"two ports", "10.0.0.1 tcp 80", "10.0.0.1 tcp 81", "10.0.0.1 tcp 80-81"},
      {"a gap stays", "10.0.0.1 tcp 80", "10.0.0.1 tcp 82", "10.0.0.1 tcp 80,82"},
      {"touching, other ports", "10.0.0.1 tcp 80", "10.0.0.2 tcp 81",
       "10.0.0.1 tcp 80; 10.0.0.2 tcp 81"},
      {"inside", "10.0.0.0/8 tcp 80", "10.1.0.0/16 udp 53",
       "10.0.0.0/16 tcp 80; 10.1.0.0/16 tcp 80 udp 53; 10.2.0.0-10.255.255.255 tcp 80"},
      {"inside and covered", "10.0.0.0/8 any", "10.1.0.0/16 udp 53", "10.0.0.0/8 any"},
      {"end of one line, start of the next", "255.255.255.255 any", ":: any",
       "255.255.255.255 any; :: any"},
      {"end of one protocol, start of the next", "10.0.0.1 tcp 65535", "10.0.0.1 udp 0",
       "10.0.0.1 tcp 65535 udp 0"},
      {"all lines are all", "v4 any; v6 any; own-node any", "peers any; other-nodes any", "all"},
      {"empty", "none", "none", "none"},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ((set(c.a) | set(c.b)).str(), c.want) << c.name;
    EXPECT_EQ((set(c.b) | set(c.a)).str(), c.want) << c.name;
  }
}

TEST(FlowSet, and_keeps_what_both_have) {
  struct Case {
    const char *name, *a, *b, *want;
  } constexpr kCases[] = {
      {"ports and addresses", "10.0.0.0/8 tcp 1-100", "10.1.0.0/16 tcp 50-200",
       "10.1.0.0/16 tcp 50-100"},
      {"nothing in common", "10.0.0.0/8 tcp", "11.0.0.0/8 tcp", "none"},
      {"no protocol in common", "10.0.0.0/8 tcp", "10.0.0.0/8 udp", "none"},
      {"lines are apart", "0.0.0.0/0 any", "::/0 any", "none"},
      {"everything", "all", "peer#3 named 4", "peer#3 named 4"},
      {"several rows", "10.0.0.1-10.0.0.9 tcp", "10.0.0.0-10.0.0.1 tcp 1; 10.0.0.9 tcp 2",
       "10.0.0.1 tcp 1; 10.0.0.9 tcp 2"},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ((set(c.a) & set(c.b)).str(), c.want) << c.name;
    EXPECT_EQ((set(c.b) & set(c.a)).str(), c.want) << c.name;
  }
}

TEST(FlowSet, is_written_in_one_way) {
  struct Case {
    const char *name, *text, *want;
  } constexpr kCases[] = {
      {"everything", "all", "all"},
      {"everything by lines", "nodes any; peers any; v6 any; v4 any", "all"},
      {"nothing", "none", "none"},
      {"a range that is a block", "10.0.0.0-10.255.255.255 tcp 80", "10.0.0.0/8 tcp 80"},
      {"a range that is no block", "10.0.0.1-10.0.0.2 tcp 80", "10.0.0.1-10.0.0.2 tcp 80"},
      {"host bits", "10.1.2.3/8 tcp 80", "10.0.0.0/8 tcp 80"},
      {"one address", "10.0.0.1/32 tcp 80", "10.0.0.1 tcp 80"},
      {"whole lines", "v4 tcp; v6 tcp; peers tcp", "0.0.0.0/0 tcp; ::/0 tcp; peers tcp"},
      {"peers", "peer#3-7 tcp 80; peer#9 tcp", "peer#3-7 tcp 80; peer#9 tcp"},
      {"protocols in order", "::1 other udp 5 tcp 7,1-2", "::1 tcp 1-2,7 udp 5 other"},
      {"every port is none written", "::1 tcp 0-65535", "::1 tcp"},
      {"every protocol is any", "::1 tcp udp sctp other named", "::1 any"},
      {"a mapped address is on its own line", "::ffff:10.0.0.1 tcp", "::ffff:10.0.0.1 tcp"},
      {"blanks", "  ::1   tcp   80 ;", "::1 tcp 80"},
  };
  for (const Case& c : kCases) EXPECT_EQ(set(c.text).str(), c.want) << c.name;
}

TEST(FlowSet, parse_names_the_first_word_it_cannot_read) {
  struct Case {
    const char *text, *want;
  } constexpr kCases[] = {
      {"", "expected a destination instead of \"\""},
      {"10.0.0.1 tcp 80;; ::1 any", "expected a destination instead of \"\""},
      {"10.0.0.999 tcp 80", "expected a destination instead of \"10.0.0.999\""},
      {"10.0.0.0/33 any", "expected a destination instead of \"10.0.0.0/33\""},
      {"10.0.0.2-10.0.0.1 any", "expected a destination instead of \"10.0.0.2-10.0.0.1\""},
      {"10.0.0.1-::1 any", "expected a destination instead of \"10.0.0.1-::1\""},
      {"peer#4294967296 any", "expected a destination instead of \"peer#4294967296\""},
      {"peer#-1 any", "expected a destination instead of \"peer#-1\""},
      {"10.0.0.1", "expected a protocol instead of \"\""},
      {"10.0.0.1 80", "expected a protocol instead of \"80\""},
      {"10.0.0.1 TCP 80", "expected a protocol instead of \"TCP\""},
      {"10.0.0.1 any tcp", "expected a protocol instead of \"any\""},
      {"10.0.0.1 tcp 80 81", "expected a protocol instead of \"81\""},
      {"10.0.0.1 tcp 65536", "expected ports instead of \"65536\""},
      {"10.0.0.1 tcp 1,2-1", "expected ports instead of \"2-1\""},
      {"10.0.0.1 tcp 1-2-3", "expected ports instead of \"1-2-3\""},
      {"10.0.0.1 other 0", "expected ports instead of \"0\""},
  };
  for (const Case& c : kCases) {
    const auto parsed = FlowSet::parse(c.text);
    EXPECT_EQ(parsed ? "read" : parsed.error().what, c.want) << c.text;
  }
}

TEST(FlowSet, answers_about_single_flows) {
  const FlowSet some = set("10.0.0.0/8 tcp 80,443; ::1 other; peer#3 named 4");
  const auto tcp = [](const char* address, std::uint16_t port) {
    return Flow{at(parse_address(address).value()), Protocol::tcp, port};
  };
  EXPECT_TRUE(some.contains(tcp("10.0.0.0", 80)));
  EXPECT_TRUE(some.contains(tcp("10.255.255.255", 443)));
  EXPECT_FALSE(some.contains(tcp("10.0.0.0", 81)));
  EXPECT_FALSE(some.contains(tcp("9.255.255.255", 80)));
  EXPECT_FALSE(some.contains(tcp("11.0.0.0", 80)));
  EXPECT_FALSE(some.contains(tcp("::1", 80)));
  EXPECT_TRUE(some.contains(Flow{{Line::v6, 1}, Protocol::other, 0}));
  EXPECT_TRUE(some.contains(Flow{peer(3), Protocol::named, 4}));
  EXPECT_FALSE(some.contains(Flow{peer(4), Protocol::named, 4}));
  EXPECT_FALSE(some.contains(Flow{{Line::v4, 3}, Protocol::named, 4})) << "a peer is no address";
  EXPECT_EQ(some.ports_at(peer(3)).str(), "named 4");
  EXPECT_EQ(some.ports_at(peer(4)).str(), "none");
  EXPECT_EQ(FlowSet().ports_at(peer(4)).str(), "none");
}

TEST(FlowSet, a_flow_is_written_as_people_write_it) {
  const auto witness = [](const char* text) { return set(text).witness().value().str(); };
  EXPECT_EQ(witness("169.254.169.254 tcp 80"), "169.254.169.254:80/TCP");
  EXPECT_EQ(witness("fd00:ec2::254 udp 53; fd00:ec2::254 sctp 1"), "[fd00:ec2::254]:53/UDP");
  EXPECT_EQ(witness("10.0.0.1 other"), "10.0.0.1 other");
  EXPECT_EQ(witness("::1 other"), "::1 other");
  EXPECT_EQ(witness("peer#3 sctp 80-90"), "peer#3:80/SCTP");
  EXPECT_EQ(witness("all"), "0.0.0.0:0/TCP");
  EXPECT_EQ(FlowSet().witness(), std::nullopt);
}

TEST(FlowSet, blocks_of_is_the_shortest_list) {
  const auto blocks = [](const char* text) {
    std::string out;
    for (const Block& block : blocks_of(set(text).rows().front().span)) out += block.str() + ' ';
    return out;
  };
  EXPECT_EQ(blocks("v4 any"), "0.0.0.0/0 ");
  EXPECT_EQ(blocks("v6 any"), "::/0 ");
  EXPECT_EQ(blocks("10.0.0.1 any"), "10.0.0.1/32 ");
  EXPECT_EQ(blocks("10.0.0.1-10.0.0.6 any"), "10.0.0.1/32 10.0.0.2/31 10.0.0.4/31 10.0.0.6/32 ");
  EXPECT_EQ(blocks("255.255.255.254-255.255.255.255 any"), "255.255.255.254/31 ");
  EXPECT_EQ(blocks("ffff::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff any"), "ffff::/16 ");
  EXPECT_EQ(blocks_of(whole(Line::v4)).size(), 1U);
  EXPECT_EQ(blocks_of({Line::v6, 1, ~U128{0} - 1}).size(), 254U) << "127 on either side";
}

}  // namespace
}  // namespace podmoat::flow
