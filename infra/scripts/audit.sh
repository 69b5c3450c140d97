#!/usr/bin/env bash
# Asks the advisory service about what is locked. Where it cannot be asked that is said, and is no failure
# unless CI_REQUIRES_AUDIT is set: a machine without the network must be able to do everything else.
#
#   infra/scripts/audit.sh PIP_AUDIT
set -u
cd "$(dirname "$0")/../.." || exit 1
out=$("$1" --requirement requirements.txt --require-hashes --disable-pip --progress-spinner off --timeout 15 2>&1)
code=$?
# A package that the service does not know counts as one that it was not asked about.
unasked=$(printf '%s\n' "$out" | grep -c 'could not be audited')
printf '%s\n' "$out" | grep -v 'could not be audited' | tail -40
if [ "$unasked" -gt 0 ]; then
    echo "audit: $unasked packages could not be asked about: nothing is known of their weaknesses"
elif [ $code -ne 0 ] && printf '%s' "$out" | grep -qE 'ConnectionError|Max retries|ServiceError|timed out'; then
    echo "audit: the advisory service was not reached: nothing is known of any weakness"
    code=0 unasked=1
fi
[ "$unasked" -gt 0 ] && [ -n "${CI_REQUIRES_AUDIT:-}" ] && exit 1
exit $code
