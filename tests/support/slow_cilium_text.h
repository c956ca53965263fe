#pragma once
// What the slow oracle for Cilium reads documents with, and how it tries out what nobody knows.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/address.h"
#include "core/model/labels.h"
#include "core/model/value.h"

namespace podmoat::test {

using Values = std::vector<std::string>;

/// One way to answer all open questions. A question that is new gets the answer 0 and is noted.
struct Trial {
  std::map<std::string, int> answers;
  std::vector<std::pair<std::string, int>> asked;  ///< new questions, with their number of answers

  int ask(const std::string& question, int count);
};

/// The member of a map; nullptr for what is not there.
const model::Value* find(const model::Value* value, std::string_view key);
/// A string; "" for what is none.
std::string text(const model::Value* value);
/// The items of a list; none for what is not there.
std::vector<const model::Value*> items(const model::Value* value);

/// One requirement of a selector.
struct Asked {
  std::string key;
  std::string op;
  Values values;
};
std::vector<Asked> requirements(const model::Value* selector);
/// The same with `before` in front of every key.
std::vector<Asked> requirements(const model::Selector& selector, const std::string& before);
bool holds(const Asked& r, const std::optional<std::string>& value);

/// Source and name of a key (CL-7).
std::pair<std::string, std::string> split(const std::string& key);
bool begins(const std::string& value, const std::string& with);
bool in_block(const Address& address, const std::string& cidr);

}  // namespace podmoat::test
