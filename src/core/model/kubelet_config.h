#pragma once
// How the kubelets of a cluster are set up, where it can be seen: the ConfigMap from which kubeadm
// makes their configuration files.
#include <cstdint>
#include <string>
#include <vector>

#include "core/model/object.h"

namespace podmoat::model {

/// A KubeletConfiguration (kubelet.config.k8s.io/v1beta1), its defaults applied. Each setting with
/// the line of the ConfigMap's text in which it stands, 0 if it does not.
/// Source: kubernetes/kubernetes pkg/kubelet/apis/config/v1beta1/defaults.go.
struct KubeletConfig {
  template <class T>
  struct Setting {
    T value;
    std::uint32_t line = 0;
  };

  Object object;  ///< the ConfigMap, with the place of its key "kubelet"
  Setting<bool> anonymous{false};
  Setting<std::string> authorization{"Webhook"};
  Setting<std::int64_t> read_only_port{0};
  Setting<std::int64_t> port{10250};
};

}  // namespace podmoat::model
