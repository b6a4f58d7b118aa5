#!/usr/bin/env bash
# Builds or finds the engines, once per machine, in a cache folder; prints that folder.
#   install.sh [NAME...]   default: all but tofu
#     kube         kube-apiserver, kube-controller-manager, kube-scheduler     etcd   its store
#     kwok         nodes and kubelets that only pretend                        crds   definitions of the add-ons
#     moto         AWS simulator                                               tofu   OpenTofu
#     istioctl     analysis of the mesh      promtool, amtool   alerts         actionlint   workflows         checkov   scanner
# Needs: go, python3. What is on the path or in the folder already is used.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); bin=${ENGINES_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/dodeca-engines}; mkdir -p "$bin"
K8S=1.35.4; flags=(-trimpath -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=v$K8S -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=35")
export CGO_ENABLED=0 GOBIN=$bin
all="kube etcd kwok crds moto istioctl promtool amtool actionlint checkov"
say() { printf '%-11s %s\n' "$1" "$2" >&2; }
digest() { cksum < "$1"; } # the definitions are collected anew when their list changes
built() { [ -x "$bin/$1" ]; }
needs() { for program in "$@"; do command -v "$program" >/dev/null || { echo "$program is needed to build the engines and is not on the path" >&2; exit 2; }; done; }
# In a module of its own, whose go.sum is committed.
module() { needs go; (cd "$here/modules/$2" && go build "${flags[@]}" -o "$bin/$1.part" "$3" && mv "$bin/$1.part" "$bin/$1"); }

# Whether an engine is there already; says where.
there() {
  case $1 in
    kube) built kube-apiserver && built kube-controller-manager && built kube-scheduler ;;
    kwok) built kwok && [ -s "$bin/kwok-stages.yaml" ] ;;
    crds) [ "$(cat "$bin/crds/.complete" 2>/dev/null)" = "$(digest "$here/kubernetes/crds.py")" ] ;;
    moto) python3 -c "import moto.server" 2>/dev/null || [ -x "$bin/moto/bin/python3" ] ;;
    istioctl | promtool | amtool | actionlint) built "$1" || command -v "$1" >/dev/null ;;
    checkov) [ -x "$bin/checkov/bin/checkov" ] || command -v checkov >/dev/null ;;
    *) built "$1" ;;
  esac
}
build() {
  case $1 in
    kube) for c in kube-apiserver kube-controller-manager kube-scheduler; do built $c || module $c kube k8s.io/kubernetes/cmd/$c; done ;;
    etcd) module etcd etcd go.etcd.io/etcd/server/v3 ;;
    tofu) module tofu tofu github.com/opentofu/opentofu/cmd/tofu ;;
    promtool) module promtool promtool github.com/prometheus/prometheus/cmd/promtool ;;
    amtool) needs go; go install -ldflags "-s -w" github.com/prometheus/alertmanager/cmd/amtool@v0.28.1 ;;
    actionlint) needs go; go install -ldflags "-s -w" github.com/rhysd/actionlint/cmd/actionlint@v1.7.7 ;;
    istioctl) needs go; go install -ldflags "-s -w" istio.io/istio/istioctl/cmd/istioctl@v0.0.0-20260827124520-eed52ebb66ad ;;
    kwok) needs go python3; built kwok || go install -ldflags "-s -w" sigs.k8s.io/kwok/cmd/kwok@v0.8.0
      d=$(cd "$bin" && go mod download -json sigs.k8s.io/kwok@v0.8.0 | python3 -c 'import json,sys;print(json.load(sys.stdin)["Dir"])')
      for f in node/fast/node-initialize node/heartbeat-with-lease/node-heartbeat-with-lease pod/fast/pod-complete pod/fast/pod-delete pod/fast/pod-ready; do printf -- '---\n'; cat "$d/kustomize/stage/$f.yaml"; done > "$bin/kwok-stages.yaml" ;;
    crds) needs go python3; python3 -c "import yaml" 2>/dev/null || python3 -m pip install --quiet pyyaml >&2
      rm -rf "$bin/crds"; python3 "$here/kubernetes/crds.py" "$bin/crds" >&2 && digest "$here/kubernetes/crds.py" > "$bin/crds/.complete" ;;
    checkov) needs python3; python3 -m venv "$bin/checkov" && "$bin/checkov/bin/pip" install --quiet "checkov==3.3.30" >&2 ;;
    moto) needs python3; python3 -m venv "$bin/moto" && "$bin/moto/bin/pip" install --quiet "moto[server]==5.2.1" >&2 ;;
  esac
}

names=$(printf '%s ' "${@:-$all}")
for name in $names; do
  case " $all tofu " in *" $name "*) ;; *) echo "unknown engine: $name; there are: $all tofu" >&2; exit 2 ;; esac
done
for name in $names; do
  if there "$name"; then say "$name" "there already"; continue; fi
  say "$name" "building ..."
  s=$SECONDS; build "$name" >&2 && there "$name" || { say "$name" "FAILED after $((SECONDS - s)) s"; exit 1; }
  say "$name" "built in $((SECONDS - s)) s"
done
echo "$bin"
