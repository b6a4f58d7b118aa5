#!/usr/bin/env bash
# Reviews, keeps the verdict for the steps that follow, and fails only where nothing could be reviewed.
set -uo pipefail
options=(--workspace "$WORKSPACE" --base "$BASE" --fail-on "$FAIL_ON" --report review --report-url "$REPORT_URL" --date "$(date -u +%F)")
[ -z "$PLAN" ] || options+=(--plan "$PLAN")
code=0
npx --no-install dodeca review "${options[@]}" >/dev/null || code=$?
[ -f review/report.json ] || exit "$code"
verdict=$(node --print 'JSON.parse(require("fs").readFileSync("review/report.json", "utf8")).verdict')
printf 'code=%s\nverdict=%s\n' "$code" "$verdict" >>"$GITHUB_OUTPUT"
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat review/comment.md >>"$GITHUB_STEP_SUMMARY"
