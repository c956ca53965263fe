// PM-027: the configuration of the kubelets, where the input has it, lets everybody in, or makes
// them listen where nobody guards. docs/semantics/rbac.md RB-9.
#include <algorithm>
#include <utility>

#include "core/audit/rules/shared.h"

namespace podmoat::audit {
namespace {

/// Whether some row of the Target has the TCP port.
bool has_port(const catalog::Catalog& catalog, std::string_view target, std::int64_t port) {
  const catalog::Target* found = catalog.find(target);
  if (found == nullptr || port < 1 || port > 65535) return false;
  return std::ranges::any_of(found->rows, [&](const catalog::Row& row) {
    return row.ports.contains(Protocol::tcp, static_cast<std::uint16_t>(port));
  });
}

class Words {
 public:
  explicit Words(const model::KubeletConfig& config) : config_(config) {}

  template <class T>
  void add(const model::KubeletConfig::Setting<T>& setting, const std::string& path,
           const std::string& says) {
    const std::string line =
        setting.line == 0 ? "" : " (its line " + std::to_string(setting.line) + ")";
    because.push_back({config_.object, "data.kubelet " + path, config_.object.place, says + line});
    message += (message.empty() ? "" : ", ") + says;
  }

  std::string message;
  std::vector<Because> because;

 private:
  const model::KubeletConfig& config_;
};

Finding judged(const model::KubeletConfig& config, const catalog::Catalog& catalog) {
  Finding made = finding("PM-027");
  Words words(config);
  const bool always = config.authorization.value == "AlwaysAllow";
  bool open = config.anonymous.value || always;
  if (config.anonymous.value)
    words.add(config.anonymous, "authentication.anonymous.enabled", "asks nobody for credentials");
  if (always)
    words.add(config.authorization, "authorization.mode", "allows everything to whom it lets in");
  if (open) made.targets.push_back("kubelet-api");
  if (always) made.severity = Severity::critical;
  if (const std::int64_t port = config.read_only_port.value; port != 0) {
    words.add(config.read_only_port, "readOnlyPort",
              "shows everybody its Pods on port " + std::to_string(port) +
                  (has_port(catalog, "kubelet-readonly", port) ? "" : ", which is not guarded"));
    made.targets.push_back("kubelet-readonly");
    open = true;
  }
  if (const std::int64_t port = config.port.value; !has_port(catalog, "kubelet-api", port)) {
    words.add(config.port, "port",
              "listens on port " + std::to_string(port) + ", which is not guarded");
    if (!open) made.severity = Severity::medium;
    if (made.targets.empty()) made.targets.push_back("kubelet-api");
  }
  made.because = std::move(words.because);
  made.message = config.object.str() + ": the kubelet " + words.message;
  return made;
}

}  // namespace

void check_kubelet_open(const Survey& survey, Findings& out) {
  const Question& question = survey.question();
  for (const model::KubeletConfig& config : question.snapshot.kubelet_configs) {
    Finding made = judged(config, question.catalog);
    if (made.because.empty()) continue;
    made.target = made.targets.front();
    made.fingerprint = fingerprint(made, config.object.str());
    out.push_back(std::move(made));
  }
}

}  // namespace podmoat::audit
