local DONE = { lines = {}, missing = {}, groups = {}, courses = 14, credits = 76, min_courses = 14, min_credits = 73 }
local SHORT = {
  missing = { { code = "13000", name = "英语(专升本)" } }, groups = {},
  courses = 13, credits = 73, min_courses = 14, min_credits = 73,
  lines = {
    {
      code = "13000", name = "英语(专升本)", credits = 7,
      ways = { { kind = "exam", ready = true }, { kind = "waiver", rule = "AH-WV-01", text = "大学英语四级/六级", ready = true } },
    },
  },
}
local BACHELOR = { major = { code = "080901", name = "计算机科学与技术", level = "专升本" } }
local ASSOCIATE = { major = { code = "530601", name = "工商企业管理", level = "专科" } }
local function facts(changed)
  local all = {
    today = "2026-05-20", fields = { prefecture = "340200", major = "080901", diploma_date = "2018-06-30" },
    ledger = DONE, plan = BACHELOR,
  }
  for key, value in pairs(changed) do all[key] = value end
  return all
end

local function printed(day, today)
  return facts({ today = today, fields = { prefecture = "340200", major = "080901", diploma_date = day } })
end

return {
  {
    name = "a complete plan with the degree before is taken",
    call = "graduation.may_apply",
    facts = facts({}),
    expect = { allowed = true },
  },
  {
    name = "a missing course is named with the rule that could fill it",
    call = "graduation.may_apply",
    facts = facts({ ledger = SHORT }),
    expect = {
      refused = "course_missing",
      args = { course = "13000 英语(专升本)", credits = 7, ways = "参加考试；凭大学英语四级/六级免考（规则 AH-WV-01）" },
    },
  },
  {
    name = "courses that are short are said with both figures",
    call = "graduation.may_apply",
    facts = facts({ ledger = SHORT }),
    expect = { refused = "courses_short", args = { have = 13, need = 14 } },
  },
  {
    name = "in the first half a diploma of 30 June is in time",
    call = "graduation.may_apply",
    facts = printed("2026-06-30", "2026-05-20"),
    expect = { allowed = true },
  },
  {
    name = "one of 1 July is not",
    call = "graduation.may_apply",
    facts = printed("2026-07-01", "2026-05-20"),
    expect = { refused = "degree_too_late", args = { printed_on = "2026-07-01", limit = "2026-06-30" } },
  },
  {
    name = "in the second half a diploma of 30 December is in time",
    call = "graduation.may_apply",
    facts = printed("2026-12-30", "2026-11-20"),
    expect = { allowed = true },
  },
  {
    name = "one of 31 December is not",
    call = "graduation.may_apply",
    facts = printed("2026-12-31", "2026-11-20"),
    expect = { refused = "degree_too_late", args = { printed_on = "2026-12-31", limit = "2026-12-30" } },
  },
  {
    name = "a bachelor's application without a degree is refused",
    call = "graduation.may_apply",
    facts = facts({ fields = { prefecture = "340200", major = "080901" } }),
    expect = { refused = "degree_missing" },
  },
  {
    name = "an associate's application needs none",
    call = "graduation.may_apply",
    facts = facts({ plan = ASSOCIATE, fields = { prefecture = "340200", major = "530601" } }),
    expect = { allowed = true },
  },
  {
    name = "合肥 has a procedure of its own",
    call = "graduation.may_apply",
    facts = facts({ fields = { prefecture = "340100", major = "080901", diploma_date = "2018-06-30" } }),
    expect = { refused = "external_process", args = { city = "合肥市" } },
  },
  {
    name = "after the window nothing is handed in again",
    call = "graduation.may_reapply",
    facts = facts({ windows = { graduation = { open = false, closes = "2026-06-10 17:00:00" } } }),
    expect = { refused = "graduation_window_over", args = { closes = "2026-06-10 17:00:00" } },
  },
}
