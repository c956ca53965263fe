#pragma once
// Services and what stands behind them, as far as the detour rule and policies read them.
#include <cstdint>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/protocol.h"
#include "core/model/labels.h"
#include "core/model/object.h"

namespace podmoat::model {

struct ServicePort {
  Protocol protocol = Protocol::tcp;
  std::uint16_t port = 0;
};

/// `addresses`: every address the Service claims for itself, with the field that does:
/// spec.clusterIP(s), spec.externalIPs, spec.loadBalancerIP, status.loadBalancer.ingress.
struct Service {
  struct Claim {
    std::string field;
    Address address;
  };
  Object object;
  Labels labels;
  Labels
      selector;  ///< spec.selector: the Pods behind it; empty: its Backends are written by others
  std::vector<Claim> claims;
  std::vector<ServicePort> ports;
};

/// An EndpointSlice (discovery.k8s.io/v1) or Endpoints object: where a Service's traffic goes.
struct Backends {
  Object object;
  std::string service;  ///< the label kubernetes.io/service-name, or the Endpoints object's name
  std::vector<Address> addresses;
  std::vector<ServicePort> ports;  ///< empty: all
};

}  // namespace podmoat::model
