// Scalars: every line of the table in docs/semantics/reading.md.
#include "core/manifest/yaml_scalar.h"

#include <gtest/gtest.h>

namespace podmoat::manifest {
namespace {

std::string said(const std::optional<Scalar>& scalar) {
  return scalar ? std::string(name_of(scalar->kind)) + " " + std::string(scalar->str()) : "refused";
}

TEST(YamlScalar, reads_plain_text_as_kubectl_does) {
  struct Case {
    const char *rule, *text, *want;
  } constexpr kCases[] = {
      {"RD-3", "yes", "a boolean true"},
      {"RD-3", "On", "a boolean true"},
      {"RD-3", "y", "a boolean true"},
      {"RD-3", "N", "a boolean false"},
      {"RD-3", "off", "a boolean false"},
      {"RD-3", "True", "a boolean true"},
      {"RD-3", "tRUE", "a string tRUE"},
      {"RD-3", "yEs", "a string yEs"},
      {"RD-3", "", "null "},
      {"RD-3", "~", "null "},
      {"RD-3", "Null", "null "},
      {"RD-3", "nULL", "a string nULL"},
      {"RD-4", "0", "an integer 0"},
      {"RD-4", "-0", "an integer 0"},
      {"RD-4", "+7", "an integer 7"},
      {"RD-4", "0777", "an integer 511"},
      {"RD-4", "0o17", "an integer 15"},
      {"RD-4", "0x1F", "an integer 31"},
      {"RD-4", "-0b101", "an integer -5"},
      {"RD-4", "1_000", "an integer 1000"},
      {"RD-4", "08", "an integer 8"},
      {"RD-4", "80.0", "an integer 80"},
      {"RD-4", "1e3", "an integer 1000"},
      {"RD-4", "1.5", "a number 1.5"},
      {"RD-4", ".5", "a number 0.5"},
      {"RD-4", "1.", "an integer 1"},
      {"RD-4", "9223372036854775807", "an integer 9223372036854775807"},
      {"RD-4", "-9223372036854775808", "an integer -9223372036854775808"},
      {"RD-4", "18446744073709551615", "an integer 18446744073709551615"},
      {"RD-4", "1e400", "a string 1e400"},
      {"RD-4", "0x", "a string 0x"},
      {"RD-4", "1.2.3.4", "a string 1.2.3.4"},
      {"RD-4", "10.0.0.0/8", "a string 10.0.0.0/8"},
      {"RD-4", "12:30:45", "a string 12:30:45"},
      {"RD-4", "-", "a string -"},
      {"RD-4", "2001-12-14", "a string 2001-12-14"},
      {"RD-4", ".inf", "refused"},
      {"RD-4", "-.INF", "refused"},
      {"RD-4", ".NaN", "refused"},
      {"RD-4", ".", "a string ."},
  };
  for (const Case& c : kCases) EXPECT_EQ(said(resolve_plain(c.text)), c.want) << c.rule << c.text;
}

TEST(YamlScalar, obeys_tags) {
  struct Case {
    const char *tag, *text, *want;
  } constexpr kCases[] = {
      {"tag:yaml.org,2002:str", "yes", "a string yes"},
      {"tag:yaml.org,2002:int", "0x10", "an integer 16"},
      {"tag:yaml.org,2002:int", "abc", "refused"},
      {"tag:yaml.org,2002:bool", "on", "a boolean true"},
      {"tag:yaml.org,2002:bool", "1", "refused"},
      {"tag:yaml.org,2002:null", "x", "refused"},
      {"tag:yaml.org,2002:binary", "aGk=", "a string hi"},
      {"tag:yaml.org,2002:binary", "aGk", "refused"},
      {"!mine", "5", "a string 5"},
  };
  for (const Case& c : kCases)
    EXPECT_EQ(said(resolve_tagged(c.tag, c.text)), c.want) << c.tag << ' ' << c.text;
}

}  // namespace
}  // namespace podmoat::manifest
