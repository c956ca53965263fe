#pragma once
// Answer: to a question about the cluster that the input may leave open.
#include <cstdint>
#include <string_view>

namespace podmoat::model {

enum class Answer : std::uint8_t { no, yes, unknown };
/// "no", "yes", "unknown".
std::string_view name_of(Answer answer);

}  // namespace podmoat::model
