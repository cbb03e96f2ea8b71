local function wish(course, kind)
  return { course = course, kind = kind, rule = "XZ-WV-01" }
end

local function facts(wishes, day, own_cases)
  return {
    today = "2026-03-01", fields = { courses = wishes, certificate_date = day or "2025-06-01" }, own_cases = own_cases or {},
  }
end

return {
  {
    name = "DEF-XZ-01: one certificate may free from two courses",
    call = "waiver.may_submit",
    facts = facts({ wish("00018", "waiver"), wish("00019", "waiver") }),
    expect = { allowed = true },
  },
  {
    name = "DEF-XZ-01: an application for nothing is refused",
    call = "waiver.may_submit",
    facts = facts({}),
    expect = { refused = "waiver_nothing_chosen", args = {}, field = "courses" },
  },
  {
    name = "DEF-XZ-01: a substitution is no waiver",
    call = "waiver.may_submit",
    facts = facts({ wish("15041", "substitution") }),
    expect = { refused = "waiver_no_substitution", args = { course = "15041" } },
  },
  {
    name = "a certificate of tomorrow is refused",
    call = "waiver.may_submit",
    facts = facts({ wish("00018", "waiver") }, "2026-03-02"),
    expect = { refused = "certificate_of_tomorrow", args = { day = "2026-03-02" }, field = "certificate_date" },
  },
  {
    name = "one of today is accepted",
    call = "waiver.may_submit",
    facts = facts({ wish("00018", "waiver") }, "2026-03-01"),
    expect = { allowed = true },
  },
  {
    name = "while a graduation is looked at nothing is waived beside it",
    call = "waiver.may_submit",
    facts = facts({ wish("00018", "waiver") }, nil, { { type = "graduation", state = "submitted", phase = "in_review" } }),
    expect = { refused = "graduation_under_way" },
  },
}
