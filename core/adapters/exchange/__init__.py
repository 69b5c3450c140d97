"""What both faces of Exchange, Graph and EWS, have in common."""
