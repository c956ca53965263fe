#pragma once
// Names as the API server accepts them. Source: docs/semantics/reading.md RD-20;
// apimachinery pkg/util/validation/validation.go.
#include <string_view>

namespace podmoat::model {

/// RFC 1123 label: 1 to 63 of [a-z0-9-], an alphanumeric at both ends. Names of namespaces.
bool is_dns_label(std::string_view text);
/// RFC 1123 subdomain: labels joined by ".", 253 characters at most. Names of most objects.
bool is_dns_subdomain(std::string_view text);
/// The key of a label: [prefix/]name, the prefix a subdomain.
bool is_label_key(std::string_view text);
/// The value of a label: "", or up to 63 of [A-Za-z0-9._-], an alphanumeric at both ends.
bool is_label_value(std::string_view text);
/// The name of a port: 1 to 15 of [a-z0-9-], one letter at least, no "-" at an end or doubled.
bool is_port_name(std::string_view text);

}  // namespace podmoat::model
