// Command network_policy_oracle asks the evaluation engine of sigs.k8s.io/kube-network-policies
// whether policies let flows leave their source Pod. The questions are described in README.md.
package main

import (
	"context"
	"fmt"
	"net"

	v1 "k8s.io/api/core/v1"
	"podmoat/oracles/lines"
	"sigs.k8s.io/kube-network-policies/pkg/network"
)

type question struct {
	Namespaces []*v1.Namespace `json:"namespaces"`
	Pods       []*v1.Pod       `json:"pods"`
	Nodes      []*v1.Node      `json:"nodes"`
	Policies   []policy        `json:"policies"`
	// Domains says which addresses a name has, for domainNames peers.
	Domains map[string][]string `json:"domains"`
	// DropIngressOnly leaves out NetworkPolicies that do not isolate for egress, which takes the
	// engine's known defect away (README.md).
	DropIngressOnly bool   `json:"dropIngressOnly"`
	Flows           []flow `json:"flows"`
}

type flow struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Protocol string `json:"protocol"`
	Port     int    `json:"port"`
}

type answer struct {
	Verdicts []string `json:"verdicts"`
}

func main() {
	lines.Serve(decide)
}

func decide(q question) (answer, error) {
	engine, sources, err := cluster(q)
	if err != nil {
		return answer{}, err
	}
	verdicts := make([]string, 0, len(q.Flows))
	for _, f := range q.Flows {
		packet, err := f.packet(sources)
		if err != nil {
			return answer{}, err
		}
		accepted, err := engine.EvaluatePacket(context.Background(), packet)
		if err != nil {
			return answer{}, fmt.Errorf("%v: %w", f, err)
		}
		verdict := "deny"
		if accepted {
			verdict = "allow"
		}
		verdicts = append(verdicts, verdict)
	}
	return answer{verdicts}, nil
}

// packet is the flow as the engine's packet parser would report its first packet. Any protocol
// but the three with ports is reported without a name.
func (f flow) packet(sources map[string]net.IP) (*network.Packet, error) {
	from, to := sources[f.From], net.ParseIP(f.To)
	if from == nil {
		return nil, fmt.Errorf("no Pod %q with an address", f.From)
	}
	if to == nil {
		return nil, fmt.Errorf("%q is not an IP address", f.To)
	}
	packet := &network.Packet{Family: v1.IPv6Protocol, SrcIP: from, DstIP: to}
	if to.To4() != nil {
		packet.Family = v1.IPv4Protocol
	}
	switch protocol := v1.Protocol(f.Protocol); protocol {
	case v1.ProtocolTCP, v1.ProtocolUDP, v1.ProtocolSCTP:
		packet.Proto, packet.SrcPort, packet.DstPort = protocol, 40000, f.Port
	case "other":
	default:
		return nil, fmt.Errorf("protocol %q is none of TCP, UDP, SCTP, other", f.Protocol)
	}
	return packet, nil
}
