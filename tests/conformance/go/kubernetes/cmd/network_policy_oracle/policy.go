package main

import (
	"encoding/json"
	"fmt"

	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"podmoat/oracles/lines"
	"sigs.k8s.io/network-policy-api/apis/v1alpha1"
	"sigs.k8s.io/network-policy-api/apis/v1alpha2"
)

// policy is one object of any of the four kinds, as an informer of the engine would hold it.
type policy struct {
	object metav1.Object
}

// UnmarshalJSON decodes by apiVersion and kind, and fills in what the API server fills in before
// a program sees the object.
func (p *policy) UnmarshalJSON(data []byte) error {
	var meta metav1.TypeMeta
	// Only the type is looked at here, so that other fields are no error yet.
	if err := json.Unmarshal(data, &meta); err != nil {
		return err
	}
	switch meta.APIVersion + "/" + meta.Kind {
	case "networking.k8s.io/v1/NetworkPolicy":
		p.object = &networkingv1.NetworkPolicy{}
	case "policy.networking.k8s.io/v1alpha1/AdminNetworkPolicy":
		p.object = &v1alpha1.AdminNetworkPolicy{}
	case "policy.networking.k8s.io/v1alpha1/BaselineAdminNetworkPolicy":
		p.object = &v1alpha1.BaselineAdminNetworkPolicy{}
	case "policy.networking.k8s.io/v1alpha2/ClusterNetworkPolicy":
		p.object = &v1alpha2.ClusterNetworkPolicy{}
	default:
		return fmt.Errorf("no policy: apiVersion %q, kind %q", meta.APIVersion, meta.Kind)
	}
	if err := lines.Decode(data, p.object); err != nil {
		return fmt.Errorf("%s %q: %w", meta.Kind, p.object.GetName(), err)
	}
	switch object := p.object.(type) {
	case *networkingv1.NetworkPolicy:
		defaultNetworkPolicy(&object.Spec)
	case *v1alpha1.AdminNetworkPolicy:
		for _, rule := range object.Spec.Egress {
			defaultAdminPorts(rule.Ports)
		}
	case *v1alpha1.BaselineAdminNetworkPolicy:
		for _, rule := range object.Spec.Egress {
			defaultAdminPorts(rule.Ports)
		}
	}
	return nil
}

// defaultNetworkPolicy does what pkg/apis/networking/v1/defaults.go of Kubernetes does; and an
// empty list is stored as an absent one, which matters to the engine (README.md).
func defaultNetworkPolicy(spec *networkingv1.NetworkPolicySpec) {
	if len(spec.Egress) == 0 {
		spec.Egress = nil
	}
	if len(spec.Ingress) == 0 {
		spec.Ingress = nil
	}
	for _, rule := range spec.Egress {
		defaultPorts(rule.Ports)
	}
	for _, rule := range spec.Ingress {
		defaultPorts(rule.Ports)
	}
	if len(spec.PolicyTypes) == 0 {
		spec.PolicyTypes = []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}
		if spec.Egress != nil {
			spec.PolicyTypes = append(spec.PolicyTypes, networkingv1.PolicyTypeEgress)
		}
	}
}

func defaultPorts(ports []networkingv1.NetworkPolicyPort) {
	for i := range ports {
		if ports[i].Protocol == nil {
			tcp := v1.ProtocolTCP
			ports[i].Protocol = &tcp
		}
	}
}

// defaultAdminPorts follows the defaults in the schema of the v1alpha1 kinds: a port without a
// protocol is a TCP port.
func defaultAdminPorts(ports *[]v1alpha1.AdminNetworkPolicyPort) {
	if ports == nil {
		return
	}
	for _, port := range *ports {
		if port.PortNumber != nil && port.PortNumber.Protocol == "" {
			port.PortNumber.Protocol = v1.ProtocolTCP
		}
		if port.PortRange != nil && port.PortRange.Protocol == "" {
			port.PortRange.Protocol = v1.ProtocolTCP
		}
	}
}
