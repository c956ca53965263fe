// Policies that are not read (docs/semantics/networkpolicy.md NP-21). Each may allow or deny
// anything to the Pods of its namespace, and nobody knows which. Behind them every flow is unknown.
#include "core/language/fields.h"
#include "core/language/language.h"

namespace podmoat::language {

void read_unread(const Source& source, Reading& reading) {
  for (const model::PolicyObject* object : source.objects) {
    const Problems none(*object);
    const std::string& ns = object->object.ns;
    add_unread(*object, {ns.empty() ? PodTerm{} : in_namespace(ns)}, none, reading);
  }
}

}  // namespace podmoat::language
