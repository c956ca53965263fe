// Negations are pushed down to the questions about single labels, each of which has an opposite;
// then "and" is multiplied out over "or". Terms that nothing can meet are dropped on the way, and
// so are those that another term holds. Argued in docs/semantics/calico.md CA-23.
#include "core/language/calico_pods.h"

#include <algorithm>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace podmoat::language {
namespace {

using model::Answer;
using model::Operator;
using model::Requirement;
using Kind = CalicoSelector::Kind;

/// What a question comes to: an answer that all Pods share, or what to ask of a Pod.
using Meaning = std::variant<Answer, PodTerm>;

Answer answer_of(bool yes) { return yes ? Answer::yes : Answer::no; }

/// Sets that are empty and parts that every text has are no questions.
Requirement plain(Requirement r) {
  if (!model::of_parts(r.op) || !r.values.front().empty()) return r;
  const bool negative = r.op != std::min(r.op, model::opposite(r.op));
  return {std::move(r.key), negative ? Operator::does_not_exist : Operator::exists, {}};
}

/// A question about something that every Pod has.
Meaning of_all(const Requirement& r, bool of_namespace) {
  if (r.op == Operator::exists) return Answer::yes;
  if (r.op == Operator::does_not_exist) return Answer::no;
  const Requirement asked{of_namespace ? model::kNamespaceNameLabel : kServiceAccount, r.op,
                          r.values};
  return of_namespace ? PodTerm{{}, {{asked}}} : PodTerm{{{asked}}, {}};
}

/// CA-24.
Meaning meaning_of(const Requirement& asked) {
  const Requirement r = plain(asked);
  if (r.values.empty() && r.op == Operator::in) return Answer::no;
  if (r.values.empty() && r.op == Operator::not_in) return Answer::yes;
  if (r.key == calico_key::kOrchestrator) {
    const std::string k8s = "k8s";
    return answer_of(r.matches(&k8s));
  }
  std::string_view key = r.key;
  if (key == calico_key::kNamespace) return of_all(r, true);
  if (key == calico_key::kServiceAccount) return of_all(r, false);
  if (key.starts_with(calico_key::kOfNamespace)) {
    key.remove_prefix(calico_key::kOfNamespace.size());
    if (key == calico_key::kName || key == model::kNamespaceNameLabel) return of_all(r, true);
    return PodTerm{{}, {{{std::string(key), r.op, r.values}}}};
  }
  if (key.starts_with(calico_key::kOfServiceAccount)) {
    key.remove_prefix(calico_key::kOfServiceAccount.size());
    if (key == calico_key::kName) return of_all(r, false);
    return Answer::unknown;
  }
  return PodTerm{{{r}}, {}};
}

/// Reduces what is asked of one key; `from` to `to` are its requirements. False if nothing meets
/// it.
using Requirements = std::vector<Requirement>;
bool tidy_key(Requirements::const_iterator from, Requirements::const_iterator to,
              Requirements& out) {
  const auto all = [&](const std::string* value) {
    return std::all_of(from, to, [&](const Requirement& r) { return r.matches(value); });
  };
  const auto listing =
      std::find_if(from, to, [](const Requirement& r) { return r.op == Operator::in; });
  if (listing != to) {
    Requirement only{listing->key, Operator::in, {}};
    for (const std::string& value : listing->values)
      if (all(&value)) only.values.push_back(value);
    if (only.values.empty()) return false;
    out.push_back(std::move(only));
    return true;
  }
  const auto absent =
      std::find_if(from, to, [](const Requirement& r) { return r.op == Operator::does_not_exist; });
  if (absent != to) {
    out.push_back(*absent);
    return all(nullptr);
  }
  out.insert(out.end(), from, to);
  return true;
}

/// False if no label set meets the selector.
bool tidy(model::Selector& selector) {
  Requirements& asked = selector.requirements;
  std::ranges::sort(asked);
  const auto again = std::ranges::unique(asked);
  asked.erase(again.begin(), again.end());
  Requirements out;
  for (auto from = asked.cbegin(); from != asked.cend();) {
    const auto to =
        std::find_if(from, asked.cend(), [&](const Requirement& r) { return r.key != from->key; });
    if (!tidy_key(from, to, out)) return false;
    from = to;
  }
  asked = std::move(out);
  return true;
}

bool asks_all_of(const model::Selector& more, const model::Selector& less) {
  return std::ranges::includes(more.requirements, less.requirements);
}

/// Sorts, and drops terms that another one holds anyway (all pairs are tried of few terms only).
void absorb(PodTerms& terms) {
  std::ranges::sort(terms);
  const auto again = std::ranges::unique(terms);
  terms.erase(again.begin(), again.end());
  if (terms.size() > 128) return;
  PodTerms kept;
  for (const PodTerm& term : terms) {
    const bool held = std::ranges::any_of(terms, [&](const PodTerm& other) {
      return other != term && asks_all_of(term.pods, other.pods) &&
             asks_all_of(term.namespaces, other.namespaces);
    });
    if (!held) kept.push_back(term);
  }
  terms = std::move(kept);
}

/// The terms of a selector, where questions with an unknown answer hold iff `unknown_holds`.
class Multiplier {
 public:
  explicit Multiplier(bool unknown_holds) : unknown_holds_(unknown_holds) {}

  /// Nothing where they are too many.
  std::optional<PodTerms> terms(const CalicoSelector& selector, bool negated) {
    switch (selector.kind) {
      case Kind::all:
      case Kind::global:
        return constant(!negated);
      case Kind::label:
        return atom(selector.label, negated);
      case Kind::none_of:
        return terms(selector.parts.front(), !negated);
      case Kind::all_of:
      case Kind::any_of:
        break;
    }
    const bool multiplied = (selector.kind == Kind::all_of) != negated;
    std::optional<PodTerms> out = constant(multiplied);
    for (const CalicoSelector& part : selector.parts) {
      const auto more = terms(part, negated);
      if (!more) return std::nullopt;
      out = multiplied ? product(*out, *more) : sum(std::move(*out), *more);
      if (!out) return out;
    }
    return out;
  }

  bool met_unknown() const { return met_unknown_; }

 private:
  static PodTerms constant(bool holds) { return holds ? PodTerms{PodTerm{}} : PodTerms{}; }

  PodTerms atom(Requirement r, bool negated) {
    if (negated) r.op = model::opposite(r.op);
    const Meaning meaning = meaning_of(r);
    if (const auto* term = std::get_if<PodTerm>(&meaning)) return {*term};
    const Answer answer = std::get<Answer>(meaning);
    if (answer == Answer::unknown) met_unknown_ = true;
    return constant(answer == Answer::unknown ? unknown_holds_ : answer == Answer::yes);
  }

  static std::optional<PodTerms> sum(PodTerms a, const PodTerms& b) {
    a.insert(a.end(), b.begin(), b.end());
    absorb(a);
    if (a.size() > kMostTerms) return std::nullopt;
    return a;
  }

  static std::optional<PodTerms> product(const PodTerms& a, const PodTerms& b) {
    if (a.size() * b.size() > 16 * kMostTerms) return std::nullopt;
    PodTerms out;
    for (const PodTerm& x : a)
      for (const PodTerm& y : b) {
        PodTerm both = x;
        const auto add = [](model::Selector& to, const model::Selector& more) {
          to.requirements.insert(to.requirements.end(), more.requirements.begin(),
                                 more.requirements.end());
          return tidy(to);
        };
        if (add(both.pods, y.pods) && add(both.namespaces, y.namespaces))
          out.push_back(std::move(both));
      }
    absorb(out);
    if (out.size() > kMostTerms) return std::nullopt;
    return out;
  }

  bool unknown_holds_;
  bool met_unknown_ = false;
};

}  // namespace

CalicoSelector in_some_namespace() {
  return asks({std::string(calico_key::kNamespace), Operator::exists, {}});
}

CalicoSelector in_this_namespace(std::string_view ns) {
  return asks({std::string(calico_key::kNamespace), Operator::in, {std::string(ns)}});
}

Answer holds(const CalicoSelector& selector, const model::Pod& pod,
             const model::Snapshot& snapshot) {
  const model::Namespace* ns = snapshot.find_namespace(pod.ns);
  const model::PodSpec& spec = snapshot.spec_of(pod);
  const std::string account = spec.service_account.empty() ? "default" : spec.service_account;
  return holds(selector, [&](const Requirement& asked) {
    const Meaning meaning = meaning_of(asked);
    const auto* term = std::get_if<PodTerm>(&meaning);
    if (term == nullptr) return std::get<Answer>(meaning);
    if (!term->namespaces.empty()) {
      const Requirement& r = term->namespaces.requirements.front();
      const bool by_name = r.key == model::kNamespaceNameLabel;
      if (!by_name && (ns == nullptr || !ns->complete)) return Answer::unknown;
      return answer_of(r.matches(by_name ? &pod.ns : ns->labels.find(r.key)));
    }
    const Requirement& r = term->pods.requirements.front();
    return answer_of(
        r.matches(r.key == kServiceAccount ? &account : snapshot.labels_of(pod).find(r.key)));
  });
}

std::optional<CalicoPods> pods_of(const CalicoSelector& selector) {
  Multiplier strict(false);
  auto sure = strict.terms(selector, false);
  if (!sure) return std::nullopt;
  CalicoPods out{std::move(*sure), {}};
  if (!strict.met_unknown()) return out;
  const auto wide = Multiplier(true).terms(selector, false);
  if (!wide) return std::nullopt;
  for (const PodTerm& term : *wide)
    if (std::ranges::find(out.sure, term) == out.sure.end()) out.possible.push_back(term);
  return out;
}

}  // namespace podmoat::language
