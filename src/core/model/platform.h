#pragma once
// Platform: facts on how a cluster's network plugin and cloud treat policies. Data, each fact with
// the source it rests on; an answer names the Platform it assumed.
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace podmoat::model {

enum class Answer : std::uint8_t { no, yes, unknown };
enum class Basis : std::uint8_t { assumed, detected, given };
/// "assumed", "detected", "given".
std::string_view name_of(Basis basis);

struct Fact {
  std::string_view name;  ///< the field's name in reports
  Answer answer = Answer::unknown;
  std::string_view source;
};

struct Platform {
  std::string_view name;
  std::string_view summary;  ///< one sentence for people
  Fact enforces;             ///< does anything enforce policies?
  Fact cidr_matches_pods;    ///< does an ipBlock match the address of a Pod?
  Fact own_node_policed;     ///< does egress policy hold for a Pod's own node?
};

/// All profiles, in the order in which they are listed to the user.
std::span<const Platform> platforms();
/// The profile of that name, or nullptr.
const Platform* find_platform(std::string_view name);
/// What is assumed when nothing is said: NetworkPolicy as its documentation promises.
const Platform& conformant();

}  // namespace podmoat::model
