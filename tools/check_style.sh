#!/usr/bin/env bash
# clang-format on every file; clang-tidy (.clang-tidy, warnings are errors) on the two rooms that a
# security reviewer must read, and on the one that judges.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
git ls-files '*.cc' '*.h' | xargs clang-format-19 --dry-run -Werror
git ls-files 'src/base/*.cc' 'src/core/flow/*.cc' 'src/core/policy/*.cc' 'src/core/proof/*.cc' 'src/io/*.cc' |
  grep -vE '_(test|fuzz)\.cc$' |
  xargs -P "$(nproc)" -n 2 clang-tidy-19 -p build/asan --quiet
