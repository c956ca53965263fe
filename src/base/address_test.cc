// Addresses and blocks: tables a person can check by eye, then the C library as a second opinion.
#include "base/address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "base/protocol.h"

namespace podmoat {
namespace {

std::string str_of(const Result<Address>& address) { return address ? address->str() : "error"; }
std::string str_of(const Result<Block>& block) { return block ? block->str() : "error"; }

TEST(Address, reads_and_writes_as_net_netip_does) {
  struct Case {
    const char *name, *text, *want;
  } constexpr kCases[] = {
      {"metadata", "169.254.169.254", "169.254.169.254"},
      {"least", "0.0.0.0", "0.0.0.0"},
      {"greatest", "255.255.255.255", "255.255.255.255"},
      {"part too large", "256.0.0.1", "error"},
      {"part far too large", "1.2.3.99999999999999999999", "error"},
      {"leading zero", "10.0.0.01", "error"},
      {"octal", "010.0.0.1", "error"},
      {"two zeros", "10.0.00.1", "error"},
      {"three parts", "10.0.1", "error"},
      {"five parts", "10.0.0.1.1", "error"},
      {"empty part", "10..0.1", "error"},
      {"trailing dot", "10.0.0.1.", "error"},
      {"leading dot", ".10.0.0.1", "error"},
      {"sign", "+1.0.0.1", "error"},
      {"blank", " 10.0.0.1", "error"},
      {"blank behind", "10.0.0.1 ", "error"},
      {"with a port", "10.0.0.1:80", "error"},
      {"one number", "2851995902", "error"},
      {"hexadecimal", "0xa9.254.169.254", "error"},
      {"nothing", "", "error"},
      {"a word", "localhost", "error"},

      {"v6 metadata", "fd00:ec2::254", "fd00:ec2::254"},
      {"v6 capitals and zeros", "FD00:0EC2:0:0:0:0:0:0254", "fd00:ec2::254"},
      {"v6 unspecified", "::", "::"},
      {"v6 loopback", "::1", "::1"},
      {"v6 gap at the end", "fe80::", "fe80::"},
      {"v6 greatest", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
       "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
      {"v6 one zero group is written", "1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"},
      {"v6 gap for one group is read", "1::2:3:4:5:6:7", "1:0:2:3:4:5:6:7"},
      {"v6 the longest run", "1:0:0:2:0:0:0:3", "1:0:0:2::3"},
      {"v6 the first of equal runs", "1:0:0:2:3:0:0:4", "1::2:3:0:0:4"},
      {"v6 two gaps", "1::2::3", "error"},
      {"v6 gap for nothing", "1:2:3:4::5:6:7:8", "error"},
      {"v6 gap for nothing at the end", "1:2:3:4:5:6:7:8::", "error"},
      {"v6 seven groups", "1:2:3:4:5:6:7", "error"},
      {"v6 nine groups", "1:2:3:4:5:6:7:8:9", "error"},
      {"v6 five digits", "::12345", "error"},
      {"v6 five digits with a zero", "::00001", "error"},
      {"v6 not hexadecimal", "::g", "error"},
      {"v6 three colons", ":::", "error"},
      {"v6 one colon", ":", "error"},
      {"v6 leading colon", ":1:2:3:4:5:6:7", "error"},
      {"v6 trailing colon", "1:2:3:4:5:6:7:", "error"},
      {"v6 brackets", "[::1]", "error"},
      {"v6 zone", "fe80::1%eth0", "error"},
      {"v4 zone", "10.0.0.1%eth0", "error"},

      {"mapped is v4", "::ffff:169.254.169.254", "169.254.169.254"},
      {"mapped in hexadecimal is v4", "::ffff:a9fe:a9fe", "169.254.169.254"},
      {"mapped in full is v4", "0:0:0:0:0:ffff:169.254.169.254", "169.254.169.254"},
      {"compatible is v6", "::169.254.169.254", "::a9fe:a9fe"},
      {"NAT64 is v6", "64:ff9b::169.254.169.254", "64:ff9b::a9fe:a9fe"},
      {"v4 part with a leading zero", "::ffff:169.254.169.025", "error"},
      {"v4 part in front", "1.2.3.4::", "error"},
      {"v4 part before the gap", "1:1.2.3.4::", "error"},
      {"v4 part in the middle", "::1.2.3.4:5", "error"},
      {"v4 part too early", "1:2:3:4:5:1.2.3.4", "error"},
      {"v4 part too late", "1:2:3:4:5:6:7:1.2.3.4", "error"},
      {"v4 part and a gap for nothing", "1:2:3:4:5:6::1.2.3.4", "error"},
      {"v4 part of three", "::ffff:1.2.3", "error"},
  };
  for (const Case& c : kCases) EXPECT_EQ(str_of(parse_address(c.text)), c.want) << c.name;
  EXPECT_EQ(str_of(parse_address(std::string_view("::1\0", 4))), "error") << "NUL is no end";
}

TEST(Address, as_written_keeps_the_mapped_form) {
  const auto mapped = parse_address_as_written("::ffff:a00:1");
  ASSERT_TRUE(mapped);
  EXPECT_EQ(mapped->family, Family::v6);
  EXPECT_EQ(mapped->str(), "::ffff:10.0.0.1");
}

TEST(Address, last_address_ends_the_family) {
  EXPECT_EQ(last_address(Family::v4).str(), "255.255.255.255");
  EXPECT_EQ(last_address(Family::v6).str(), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

TEST(Address, errors_say_what_is_wrong) {
  EXPECT_EQ(parse_address("10.0.0.01").error().what,
            "a part of an IPv4 address has a leading zero");
  EXPECT_EQ(parse_block("10.0.0.0/33").error().what, "the length of this block is at most 32");
  EXPECT_EQ(parse_block("10.0.0.0").error().what, "a block has the form ADDRESS/LENGTH");
}

/// What the C library reads, in its own spelling of the bits; "error" if it refuses.
std::string oracle(const std::string& text) {
  std::array<unsigned char, 16> bytes{};
  const bool v4 = inet_pton(AF_INET, text.c_str(), bytes.data()) == 1;
  if (!v4 && inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return "error";
  std::string out = v4 ? "4 " : "6 ";
  for (const unsigned byte : bytes) out += std::to_string(byte) + ' ';
  return out;
}

std::string ours(const std::string& text) {
  const auto address = parse_address_as_written(text);
  if (!address) return "error";
  const bool v4 = address->family == Family::v4;
  std::string out = v4 ? "4 " : "6 ";
  for (int i = 0; i < 16; ++i) {
    const int shift = v4 ? 24 - 8 * i : 120 - 8 * i;
    out += std::to_string(shift < 0 ? 0 : static_cast<int>(address->bits >> shift & 0xff)) + ' ';
  }
  return out;
}

TEST(Address, agrees_with_inet_pton_on_random_text) {
  std::mt19937_64 random(1);
  const std::string_view pieces[] = {"0",  "1", "00", "255", "256", ".",       ".",    ":",  ":",
                                     "::", "f", "12", "a9",  "g",   "1.2.3.4", "ffff", "10", "0:0"};
  int read = 0;
  for (int i = 0; i < 300'000; ++i) {
    std::string text;
    for (auto n = random() % 16; n > 0; --n) text += pieces[random() % std::size(pieces)];
    ASSERT_EQ(ours(text), oracle(text)) << text;
    read += oracle(text) == "error" ? 0 : 1;
  }
  EXPECT_GT(read, 1000) << "too few texts are addresses for the comparison to mean much";
}

TEST(Address, str_is_read_back_and_means_the_same_to_inet_pton) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 100'000; ++i) {
    Address address{Family::v6, 0};
    for (int group = 0; group < 8; ++group) {
      const std::uint64_t kinds[] = {0, 0, 0, 0xffff, random() % 16, random() & 0xffff};
      address.bits = address.bits << 16 | kinds[random() % 6];
    }
    if (i % 4 == 0) address = {Family::v4, address.bits & 0xffffffff};
    const std::string text = address.str();
    const auto back = parse_address_as_written(text);
    ASSERT_TRUE(back) << text;
    ASSERT_EQ(*back, address) << text;
    ASSERT_EQ(ours(text), oracle(text)) << text;
  }
}

TEST(Block, reads_and_writes_as_net_ParseCIDR_does) {
  struct Case {
    const char *name, *text, *want;
  } constexpr kCases[] = {
      {"one address", "169.254.169.254/32", "169.254.169.254/32"},
      {"everything", "0.0.0.0/0", "0.0.0.0/0"},
      {"host bits are masked", "10.1.2.3/8", "10.0.0.0/8"},
      {"all host bits", "255.255.255.255/0", "0.0.0.0/0"},
      {"too long", "10.0.0.0/33", "error"},
      {"far too long", "10.0.0.0/99999999999999999999", "error"},
      {"leading zero in the length", "10.0.0.0/08", "10.0.0.0/8"},
      {"leading zero in the address", "010.0.0.0/8", "error"},
      {"no length", "10.0.0.0", "error"},
      {"empty length", "10.0.0.0/", "error"},
      {"signed length", "10.0.0.0/+8", "error"},
      {"negative length", "10.0.0.0/-8", "error"},
      {"mask as an address", "10.0.0.0/255.0.0.0", "error"},
      {"two lengths", "10.0.0.0/8/8", "error"},
      {"blank", "10.0.0.0/8 ", "error"},
      {"short address", "10/8", "error"},
      {"v6 everything", "::/0", "::/0"},
      {"v6 one address", "fd00:ec2::254/128", "fd00:ec2::254/128"},
      {"v6 masked", "fd00:ec2::254/8", "fd00::/8"},
      {"v6 too long", "::/129", "error"},
      {"v6 zone", "fe80::1%eth0/64", "error"},
      {"mapped block is v4", "::ffff:10.1.2.3/104", "10.0.0.0/8"},
      {"mapped address is v4", "::ffff:169.254.169.254/128", "169.254.169.254/32"},
      {"the whole mapped range is all of v4", "::ffff:0:0/96", "0.0.0.0/0"},
      {"one bit wider is v6", "::ffff:0:0/95", "::fffe:0:0/95"},
      {"wide is v6", "::ffff:10.0.0.0/64", "::/64"},
      {"a v4 length on a mapped address", "::ffff:10.0.0.0/8", "::/8"},
  };
  for (const Case& c : kCases) EXPECT_EQ(str_of(parse_block(c.text)), c.want) << c.name;
}

TEST(Block, holds_what_it_should) {
  const auto block = [](const char* text) { return parse_block(text).value(); };
  const auto address = [](const char* text) { return parse_address(text).value(); };
  EXPECT_EQ(block("10.0.0.0/8").first().str(), "10.0.0.0");
  EXPECT_EQ(block("10.0.0.0/8").last().str(), "10.255.255.255");
  EXPECT_EQ(block("::/0").last(), last_address(Family::v6));
  EXPECT_TRUE(block("10.0.0.0/8").contains(address("10.255.255.255")));
  EXPECT_FALSE(block("10.0.0.0/8").contains(address("11.0.0.0")));
  EXPECT_FALSE(block("::/0").contains(address("10.0.0.1"))) << "the lines never meet";
  EXPECT_FALSE(block("0.0.0.0/0").contains(address("::1"))) << "the lines never meet";
  EXPECT_TRUE(block("10.0.0.0/8").contains(block("10.0.0.0/8")));
  EXPECT_TRUE(block("10.0.0.0/8").contains(block("10.9.0.0/16")));
  EXPECT_FALSE(block("10.0.0.0/16").contains(block("10.0.0.0/8")));
  EXPECT_FALSE(block("::/0").contains(block("0.0.0.0/0")));
}

TEST(Protocol, has_the_names_of_kubernetes) {
  for (const Protocol protocol : {Protocol::tcp, Protocol::udp, Protocol::sctp})
    EXPECT_EQ(parse_protocol(name_of(protocol)), protocol);
  EXPECT_EQ(name_of(Protocol::sctp), "SCTP");
  for (const char* text : {"", "tcp", "ICMP", "other", "named", "TCP "})
    EXPECT_EQ(parse_protocol(text), std::nullopt) << text;
}

}  // namespace
}  // namespace podmoat
