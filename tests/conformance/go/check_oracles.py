#!/usr/bin/env python3
"""Asks each oracle some questions whose answers are written in its project's documentation, so that a
program that is wired wrongly is not taken for a judge. Usage: check_oracles.py FOLDER_OF_PROGRAMS"""

import json
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(sys.argv[1])
IMDS = "169.254.169.254"


def ask(program, questions):
    """The answers of `program`, one for each question."""
    lines = "".join(json.dumps(q) + "\n" for q in questions)
    done = subprocess.run([FOLDER / program], input=lines, capture_output=True, text=True,
                          timeout=60, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def named(kind, name, namespace=None, labels=None, **rest):
    meta = {"name": name, "labels": labels or {}}
    if namespace:
        meta["namespace"] = namespace
    return {"kind": kind, "metadata": meta, **rest}


def pod(name, ip, labels, ports=(), **spec):
    containers = [{"name": "c", "ports": list(ports)}]
    return named("Pod", name, "shop", labels, apiVersion="v1", status={"podIP": ip},
                 spec={"containers": containers, **spec})


def network_policy(spec, name="np"):
    return named("NetworkPolicy", name, "shop", apiVersion="networking.k8s.io/v1", spec=spec)


def cluster_policy(tier, egress, priority=10, name=None):
    spec = {"tier": tier, "priority": priority, "subject": {"namespaces": {}}, "egress": egress}
    return named("ClusterNetworkPolicy", name or tier.lower(), spec=spec,
                 apiVersion="policy.networking.k8s.io/v1alpha2")


def admin_policy(kind, egress, **spec):
    return named(kind, "default", apiVersion="policy.networking.k8s.io/v1alpha1",
                 spec={"subject": {"namespaces": {}}, "egress": egress, **spec})


HTTP = {"name": "http", "containerPort": 8080}
CLUSTER = {
    "namespaces": [named("Namespace", "shop", labels={"team": "a"}, apiVersion="v1")],
    "nodes": [named("Node", "n1", labels={"zone": "z"}, apiVersion="v1", status={
        "addresses": [{"type": "InternalIP", "address": "192.168.0.1"}]})],
    "pods": [pod("web", "10.0.0.1", {"app": "web"}), pod("db", "10.0.0.2", {"app": "db"}, [HTTP]),
             pod("host", "192.168.0.1", {"app": "web"}, hostNetwork=True, nodeName="n1")],
}
FLOWS = [(IMDS, "TCP", 80), (IMDS, "UDP", 53), ("10.0.0.2", "TCP", 8080), ("10.0.0.2", "TCP", 9090),
         ("192.168.0.1", "TCP", 10250), (IMDS, "other", 0)]
NETWORKS = {"networks": [IMDS + "/32"]}
TO_IMDS = [{"ipBlock": {"cidr": IMDS + "/32"}}]
TCP_80 = [{"tcp": {"destinationPort": {"number": 80}}}]

# What it is, the policies, and for each of FLOWS whether it may leave web: y or n.
CLUSTERS = [
    ("no policy", [], "yyyyyy"),
    ("deny all", [network_policy({"policyTypes": ["Egress"]})], "nnnnnn"),
    ("an empty list of rules is no rule", [network_policy({"policyTypes": ["Egress"], "egress": []})],
     "nnnnnn"),
    ("types left out, no egress rule: ingress only", [network_policy({"egress": []})], "yyyyyy"),
    ("an address, TCP if not said", [network_policy({"egress": [
        {"to": TO_IMDS, "ports": [{"port": 80}]}]})], "ynnnnn"),
    ("everything but an address", [network_policy({"egress": [{"to": [{"ipBlock": {
        "cidr": "0.0.0.0/0", "except": [IMDS + "/32"]}}]}]})], "nnyyyn"),
    ("a second policy adds", [network_policy({"egress": [{"to": TO_IMDS}]}, "a"), network_policy(
        {"egress": [{"ports": [{"port": 8080}]}]}, "b")], "yyynny"),
    ("a named port is the destination's", [network_policy({"egress": [
        {"to": [{"podSelector": {}}], "ports": [{"port": "http"}]}]})], "nnynnn"),
    ("an Admin denial is final", [cluster_policy("Admin", [{"action": "Deny", "to": [NETWORKS]}]),
                                  network_policy({"egress": [{}]})], "nnyyyn"),
    ("by port", [cluster_policy("Admin", [{"action": "Deny", "to": [NETWORKS],
                                           "protocols": TCP_80}])], "nyyyyy"),
    ("Pass leaves the tier", [cluster_policy("Admin", [
        {"action": "Pass", "to": [NETWORKS]}, {"action": "Deny", "to": [NETWORKS]}]), cluster_policy(
            "Baseline", [{"action": "Deny", "to": [NETWORKS], "protocols": TCP_80}])], "nyyyyy"),
    ("the lower number comes first", [
        cluster_policy("Admin", [{"action": "Deny", "to": [NETWORKS]}], 5, "z"),
        cluster_policy("Admin", [{"action": "Accept", "to": [NETWORKS]}], 6, "a")], "nnyyyn"),
    ("nodes", [cluster_policy("Admin", [{"action": "Deny", "to": [
        {"nodes": {"matchLabels": {"zone": "z"}}}]}])], "yyyyny"),
    ("NetworkPolicy hides Baseline", [network_policy({"egress": [{}]}), cluster_policy(
        "Baseline", [{"action": "Deny", "to": [NETWORKS]}])], "yyyyyy"),
    ("v1alpha1", [admin_policy("AdminNetworkPolicy", [{"action": "Allow", "to": [NETWORKS], "ports": [
        {"portNumber": {"port": 80, "protocol": "TCP"}}]}], priority=3), admin_policy(
            "BaselineAdminNetworkPolicy", [{"action": "Deny", "to": [NETWORKS]}])], "ynyyyn"),
]
INGRESS_ONLY = [network_policy({"policyTypes": ["Ingress"]}),
                cluster_policy("Baseline", [{"action": "Deny", "to": [NETWORKS]}])]


def network_policies():
    flows = [{"from": "shop/web", "to": to, "protocol": protocol, "port": port}
             for to, protocol, port in FLOWS]
    base = {**CLUSTER, "flows": flows}
    told = {"y": "allow", "n": "deny"}
    for what, policies, expected in CLUSTERS:
        yield what, {**base, "policies": policies}, {"verdicts": [told[e] for e in expected]}
    # The known defect, and the way round it.
    yield "ingress only", {**base, "policies": INGRESS_ONLY}, {"verdicts": ["allow"] * 6}
    yield ("ingress only left out", {**base, "policies": INGRESS_ONLY, "dropIngressOnly": True},
           {"verdicts": [told[e] for e in "nnyyyn"]})
    host = [{"from": "shop/host", "to": IMDS, "protocol": "TCP", "port": 80}]
    deny = [network_policy({"policyTypes": ["Egress"]})]
    yield ("host-network Pods are not subject", {**base, "policies": deny, "flows": host},
           {"verdicts": ["allow"]})
    # The destination's own policies do not count.
    other = named("NetworkPolicy", "in", "shop", apiVersion="networking.k8s.io/v1", spec={
        "podSelector": {"matchLabels": {"app": "db"}}, "policyTypes": ["Ingress"]})
    yield "egress alone", {**base, "policies": [other]}, {"verdicts": ["allow"] * 6}
    yield "a field that is not known", {**base, "policies": [network_policy({"egres": []})]}, None


def selectors():
    def one(text, canonical, *cases):
        return (text, {"selector": text, "labels": [c[0] for c in cases]},
                {"error": None, "canonical": canonical, "matches": [c[1] for c in cases]})

    yield one("", "all()", ({}, True))
    yield one("a == 'x'", 'a == "x"', ({"a": "x"}, True), ({"a": "y"}, False), ({}, False))
    yield one("a != 'x'", 'a != "x"', ({"a": "x"}, False), ({}, True))
    yield one("a in {'x','y'}", 'a in {"x", "y"}', ({"a": "y"}, True), ({}, False))
    yield one("a not in {'x'}", 'a not in {"x"}', ({"a": "x"}, False), ({}, True))
    yield one("!has(a)||has(b)&&has(c)", "(!has(a) || (has(b) && has(c)))",
              ({}, True), ({"a": ""}, False), ({"a": "", "b": "", "c": ""}, True))
    yield one("a contains 'b'", 'a contains "b"', ({"a": "abc"}, True), ({}, False))
    for text in ("a ==", "(a == 'b'", "a == 'b' &&", "has (a)", "a == b"):
        yield text, {"selector": text, "labels": []}, None


def cilium_policy(spec, kind="CiliumClusterwideNetworkPolicy", namespace=None, name="c"):
    spec = {"endpointSelector": {"matchLabels": {"app": "web"}}, **spec}
    return named(kind, name, namespace, apiVersion="cilium.io/v2", spec=spec)


DENY_IMDS = {"egressDeny": [{"toCIDR": [IMDS + "/32"]}]}
# As CLUSTERS; the sixth flow is to another node, the seventh of no protocol with ports.
CILIUM_FLOWS = FLOWS[:5] + [("192.168.0.2", "TCP", 10250), (IMDS, "other", 0)]
CILIUM = [
    ("no policy", [], {}, "yyyyyyy"),
    ("no policy, always", [], {"mode": "always"}, "nnnnnnn"),
    ("a denial turns on default deny", [cilium_policy(DENY_IMDS)], {}, "nnnnnnn"),
    ("unless told not to", [cilium_policy({**DENY_IMDS, "enableDefaultDeny": {"egress": False}})], {},
     "nnyyyyn"),
    ("never", [cilium_policy(DENY_IMDS)], {"mode": "never"}, "yyyyyyy"),
    ("an empty rule allows nothing", [cilium_policy({"egress": [{}]})], {}, "nnnnnnn"),
    ("an address and a port", [cilium_policy({"egress": [{"toCIDR": [IMDS + "/32"], "toPorts": [
        {"ports": [{"port": "80", "protocol": "TCP"}]}]}]})], {}, "ynnnnnn"),
    ("world is no node and no Pod", [cilium_policy({"egress": [{"toEntities": ["world"]}]})], {},
     "yynnnny"),
    ("nor is everything by address", [cilium_policy({"egress": [{"toCIDR": ["0.0.0.0/0"]}]})], {},
     "yynnnny"),
    ("nodes by address, if told to", [cilium_policy({"egress": [{"toCIDR": ["192.168.0.0/24"]}]})],
     {"cidrMatchMode": ["nodes"]}, "nnnnyyn"),
    ("host", [cilium_policy({"egress": [{"toEntities": ["host"]}]})], {}, "nnnnynn"),
    ("remote-node", [cilium_policy({"egress": [{"toEntities": ["remote-node"]}]})], {}, "nnnnnyn"),
    ("kube-apiserver", [cilium_policy({"egress": [{"toEntities": ["kube-apiserver"]}]})],
     {"kubeAPIServers": ["192.168.0.2"]}, "nnnnnyn"),
    ("cluster", [cilium_policy({"egress": [{"toEntities": ["cluster"]}]})], {}, "nnyyyyn"),
    ("Pods of the namespace", [cilium_policy({"egress": [{"toEndpoints": [{}]}]},
                                             "CiliumNetworkPolicy", "shop")], {}, "nnyynnn"),
    ("a denial wins over NetworkPolicy", [network_policy({"egress": [{}]}), cilium_policy(DENY_IMDS)],
     {}, "nnyyyyn"),
    ("the blog's policy cuts Pods and nodes", [network_policy({"egress": [{"to": [{"ipBlock": {
        "cidr": "0.0.0.0/0", "except": [IMDS + "/32"]}}]}]})], {}, "nnnnnnn"),
]


def cilium():
    flows = [{"from": "shop/web", "to": to, "protocol": protocol, "port": port}
             for to, protocol, port in CILIUM_FLOWS]
    other = named("Node", "n2", apiVersion="v1", status={
        "addresses": [{"type": "InternalIP", "address": "192.168.0.2"}]})
    web = pod("web", "10.0.0.1", {"app": "web"}, nodeName="n1")
    base = {**CLUSTER, "nodes": CLUSTER["nodes"] + [other], "pods": [web] + CLUSTER["pods"][1:],
            "flows": flows}
    told = {"y": "allow", "n": "deny"}
    for what, policies, settings, expected in CILIUM:
        yield (what, {**base, "policies": policies, **settings},
               {"verdicts": [told[e] for e in expected]})
    wrong = cilium_policy({"egress": [{"toCIDR": [IMDS], "toEntities": ["world"]}]})
    yield "peers that exclude each other", {**base, "policies": [wrong]}, None


CIDRS = "clusternetworkpolicy-experimental"
# The folder of schemas, what is given, and what the message must contain; None if it is valid.
MANIFESTS = [
    (CIDRS, cluster_policy("Admin", [{"action": "Deny", "to": [NETWORKS], "protocols": TCP_80}]), None),
    (CIDRS, cluster_policy("Admin", [{"action": "Deny", "to": [NETWORKS], "protocols": [{"tcp": {}}]}]),
     "protocols[0].tcp: Invalid value"),
    (CIDRS, cluster_policy("Admin", [{"action": "Deny", "to": [{"networks": [IMDS]}]}]),
     "Invalid CIDR format"),
    (CIDRS, cluster_policy("Admin", [{"action": "Deny", "to": [{**NETWORKS, "nodes": {}}]}]),
     "must have at most 1 item"),
    (CIDRS, cluster_policy("Admin", [{"action": "Deny", "too": [], "to": [NETWORKS]}]),
     "spec.egress[0].too: unknown field"),
    (CIDRS, cluster_policy("Admin", [], priority=1001), "less than or equal to 1000"),
    ("clusternetworkpolicy-standard",
     cluster_policy("Admin", [{"action": "Deny", "to": [{"nodes": {}}]}]), "nodes: unknown field"),
    ("adminnetworkpolicy-standard", admin_policy("AdminNetworkPolicy", [], priority=3), None),
    ("adminnetworkpolicy-standard", admin_policy("AdminNetworkPolicy", []), "spec.priority: Required"),
    ("cilium", named("CiliumClusterwideNetworkPolicy", "a", apiVersion="cilium.io/v2", spec={
        "endpointSelector": {}, "enableDefaultDeny": {"egress": False},
        "egressDeny": [{"toCIDR": [IMDS + "/32"]}]}), None),
    ("cilium", named("CiliumNetworkPolicy", "a", apiVersion="cilium.io/v2", spec={}),
     "a namespace where there must be none, or none"),
    ("cilium", network_policy({"podSelector": {}}), None),
    ("cilium", network_policy({"podSelector": {}, "egres": []}), "egres"),
    ("cilium", named("Nobody", "a", apiVersion="example.com/v1"), "no schema"),
]


def wrong_manifests():
    """What crdvalidate says of MANIFESTS that it should not, or does not say."""
    for folder, manifest, expected in MANIFESTS:
        done = subprocess.run([FOLDER / "crdvalidate", FOLDER / "schemas" / folder], timeout=60,
                              input=json.dumps(manifest), capture_output=True, text=True)
        right = done.stdout == "1 objects are valid\n" if expected is None else (
            done.returncode == 1 and expected in done.stdout)
        if not right:
            yield f"crdvalidate: {json.dumps(manifest)}: {done.stdout}{done.stderr}"
    print(f"crdvalidate: {len(MANIFESTS)} manifests")


def wrong_answers(program, tables):
    """What differs; a table's answer None stands for any error."""
    if not (FOLDER / program).exists():
        yield f"{program}: not built"
        return
    rows = list(tables())
    answers = ask(program, [question for _, question, _ in rows])
    if len(answers) != len(rows):
        yield f"{program}: {len(answers)} answers to {len(rows)} questions"
    for (what, _, expected), answer in zip(rows, answers):
        if answer != expected if expected is not None else not answer.get("error"):
            yield f"{program}: {what}: expected {expected or 'an error'}, got {answer}"
    print(f"{program}: {len(rows)} questions")


def main() -> int:
    if not FOLDER.exists():
        print("no Go toolchain: the oracles are not built")
        return 77
    wrong = [line for program, tables in (("network_policy_oracle", network_policies),
                                          ("calico_selector_oracle", selectors),
                                          ("cilium_oracle", cilium))
             for line in wrong_answers(program, tables)]
    wrong += wrong_manifests()
    print("\n".join(wrong) or "as documented")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
