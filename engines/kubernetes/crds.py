#!/usr/bin/env python3
"""Collects the real CRDs of the add-ons into a folder, one file per CRD, from the modules their authors publish.
usage: crds.py OUT    needs: go, PyYAML"""
import glob, json, os, re, subprocess, sys
import yaml
SOURCES = {  # name: (Go module, version, globs of files inside it)
    "istio": ("istio.io/istio", "v0.0.0-20260827124520-eed52ebb66ad", ["manifests/charts/base/files/crd-all.gen.yaml"]),
    "karpenter": ("sigs.k8s.io/karpenter", "v1.14.1", ["pkg/apis/crds/*.yaml"]),
    "karpenter-aws": ("github.com/aws/karpenter-provider-aws", "v1.14.1", ["pkg/apis/crds/karpenter.k8s.aws_*.yaml"]),
    "keda": ("github.com/kedacore/keda/v2", "v2.21.0", ["config/crd/bases/*.yaml"]),
    "argo-cd": ("github.com/argoproj/argo-cd/v3", "v3.5.7", ["manifests/crds/*-crd.yaml"]),
    "cert-manager": ("github.com/cert-manager/cert-manager", "v1.21.2", ["deploy/crds/*.yaml"]),
    "external-secrets": ("github.com/external-secrets/external-secrets", "v1.3.2", ["config/crds/bases/*.yaml"]),
    "prometheus-operator": ("github.com/prometheus-operator/prometheus-operator", "v0.85.0", ["example/prometheus-operator-crd/*.yaml"]),
    "aws-load-balancer-controller": ("github.com/kubernetes-sigs/aws-load-balancer-controller", "v0.0.0-20260423195125-93ff3b5fdaad", ["config/crd/bases/*.yaml"]),
    "gateway-api": ("sigs.k8s.io/gateway-api", "v1.6.3", ["config/crd/standard/*.yaml"]),
}
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Loader.add_constructor("tag:yaml.org,2002:value", lambda loader, node: node.value)  # a bare "=" as a scalar
total = 0
for name, (module, version, globs) in SOURCES.items():
    found = subprocess.run(["go", "mod", "download", "-json", f"{module}@{version}"], capture_output=True, text=True, cwd=os.environ.get("TMPDIR", "/tmp"))
    folder = json.loads(found.stdout).get("Dir") or sys.exit(f"{module}@{version}: {found.stdout}{found.stderr}")
    out = os.path.join(sys.argv[1], name); os.makedirs(out, exist_ok=True)
    for pattern in globs:
        for file in sorted(glob.glob(os.path.join(folder, pattern))):
            for text in re.split(r"(?m)^---\s*$", open(file).read()):
                crd = yaml.load(text, Loader) if "CustomResourceDefinition" in text else None
                if crd and crd.get("kind") == "CustomResourceDefinition":
                    open(os.path.join(out, crd["metadata"]["name"] + ".yaml"), "w").write(text.lstrip("\n")); total += 1
print(total)
