"""Microsoft Graph: Exchange Online."""
