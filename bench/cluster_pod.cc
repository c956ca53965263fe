// The Pods of the made-up cluster, with everything that `kubectl get pods -o json` prints.
#include <fmt/format.h>

#include "cluster.h"

namespace podmoat::bench {

namespace {

constexpr const char* kRegistry = "registry.example.com/platform/";
constexpr const char* kStarted = "2026-03-04T12:30:05Z";

}  // namespace

void Cluster::labels(const Workload& workload) {
  out_.open_map("labels");
  out_.text("app.kubernetes.io/instance", workload.app + "-main");
  out_.text("app.kubernetes.io/name", workload.app);
  out_.text("app.kubernetes.io/version", fmt::format("1.{}.0", workload.number % 40));
  if (workload.owner_kind == "ReplicaSet") out_.text("pod-template-hash", workload.hash);
  out_.text("tier", workload.number % 3 == 0 ? "front" : "back");
  out_.close();
}

void Cluster::pod_metadata(const Workload& workload, std::uint32_t number) {
  out_.open_map("metadata");
  out_.open_map("annotations");
  out_.text("kubectl.kubernetes.io/restartedAt", "2026-03-04T12:29:58Z");
  out_.text("prometheus.io/port", "9090");
  out_.text("prometheus.io/scrape", "true");
  out_.close();
  out_.text("creationTimestamp", "2026-03-04T12:30:00Z");
  out_.text("generateName", workload.owner + "-");
  labels(workload);
  out_.text("name", pod_name(workload, number));
  out_.text("namespace", workload.ns);
  out_.open_list("ownerReferences");
  out_.open_map();
  out_.text("apiVersion", "apps/v1");
  out_.boolean("blockOwnerDeletion", true);
  out_.boolean("controller", true);
  out_.text("kind", workload.owner_kind);
  out_.text("name", workload.owner);
  out_.text("uid", uid());
  out_.close();
  out_.close();
  identity();
  out_.close();
}

void Cluster::environment(const Workload& workload) {
  out_.open_list("env");
  out_.open_map();
  out_.text("name", "INSTANCE");
  out_.text("value", fmt::format("{}-{}", workload.app, hex(6)));
  out_.close();
  out_.close();
}

void Cluster::probe(const char* name, const char* path) {
  out_.open_map(name);
  out_.number("failureThreshold", 3);
  out_.open_map("httpGet");
  out_.text("path", path);
  out_.text("port", "http");
  out_.text("scheme", "HTTP");
  out_.close();
  out_.number("initialDelaySeconds", 5);
  out_.number("periodSeconds", 10);
  out_.number("successThreshold", 1);
  out_.number("timeoutSeconds", 1);
  out_.close();
}

void Cluster::container(const Workload& workload, std::uint32_t index) {
  out_.open_map();
  environment(workload);
  out_.text("image", fmt::format("{}{}:1.{}.0", kRegistry, workload.app, workload.number % 40));
  out_.text("imagePullPolicy", "IfNotPresent");
  if (workload.number % 4 == 0) probe("livenessProbe", "/healthz");
  out_.text("name", index == 0 ? "main" : "metrics");
  out_.open_list("ports");
  out_.open_map();
  out_.number("containerPort", index == 0 ? 8080 : 9090);
  out_.text("name", index == 0 ? "http" : "metrics");
  out_.text("protocol", "TCP");
  out_.close();
  out_.close();
  if (index == 0) probe("readinessProbe", "/ready");
  out_.open_map("resources");
  for (const char* kind : {"limits", "requests"}) {
    out_.open_map(kind);
    out_.text("cpu", "250m");
    out_.text("memory", "256Mi");
    out_.close();
  }
  out_.close();
  out_.text("terminationMessagePath", "/dev/termination-log");
  out_.text("terminationMessagePolicy", "File");
  out_.open_list("volumeMounts");
  out_.open_map();
  out_.text("mountPath", "/var/run/secrets/kubernetes.io/serviceaccount");
  out_.text("name", "kube-api-access");
  out_.boolean("readOnly", true);
  out_.close();
  out_.close();
  out_.close();
}

void Cluster::volumes(const Workload& workload) {
  out_.open_list("volumes");
  out_.open_map();
  out_.open_map("configMap");
  out_.number("defaultMode", 420);
  out_.text("name", workload.app + "-config");
  out_.close();
  out_.text("name", "config");
  out_.close();
  out_.open_map();
  out_.text("name", "kube-api-access");
  out_.open_map("projected");
  out_.number("defaultMode", 420);
  out_.open_list("sources");
  out_.open_map();
  out_.open_map("serviceAccountToken");
  out_.number("expirationSeconds", 3607);
  out_.text("path", "token");
  out_.close();
  out_.close();
  out_.close();
  out_.close();
  out_.close();
  out_.close();
}

void Cluster::scheduling(const Workload& workload, std::uint32_t number) {
  out_.text("dnsPolicy", "ClusterFirst");
  out_.boolean("enableServiceLinks", true);
  if (workload.host_network) out_.boolean("hostNetwork", true);
  out_.text("nodeName", node_name(number));
  out_.text("preemptionPolicy", "PreemptLowerPriority");
  out_.number("priority", 0);
  out_.text("restartPolicy", "Always");
  out_.text("schedulerName", "default-scheduler");
  out_.key("securityContext");
  out_.empty_map();
  out_.text("serviceAccount", workload.app);
  out_.text("serviceAccountName", workload.app);
  out_.number("terminationGracePeriodSeconds", 30);
  out_.open_list("tolerations");
  for (const char* key : {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}) {
    out_.open_map();
    out_.text("effect", "NoExecute");
    out_.text("key", key);
    out_.text("operator", "Exists");
    out_.number("tolerationSeconds", 300);
    out_.close();
  }
  out_.close();
}

void Cluster::pod_spec(const Workload& workload, std::uint32_t number) {
  out_.open_map("spec");
  out_.open_list("containers");
  for (std::uint32_t i = 0; i < workload.containers; ++i) container(workload, i);
  out_.close();
  scheduling(workload, number);
  volumes(workload);
  out_.close();
}

void Cluster::condition(const char* type) {
  out_.open_map();
  out_.text("lastTransitionTime", kStarted);
  out_.text("status", "True");
  out_.text("type", type);
  out_.close();
}

void Cluster::container_status(const Workload& workload, std::uint32_t index) {
  out_.open_map();
  out_.text("containerID", "containerd://" + hex(16) + hex(16) + hex(16) + hex(16));
  out_.text("image", fmt::format("{}{}:1.{}.0", kRegistry, workload.app, workload.number % 40));
  out_.text("imageID", fmt::format("{}{}@sha256:{}{}{}{}", kRegistry, workload.app, hex(16),
                                   hex(16), hex(16), hex(16)));
  out_.open_map("lastState");
  out_.close();
  out_.text("name", index == 0 ? "main" : "metrics");
  out_.boolean("ready", true);
  out_.number("restartCount", below(5));
  out_.boolean("started", true);
  out_.open_map("state");
  out_.open_map("running");
  out_.text("startedAt", kStarted);
  out_.close();
  out_.close();
  out_.close();
}

void Cluster::pod_status(const Workload& workload, std::uint32_t number) {
  out_.open_map("status");
  out_.open_list("conditions");
  for (const char* type : {"Initialized", "Ready", "ContainersReady", "PodScheduled"})
    condition(type);
  out_.close();
  out_.open_list("containerStatuses");
  for (std::uint32_t i = 0; i < workload.containers; ++i) container_status(workload, i);
  out_.close();
  // A Pod on the host network has its node's address, and no other.
  const std::string host =
      fmt::format("10.0.{}.{}", number % size_.nodes() / 250, number % size_.nodes() % 250);
  const std::string address = workload.host_network ? host : pod_address(number);
  out_.text("hostIP", host);
  out_.text("phase", "Running");
  out_.text("podIP", address);
  out_.open_list("podIPs");
  out_.open_map();
  out_.text("ip", address);
  out_.close();
  out_.close();
  out_.text("qosClass", "Burstable");
  out_.text("startTime", "2026-03-04T12:30:01Z");
  out_.close();
}

void Cluster::pod(std::uint32_t number) {
  const Workload workload = workload_of(number);
  reseed(5, number);
  head("v1", "Pod");
  pod_metadata(workload, number);
  pod_spec(workload, number);
  pod_status(workload, number);
  out_.close();
}

void Cluster::small_pod(std::uint32_t number) {
  const Workload workload = workload_of(number);
  reseed(5, number);
  head("v1", "Pod");
  out_.open_map("metadata");
  out_.text("name", pod_name(workload, number));
  out_.text("namespace", workload.ns);
  labels(workload);
  out_.close();
  out_.open_map("spec");
  out_.open_list("containers");
  out_.open_map();
  out_.text("name", "main");
  out_.text("image", fmt::format("{}{}:1", kRegistry, workload.app));
  out_.close();
  out_.close();
  if (workload.host_network) out_.boolean("hostNetwork", true);
  out_.close();
  out_.close();
}

}  // namespace podmoat::bench
