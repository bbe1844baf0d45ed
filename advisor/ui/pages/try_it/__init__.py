"""The page on which a pilot is planned, run and read.

`form` plans it, `page` asks for consent and runs it, `arm_scores` shows what came of it, and `opinion` lets a judge
speak. The fields of the server are those of `advisor.ui.parts.endpoint_fields`, as on the page of one's own words, and
`advisor.ui.server.outbound` says to which one may be sent for whom.
"""

TRY_IT = "try-it"
"""The path of the page."""
