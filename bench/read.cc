// podmoat_read FILE: the reading alone, from bytes to the Snapshot. Prints how many Pods and
// policies it found.
#include <cstdio>

#include "core/manifest/reader.h"
#include "io/files/files.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: podmoat_read FILE\n");
    return 2;
  }
  const auto source = podmoat::files::open(argv[1]);
  if (!source) {
    std::fprintf(stderr, "%s\n", source.error().what.c_str());
    return 3;
  }
  podmoat::manifest::Reader reader;
  if (const auto read = reader.add(argv[1], **source); !read) {
    std::fprintf(stderr, "%s\n", read.error().what.c_str());
    return 3;
  }
  const auto snapshot = reader.finish();
  for (const auto& diagnostic : snapshot.diagnostics)
    std::fprintf(stderr, "%s: %s\n", snapshot.where(diagnostic.place).c_str(),
                 diagnostic.message.c_str());
  std::printf("%zu Pods, %zu policies\n", snapshot.pods.size(), snapshot.network_policies.size());
  return snapshot.diagnostics.empty() ? 0 : 2;
}
