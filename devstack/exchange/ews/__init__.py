"""The EWS face of the Exchange simulator: SOAP as an Exchange 2016 on-premises answers it."""
