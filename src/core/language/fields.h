#pragma once
// Field: a place in a policy object, with its path, for languages that read Values. What is not as
// it should be is noted, and makes the policy one that could not be read: it may then do anything.
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/diagnostic.h"
#include "base/protocol.h"
#include "core/language/policy.h"
#include "core/model/policy_object.h"

namespace podmoat::language {

/// What is wrong with one object.
class Problems {
 public:
  explicit Problems(const model::PolicyObject& object) : object_(object) {}
  /// Notes that `what` stands at `place`; `hint` says what to do, or is "".
  void add(const Place& place, std::string what, std::string hint = "");
  bool none() const { return found_.empty(); }
  const Diagnostics& found() const { return found_; }
  const model::PolicyObject& object() const { return object_; }

 private:
  const model::PolicyObject& object_;
  Diagnostics found_;
};

class Field {
 public:
  /// The whole object. `problems` must outlive every Field that comes of this one.
  Field(const model::PolicyObject& object, Problems& problems);

  /// The member `name` of a map; absent for a missing one. What is no map is noted as a problem.
  Field operator[](std::string_view name) const;
  /// The items of a list; none if absent. What is no list is noted as a problem.
  std::vector<Field> items() const;
  /// The members of a map, with their keys; none if absent.
  std::vector<std::pair<std::string, Field>> members() const;

  /// Missing, or null.
  bool absent() const { return value_ == nullptr || value_->is_null(); }
  bool present() const { return !absent(); }
  /// Nothing where absent; another type is noted as a problem and is nothing.
  std::optional<std::string> string() const;
  std::optional<bool> boolean() const;
  std::optional<std::int64_t> integer() const;
  std::optional<double> number() const;  ///< integers too
  /// A number or a string, as ports are (IntOrString); numbers become text.
  std::optional<std::string> text() const;
  /// An IntOrString that is a number, whether it is written as one or as digits in quotes.
  bool is_integer() const { return value_ != nullptr && value_->integer() != nullptr; }
  bool is_string() const { return value_ != nullptr && value_->string() != nullptr; }
  bool is_map() const { return value_ != nullptr && value_->map() != nullptr; }
  bool is_list() const { return value_ != nullptr && value_->list() != nullptr; }

  /// Notes every member that is not in `names`: a field that nobody here knows may mean anything.
  void only(std::initializer_list<std::string_view> names) const;
  /// Notes a problem with this field; the path is put in front of `what`.
  void problem(std::string what, std::string hint = "") const;

  /// "spec.egress[0].toPorts".
  const std::string& path() const { return path_; }
  /// Of an absent field: of what it is missing from.
  const Place& place() const { return place_; }
  const model::Value* value() const { return value_; }

 private:
  Field(const model::Value* value, std::string path, Place place, Problems& problems);
  template <class T>
  std::optional<T> scalar(const T* found, std::string_view wanted) const;

  const model::Value* value_;
  std::string path_;
  Place place_;
  Problems* problems_;
};

/// A LabelSelector (matchLabels, matchExpressions); an absent one is empty. Keys and values are not
/// checked: the API server checks those of few languages.
model::Selector selector_of(const Field& field);
/// A CIDR, or an address alone where `bare` allows it.
std::optional<Block> block_of(const Field& field, bool bare = false);
/// TCP, UDP, SCTP (upper case; `any_case` takes others too); nothing and a problem for the rest.
std::optional<Protocol> protocol_of(const Field& field, bool any_case = false);
/// 1 to 65535.
std::optional<std::uint16_t> port_of(const Field& field);

/// A Policy that may do anything to `pods`, and the warnings that say why, put into `reading`.
void add_unread(const model::PolicyObject& object, PodTerms pods, const Problems& problems,
                Reading& reading);

/// Flows to the addresses of `blocks` that are in none of `except`, on every port.
flow::FlowSet addresses(const std::vector<Block>& blocks, const std::vector<Block>& except = {});
/// Both lines of addresses, whole, and the line of nodes.
flow::FlowSet all_places();
/// The nodes that are this Pod's own, or all others, or both (flow::Line::node).
flow::FlowSet nodes(bool own, bool others);

}  // namespace podmoat::language
