// Command cilium_oracle asks Cilium's policy repository whether policies let flows leave their
// source Pod. The questions are described in README.md.
package main

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strings"
	"sync"

	"github.com/cilium/cilium/pkg/endpoint/regeneration"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/identity/identitymanager"
	"github.com/cilium/cilium/pkg/labelsfilter"
	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
	"github.com/cilium/cilium/pkg/policy/types"
	testidentity "github.com/cilium/cilium/pkg/testutils/identity"
	testpolicy "github.com/cilium/cilium/pkg/testutils/policy"
	ciliumtypes "github.com/cilium/cilium/pkg/types"
	"github.com/cilium/cilium/pkg/u8proto"
	"podmoat/oracles/lines"
)

// clusterName is Cilium's default; policies speak of this cluster alone, which is its default too.
const clusterName = "default"

func main() {
	option.Config.EnableIPv4, option.Config.EnableIPv6 = true, true
	option.Config.ClusterName = clusterName
	api.InitEntities(clusterName)
	if err := labelsfilter.ParseLabelPrefixCfg(logger, nil, nil, ""); err != nil {
		panic(err)
	}
	lines.Serve(decide)
}

func decide(q question) (answer, error) {
	switch q.Mode {
	case "":
		q.Mode = option.DefaultEnforcement
	case option.DefaultEnforcement, option.AlwaysEnforce, option.NeverEnforce:
	default:
		return answer{}, fmt.Errorf("mode %q is none of default, always, never", q.Mode)
	}
	policy.SetPolicyEnabled(q.Mode)
	option.Config.PolicyCIDRMatchMode = q.CIDRMatchMode

	var entries types.PolicyEntries
	for _, of := range q.Policies {
		entries = append(entries, of...)
	}
	w, err := newWorld(q, policy.GetCIDRPrefixes(entries))
	if err != nil {
		return answer{}, err
	}
	// The flows of a Pod together: a policy is computed for each source.
	verdicts := make([]string, len(q.Flows))
	bySource := map[string][]int{}
	for i, f := range q.Flows {
		bySource[f.From] = append(bySource[f.From], i)
	}
	for from, indices := range bySource {
		if err := w.decideFrom(from, q.Flows, indices, entries, verdicts); err != nil {
			return answer{}, err
		}
	}
	return answer{verdicts}, nil
}

// decideFrom sets the verdicts of the flows at `indices`, which all leave `from`.
func (w *world) decideFrom(
	from string, flows []flow, indices []int, entries types.PolicyEntries, verdicts []string,
) error {
	source := w.pods[from]
	if source == nil {
		return fmt.Errorf("no Pod %q", from)
	}
	if source.object.Spec.HostNetwork {
		for _, i := range indices {
			verdicts[i] = "allow"
		}
		return nil
	}
	known := identity.IdentityMap{}
	for _, p := range w.pods {
		if !p.object.Spec.HostNetwork {
			known[p.id.ID] = p.id.LabelArray
		}
	}
	destinations := make([]*identity.Identity, len(indices))
	for i, index := range indices {
		ip, err := netip.ParseAddr(flows[index].To)
		if err != nil {
			return err
		}
		destinations[i] = w.identityOf(ip.Unmap(), source.object.Spec.NodeName)
		known[destinations[i].ID] = destinations[i].LabelArray
	}
	resolved, err := w.resolve(source, known, entries)
	if err != nil {
		return err
	}
	for i, index := range indices {
		protocol, port, err := flows[index].layer4()
		if err != nil {
			return err
		}
		key := policy.EgressKey().WithIdentity(destinations[i].ID).WithPortProtoPrefix(protocol, port, 16)
		verdicts[index] = "allow"
		if entry, _, _ := resolved.Lookup(key); entry.IsDeny() {
			verdicts[index] = "deny"
		}
	}
	return nil
}

// resolve computes the policy map of a Pod, as policy.LookupFlow does.
func (w *world) resolve(
	source *pod, known identity.IdentityMap, entries types.PolicyEntries,
) (*policy.EndpointPolicy, error) {
	manager := identitymanager.NewIDManager(logger)
	repository := policy.NewPolicyRepository(
		logger, known, nil, nil, manager, testpolicy.NewPolicyMetricsNoop())
	repository.GetSelectorCache().SetLocalIdentityNotifier(testidentity.NewDummyIdentityNotifier())
	repository.SetNamedPortsGetter(w)
	repository.GetSubjectSelectorCache().UpdateIdentities(
		identity.IdentityMap{source.id.ID: source.id.LabelArray}, nil, &sync.WaitGroup{})
	repository.MustAddPolicyEntries(entries)
	selected, _, err := repository.ComputeSelectorPolicy(source.id)
	if err != nil {
		return nil, err
	}
	redirects := map[string]uint16{policy.FallbackRedirectID: math.MaxUint16}
	resolved := selected.DistillPolicy(logger, owner{source}, redirects)
	if err := resolved.Ready(); err != nil {
		return nil, err
	}
	resolved.Detach(logger)
	return resolved, nil
}

// GetNamedPorts is what the ipcache knows of the named ports of all Pods.
func (w *world) GetNamedPorts() ciliumtypes.NamedPortMultiMap {
	all := ciliumtypes.NewNamedPortMultiMap()
	for _, p := range w.pods {
		all.Update(p.id.ID, nil, p.ports)
	}
	return all
}

// layer4 is the protocol and port as the policy map has them. An ICMP message has its type for a
// port; "other" stands for GRE.
func (f flow) layer4() (u8proto.U8proto, uint16, error) {
	if f.Protocol == "other" {
		return u8proto.U8proto(47), 0, nil
	}
	protocol, err := u8proto.ParseProtocol(f.Protocol)
	if err == nil && protocol == u8proto.ANY {
		err = errors.New("a flow has one protocol")
	}
	if err != nil {
		return 0, 0, fmt.Errorf("protocol %q: %w", f.Protocol, err)
	}
	return protocol, f.Port, nil
}

// owner is the Pod that a policy map is computed for.
type owner struct {
	source *pod
}

func (o owner) GetID() uint64 { return uint64(o.source.id.ID) }
func (o owner) IsHost() bool  { return false }
func (o owner) GetIngressNamedPort(name string, protocol u8proto.U8proto) uint16 {
	if port := o.source.ports[strings.ToLower(name)]; port.Proto == protocol {
		return port.Port
	}
	return 0
}
func (o owner) PolicyDebug(string, ...any) {}
func (o owner) PreviousMapStateSizes() policy.MapStateSizes {
	return policy.MapStateSizes{}
}
func (o owner) RegenerateIfAlive(*regeneration.ExternalRegenerationMetadata) <-chan bool {
	done := make(chan bool)
	close(done)
	return done
}
