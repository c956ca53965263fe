// NetworkPolicy (networking.k8s.io/v1): defaults and validation of the API server, all mistakes
// collected. Source: docs/semantics/reading.md RD-23 to RD-28; kubernetes/kubernetes
// pkg/apis/networking/v1/defaults.go and pkg/apis/networking/validation/validation.go.
#include <algorithm>
#include <charconv>

#include "core/manifest/decode.h"
#include "core/model/names.h"

namespace podmoat::manifest {
namespace {

/// The two directions, which differ in nothing but names.
struct Direction {
  std::string_view rules;      ///< the field of the spec
  std::string_view peers;      ///< the field of a rule
  std::string_view misplaced;  ///< the other direction's, a common mistake
  std::string_view everything;
};
constexpr Direction kEgress{"egress", "to", "from", "every destination"};
constexpr Direction kIngress{"ingress", "from", "to", "every source"};

struct Cidr {
  Block block;
  int mask = 0;  ///< as written: of an IPv4-mapped block it is 96 more than block.prefix
};

/// "010.0.0.1/8" as the API server reads it: zeros before an IPv4 part do not count.
std::string without_leading_zeros(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins_part = out.empty() || out.back() == '.' || out.back() == '/';
    const bool digit_follows = i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9';
    if (!(begins_part && text[i] == '0' && digit_follows)) out += text[i];
  }
  return out;
}

std::optional<Cidr> cidr_of(Decoding& decoding, const Field& field) {
  const std::string_view text = string_of(decoding, field).value_or("");
  const bool v4 = !text.contains(':');
  const std::string plain = v4 ? without_leading_zeros(text) : std::string(text);
  const auto block = parse_block(plain);
  if (!block) {
    decoding.refuse(
        field, "bad-cidr",
        field.path() + ": \"" + std::string(text) + "\" is no block: " + block.error().what,
        "write an address, \"/\" and a number of bits: 10.0.0.0/8");
    return std::nullopt;
  }
  const std::size_t slash = plain.find('/');
  const auto base = parse_address_as_written(plain.substr(0, slash));
  Cidr cidr{*block, 0};
  std::from_chars(plain.data() + slash + 1, plain.data() + plain.size(), cidr.mask);
  if (plain != text)
    decoding.warn(field, "cidr-leading-zeros",
                  field.path() + ": the API server reads \"" + std::string(text) + "\" as " +
                      block->str() + ", others may read octal numbers",
                  "write " + block->str());
  else if (base && base->family == block->family() && *base != block->base)
    decoding.warn(field, "cidr-host-bits",
                  field.path() + ": \"" + std::string(text) + "\" means " + block->str(),
                  "write " + block->str());
  return cidr;
}

/// Strictly inside, as the API server measures it: by what is written, mapped or not.
bool is_inside(const Cidr& inner, const Cidr& outer) {
  return outer.block.contains(inner.block.base) && outer.mask < inner.mask &&
         outer.block.contains(inner.block);
}

std::optional<model::IpBlock> ip_block_of(Decoding& decoding, const Field& field) {
  if (!is_map(decoding, field)) return std::nullopt;
  warn_unknown(decoding, field, {"cidr", "except"});
  const Field cidr = field["cidr"];
  const Field except = field["except"];
  if (cidr.absent() || cidr.node().string() == "") {
    if (cidr.absent() || cidr.node().is(Kind::string))
      decoding.refuse(cidr, "missing-cidr", cidr.path() + " is missing", "");
    else
      refuse_type(decoding, cidr, "a string");
    return std::nullopt;
  }
  const auto outer = cidr_of(decoding, cidr);
  model::IpBlock block;
  if (outer) block.cidr = outer->block;
  each_item(decoding, except, [&](const Field& item) {
    const auto inner = cidr_of(decoding, item);
    if (!inner || !outer) return;
    if (is_inside(*inner, *outer)) return block.except.push_back(inner->block);
    decoding.refuse(
        item, "bad-except",
        item.path() + ": " + inner->block.str() + " is not strictly inside " + outer->block.str(),
        inner->block.family() == outer->block.family()
            ? "an except must be a smaller part of its cidr"
            : "IPv4 and IPv6 need an ipBlock each");
  });
  return block;
}

std::optional<model::Peer> peer_of(Decoding& decoding, const Field& field) {
  if (!is_map(decoding, field)) return std::nullopt;
  warn_unknown(decoding, field, {"podSelector", "namespaceSelector", "ipBlock"});
  const Field pods = field["podSelector"];
  const Field namespaces = field["namespaceSelector"];
  const Field block = field["ipBlock"];
  const bool selects = !pods.absent() || !namespaces.absent();
  model::Peer peer{model::PodPeer{}, field.place(decoding.file)};
  model::PodPeer selected;
  if (!pods.absent()) selected.pods = selector_of(decoding, pods);
  if (!namespaces.absent()) selected.namespaces = selector_of(decoding, namespaces);
  if (selects && !block.absent())
    decoding.refuse(field, "peer-both",
                    field.path() + " has an ipBlock beside a selector; only one may be there",
                    "make two peers of it");
  if (!selects && block.absent())
    decoding.refuse(field, "empty-peer",
                    field.path() + " has neither podSelector, namespaceSelector nor ipBlock",
                    "name a peer, or remove the item");
  peer.is = std::move(selected);
  if (block.absent()) return peer;
  auto read = ip_block_of(decoding, block);
  if (read) peer.is = std::move(*read);
  return peer;
}

/// `port`: a number, a name, or nothing for every port.
void read_port(Decoding& decoding, const Field& field, model::PolicyPort& out) {
  const Field port = field["port"];
  const Field end = field["endPort"];
  if (port.node().is(Kind::string)) {
    out.port = std::string(port.node()->text);
    if (!model::is_port_name(port.node()->text))
      decoding.refuse(
          port, "bad-port-name",
          port.path() + ": \"" + std::string(port.node()->text) + "\" is no name of a port",
          "a number stands without quotes; a name has a letter, 15 characters at most");
  } else if (const auto first = port_number_of(decoding, port)) {
    out.port = Ports{*first, *first};
  }
  if (end.absent()) return;
  const auto last = port_number_of(decoding, end);
  if (port.absent())
    return decoding.refuse(end, "bad-end-port", end.path() + " stands without a port", "");
  if (port.node().is(Kind::string))
    return decoding.refuse(end, "bad-end-port", end.path() + " stands beside a named port", "");
  auto* const ports = std::get_if<Ports>(&out.port);
  if (!last || ports == nullptr) return;
  if (*last < ports->first)
    return decoding.refuse(end, "bad-end-port", end.path() + " is below its port", "");
  ports->last = *last;
}

model::PolicyPort policy_port_of(Decoding& decoding, const Field& field) {
  model::PolicyPort out{Protocol::tcp, {}, field.place(decoding.file)};
  if (!is_map(decoding, field)) return out;
  warn_unknown(decoding, field, {"protocol", "port", "endPort"});
  const Field protocol = field["protocol"];
  out.protocol = protocol_of(decoding, protocol).value_or(Protocol::tcp);
  read_port(decoding, field, out);
  return out;
}

/// What a rule allows that its author may not know of: warned of beside a dropped field.
std::string effect_of(const Direction& direction, const model::PolicyRule& rule) {
  if (rule.peers.empty() && rule.ports.empty())
    return ", and what is left of the rule allows " + std::string(direction.everything) +
           " on every port";
  if (rule.peers.empty())
    return ", and what is left of the rule allows " + std::string(direction.everything);
  return rule.ports.empty() ? ", and what is left of the rule allows every port" : "";
}

void warn_dropped(Decoding& decoding, const Direction& direction, const Field& field,
                  const model::PolicyRule& rule) {
  if (!field.node().is(Kind::map)) {
    decoding.warn(field, "null-rule",
                  field.path() + " is null, which is a rule that allows everything",
                  "remove the item, or write {} if everything is meant");
    return;
  }
  const Field misplaced = field[direction.misplaced];
  if (misplaced.node() && rule.peers.empty())
    decoding.warn(misplaced, "misplaced-peers",
                  "the API server drops " + misplaced.path() + effect_of(direction, rule),
                  "write \"" + std::string(direction.peers) + "\" in a rule of " +
                      std::string(direction.rules));
  else if (misplaced.node())
    decoding.warn(misplaced, "unknown-field", "the API server drops " + misplaced.path(), "");
  warn_unknown(decoding, field, {"ports", direction.peers, direction.misplaced},
               effect_of(direction, rule));
}

void add_rule(Decoding& decoding, const Direction& direction, const Field& field,
              std::vector<model::PolicyRule>& rules) {
  model::PolicyRule rule;
  rule.place = field.place(decoding.file);
  if (!is_map(decoding, field)) return;
  const Field peers = field[direction.peers];
  const Field ports = field["ports"];
  each_item(decoding, peers, [&](const Field& item) {
    if (auto peer = peer_of(decoding, item)) rule.peers.push_back(std::move(*peer));
  });
  each_item(decoding, ports,
            [&](const Field& item) { rule.ports.push_back(policy_port_of(decoding, item)); });
  warn_dropped(decoding, direction, field, rule);
  rules.push_back(std::move(rule));
}

/// policyTypes, or what the API server sets in its place.
void read_types(Decoding& decoding, const Field& field, model::NetworkPolicy& policy) {
  std::size_t count = 0;
  each_item(decoding, field, [&](const Field& item) {
    ++count;
    const std::string_view type = string_of(decoding, item).value_or("");
    if (type == "Ingress")
      policy.isolates_ingress = true;
    else if (type == "Egress")
      policy.isolates_egress = true;
    else
      decoding.refuse(
          item, "bad-policy-type",
          item.path() + " is \"" + std::string(type) + "\"; it must be Ingress or Egress",
          "the case matters");
  });
  if (count > 2)
    decoding.refuse(field, "bad-policy-type", field.path() + " has more than two entries", "");
  policy.types_given = count > 0;
  if (policy.types_given) return;
  policy.isolates_ingress = true;
  policy.isolates_egress = !policy.egress.empty();
}

}  // namespace

model::NetworkPolicy network_policy_of(Decoding& decoding, const Field& field,
                                       model::Object object) {
  model::NetworkPolicy policy;
  policy.object = std::move(object);
  warn_unknown(decoding, field, {"apiVersion", "kind", "metadata", "spec", "status"});
  const Field spec = field["spec"];
  if (!is_map(decoding, spec)) return policy;
  const Field pods = spec["podSelector"];
  const Field types = spec["policyTypes"];
  const Field egress = spec["egress"];
  const Field ingress = spec["ingress"];
  policy.pods = selector_of(decoding, pods);
  each_item(decoding, egress,
            [&](const Field& rule) { add_rule(decoding, kEgress, rule, policy.egress); });
  each_item(decoding, ingress,
            [&](const Field& rule) { add_rule(decoding, kIngress, rule, policy.ingress); });
  read_types(decoding, types, policy);
  warn_unknown(decoding, spec, {"podSelector", "policyTypes", "egress", "ingress"});
  return policy;
}

}  // namespace podmoat::manifest
