# What trials by hand say of each step; read in by steps.sh, vm.sh and scripts/try-compose, which give `out`, a file to write to.
# shellcheck shell=bash
failed=0
want() { # want TEXT COMMAND...: the command must succeed
  local text=$1; shift
  if "$@" >"$out" 2>&1; then echo "ok    $text"; else echo "WRONG $text"; tail -n 12 "$out"; failed=1; fi
}
no() { ! "$@"; }
is() { [ "$1" = "$2" ] || { echo "have: $1"; echo "want: $2"; false; }; }
verdict() { if [ $failed = 0 ]; then echo "TRIAL PASSED"; else echo "TRIAL FAILED"; fi; return $failed; }
