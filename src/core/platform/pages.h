#pragma once
// Pages: the facts of a Platform in words, and all profiles as a document.
#include <span>
#include <string>
#include <string_view>

#include "core/model/platform.h"

namespace podmoat::platform {

/// A fact of every Platform, in words. Rules PF-1 to PF-21.
struct Parameter {
  std::string_view name;      ///< as Fact::name
  std::string_view rule;      ///< "PF-1"
  std::string_view question;  ///< what the answer answers
};
/// All of them, in the order of Platform::facts().
std::span<const Parameter> parameters();

/// docs/platforms.md: the matrix, and each profile with its sources.
std::string markdown();

}  // namespace podmoat::platform
