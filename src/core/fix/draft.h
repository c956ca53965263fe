#pragma once
// Draft: the objects that an engine writes, put beside those that are there.
#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fix/plan.h"
#include "core/model/labels.h"

namespace podmoat::fix {

/// What all objects of a Plan are called, with a number behind it if there are several.
inline constexpr const char* kGuardName = "podmoat-guard";

/// A LabelSelector as people write it: what matchLabels can say is said there. Keys are as `key_of`
/// says them. Requires operators of LabelSelectors.
model::Value selector_value(const model::Selector& selector,
                            std::string (*key_of)(const std::string&) = nullptr);

/// `labels` and `annotations` for an object of the Plan, behind its name and namespace ("": none).
model::Value metadata_value(const std::string& ns, const std::string& name,
                            const catalog::Guard& guard);

/// A kind of objects that an engine writes.
struct WrittenKind {
  std::string_view api_version;
  std::string_view kind;
};

class Draft {
 public:
  Draft(const Order& order, Plan& plan) : order_(order), plan_(plan) {}

  /// A name for an object of that kind: `stem`, then with "-2" and so on behind it; one that nobody
  /// has, or that an earlier Plan's object has, which is then replaced. Never the same twice.
  std::string name(const WrittenKind& kind, const std::string& ns, std::string_view stem);
  /// Adds the object, or changes the one of that name. `body` is what stands behind its metadata.
  void put(const WrittenKind& kind, const std::string& ns, const std::string& name,
           model::Value::Map body, std::string why);

  const Order& order() const { return order_; }
  Plan& plan() { return plan_; }

 private:
  const model::PolicyObject* find(const WrittenKind& kind, const std::string& ns,
                                  const std::string& name) const;

  const Order& order_;
  Plan& plan_;
  std::set<std::pair<std::string, std::string>> given_;  ///< kind and "NAMESPACE/NAME"
};

/// `all` in parts of at most `most`, for lists that an API limits.
template <class T>
std::vector<std::vector<T>> parts_of(const std::vector<T>& all, std::size_t most) {
  std::vector<std::vector<T>> out;
  for (std::size_t i = 0; i < all.size(); i += most)
    out.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(i),
                     all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), i + most)));
  return out;
}

/// Whether an earlier Plan wrote the object.
bool is_own(const model::PolicyObject& object);

}  // namespace podmoat::fix
