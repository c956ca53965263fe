// Policies that are not read (docs/semantics/networkpolicy.md NP-21). Each may allow or deny
// anything to the Pods of its namespace, and nobody knows which: an allow rule and a deny rule that
// match nothing for sure and everything possibly. Behind them every flow is unknown.
#include "core/policy/languages.h"

namespace podmoat::policy {
namespace {

class Unread : public Language {
 public:
  explicit Unread(const Context& context) {
    for (const model::UnreadPolicy& policy : context.snapshot.unread_policies) {
      const auto origin = static_cast<std::uint32_t>(context.origins.size());
      context.origins.push_back({policy.object, "spec", policy.object.place,
                                 "is not read and may allow or deny anything",
                                 policy.object.str() + " is in a language that is not read"});
      const flow::Known anything{{}, context.within};
      using flow::Action;
      policies_.push_back(
          {&policy.object.ns,
           std::make_shared<const flow::Rule>(flow::Rule{anything, Action::allow, origin}),
           std::make_shared<const flow::Rule>(flow::Rule{anything, Action::deny, origin})});
    }
  }

  void select(const PodView& pod, std::vector<std::uint32_t>& selected) const override {
    for (std::uint32_t i = 0; i < policies_.size(); ++i)
      if (policies_[i].ns->empty() || *policies_[i].ns == pod.ns) selected.push_back(i);
  }

  void fill(std::span<const std::uint32_t> selected, flow::Ladder& ladder) const override {
    if (selected.empty()) return;
    flow::Tier tier{.name = "unread policies", .rules = {}, .end_origins = {}};
    for (const std::uint32_t i : selected) {
      tier.rules.push_back(policies_[i].allow);
      tier.rules.push_back(policies_[i].deny);
    }
    ladder.tiers.push_back(std::move(tier));
  }

 private:
  struct Policy {
    const std::string* ns;  ///< "": every namespace
    std::shared_ptr<const flow::Rule> allow;
    std::shared_ptr<const flow::Rule> deny;
  };
  std::vector<Policy> policies_;
};

}  // namespace

std::unique_ptr<Language> compile_unread(const Context& context) {
  return std::make_unique<Unread>(context);
}

}  // namespace podmoat::policy
