// docs/platforms.md is written from the profiles. A test compares the file with what is written
// here.
#include "core/platform/pages.h"

#include <array>
#include <initializer_list>

namespace podmoat::platform {
namespace {

constexpr std::array kParameters = std::to_array<Parameter>({
    {"enforces", "PF-1", "Does anything enforce policies?"},
    {"cidrMatchesPods", "PF-2", "Does a CIDR rule match the address of a Pod?"},
    {"cidrMatchesNodes", "PF-3", "Does a CIDR rule match the address of a node?"},
    {"wholeRangeMatchesNodes", "PF-4", "Does 0.0.0.0/0, or ::/0, match it too?"},
    {"cidrMatchesHostLinkLocal", "PF-5",
     "Does a CIDR rule match a link-local address on an interface of the node?"},
    {"ownNodePoliced", "PF-6", "Does egress policy hold between a Pod and its own node?"},
    {"ownNodeAccepts", "PF-7", "Does the node accept what policies let its own Pods send to it?"},
    {"nodePortRangePoliced", "PF-8", "Does it hold for ports of the NodePort range there?"},
    {"ipv4Policed", "PF-9", "Does it hold for IPv4?"},
    {"ipv6Policed", "PF-10", "Does it hold for IPv6?"},
    {"hiddenFamily", "PF-11", "Have Pods a way out over a family of which they show no address?"},
    {"exceptIsLocal", "PF-12", "Does an `except` take away from its own rule only?"},
    {"seesServiceAddresses", "PF-13",
     "Does it see addresses of Services before they are translated?"},
    {"startsClosed", "PF-14", "Is a new Pod held from its first packet?"},
    {"hostPolicies", "PF-15", "Can a policy hold Pods on the host network?"},
    {"barePodsPoliced", "PF-16", "Are Pods held that no workload owns?"},
    {"windowsPoliced", "PF-17", "Are Pods on Windows nodes held?"},
    {"fargatePoliced", "PF-18", "Are Pods on virtual nodes (AWS Fargate) held?"},
    {"allReachesNodes", "PF-19", "Does a rule without destination reach the nodes?"},
    {"deniesByDefault", "PF-20", "Is denied what leaves a Pod that no policy selects?"},
    {"otherLanguages", "PF-21", "Does it enforce policies of languages that are not listed?"},
});

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

std::string_view letter(model::Answer answer) {
  return answer == model::Answer::unknown ? "?" : name_of(answer);
}

std::string matrix() {
  std::string head = "| profile |";
  std::string rule = "|---|";
  for (const Parameter& parameter : parameters()) {
    head += " " + std::string(parameter.rule.substr(3)) + " |";
    rule += "---|";
  }
  std::string out = head + "\n" + rule + "\n";
  for (const model::Platform& platform : model::platforms()) {
    out += "| `" + platform.name + "` |";
    for (const model::Fact* fact : platform.facts())
      out += " " + std::string(letter(fact->answer)) + " |";
    out += "\n";
  }
  return out;
}

void add_profile(std::string& out, const model::Platform& platform) {
  out += "\n## " + platform.name + "\n\n" + platform.summary + ".\n\n";
  out += line({"fact", "answer", "mark", "source"}) + "|---|---|---|---|\n";
  for (const model::Fact* fact : platform.facts())
    out += line({fact->name, name_of(fact->answer), name_of(fact->mark), fact->source});
  for (const model::Enforced& language : platform.languages)
    out += line({"reads " + std::string(language.language), name_of(language.fact.answer),
                 name_of(language.fact.mark), language.fact.source});
}

}  // namespace

std::span<const Parameter> parameters() { return kParameters; }

std::string markdown() {
  std::string out =
      "# Platforms\n\n"
      "Written from `src/core/model/platforms/`; a test keeps the two equal, and with "
      "`PODMOAT_UPDATE=1` it rewrites\nthis file. What each fact means and what follows from it: "
      "[semantics/platforms.md](semantics/platforms.md).\n\n"
      "Marks: *verified* was read in the source named, *derived* follows from sources and is said "
      "nowhere, *third party*\nwas seen in reports of others, *memory* was not looked up.\n\n"
      "## The facts\n\n";
  out += line({"", "fact", "question"}) + "|---|---|---|\n";
  for (const Parameter& parameter : parameters())
    out += line({parameter.rule, "`" + std::string(parameter.name) + "`", parameter.question});
  out += "\n## The matrix\n\nColumns are the numbers of the facts; ? is unknown.\n\n" + matrix();
  for (const model::Platform& platform : model::platforms()) add_profile(out, platform);
  return out;
}

}  // namespace podmoat::platform
