#pragma once
// Random clusters for the engines of fix, each with the policies of the engine's own language, and
// what is to be guarded in them.
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "core/fix/plan.h"
#include "core/proof/proof.h"

namespace podmoat::test {

/// One cluster with what is guarded, for some Pods is not, and the engine's Plan for it. The same
/// for the same seed.
struct EngineTask {
  EngineTask(fix::Engine the_engine, std::uint64_t seed, fix::Style the_style = fix::Style::except);
  EngineTask(const EngineTask&) = delete;

  proof::Proof verify(const model::Snapshot& after) const;

  fix::Engine engine;
  fix::Style style;
  model::Platform platform;
  model::Snapshot before;
  std::string name;
  catalog::Guard guard;
  std::vector<std::string> namespaces;
  bool everywhere = true;
  fix::Plan plan;

 private:
  void spare(std::mt19937_64& random);
};

/// `before` with the Plan carried out: its objects are written and read again. What the reader
/// refuses fails the test.
model::Snapshot applied(const model::Snapshot& before, const fix::Plan& plan);

}  // namespace podmoat::test
