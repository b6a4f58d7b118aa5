#!/usr/bin/env bash
# Writes the comment, over the one of the push before where there is one.
set -euo pipefail
comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
mine=$(gh api --paginate "$comments" --jq '.[] | select(.body | startswith("<!-- dodeca review -->")) | .id' | head -n 1)
if [ -n "$mine" ]; then
  gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$mine" --field body=@review/comment.md --silent
else
  gh api --method POST "$comments" --field body=@review/comment.md --silent
fi
