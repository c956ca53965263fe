module podmoat/oracles/calico

go 1.26.0

require github.com/projectcalico/calico v1.11.0-cni-plugin.0.20250813170300-a0db560f0520

require sigs.k8s.io/json v0.0.0-20250730193827-2d320260d730 // indirect

require (
	github.com/sirupsen/logrus v1.9.3 // indirect
	golang.org/x/sys v0.33.0 // indirect
	podmoat/oracles/lines v0.0.0
)

replace podmoat/oracles/lines => ../lines
