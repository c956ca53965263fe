#pragma once
// Names: SUBJECT and DEST as people write them.
#include <string>
#include <vector>

#include "app/cli/input.h"

namespace podmoat::cli {

/// DEST: a Target's id or alias, or IP:PORT[/PROTOCOL] ("169.254.169.254:80", "[fd00:ec2::254]:80",
/// "10.0.0.10:53/UDP"; TCP if not said). Fails with a hint.
Outcome<audit::Destination> parse_destination(const std::string& text, const Input& input);

/// SUBJECT: KIND/NAME, NAMESPACE/KIND/NAME, NAMESPACE/NAME or NAME of a workload or Pod. The
/// Answers of `all` that it means: several where one workload has several Subjects. Fails when it
/// means none, or several different workloads.
Outcome<std::vector<audit::Answer>> pick(const std::string& text, std::vector<audit::Answer> all,
                                         const Input& input);

}  // namespace podmoat::cli
