// Reading Values: types are checked, and what is not understood is said with its path and place.
#include "core/language/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/flow/flow_set.h"

namespace podmoat::language {
namespace {

using model::Value;

std::string_view type_of(const Value& value) {
  if (value.is_null()) return "nothing";
  if (value.boolean() != nullptr) return "a boolean";
  if (value.integer() != nullptr || value.number() != nullptr) return "a number";
  if (value.string() != nullptr) return "a string";
  return value.list() != nullptr ? "a list" : "a map";
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

}  // namespace

void Problems::add(const Place& place, std::string what, std::string hint) {
  found_.push_back({Level::warning, "unreadable-policy",
                    std::move(what) + ", so the policy may do anything", std::move(hint),
                    object_.object.str(), place});
}

Field::Field(const model::PolicyObject& object, Problems& problems)
    : value_(object.source.get()), place_(object.object.place), problems_(&problems) {}

Field::Field(const Value* value, std::string path, Place place, Problems& problems)
    : value_(value), path_(std::move(path)), place_(place), problems_(&problems) {}

Field Field::operator[](std::string_view name) const {
  std::string path = path_.empty() ? std::string(name) : path_ + "." + std::string(name);
  const Value* found = nullptr;
  if (present() && value_->map() == nullptr)
    problem(fmt::format("must be a map, not {}", type_of(*value_)));
  else if (value_ != nullptr)
    found = value_->find(name);
  const bool placed = found != nullptr && found->place.line != 0;
  return {found, std::move(path), placed ? found->place : place_, *problems_};
}

std::vector<Field> Field::items() const {
  std::vector<Field> out;
  if (absent()) return out;
  const Value::List* list = value_->list();
  if (list == nullptr) {
    problem(fmt::format("must be a list, not {}", type_of(*value_)));
    return out;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Value& item = (*list)[i];
    out.push_back(Field(&item, fmt::format("{}[{}]", path_, i),
                        item.place.line != 0 ? item.place : place_, *problems_));
  }
  return out;
}

std::vector<std::pair<std::string, Field>> Field::members() const {
  std::vector<std::pair<std::string, Field>> out;
  if (absent()) return out;
  const Value::Map* map = value_->map();
  if (map == nullptr) {
    problem(fmt::format("must be a map, not {}", type_of(*value_)));
    return out;
  }
  for (const auto& [key, value] : *map) out.emplace_back(key, (*this)[key]);
  return out;
}

template <class T>
std::optional<T> Field::scalar(const T* found, std::string_view wanted) const {
  if (found != nullptr) return *found;
  if (present()) problem(fmt::format("must be {}, not {}", wanted, type_of(*value_)));
  return std::nullopt;
}

std::optional<std::string> Field::string() const {
  return scalar(value_ == nullptr ? nullptr : value_->string(), "a string");
}

std::optional<bool> Field::boolean() const {
  return scalar(value_ == nullptr ? nullptr : value_->boolean(), "a boolean");
}

std::optional<std::int64_t> Field::integer() const {
  return scalar(value_ == nullptr ? nullptr : value_->integer(), "a whole number");
}

std::optional<double> Field::number() const {
  if (is_integer()) return static_cast<double>(*value_->integer());
  return scalar(value_ == nullptr ? nullptr : value_->number(), "a number");
}

std::optional<std::string> Field::text() const {
  if (is_integer()) return std::to_string(*value_->integer());
  return scalar(value_ == nullptr ? nullptr : value_->string(), "a number or a string");
}

void Field::only(std::initializer_list<std::string_view> names) const {
  for (const auto& [key, field] : members())
    if (std::ranges::find(names, key) == names.end())
      field.problem("is a field that podmoat does not know", "is it spelled right?");
}

void Field::problem(std::string what, std::string hint) const {
  problems_->add(place_, (path_.empty() ? "the object" : path_) + " " + std::move(what),
                 std::move(hint));
}

model::Selector selector_of(const Field& field) {
  static constexpr std::array<std::pair<std::string_view, model::Operator>, 4> kOperators{
      {{"In", model::Operator::in},
       {"NotIn", model::Operator::not_in},
       {"Exists", model::Operator::exists},
       {"DoesNotExist", model::Operator::does_not_exist}}};
  model::Selector out;
  field.only({"matchLabels", "matchExpressions"});
  for (const auto& [key, value] : field["matchLabels"].members())
    out.requirements.push_back({key, model::Operator::in, {value.string().value_or("")}});
  for (const Field& item : field["matchExpressions"].items()) {
    item.only({"key", "operator", "values"});
    model::Requirement r{item["key"].string().value_or(""), model::Operator::in, {}};
    const std::string op = item["operator"].string().value_or("");
    const auto known = std::ranges::find(kOperators, op, [](const auto& row) { return row.first; });
    if (known == kOperators.end()) {
      item["operator"].problem("must be In, NotIn, Exists or DoesNotExist");
      continue;
    }
    r.op = known->second;
    for (const Field& value : item["values"].items())
      r.values.push_back(value.string().value_or(""));
    std::ranges::sort(r.values);
    const auto again = std::ranges::unique(r.values);
    r.values.erase(again.begin(), again.end());
    const bool takes_values = r.op == model::Operator::in || r.op == model::Operator::not_in;
    if (r.key.empty()) item["key"].problem("is missing");
    if (takes_values == r.values.empty())
      item["values"].problem(takes_values ? "must not be empty" : "must be empty");
    out.requirements.push_back(std::move(r));
  }
  return out;
}

std::optional<Block> block_of(const Field& field, bool bare) {
  const auto text = field.string();
  if (!text) {
    if (field.absent()) field.problem("is missing");
    return std::nullopt;
  }
  if (bare && !text->contains('/')) {
    const auto address = parse_address(*text);
    if (address) return block_of(*address, address->family == Family::v4 ? 32 : 128);
  }
  const auto block = parse_block(*text);
  if (block) return *block;
  field.problem(fmt::format("\"{}\" is no block: {}", *text, block.error().what),
                "write an address, \"/\" and a number of bits: 10.0.0.0/8");
  return std::nullopt;
}

std::optional<Protocol> protocol_of(const Field& field, bool any_case) {
  auto text = field.string();
  if (!text) return std::nullopt;
  if (any_case) text = upper(*text);
  if (*text == "TCP") return Protocol::tcp;
  if (*text == "UDP") return Protocol::udp;
  if (*text == "SCTP") return Protocol::sctp;
  field.problem(fmt::format("\"{}\" is no protocol that is known here", *text));
  return std::nullopt;
}

std::optional<std::uint16_t> port_of(const Field& field) {
  const auto number = field.integer();
  if (!number) return std::nullopt;
  if (*number >= 1 && *number <= 65535) return static_cast<std::uint16_t>(*number);
  field.problem("must be a port from 1 to 65535");
  return std::nullopt;
}

void add_unread(const model::PolicyObject& object, PodTerms pods, const Problems& problems,
                Reading& reading) {
  Policy out;
  out.object = object.object;
  out.tier = reading.tier({.name = "unread policies", .rank = rank::kUnread});
  out.possible = std::move(pods);
  out.isolates = false;
  out.unread = true;
  out.text = "is not read and may allow or deny anything";
  const std::string who = fmt::format("{} ({})", object.object.str(), object.api_version);
  const std::string doubt = problems.none()
                                ? who + " is in a language that is not read"
                                : who + " cannot be read: " + problems.found().front().message;
  for (const flow::Action action : {flow::Action::allow, flow::Action::deny}) {
    Clause clause;
    clause.action = action;
    clause.to.everything = true;
    clause.rule = "spec";
    clause.place = object.object.place;
    clause.text = out.text;
    clause.doubt = doubt;
    out.clauses.push_back(std::move(clause));
  }
  out.doubt = doubt;
  reading.policies.push_back(std::move(out));
  reading.diagnostics.insert(reading.diagnostics.end(), problems.found().begin(),
                             problems.found().end());
}

flow::FlowSet addresses(const std::vector<Block>& blocks, const std::vector<Block>& except) {
  const auto boxes = [](const std::vector<Block>& list) {
    std::vector<flow::FlowSet::Box> out;
    for (const Block& block : list) out.push_back({flow::span_of(block), flow::PortSet::all()});
    return flow::FlowSet::of(std::move(out));
  };
  return except.empty() ? boxes(blocks) : boxes(blocks) - boxes(except);
}

flow::FlowSet all_places() {
  static const flow::FlowSet all =
      flow::FlowSet::of({{flow::whole(flow::Line::v4), flow::PortSet::all()},
                         {flow::whole(flow::Line::v6), flow::PortSet::all()},
                         {flow::whole(flow::Line::node), flow::PortSet::all()}});
  return all;
}

flow::FlowSet nodes(bool own, bool others) {
  if (!own && !others) return {};
  return flow::FlowSet::box({flow::Line::node, own ? flow::kOwnNode : flow::kOtherNode,
                             others ? flow::kOtherNode : flow::kOwnNode},
                            flow::PortSet::all());
}

}  // namespace podmoat::language
