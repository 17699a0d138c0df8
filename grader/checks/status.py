"""The words for how a requirement came out."""

MET, UNMET, NOT_ATTEMPTED, RAISED = "met", "unmet", "not attempted", "raised"
NOT_LOOKED_AT = "not looked at, for the reason told above"
STATUSES = (MET, UNMET, NOT_ATTEMPTED, RAISED)
