"""How the app comes to Azure: Bicep, scripts, and checks that need no Azure."""
