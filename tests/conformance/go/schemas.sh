#!/usr/bin/env bash
# Puts the CustomResourceDefinitions of other projects into folders of DEST, from Go's module cache
# and, for Calico, from ../shared beside the project. Usage: schemas.sh DEST
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
shared=$here/../../../../shared/crds
mkdir -p "$1"
dest=$(cd "$1" && pwd)
cd "$here/lines"
export GOTOOLCHAIN=local GOWORK=off GOFLAGS=

# module MODULE@VERSION SUM: the folder of the module, whose content is what SUM says.
module() {
  local told
  told=$(go mod download -json "$1")
  if ! grep -qF "\"Sum\": \"$2\"" <<<"$told"; then
    echo "$1 is not what it was: $told" >&2
    return 1
  fi
  sed -n 's/.*"Dir": "\(.*\)".*/\1/p' <<<"$told"
}

# take FOLDER FILE...: the files, and nothing else, in a folder of DEST.
take() {
  local folder=$dest/$1
  shift
  rm -rf "$folder"
  mkdir -p "$folder"
  cp "$@" "$folder"
  chmod u+w "$folder"/*
}

policy2=$(module sigs.k8s.io/network-policy-api@v0.2.0 h1:W/f0Y9VoeQdOWjX/h2gZyLH6gZ5LLEXmh/9wy9mQWKw=)
policy1=$(module sigs.k8s.io/network-policy-api@v0.1.5 h1:xyS7VAaM9EfyB428oFk7WjWaCK6B129i+ILUF4C8l6E=)
cilium=$(module github.com/cilium/cilium@v1.20.2 h1:dqiEGIcXc+gqCLYG/l7VCFJ8GHyb4HUrwbZOpkX5dL8=)
for channel in standard experimental; do
  take "clusternetworkpolicy-$channel" "$policy2/config/crd/$channel"/policy.networking.k8s.io_*.yaml
  take "adminnetworkpolicy-$channel" "$policy1/config/crd/$channel"/policy.networking.k8s.io_*.yaml
done
take cilium "$cilium"/pkg/k8s/apis/cilium.io/client/crds/{v2,v2alpha1}/*.yaml
if [ -d "$shared/calico" ]; then
  take calico "$shared"/calico/*.yaml
else
  echo "no ../shared/crds/calico: the schemas of Calico are left out"
fi
