#pragma once
// How a profile is written: a table of cells, and tables that change another profile's. Inside the
// room.
#include <initializer_list>
#include <string_view>
#include <vector>

#include "core/model/platform.h"

namespace podmoat::model {

/// One answer of a profile.
struct Cell {
  Fact Platform::* fact;
  Answer answer;
  Mark mark;
  std::string_view source;
};
using Cells = std::initializer_list<Cell>;

/// Whether a language is enforced, in a profile.
struct Spoken {
  std::string_view language;
  Answer answer;
  Mark mark;
  std::string_view source;
};
using Spokens = std::initializer_list<Spoken>;

/// A profile's name, summary and engine.
struct Title {
  std::string_view name;
  std::string_view summary;
  std::string_view engine;
};

Platform profile(const Title& title, Cells cells, Spokens languages);
/// `base` under another title, with the answers of `cells` in the place of its own.
Platform changed(Platform base, const Title& title, Cells cells);
/// The same language by language: those of `languages` replace or join what `base` has.
Platform speaking(Platform base, Spokens languages);

/// The profile `none`, for others that enforce nothing.
Platform without_policies();

// The profiles, family by family, in the order in which they are listed.
std::vector<Platform> plain_platforms();      ///< conformant, none, flannel
std::vector<Platform> calico_platforms();     ///< and those of clouds that run it
std::vector<Platform> cilium_platforms();     ///< and those of clouds that run it
std::vector<Platform> cloud_platforms();      ///< plugins that one cloud has
std::vector<Platform> switch_platforms();     ///< those on Open vSwitch
std::vector<Platform> netfilter_platforms();  ///< kube-router and others on iptables or nftables

}  // namespace podmoat::model
