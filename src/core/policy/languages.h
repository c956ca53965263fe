#pragma once
// The languages that languages.cc lists; each is defined in the file of its name.
#include <memory>

#include "core/policy/policies.h"

namespace podmoat::policy {

std::unique_ptr<Language> compile_unread(const Context& context);
std::unique_ptr<Language> compile_network_policy(const Context& context);

}  // namespace podmoat::policy
