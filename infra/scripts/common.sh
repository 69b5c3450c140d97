# shellcheck shell=bash
# What the scripts share; read by them, not run. Needs the Azure CLI, signed in (az login), and a bash
# of at least 3.2, which is what macOS has.
#
# It takes --dry-run and --help out of the arguments of whoever reads it; the others are in $arguments.

set -euo pipefail

dry_run=""
arguments=""

fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

# The script's own words at its top.
help() {
    awk 'NR > 1 && !/^# shellcheck/ { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0"
}

# Does what changes something; with --dry-run it is only said.
change() {
    if [ -n "$dry_run" ]; then
        echo "would run: $*"
    else
        "$@"
    fi
}

# Says that something was done; with --dry-run nothing was.
did() {
    [ -n "$dry_run" ] || echo "$*"
}

needs_az() {
    command -v az >/dev/null || fail "the Azure CLI is missing: install it and say az login"
}

# The value of a variable; azd gives outputs of the deployment by these names.
needed() {
    [ -n "${!1:-}" ] || fail "$1 is not set: azd env get-values tells it, or the outputs of the deployment"
    printf %s "${!1}"
}

takes_none() {
    [ -z "$arguments" ] || fail "$arguments: takes no arguments but --dry-run and --help"
}

for argument in "$@"; do
    case $argument in
        --dry-run) dry_run=1 ;;
        --help | -h)
            help
            exit 0
            ;;
        -*) fail "there is no option $argument, only --dry-run and --help" ;;
        *) arguments="$arguments${arguments:+ }$argument" ;;
    esac
done
