#!/usr/bin/env bash
# Grants the app's identity what Microsoft Graph cannot scope: reading people, rooms and groups.
# Calendars, mailbox settings and mail are NOT granted here: an unscoped grant would make the scope of
# exchange-scope.ps1 worthless, as both add up. What is granted already is left alone; run it again at will.
#
#   IDENTITY_PRINCIPAL_ID=… infra/scripts/graph-permissions.sh [--dry-run] [FURTHER_PERMISSION …]
#
# Needs the right to grant application permissions (Privileged Role Administrator).
. "$(dirname "$0")/common.sh"
[ "${1:-}" = --dry-run ] && dry_run=1 && shift
needs_az
identity=$(needed IDENTITY_PRINCIPAL_ID)

graph_app=00000003-0000-0000-c000-000000000000
graph=https://graph.microsoft.com/v1.0
# What Exchange scopes instead (exchange-scope.ps1).
scoped="Calendars.ReadWrite Calendars.Read MailboxSettings.Read Mail.Send Mail.Read Mail.ReadWrite"

for permission in "$@"; do
    case " $scoped " in *" $permission "*)
        fail "$permission would open every mailbox of the tenant: exchange-scope.ps1 grants it for those that are synced" ;;
    esac
done

resource=$(az ad sp show --id "$graph_app" --query id --output tsv) ||
    fail "Microsoft Graph is not found in this tenant: is az signed in to the right one?"
granted=$(az rest --method get --url "$graph/servicePrincipals/$identity/appRoleAssignments" \
    --query "value[?resourceId=='$resource'].appRoleId" --output tsv) ||
    fail "what $identity has could not be read: IDENTITY_PRINCIPAL_ID is the object id, not the client id"

role_id() {
    az ad sp show --id "$graph_app" --query "appRoles[?value=='$1'].id | [0]" --output tsv
}

for permission in $scoped; do
    id=$(role_id "$permission")
    if [ -n "$id" ] && printf '%s\n' "$granted" | grep -qx "$id"; then
        fail "$permission is granted for the whole tenant: remove that (Entra, enterprise applications, permissions), the scope of Exchange is worthless until then"
    fi
done

for permission in User.Read.All Place.Read.All GroupMember.Read.All "$@"; do
    id=$(role_id "$permission")
    [ -n "$id" ] || fail "Microsoft Graph knows no application permission $permission"
    if printf '%s\n' "$granted" | grep -qx "$id"; then
        echo "$permission: is granted"
        continue
    fi
    change az rest --method post --url "$graph/servicePrincipals/$resource/appRoleAssignedTo" \
        --headers Content-Type=application/json --output none \
        --body "{\"principalId\": \"$identity\", \"resourceId\": \"$resource\", \"appRoleId\": \"$id\"}"
    echo "$permission: granted"
done
echo "A token of a managed identity is kept for up to a day: restart the app, or wait."
