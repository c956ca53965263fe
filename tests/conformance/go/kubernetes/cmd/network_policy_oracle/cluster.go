package main

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"

	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	corelisters "k8s.io/client-go/listers/core/v1"
	networkinglisters "k8s.io/client-go/listers/networking/v1"
	"k8s.io/client-go/tools/cache"
	anp "sigs.k8s.io/kube-network-policies/plugins/npa-v1alpha1"
	cnp "sigs.k8s.io/kube-network-policies/plugins/npa-v1alpha2"

	"sigs.k8s.io/kube-network-policies/pkg/api"
	"sigs.k8s.io/kube-network-policies/pkg/network"
	"sigs.k8s.io/kube-network-policies/pkg/networkpolicy"
	"sigs.k8s.io/kube-network-policies/pkg/podinfo"
	"sigs.k8s.io/network-policy-api/apis/v1alpha1"
	"sigs.k8s.io/network-policy-api/apis/v1alpha2"
	listers1 "sigs.k8s.io/network-policy-api/pkg/client/listers/apis/v1alpha1"
	listers2 "sigs.k8s.io/network-policy-api/pkg/client/listers/apis/v1alpha2"
)

// informer has the objects of one kind already: nothing is watched, and there is no goroutine.
// What the engine's constructors do not call is nil.
type informer[Lister any] struct {
	cache.SharedIndexInformer
	indexer cache.Indexer
	lister  func(cache.Indexer) Lister
}

func (i informer[Lister]) Informer() cache.SharedIndexInformer { return i }
func (i informer[Lister]) Lister() Lister                      { return i.lister(i.indexer) }
func (i informer[Lister]) GetIndexer() cache.Indexer           { return i.indexer }
func (i informer[Lister]) HasSynced() bool                     { return true }
func (i informer[Lister]) AddIndexers(more cache.Indexers) error {
	return i.indexer.AddIndexers(more)
}
func (i informer[Lister]) AddEventHandler(
	cache.ResourceEventHandler,
) (cache.ResourceEventHandlerRegistration, error) {
	return nil, nil
}

func informerOf[Lister any](lister func(cache.Indexer) Lister) informer[Lister] {
	byNamespace := cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc}
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, byNamespace)
	return informer[Lister]{nil, indexer, lister}
}

// add refuses a second object of the same name, which no cluster can have.
func (i informer[Lister]) add(object metav1.Object) error {
	if _, exists, _ := i.indexer.Get(object); exists {
		return fmt.Errorf("two objects %s/%s", object.GetNamespace(), object.GetName())
	}
	return i.indexer.Add(object)
}

// egressOnly accepts everything on the way into a Pod, so that the engine's answer is about the
// way out alone.
type egressOnly struct {
	api.PolicyEvaluator
}

func (egressOnly) EvaluateIngress(
	context.Context, *network.Packet, *api.PodInfo, *api.PodInfo,
) (api.Verdict, error) {
	return api.VerdictAccept, nil
}

// names resolves domainNames peers by what the question says. A wildcard stands for one label or
// more, as in the engine's own cache.
type names map[string][]string

func (n names) ContainsIP(domain string, ip net.IP) bool {
	for name, addresses := range n {
		rest, wildcard := strings.CutPrefix(domain, "*")
		if name != domain && !(wildcard && strings.HasSuffix(name, rest)) {
			continue
		}
		if slices.ContainsFunc(addresses, func(a string) bool { return ip.Equal(net.ParseIP(a)) }) {
			return true
		}
	}
	return false
}

// cluster makes the engine as the programs of the module make it (cmd/kube-network-policies), and
// says under which address each Pod, named NAMESPACE/NAME, sends.
func cluster(q question) (*networkpolicy.PolicyEngine, map[string]net.IP, error) {
	namespaces := informerOf(corelisters.NewNamespaceLister)
	nodes := informerOf(corelisters.NewNodeLister)
	pods := informerOf(corelisters.NewPodLister)
	for _, namespace := range q.Namespaces {
		if err := namespaces.add(namespace); err != nil {
			return nil, nil, err
		}
	}
	for _, node := range q.Nodes {
		if err := nodes.add(node); err != nil {
			return nil, nil, err
		}
	}
	sources, err := addPods(q.Pods, pods)
	if err != nil {
		return nil, nil, err
	}
	resolver, err := podinfo.NewInformerResolver(pods)
	if err != nil {
		return nil, nil, err
	}
	provider := podinfo.NewInformerProvider(
		pods, namespaces, nodes, []podinfo.IPResolver{resolver})

	policies := informerOf(networkinglisters.NewNetworkPolicyLister)
	admins := informerOf(listers1.NewAdminNetworkPolicyLister)
	baselines := informerOf(listers1.NewBaselineAdminNetworkPolicyLister)
	clusters := informerOf(listers2.NewClusterNetworkPolicyLister)
	for _, p := range q.Policies {
		var err error
		switch object := p.object.(type) {
		case *networkingv1.NetworkPolicy:
			if !q.DropIngressOnly || isolatesEgress(object) {
				err = policies.add(object)
			}
		case *v1alpha1.AdminNetworkPolicy:
			err = admins.add(object)
		case *v1alpha1.BaselineAdminNetworkPolicy:
			err = baselines.add(object)
		case *v1alpha2.ClusterNetworkPolicy:
			err = clusters.add(object)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	domains := names(q.Domains)
	standard := networkpolicy.NewStandardNetworkPolicy("", namespaces, pods, policies)
	var order []api.PolicyEvaluator
	older := len(admins.indexer.List())+len(baselines.indexer.List()) > 0
	if newer := len(clusters.indexer.List()) > 0; older && newer {
		return nil, nil, fmt.Errorf("v1alpha1 and v1alpha2: no program of the module reads both")
	}
	if older {
		order = []api.PolicyEvaluator{
			anp.NewAdminNetworkPolicy(admins, domains), standard,
			anp.NewBaselineAdminNetworkPolicy(baselines)}
	} else {
		order = []api.PolicyEvaluator{
			cnp.NewClusterNetworkPolicy(v1alpha2.AdminTier, clusters, domains, nodes.Lister()), standard,
			cnp.NewClusterNetworkPolicy(v1alpha2.BaselineTier, clusters, domains, nodes.Lister())}
	}
	for i := range order {
		order[i] = egressOnly{order[i]}
	}
	return networkpolicy.NewPolicyEngine(provider, order), sources, nil
}

func isolatesEgress(object *networkingv1.NetworkPolicy) bool {
	return slices.Contains(object.Spec.PolicyTypes, networkingv1.PolicyTypeEgress)
}

// addPods checks that an address tells a Pod, which the engine takes for granted. Host-network
// Pods share their node's.
func addPods(
	pods []*v1.Pod, into informer[corelisters.PodLister],
) (map[string]net.IP, error) {
	sources := make(map[string]net.IP, len(pods))
	owners := make(map[string]string, len(pods))
	for _, pod := range pods {
		name := pod.Namespace + "/" + pod.Name
		if len(pod.Status.PodIPs) == 0 && pod.Status.PodIP != "" {
			pod.Status.PodIPs = []v1.PodIP{{IP: pod.Status.PodIP}}
		}
		for i, address := range pod.Status.PodIPs {
			ip := net.ParseIP(address.IP)
			if ip == nil {
				return nil, fmt.Errorf("Pod %s: %q is not an IP address", name, address.IP)
			}
			pod.Status.PodIPs[i].IP = ip.String()
			if owner := owners[ip.String()]; owner != "" && !pod.Spec.HostNetwork {
				return nil, fmt.Errorf("Pods %s and %s have the same address", owner, name)
			}
			if !pod.Spec.HostNetwork {
				owners[ip.String()] = name
			}
			if i == 0 {
				sources[name] = ip
			}
		}
		for i := range pod.Spec.Containers {
			for j := range pod.Spec.Containers[i].Ports {
				if port := &pod.Spec.Containers[i].Ports[j]; port.Protocol == "" {
					port.Protocol = v1.ProtocolTCP
				}
			}
		}
		if err := into.add(pod); err != nil {
			return nil, err
		}
	}
	return sources, nil
}
