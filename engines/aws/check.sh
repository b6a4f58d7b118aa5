#!/usr/bin/env bash
# Applies an environment's stacks, and all that they depend on, to an AWS simulator on this machine, in order.
#   check.sh [BLUEPRINT/ENVIRONMENT]   default: url-shortener/dev
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
ENGINES_DIR=$("$here/../install.sh" moto); export ENGINES_DIR
exec "$here/../../node_modules/.bin/node" "$here/check.ts" "$@"
