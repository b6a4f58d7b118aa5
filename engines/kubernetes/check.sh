#!/usr/bin/env bash
# Applies synthesized YAML to a real API server with the add-ons' real CRDs, strictly: unknown fields and CEL rules count.
# Each place is a cluster of its own, as in production.
#   check.sh [BLUEPRINT/ENVIRONMENT/REGION...]   default: url-shortener in dev, and one region of each tier of the reference
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); root=$(cd "$here/../.." && pwd)
ENGINES_DIR=$("$here/../install.sh" etcd kube crds); export ENGINES_DIR
node() { command "$root/node_modules/.bin/node" "$@"; }
[ $# -gt 0 ] || set -- url-shortener/dev/us-east-1 reference/dev/us-east-1 reference/staging/us-east-1 reference/prod/us-east-1
run=$(mktemp -d)
trap '"$here/control-plane.sh" stop "$run" >/dev/null 2>&1; rm -rf "$run"' EXIT INT TERM
failed=0
for place in "$@"; do
  kubeconfig=$("$here/control-plane.sh" start "$run")
  kubectl --kubeconfig "$kubeconfig" create namespace argocd >/dev/null
  printf '%s: ' "$place"
  node "$here/apply.mjs" "$kubeconfig" "$ENGINES_DIR/crds" "$root/dist/kubernetes/$place" "$root/dist/delivery/argocd/$place" || failed=1
  "$here/control-plane.sh" stop "$run"
  rm -rf "${run:?}"/*
done
exit $failed
