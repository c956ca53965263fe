package main

import (
	"encoding/json"
	"fmt"
	"log/slog"

	"github.com/cilium/cilium/pkg/k8s"
	cilium "github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2"
	slim "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/core/v1"
	slimnetworking "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/networking/v1"
	"github.com/cilium/cilium/pkg/policy/api"
	"github.com/cilium/cilium/pkg/policy/types"
	"github.com/cilium/cilium/pkg/policy/utils"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"podmoat/oracles/lines"
	"sigs.k8s.io/network-policy-api/apis/v1alpha2"
)

// question has the shape of network_policy_oracle's, with what else Cilium looks at.
type question struct {
	Namespaces []*slim.Namespace `json:"namespaces"`
	Pods       []*slim.Pod       `json:"pods"`
	Nodes      []*slim.Node      `json:"nodes"`
	Policies   []policyEntries   `json:"policies"`
	// Mode is enable-policy: default, if left out, always or never.
	Mode string `json:"mode"`
	// CIDRMatchMode is policy-cidr-match-mode: "nodes", or nothing.
	CIDRMatchMode []string `json:"cidrMatchMode"`
	// KubeAPIServers are the addresses of the API server.
	KubeAPIServers []string `json:"kubeAPIServers"`
	Flows          []flow   `json:"flows"`
}

type flow struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Protocol string `json:"protocol"`
	Port     uint16 `json:"port"`
}

type answer struct {
	Verdicts []string `json:"verdicts"`
}

// policyEntries is what Cilium itself makes of a policy object.
type policyEntries types.PolicyEntries

var logger = slog.New(slog.DiscardHandler)

// UnmarshalJSON decodes by apiVersion and kind, and lets Cilium parse. A policy that Cilium
// refuses is an error.
func (p *policyEntries) UnmarshalJSON(data []byte) error {
	var meta metav1.TypeMeta
	if err := json.Unmarshal(data, &meta); err != nil {
		return err
	}
	entries, err := parse(meta, data)
	if err != nil {
		return fmt.Errorf("%s: %w", meta.Kind, err)
	}
	*p = policyEntries(entries)
	return nil
}

func parse(meta metav1.TypeMeta, data []byte) (types.PolicyEntries, error) {
	switch meta.APIVersion + "/" + meta.Kind {
	case "networking.k8s.io/v1/NetworkPolicy":
		// Cilium's own struct has fewer fields; the whole one tells typing errors.
		if err := lines.Decode(data, &networkingv1.NetworkPolicy{}); err != nil {
			return nil, err
		}
		var object slimnetworking.NetworkPolicy
		if err := json.Unmarshal(data, &object); err != nil {
			return nil, err
		}
		return k8s.ParseNetworkPolicy(logger, clusterName, &object)
	case "policy.networking.k8s.io/v1alpha2/ClusterNetworkPolicy":
		var object v1alpha2.ClusterNetworkPolicy
		if err := lines.Decode(data, &object); err != nil {
			return nil, err
		}
		return k8s.ParseClusterNetworkPolicy(logger, clusterName, &object)
	case "cilium.io/v2/CiliumNetworkPolicy":
		var object cilium.CiliumNetworkPolicy
		if err := lines.Decode(data, &object); err != nil {
			return nil, err
		}
		return entriesOf(object.Parse(logger, clusterName))
	case "cilium.io/v2/CiliumClusterwideNetworkPolicy":
		var object cilium.CiliumClusterwideNetworkPolicy
		if err := lines.Decode(data, &object); err != nil {
			return nil, err
		}
		return entriesOf(object.Parse(logger, clusterName))
	}
	return nil, fmt.Errorf("no policy that Cilium reads: apiVersion %q", meta.APIVersion)
}

// entriesOf is the rest of the way into the repository. What only the agent's watchers could
// resolve is refused, since it would be taken for a wildcard.
func entriesOf(rules api.Rules, err error) (types.PolicyEntries, error) {
	if err != nil {
		return nil, err
	}
	for _, rule := range rules {
		for _, egress := range rule.Egress {
			if egress.ToServices != nil || egress.ToGroups != nil {
				return nil, fmt.Errorf("toServices and toGroups are resolved by the agent, not here")
			}
		}
		for _, egress := range rule.EgressDeny {
			if egress.ToServices != nil || egress.ToGroups != nil {
				return nil, fmt.Errorf("toServices and toGroups are resolved by the agent, not here")
			}
		}
	}
	return utils.RulesToPolicyEntries(rules), nil
}
