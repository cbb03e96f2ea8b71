local function line(code, name, standing, changed)
  local one = { code = code, name = name, standing = standing, exam_mode = "笔试", credits = 4, source = "exam", ways = {} }
  for key, value in pairs(changed or {}) do one[key] = value end
  return one
end

local LINES = {
  line("00018", "计算机应用基础", "passed"),
  line("00019", "计算机应用基础(实践)", "passed", { exam_mode = "实践", theory_code = "00018", source = "practice" }),
  line("00897", "电子商务概论(实践)", "passed", { exam_mode = "实践", theory_code = "00896", source = "practice" }),
  line("00896", "电子商务概论", "missing"),
  line("00012", "英语(一)", "waived", { granted = true, rule = "XZ-WV-04" }),
  line("10197", "行政管理毕业论文", "passed", { exam_mode = "毕业论文" }),
  line("43-01", "民族理论与政策", "passed"),
}

local function ledger(changed)
  local all = { complete = false, lines = LINES, spare = {}, missing = {}, groups = {} }
  for key, value in pairs(changed) do all[key] = value end
  return all
end

local function asked(codes, province)
  local rows = {}
  for at, code in ipairs(codes) do rows[at] = { code = code, name = "" } end
  return { exam_district = "0100", major = "120402", target_province = province or "510000", courses = rows }
end

local function facts(changed)
  local all = {
    today = "2026-03-01", fields = asked({ "00018" }), person = { name = "测试考生", more = {} }, ledger = ledger({}),
    own_cases = {},
  }
  for key, value in pairs(changed) do all[key] = value end
  return all
end

local function earlier(state, phase, province, codes)
  return { { type = "transfer_out", state = state, phase = phase, sitting = "", fields = asked(codes, province) } }
end

-- A person whose pass was moved in on a day.
local function moved_in(day)
  return ledger({
    lines = {
      line("00018", "计算机应用基础", "passed"), line("00040", "法学概论", "passed", { source = "transfer", moved_on = day }),
    },
  })
end

local function stays(name, code, refusal)
  return {
    name = "DEF-GEN-16: " .. name, call = "transfer.may_move", facts = facts({ fields = asked({ code }) }),
    expect = {
      refused = refusal, field = "courses",
      args = { course = code, movable = "00018 计算机应用基础、00019 计算机应用基础(实践)" },
    },
  }
end

return {
  {
    name = "DEF-GEN-16: a pass of an exam moves, and a practical one with its theory",
    call = "transfer.may_move",
    facts = facts({ fields = asked({ "00018", "00019" }) }),
    expect = { allowed = true },
  },
  stays("a waived course does not move", "00012", "transfer_waived"),
  stays("the thesis does not move", "10197", "transfer_thesis"),
  stays("a practical pass without its theory does not move", "00897", "transfer_practice_alone"),
  stays("a course that was not passed does not move", "00896", "transfer_not_passed"),
  stays("a course without a national code does not move", "43-01", "transfer_no_national_code"),
  stays("a course outside the plan is not known", "13000", "transfer_not_in_plan"),
  {
    name = "a course is named once",
    call = "transfer.may_move",
    facts = facts({ fields = asked({ "00018", "00018" }) }),
    expect = { refused = "transfer_twice" },
  },
  {
    name = "DEF-GEN-16: without a pass of this province nothing moves",
    call = "transfer.may_move",
    facts = facts({
      ledger = ledger({ lines = { line("00018", "计算机应用基础", "passed", { source = "transfer", moved_on = "2020-01-01" }) } }),
    }),
    expect = { refused = "transfer_no_pass" },
  },
  {
    name = "DEF-GEN-16: who has passed everything graduates here",
    call = "transfer.may_move",
    facts = facts({ ledger = ledger({ complete = true }) }),
    expect = { refused = "transfer_all_passed", args = {} },
  },
  {
    name = "DEF-GEN-16: within a year of moving in nothing moves, and the first free day is said",
    call = "transfer.may_move",
    facts = facts({ ledger = moved_in("2025-03-02") }),
    expect = { refused = "transfer_too_soon", args = { moved_on = "2025-03-02", free_on = "2026-03-02" } },
  },
  {
    name = "DEF-GEN-16: after the year it does",
    call = "transfer.may_move",
    facts = facts({ ledger = moved_in("2025-03-01") }),
    expect = { allowed = true },
  },
  {
    name = "DEF-GEN-16: who is suspended stays, to the last day",
    call = "transfer.may_move",
    facts = facts({ person = { name = "测试考生", more = { suspended_until = "2026-03-01" } } }),
    expect = { refused = "transfer_suspended", args = { ["until"] = "2026-03-01" } },
  },
  {
    name = "DEF-GEN-16: and may go the day after",
    call = "transfer.may_move",
    facts = facts({ person = { name = "测试考生", more = { suspended_until = "2026-02-28" } } }),
    expect = { allowed = true },
  },
  {
    name = "DEF-GEN-16: one 准考证号 goes to one province",
    call = "transfer.may_move",
    facts = facts({ own_cases = earlier("exchanged", "completed", "340000", { "00040" }) }),
    expect = { refused = "transfer_other_province", args = {}, field = "target_province" },
  },
  {
    name = "DEF-GEN-16: further courses follow to the same one",
    call = "transfer.may_move",
    facts = facts({ own_cases = earlier("exchanged", "completed", "510000", { "00040" }) }),
    expect = { allowed = true },
  },
  {
    name = "a transfer that was refused binds nobody",
    call = "transfer.may_move",
    facts = facts({ own_cases = earlier("refused", "rejected", "340000", { "00040" }) }),
    expect = { allowed = true },
  },
  {
    name = "what has moved does not move again",
    call = "transfer.may_move",
    facts = facts({ own_cases = earlier("exchanged", "completed", "510000", { "00018" }) }),
    expect = { refused = "transfer_gone", args = { course = "00018", movable = "00019 计算机应用基础(实践)" } },
  },
  {
    name = "nothing leaves while a graduation is looked at",
    call = "transfer.may_move",
    facts = facts({ own_cases = { { type = "graduation", state = "submitted", phase = "in_review", fields = {} } } }),
    expect = { refused = "graduation_under_way" },
  },
  {
    name = "a major without a plan on file is said",
    call = "transfer.may_move",
    facts = { today = "2026-03-01", fields = asked({ "00018" }), person = { name = "测试考生", more = {} }, own_cases = {} },
    expect = { refused = "plan_missing", field = "major" },
  },
}
