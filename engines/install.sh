#!/usr/bin/env bash
# Builds or finds the engines, once per machine, in a cache folder; prints that folder.
#   install.sh [NAME...]   names: kube (apiserver, controller-manager, scheduler), etcd, kwok, crds, moto, tofu; default: all but tofu
# Needs: go, python3. Takes about 15 minutes for all on two cores, once.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); bin=${ENGINES_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/dodeca-engines}; mkdir -p "$bin"
K8S=1.35.4; flags=(-trimpath -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=v$K8S -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=35")
export CGO_ENABLED=0 GOBIN=$bin
have() { [ -x "$bin/$1" ]; }
build() { have "$1" || (cd "$here/modules/$2" && go build "${flags[@]}" -o "$bin/$1.part" "$3" && mv "$bin/$1.part" "$bin/$1"); }
for name in "${@:-kube etcd kwok crds moto}"; do for n in $name; do
  s=$SECONDS
  case $n in
    kube) for c in kube-apiserver kube-controller-manager kube-scheduler; do build $c kube k8s.io/kubernetes/cmd/$c; done ;;
    etcd) build etcd etcd go.etcd.io/etcd/server/v3 ;;
    tofu) build tofu tofu github.com/opentofu/opentofu/cmd/tofu ;;
    kwok) have kwok || go install sigs.k8s.io/kwok/cmd/kwok@v0.8.0
      [ -s "$bin/kwok-stages.yaml" ] || { d=$(cd "$bin" && go mod download -json sigs.k8s.io/kwok@v0.8.0 | python3 -c 'import json,sys;print(json.load(sys.stdin)["Dir"])'); for f in node/fast/node-initialize node/heartbeat-with-lease/node-heartbeat-with-lease pod/fast/pod-complete pod/fast/pod-delete pod/fast/pod-ready; do printf -- '---\n'; cat "$d/kustomize/stage/$f.yaml"; done > "$bin/kwok-stages.yaml"; } ;;
    crds) [ -s "$bin/crds/.complete" ] || { python3 -c "import yaml" 2>/dev/null || python3 -m pip install --quiet pyyaml >&2; rm -rf "$bin/crds"; python3 "$here/kubernetes/crds.py" "$bin/crds" >&2 && echo complete > "$bin/crds/.complete"; } ;;
    moto) python3 -c "import moto.server" 2>/dev/null || [ -x "$bin/moto/bin/python3" ] || { python3 -m venv "$bin/moto" && "$bin/moto/bin/pip" install --quiet "moto[server]==5.2.1" >&2; } ;;
    *) echo "unknown engine: $n" >&2; exit 2 ;;
  esac
  echo "$n: $((SECONDS - s)) s" >&2
done; done
echo "$bin"
