#!/usr/bin/env bash
# Writes the settings of a deployed app into a file for the command line, secrets of the vault included:
# roomsync --settings-file var/azure.json status. Only you can read it; remove it when you are done.
#
#   AZURE_RESOURCE_GROUP=… FUNCTION_APP_NAME=… infra/scripts/settings-file.sh [--dry-run] [FILE]
#
# Needs the right to read the app's settings, and Key Vault Secrets User.
# shellcheck source=infra/scripts/common.sh
. "$(dirname "$0")/common.sh"
needs_az
command -v python3 >/dev/null || fail "python3 is missing: it writes the file"
group=$(needed AZURE_RESOURCE_GROUP)
app=$(needed FUNCTION_APP_NAME)
# var/ is in no commit.
file=${arguments:-$(cd "$(dirname "$0")/../.." && pwd)/var/azure.json}

if [ -n "$dry_run" ]; then
    echo "would write: $file, from the settings of $app and its vault"
    exit 0
fi

settings=$(az functionapp config appsettings list --resource-group "$group" --name "$app" --output json) ||
    fail "the settings of $app could not be read: is az signed in (az login), is the app in $group?"
mkdir -p "$(dirname "$file")"
(umask 077 && printf %s "$settings" | python3 -c '
import json, re, subprocess, sys

values = {}
for each in json.load(sys.stdin):
    name, value = each["name"], each["value"]
    if not name.startswith("ROOMSYNC_") or not value:
        continue
    if found := re.fullmatch(r"@Microsoft\.KeyVault\(SecretUri=(.*)\)", value):
        asked = ["az", "keyvault", "secret", "show", "--id", found[1], "--query", "value", "--output", "tsv"]
        told = subprocess.run(asked, stdout=subprocess.PIPE, text=True)
        if told.returncode:
            sys.exit(f"{name}: its secret could not be read: is the role Key Vault Secrets User there?")
        value = told.stdout.rstrip("\n")
    values[name] = value
if not values:
    sys.exit("the app has no settings yet: deploy first")
json.dump({"IsEncrypted": False, "Values": values}, sys.stdout, indent=2)
' >"$file.new") || { rm -f "$file.new"; fail "$file was not written; why is said above"; }
mv -f "$file.new" "$file"
did "$file: written. roomsync --settings-file $file status"
