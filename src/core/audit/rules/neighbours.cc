// PM-007: an `except` that takes a Neighbour away with a Target, and nothing else lets it through:
// "except 169.254.0.0/16" stops the metadata service, and link-local DNS as well.
// A Neighbour that is closed because nothing ever opened it is what its owner asked for.
//
// Where the cloud is not known the Neighbours of all clouds are looked at, most of which are not
// there: that is told apart, and mildly.
#include <algorithm>
#include <utility>

#include "core/audit/rules/shared.h"

namespace podmoat::audit {
namespace {

bool is_there(const catalog::Neighbour& neighbour, const std::vector<std::string>& providers) {
  return neighbour.provider == "any" ||
         std::find(providers.begin(), providers.end(), neighbour.provider) != providers.end();
}

/// The first `except` that closes a flow of `wanted` which nothing else opens, and that flow.
std::optional<std::pair<Because, flow::Flow>> cut(const std::vector<BlockPeer>& peers,
                                                  const flow::Ladder& ladder,
                                                  const flow::FlowSet& wanted) {
  for (const BlockPeer& peer : peers) {
    const flow::FlowSet hole = excepted(peer, wanted);
    if (hole.empty()) continue;
    const auto lost = (hole - flow::evaluate(ladder, hole).possible).witness();
    if (lost) return std::pair{peer.because(words_for_hole(peer, *lost)), *lost};
  }
  return std::nullopt;
}

/// The Neighbours that are cut, of those that are surely there or of the others.
Finding cut_neighbours(const Survey& survey, const std::vector<BlockPeer>& peers,
                       const flow::Ladder& ladder, bool there) {
  const Question& question = survey.question();
  Finding made = finding("PM-007");
  for (const catalog::Neighbour* neighbour : question.guard.neighbours) {
    if (is_there(*neighbour, question.providers) != there) continue;
    // Where a Target and a Neighbour overlap, the Target wins.
    const auto found = cut(peers, ladder, neighbour->flows - question.guard.must);
    if (!found) continue;
    if (made.targets.empty()) {
      made.target = neighbour->id;
      made.witness = found->second.str();
      made.because = {found->first};
    }
    made.targets.push_back(neighbour->id);
  }
  return made;
}

Findings patterns(const Survey& survey, const policy::Subject& subject,
                  const flow::Ladder& ladder) {
  Findings out;
  const std::vector<BlockPeer> peers = blocks_of(survey, subject);
  for (const bool there : {true, false}) {
    Finding made = cut_neighbours(survey, peers, ladder, there);
    if (made.targets.empty()) continue;
    made.message = made.because[0].object.str() + " " + made.because[0].text +
                   " and with it what honest Pods need" +
                   (there ? ": " : " if the cluster is on a cloud that has it: ") +
                   joined(made.targets, 5);
    if (!there) made.severity = Severity::low;
    out.push_back(std::move(made));
  }
  return out;
}

}  // namespace

void check_neighbours(const Survey& survey, Findings& out) {
  add_by_ladder(
      survey,
      [&](const auto& subject, const auto& ladder) { return patterns(survey, subject, ladder); },
      out);
}

}  // namespace podmoat::audit
