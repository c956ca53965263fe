#include "core/language/firewall.h"

#include <fmt/format.h>

#include <utility>

#include "core/language/node_addresses.h"

namespace podmoat::language {
namespace {

/// EF-8.
Clause own_dns(const Source& source, const model::PolicyObject& object) {
  Clause out;
  out.to.places.possible = perhaps_own_node(source.snapshot);
  out.ports.all = false;
  for (const Protocol protocol : {Protocol::tcp, Protocol::udp})
    out.ports.numbers = out.ports.numbers | flow::PortSet::of(protocol, {53, 53});
  out.rule = "spec";
  out.place = object.object.place;
  out.text = "lets DNS at the Pod's own node through";
  out.doubt = "whether the address is the Pod's own node's";
  return out;
}

Clause clause_of(const FirewallForm& form, const Source& source, const Field& rule) {
  const std::string type = rule["type"].string().value_or("");
  if (type != "Allow" && type != "Deny") rule["type"].problem("must be Allow or Deny");
  if (rule["to"].members().size() != 1) {
    rule["to"].problem("must have one field");
    return {};
  }
  FirewallRule read = form.rule(source, rule);
  Clause out;
  out.action = type == "Allow" ? flow::Action::allow : flow::Action::deny;
  out.to = std::move(read.to);
  out.ports = std::move(read.ports);
  out.rule = rule.path().substr(std::string_view("spec.").size());
  out.place = rule.place();
  out.text = fmt::format("{} {} on {}", type == "Allow" ? "allows" : "denies", read.words, read.on);
  out.doubt = std::move(read.doubt);
  return out;
}

void check_head(const model::PolicyObject& object, const Field& root) {
  root.only({"apiVersion", "kind", "metadata", "spec", "status"});
  if (object.version() != "v1")
    root["apiVersion"].problem("is a version that podmoat does not know");
  root["spec"].only({"egress"});
  if (root["spec"]["egress"].absent()) root["spec"]["egress"].problem("is missing");
}

/// Each kind is a gate of its own, and so is what cannot be read: it may close, and lifts nothing
/// (EF-1).
std::uint32_t gate(std::string name, std::uint8_t stage, Reading& reading) {
  return reading.tier({.name = std::move(name), .stage = stage, .end = flow::Action::pass});
}

constexpr std::uint8_t kUnreadStage = 3;

}  // namespace

Policy* read_firewall(const FirewallForm& form, const Source& source,
                      const model::PolicyObject& object, Reading& reading) {
  Problems problems(object);
  const Field root(object, problems);
  check_head(object, root);
  form.check(object, root);
  Policy out;
  out.pods = {in_namespace(object.object.ns)};
  out.clauses.push_back(own_dns(source, object));
  for (const Field& rule : root["spec"]["egress"].items())
    out.clauses.push_back(clause_of(form, source, rule));
  if (!problems.none()) {  // EF-12
    add_unread(object, out.pods, problems, reading);
    reading.policies.back().tier = gate("unread firewalls", kUnreadStage, reading);
    return nullptr;
  }
  if (out.clauses.size() == 1) return nullptr;
  out.object = object.object;
  out.tier = gate(object.object.kind, form.stage, reading);
  out.isolates = false;
  out.text = "is the firewall of namespace " + object.object.ns;
  return &reading.policies.emplace_back(std::move(out));
}

void hold_block(const Field& selector, const Block& block, FirewallRule& rule) {
  const std::string text = selector.string().value_or("");
  const auto written = parse_address(text.substr(0, text.find('/')));
  const flow::FlowSet held = addresses({block});
  rule.words = block.str();
  rule.to.places.possible = held;
  if (written && *written == block.base)
    rule.to.places.sure = held;
  else
    rule.doubt = fmt::format("{} has bits outside its mask, which may put it out of force", text);
}

void hold_name(const Field& dns_name, FirewallRule& rule) {
  rule.words = dns_name.string().value_or("");
  if (rule.words.empty()) dns_name.problem("must not be empty");
  rule.doubt = fmt::format("which addresses {} has", rule.words);
  rule.to.places.possible = all_places();
}

}  // namespace podmoat::language
