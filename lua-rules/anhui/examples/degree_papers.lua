return {
  {
    name = "AH-DEG-07: a report of the register proves a degree",
    call = "degree_papers.proves",
    facts = { fields = { document_kind = "report" } },
    expect = { allowed = true },
  },
  {
    name = "AH-DEG-08: a school's word does not",
    call = "degree_papers.proves",
    facts = { fields = { document_kind = "school" } },
    expect = { refused = "degree_paper_announces", args = {} },
  },
  {
    name = "AH-DEG-08: a school's word announces a diploma of 30 June",
    call = "degree_papers.announces",
    facts = { today = "2026-06-30", fields = { document_kind = "school", diploma_date = "2026-06-30" } },
    expect = { allowed = true },
  },
  {
    name = "AH-DEG-08: none of 1 July",
    call = "degree_papers.announces",
    facts = { today = "2026-05-20", fields = { document_kind = "school", diploma_date = "2026-07-01" } },
    expect = { refused = "degree_too_late", args = { printed_on = "2026-07-01", limit = "2026-06-30" } },
  },
  {
    name = "AH-DEG-08: and nothing in the second half",
    call = "degree_papers.announces",
    facts = { today = "2026-07-01", fields = { document_kind = "school", diploma_date = "2026-06-30" } },
    expect = { refused = "degree_first_half_only", args = { limit = "2026-06-30" } },
  },
  {
    name = "papers that prove are not taken for a school's word",
    call = "degree_papers.announces",
    facts = { today = "2026-05-20", fields = { document_kind = "record", diploma_date = "2026-06-30" } },
    expect = { refused = "degree_paper_proves", args = {} },
  },
}
