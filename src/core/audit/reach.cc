// who-can-reach: one question asked of every Subject.
//
// A destination is addresses, or the Pods that have one. Rules that speak of Pods match the Pod,
// and rules that speak of blocks match it by its address, as far as blocks match Pods on this
// Platform (NP-POD): rules of both sorts stand in one order, so they are asked as one.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/audit/exposure.h"
#include "core/audit/survey.h"
#include "core/catalog/detour.h"

namespace podmoat::audit {
namespace {

using flow::FlowSet;

/// The address that is asked about, once for each Pod that has it.
std::vector<Address> addresses_of(const Destination& destination) {
  if (destination.pods.empty()) return {};
  const flow::Destination to = destination.flows.witness()->to;
  const Family family = to.line == flow::Line::v4 ? Family::v4 : Family::v6;
  return {destination.pods.size(), Address{family, to.at}};
}

/// `verdict` made unknown, as it hangs on `question`.
Verdict left_open(Verdict verdict, const FlowSet& wanted, std::string reason,
                  std::string question) {
  verdict.reach = Reach::unknown;
  verdict.witness = wanted.witness();
  verdict.reason = std::move(reason);
  verdict.open_questions = {std::move(question)};
  return verdict;
}

/// VD-11. Of an address that a node may have, though Nodes are told and none has it.
constexpr const char* kWereIt = "; were it an address of a node, it would be ";

class Reacher {
 public:
  Reacher(const Question& question, const Destination& destination)
      : question_(question),
        destination_(destination),
        peers_(question.snapshot, destination.pods, addresses_of(destination),
               question.platform.cidr_matches_pods),
        policies_(question.snapshot, question.platform,
                  destination.pods.empty() ? destination.flows : FlowSet::all(), peers_) {
    pods_ = at_pods(destination);
    if (destination.pods.empty() &&
        question.platform.sees_service_addresses.answer != model::Answer::no)
      detours_ = catalog::detours(question.snapshot, destination.flows);
  }

  const language::Reading& reading() const { return policies_.reading(); }

  Verdict of(const policy::Subject& subject) {
    if (subject.host_network) return of_host(subject);
    if (destination_.host_only) return out_of_the_node();
    if (destination_.loopback || has_it(subject))
      return unhindered(destination_.flows,
                        "the address is its own, and no policy keeps a Pod "
                        "from itself");
    if (question_.platform.enforces.answer == model::Answer::no)
      return unhindered(destination_.flows, "nothing enforces policies on this platform");
    const flow::Ladder& ladder = policies_.ladder(policy::view_of(subject, question_.snapshot));
    auto known = known_.find(&ladder);
    if (known == known_.end()) known = known_.emplace(&ladder, on(ladder)).first;
    return exposed(known->second, destination_.flows,
                   exposure_of(subject, question_.snapshot, question_.platform));
  }

 private:
  /// VD-1. Its own node it reaches without leaving it.
  Verdict of_host(const policy::Subject& subject) const {
    const flow::Ladder& ladder = policies_.host_ladder();
    const bool at_home = destination_.host_only || destination_.loopback || has_it(subject) ||
                         (destination_.node && !destination_.one_node);
    if (ladder.tiers.empty() || at_home) return unhindered(destination_.flows, kOnHost);
    Verdict out = judge_all(ladder);
    if (!destination_.node || out.reach == Reach::reachable) return out;
    return left_to_the_node(std::move(out));
  }

  /// `verdict` about one node of several, where the Pod's own is not like the others.
  Verdict left_to_the_node(Verdict verdict) const {
    return left_open(std::move(verdict), destination_.flows,
                     "it hangs on whether that is the Pod's own node, and a Pod may run on any",
                     "whether the Pod runs on that node");
  }

  /// NP-19: whether the destination is one of the Subject's own Pods.
  bool has_it(const policy::Subject& subject) const {
    return std::any_of(destination_.pods.begin(), destination_.pods.end(), [&](std::uint32_t pod) {
      return std::find(subject.pods.begin(), subject.pods.end(), pod) != subject.pods.end();
    });
  }

  Verdict on(const flow::Ladder& ladder) const {
    Verdict verdict = at_address(ladder);
    if (destination_.unclaimed && !destination_.maybe_node && verdict.reach == Reach::blocked &&
        question_.platform.own_node_policed.answer == model::Answer::no)
      verdict.reason += kWereIt + std::string(name_of(Reach::reachable));
    if (verdict.reach == Reach::blocked && !detours_.empty())
      return left_open(
          verdict, destination_.flows,
          detours_.front() + " leads a Service there, whose address is what policies" +
              (question_.platform.sees_service_addresses.answer == model::Answer::yes ? " see"
                                                                                      : " may see"),
          "whether it reaches the Service");
    if (!destination_.service || (verdict.reach == Reach::reachable && verdict.because.empty()))
      return verdict;
    return left_open(verdict, destination_.flows,
                     "the address is a Service's; whether policies see it before or after it is "
                     "translated is not defined",
                     "ask for the addresses of the Service's Pods instead");
  }

  Verdict judge_all(const flow::Ladder& ladder) const {
    return judge(policies_, ladder, destination_.flows, destination_.anywhere, destination_.doubts);
  }

  Verdict at_address(const flow::Ladder& ladder) const {
    if (destination_.maybe_node) return at_address_or_node(ladder);
    if (destination_.node && destination_.one_node) return at_one_node(ladder);
    if (destination_.node)
      return with_own_node(judge_all(ladder), destination_.flows, question_.platform);
    if (destination_.pods.empty() || ladder.tiers.empty()) return judge_all(ladder);
    Verdict by_pod = judge(policies_, ladder, pods_, false);
    if (by_pod.witness) by_pod.witness = destination_.flows.witness();
    return by_pod;
  }

  /// One of several nodes, which is the Pod's own or is not: both must agree.
  Verdict at_one_node(const flow::Ladder& ladder) const {
    const auto on_line = [&](std::uint64_t which) {
      return destination_.flows &
             FlowSet::box({flow::Line::node, which, which}, flow::PortSet::all());
    };
    const FlowSet addresses =
        destination_.flows - FlowSet::box(flow::whole(flow::Line::node), flow::PortSet::all());
    const FlowSet own = on_line(flow::kOwnNode);
    const FlowSet wanted = addresses.empty() ? on_line(flow::kOtherNode) : addresses;
    Verdict other = judge(policies_, ladder, wanted, false);
    Verdict home = own.empty() ? other : judge(policies_, ladder, own, false);
    home = with_own_node(std::move(home), destination_.flows, question_.platform);
    if (home.reach == other.reach || home.reach == Reach::unknown) return home;
    return left_to_the_node(std::move(home));
  }

  /// What is a node's address, or is not: both must agree (CL-1, PF-52).
  Verdict at_address_or_node(const flow::Ladder& ladder) const {
    const FlowSet nodes =
        destination_.flows & FlowSet::box(flow::whole(flow::Line::node), flow::PortSet::all());
    Verdict as_address = judge(policies_, ladder, destination_.flows - nodes, false);
    if (destination_.node)
      as_address = with_own_node(std::move(as_address), destination_.flows, question_.platform);
    const Verdict as_node = with_own_node(judge(policies_, ladder, nodes, true), destination_.flows,
                                          question_.platform);
    if (as_address.reach == as_node.reach) return as_address;
    if (destination_.unclaimed) {
      as_address.reason += kWereIt + std::string(name_of(as_node.reach));
      return as_address;
    }
    const std::string& name = question_.platform.name;
    const FlowSet addresses = destination_.flows - nodes;
    if (destination_.node)
      return left_open(std::move(as_address), addresses,
                       "platform " + name + " may know nodes by what they are, and not by address",
                       question_.platform.cidr_matches_nodes.source);
    return left_open(
        std::move(as_address), addresses,
        "it hangs on whether the address is a node's, and " + name +
            (question_.platform.nodes_by_identity() ? " knows" : " may know") +
            " nodes by what they are",
        "whether a node has the address: Node objects, and the DaemonSets of kube-system, tell");
  }

  const Question& question_;
  const Destination& destination_;
  policy::PodPeers peers_;
  policy::Policies policies_;
  FlowSet pods_;
  std::vector<std::string> detours_;  ///< that policies do not see through, or may not
  std::unordered_map<const flow::Ladder*, Verdict> known_;
};

}  // namespace

FlowSet at_pods(const Destination& destination) {
  flow::PortSet ports;
  for (const FlowSet::Row& row : destination.flows.rows()) ports = ports | row.ports;
  if (destination.pods.empty() || ports.empty()) return {};
  const auto last = static_cast<std::uint32_t>(destination.pods.size() - 1);
  return FlowSet::box({flow::Line::peer, 0, last}, ports);
}

std::vector<Answer> who_can_reach(const Question& question, const Destination& destination) {
  Reacher reacher(question, destination);
  std::vector<Answer> out;
  for (policy::Subject& subject :
       subjects_in(question.snapshot, reacher.reading(), question.scope)) {
    Verdict verdict = reacher.of(subject);
    out.push_back({std::move(subject), std::move(verdict)});
  }
  return out;
}

}  // namespace podmoat::audit
