#pragma once
// The rules of the audit. Each looks at the Survey and appends its Findings; none knows of another.
#include <vector>

#include "core/audit/survey.h"

namespace podmoat::audit {

using Findings = std::vector<Finding>;

void check_reachable(const Survey& survey, Findings& out);        ///< PM-001 002 004 006 012
void check_own_node(const Survey& survey, Findings& out);         ///< PM-013
void check_except(const Survey& survey, Findings& out);           ///< PM-003
void check_ipv6_cut(const Survey& survey, Findings& out);         ///< PM-005
void check_neighbours(const Survey& survey, Findings& out);       ///< PM-007
void check_handler_hosts(const Survey& survey, Findings& out);    ///< PM-008
void check_detours(const Survey& survey, Findings& out);          ///< PM-009
void check_selects_nothing(const Survey& survey, Findings& out);  ///< PM-010
void check_invalid(const Survey& survey, Findings& out);          ///< PM-011
void check_enforcement(const Survey& survey, Findings& out);      ///< PM-014
void check_platform(const Survey& survey, Findings& out);         ///< PM-018 019 020 025
void check_unpoliced(const Survey& survey, Findings& out);        ///< PM-021
void check_redirects(const Survey& survey, Findings& out);        ///< PM-022
void check_obtainable(const Survey& survey, Findings& out);       ///< PM-023
void check_inert(const Survey& survey, Findings& out);            ///< PM-024
void check_shared_except(const Survey& survey, Findings& out);    ///< PM-026
void check_nodes_proxy(const Survey& survey, Findings& out);      ///< PM-015
void check_known_consumer(const Survey& survey, Findings& out);   ///< PM-016
void check_mesh(const Survey& survey, Findings& out);             ///< PM-017
void check_kubelet_open(const Survey& survey, Findings& out);     ///< PM-027
void check_exceptions(const Survey& survey, Findings& out);       ///< PM-028

}  // namespace podmoat::audit
