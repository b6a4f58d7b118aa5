#!/usr/bin/env bash
# Applies synthesized YAML to a real API server with the add-ons' real CRDs, strictly: unknown fields and CEL rules count.
#   check.sh [FOLDER...]   default: url-shortener in dev, and the reference's prod in us-east-1, each with its Argo CD root
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); root=$(cd "$here/../.." && pwd)
ENGINES_DIR=$("$here/../install.sh" etcd kube crds); export ENGINES_DIR
node() { command "$root/node_modules/.bin/node" "$@"; }
run=$(mktemp -d)
trap '"$here/control-plane.sh" stop "$run" >/dev/null 2>&1; rm -rf "$run"' EXIT INT TERM
kubeconfig=$("$here/control-plane.sh" start "$run")
node "$here/apply.mjs" "$kubeconfig" "$ENGINES_DIR/crds"
# A CRD answers only some time after it was accepted.
for _ in $(seq 120); do
  waiting=$(kubectl --kubeconfig "$kubeconfig" get crds -o 'jsonpath={range .items[*]}{.status.conditions[?(@.type=="Established")].status}{"\n"}{end}' | grep -cv '^True$' || true)
  [ "$waiting" -eq 0 ] && break
  sleep 1
done
if [ $# -eq 0 ]; then
  set -- "$root/dist/kubernetes/url-shortener/dev" "$root/dist/delivery/argocd/url-shortener/dev" \
    "$root/dist/kubernetes/reference/prod/us-east-1" "$root/dist/delivery/argocd/reference/prod/us-east-1"
fi
kubectl --kubeconfig "$kubeconfig" create namespace argocd >/dev/null
node "$here/apply.mjs" "$kubeconfig" "$@"
