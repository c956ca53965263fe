// The cures that people write and that are none: verify names a flow that shows it.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "core/language/language.h"
#include "core/manifest/reader.h"
#include "core/proof/proof.h"
#include "support/flow_universe.h"

namespace podmoat::test {
namespace {

using model::Answer;

class Text : public ByteSource {
 public:
  explicit Text(std::string text) : text_(std::move(text)) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = text_.copy(into.data(), into.size(), at_);
    at_ += count;
    return count;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

model::Snapshot snapshot(const std::string& more) {
  manifest::Reader reader("default", language::kinds());
  Text text("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n" + more);
  EXPECT_TRUE(reader.add("cluster.yaml", text).has_value());
  return reader.finish();
}

model::Platform platform(const char* engine, const char* language) {
  model::Platform out = model::conformant();
  out.engine = engine;
  out.cidr_matches_pods.answer = Answer::no;
  if (out.reads(language) != Answer::yes)
    out.languages.push_back({language, {"enforces", Answer::yes, "", ""}});
  return out;
}

proof::Proof verify(const std::string& before, const std::string& after,
                    const model::Platform& platform, const char* guarded) {
  catalog::Guard guard;
  guard.must = set(guarded);
  guard.may = guard.must;
  const model::Snapshot was = snapshot(before);
  const model::Snapshot is = snapshot(after);
  return proof::verify(
      {.before = was, .after = is, .platform = platform, .guard = guard, .namespaces = {"shop"}});
}

/// The flow of the first Counterexample to `breach`, or what the Proof says instead.
std::string witness(const proof::Proof& proof, proof::Breach breach) {
  for (const proof::Counterexample& example : proof.counterexamples)
    if (example.breach == breach) return example.to;
  return proof.outcome == proof::Outcome::proven ? "proven" : "no such breach";
}

constexpr const char* kAllBut = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: no-metadata, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to:
    - ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}
    - ipBlock: {cidr: "::/0"}
)";

// CL-14, CL-31: blocks hold neither Pods nor nodes.
TEST(WrongForms, except_on_cilium_cuts_pods_and_nodes) {
  model::Platform cilium = platform("cilium", "Cilium");
  cilium.cidr_matches_nodes.answer = Answer::no;
  const proof::Proof proof = verify("", kAllBut, cilium, "169.254.169.254 any");
  EXPECT_EQ(proof.outcome, proof::Outcome::refuted);
  const std::string lost = witness(proof, proof::Breach::cut);
  EXPECT_NE(lost.find("Pods"), std::string::npos) << lost;
  const std::string with_pods = std::string(kAllBut) + "    - namespaceSelector: {}\n";
  const std::string node =
      witness(verify("", with_pods, cilium, "169.254.169.254 any"), proof::Breach::cut);
  EXPECT_NE(node.find("node"), std::string::npos) << node;
}

// CA-7: the end of a tier in which any policy holds a Pod denies.
TEST(WrongForms, a_lone_deny_on_calico_denies_everything) {
  const model::Platform calico = platform("calico", "Calico");
  const std::string deny = R"(
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: default.no-metadata}
spec:
  tier: default
  selector: projectcalico.org/orchestrator == 'k8s'
  types: [Egress]
  egress:
  - action: Deny
    protocol: TCP
    destination: {nets: [169.254.169.254/32], ports: [80]}
)";
  const proof::Proof proof = verify("", deny, calico, "169.254.169.254 tcp 80");
  EXPECT_EQ(proof.outcome, proof::Outcome::refuted);
  EXPECT_NE(witness(proof, proof::Breach::cut), "no such breach");
  const std::string with_end = deny + "  - action: Allow\n";
  EXPECT_EQ(witness(verify("", with_end, calico, "169.254.169.254 tcp 80"), proof::Breach::cut),
            "proven");
}

// What the node rewrites before policies see it is judged as sent to where it goes: on GKE's
// iptables dataplane to 169.254.169.252:988.
TEST(WrongForms, except_on_gke_leaves_the_metadata_server_open) {
  model::Platform gke = platform("calico", "Calico");
  gke.redirects.push_back({.name = "GKE metadata server",
                           .from = *parse_address("169.254.169.254"),
                           .to = *parse_address("169.254.169.252"),
                           .to_port = 988,
                           .source = "a test"});
  const std::string all_but = std::string(kAllBut) + "    - namespaceSelector: {}\n";
  const proof::Proof proof = verify("", all_but, gke, "169.254.169.252 tcp 988");
  EXPECT_EQ(proof.outcome, proof::Outcome::refuted);
  EXPECT_EQ(witness(proof, proof::Breach::still_open), "169.254.169.252:988/TCP");
}

// CL-9: a deny isolates, unless it says that it does not.
TEST(WrongForms, a_lone_deny_on_cilium_denies_everything) {
  model::Platform cilium = platform("cilium", "Cilium");
  cilium.cidr_matches_nodes.answer = Answer::no;
  const std::string deny = R"(
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: no-metadata}
spec:
  endpointSelector: {}
  egressDeny:
  - toCIDR: [169.254.169.254/32]
)";
  const proof::Proof proof = verify("", deny, cilium, "169.254.169.254 any");
  EXPECT_EQ(proof.outcome, proof::Outcome::refuted);
  EXPECT_NE(witness(proof, proof::Breach::cut), "no such breach");
  const std::string mended = deny + "  enableDefaultDeny: {egress: false}\n";
  EXPECT_EQ(witness(verify("", mended, cilium, "169.254.169.254 any"), proof::Breach::cut),
            "proven");
}

}  // namespace
}  // namespace podmoat::test
