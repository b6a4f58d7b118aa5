#!/usr/bin/env bash
# Clears up after a rehearsal whose command was killed: ends everything that works in its folder, then removes the folder.
#   watch.sh PID FOLDER   returns as soon as the folder is gone
cd / && while kill -0 "$1" 2>/dev/null && [ -d "$2" ]; do sleep 0.5; done
for _ in 1 2 3; do
  [ -d "$2" ] || exit 0
  for process in /proc/[0-9]*; do
    case "$(readlink "$process/cwd" 2>/dev/null)" in "$2" | "$2"/*) kill -9 "${process#/proc/}" 2>/dev/null ;; esac
  done
  rm -rf "$2"
  sleep 0.5
done
