package main

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/k8s"
	slim "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/core/v1"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/labelsfilter"
	"github.com/cilium/cilium/pkg/option"
	ciliumtypes "github.com/cilium/cilium/pkg/types"
)

// pod is a Pod with the identity that the agent would give it. Here each Pod has one of its own.
type pod struct {
	object *slim.Pod
	id     *identity.Identity
	ports  ciliumtypes.NamedPortMap
}

// world is who has which address, as the ipcache of one node tells it.
type world struct {
	pods       map[string]*pod
	podsByIP   map[netip.Addr]*pod
	nodes      map[netip.Addr]string
	apiServers []netip.Addr
	prefixes   []netip.Prefix
	next       identity.NumericIdentity
}

func newWorld(q question, prefixes []netip.Prefix) (*world, error) {
	w := &world{
		pods: map[string]*pod{}, podsByIP: map[netip.Addr]*pod{}, nodes: map[netip.Addr]string{},
		prefixes: prefixes, next: 1000,
	}
	for _, text := range q.KubeAPIServers {
		ip, err := netip.ParseAddr(text)
		if err != nil {
			return nil, err
		}
		w.apiServers = append(w.apiServers, ip)
	}
	for _, node := range q.Nodes {
		for _, address := range node.Status.Addresses {
			if ip, err := netip.ParseAddr(address.Address); err == nil {
				w.nodes[ip] = node.Name
			}
		}
	}
	namespaces := map[string]*slim.Namespace{}
	for _, namespace := range q.Namespaces {
		namespaces[namespace.Name] = namespace
	}
	for _, object := range q.Pods {
		namespace := namespaces[object.Namespace]
		if namespace == nil {
			return nil, fmt.Errorf("Pod %s: no namespace %q", object.Name, object.Namespace)
		}
		if err := w.addPod(namespace, object); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// addPod labels the Pod as the agent does, and drops the labels that it does not make part of
// identities by default.
func (w *world) addPod(namespace *slim.Namespace, object *slim.Pod) error {
	ports, plain := k8s.GetPodMetadata(logger, namespace, object)
	kept, _ := labelsfilter.Filter(labels.Map2Labels(plain, labels.LabelSourceK8s))
	p := &pod{object, identity.NewIdentity(w.number(0), kept), ports}
	name := object.Namespace + "/" + object.Name
	if w.pods[name] != nil {
		return fmt.Errorf("two Pods %s", name)
	}
	w.pods[name] = p
	addresses := object.Status.PodIPs
	if len(addresses) == 0 && object.Status.PodIP != "" {
		addresses = []slim.PodIP{{IP: object.Status.PodIP}}
	}
	for _, address := range addresses {
		ip, err := netip.ParseAddr(address.IP)
		if err != nil {
			return fmt.Errorf("Pod %s: %w", name, err)
		}
		if object.Spec.HostNetwork {
			w.nodes[ip] = object.Spec.NodeName
		} else {
			w.podsByIP[ip] = p
		}
	}
	return nil
}

// number is an identity that is not in use, of a scope.
func (w *world) number(scope identity.NumericIdentity) identity.NumericIdentity {
	w.next++
	return scope | w.next
}

// identityOf is the identity of an address, seen from a node. It follows pkg/ipcache/metadata.go
// (resolveIdentity, resolveLabels, mergeLabels) and the fixed identities of pkg/identity.
func (w *world) identityOf(ip netip.Addr, node string) *identity.Identity {
	if p := w.podsByIP[ip]; p != nil {
		return p.id
	}
	owner, isNode := w.nodes[ip]
	if isNode && owner == node {
		return identity.NewIdentity(identity.ReservedIdentityHost, w.hostLabels(node))
	}
	lbls := labels.Labels{}
	isAPIServer := slices.Contains(w.apiServers, ip)
	if isAPIServer {
		lbls.MergeLabels(labels.LabelKubeAPIServer)
	}
	if isNode {
		lbls.MergeLabels(labels.LabelRemoteNode)
		lbls.MergeLabels(w.cidrLabels(ip, option.Config.PolicyCIDRMatchesNodes()))
		if len(lbls) == 1 {
			return identity.NewIdentity(identity.ReservedIdentityRemoteNode, lbls)
		}
		return identity.NewIdentity(w.number(identity.IdentityScopeRemoteNode), lbls)
	}
	lbls.MergeLabels(w.cidrLabels(ip, true))
	lbls.AddWorldLabel(ip)
	if len(lbls) == 1 {
		return identity.NewIdentity(identity.GetWorldIdentityFromIP(ip), lbls)
	}
	return identity.NewIdentity(w.number(identity.IdentityScopeLocal), lbls)
}

// hostLabels are the labels of all addresses of the node together.
func (w *world) hostLabels(node string) labels.Labels {
	lbls := labels.NewFrom(labels.LabelHost)
	for ip, owner := range w.nodes {
		if owner != node {
			continue
		}
		if slices.Contains(w.apiServers, ip) {
			lbls.MergeLabels(labels.LabelKubeAPIServer)
		}
		lbls.MergeLabels(w.cidrLabels(ip, option.Config.PolicyCIDRMatchesNodes()))
	}
	return lbls
}

// cidrLabels is the label of the longest prefix that a policy mentions and that has the address.
func (w *world) cidrLabels(ip netip.Addr, wanted bool) labels.Labels {
	lbls := labels.Labels{}
	longest := netip.PrefixFrom(ip, 0)
	for _, prefix := range w.prefixes {
		if prefix.Contains(ip) && prefix.Bits() > longest.Bits() {
			longest = prefix
		}
	}
	if !wanted || longest.Bits() == 0 {
		return lbls
	}
	for key, label := range labels.GetCIDRLabels(longest.Masked()) {
		if label.Source == labels.LabelSourceCIDR {
			lbls[key] = label
		}
	}
	return lbls
}
