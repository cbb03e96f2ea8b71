local function pass(code, source)
  return { code = code, name = "课程" .. code, standing = "passed", source = source or "exam" }
end

local function ledger(lines, changed)
  local all = {
    complete = true, lines = lines, missing = {}, groups = {}, spare = {}, courses = #lines, credits = 70, min_courses = 0,
    min_credits = 0,
  }
  for key, value in pairs(changed or {}) do all[key] = value end
  return all
end

local DONE = ledger({ pass("00018"), pass("00107") })
local SHORT = ledger({
  pass("00018"),
  { code = "00012", name = "英语(一)", standing = "missing", credits = 7, ways = { { kind = "exam", ready = true } } },
}, { complete = false, missing = { { code = "00012", name = "英语(一)" } } })

-- Somebody who moved in with one pass and made so many here.
local function moved_in(made_here)
  local lines = { pass("00040", "transfer") }
  for at = 1, made_here do lines[#lines + 1] = pass("0010" .. at) end
  return ledger(lines)
end

local ASSOCIATE = { major = { code = "030301", name = "行政管理", level = "专科" } }
local BACHELOR = { major = { code = "120402", name = "行政管理", level = "专升本" } }
local OPEN = { graduation = { open = true, opens = "2026-05-20 09:00:00", closes = "2026-06-20 18:00:00" } }

local function held(changed)
  local degree = { state = "verified", basis = "online", level = "专科", conclusion = "毕业", graduation_year = 2020 }
  for key, value in pairs(changed or {}) do degree[key] = value end
  return degree
end

local function facts(changed)
  local all = { now = "2026-06-01 09:00:00", fields = {}, ledger = DONE, plan = ASSOCIATE, windows = OPEN, own_cases = {} }
  for key, value in pairs(changed or {}) do all[key] = value end
  return all
end

local function transfer(state, phase)
  return { { type = "transfer_out", state = state, phase = phase, sitting = "", fields = { courses = { { code = "00107" } } } } }
end

return {
  {
    name = "DEF-XZ-02: a complete plan is taken",
    call = "graduation.may_apply", facts = facts(), expect = { allowed = true },
  },
  {
    name = "DEF-XZ-02: a missing course is named with what could fill it",
    call = "graduation.may_apply",
    facts = facts({ ledger = SHORT }),
    expect = { refused = "course_missing", args = { course = "00012 英语(一)", credits = 7, ways = "参加考试" }, field = "courses" },
  },
  {
    name = "DEF-GEN-19: 专科 needs no degree before",
    call = "graduation.may_apply", facts = facts({ plan = ASSOCIATE }), expect = { allowed = true },
  },
  {
    name = "DEF-GEN-19: 专升本 without one is refused",
    call = "graduation.may_apply",
    facts = facts({ plan = BACHELOR }),
    expect = { refused = "degree_missing", args = {} },
  },
  {
    name = "DEF-GEN-19: 专升本 with 专科 is taken",
    call = "graduation.may_apply", facts = facts({ plan = BACHELOR, previous_degree = held() }), expect = { allowed = true },
  },
  {
    name = "DEF-GEN-19: and with more than 专科",
    call = "graduation.may_apply",
    facts = facts({ plan = BACHELOR, previous_degree = held({ level = "硕士研究生" }) }),
    expect = { allowed = true },
  },
  {
    name = "DEF-GEN-19: a school below 专科 is no degree",
    call = "graduation.may_apply",
    facts = facts({ plan = BACHELOR, previous_degree = held({ level = "高中" }) }),
    expect = { refused = "degree_level_low", args = { level = "高中" } },
  },
  {
    name = "DEF-GEN-19: studies that were not completed are none",
    call = "graduation.may_apply",
    facts = facts({ plan = BACHELOR, previous_degree = held({ conclusion = "肄业" }) }),
    expect = { refused = "degree_not_graduated", args = { conclusion = "肄业" } },
  },
  {
    name = "DEF-GEN-17: who moved in and passed four here has one too few for 专科",
    call = "graduation.may_apply",
    facts = facts({ ledger = moved_in(4) }),
    expect = { refused = "own_passes_short", args = { have = 4, need = 5, level = "专科" } },
  },
  {
    name = "DEF-GEN-17: five are enough",
    call = "graduation.may_apply", facts = facts({ ledger = moved_in(5) }), expect = { allowed = true },
  },
  {
    name = "DEF-GEN-17: three are too few for 专升本",
    call = "graduation.may_apply",
    facts = facts({ ledger = moved_in(3), plan = BACHELOR, previous_degree = held() }),
    expect = { refused = "own_passes_short", args = { have = 3, need = 4, level = "专升本" } },
  },
  {
    name = "DEF-GEN-17: four are enough",
    call = "graduation.may_apply",
    facts = facts({ ledger = moved_in(4), plan = BACHELOR, previous_degree = held() }),
    expect = { allowed = true },
  },
  {
    name = "DEF-GEN-17: who never moved is not asked",
    call = "graduation.may_apply", facts = facts({ ledger = ledger({ pass("00018") }) }), expect = { allowed = true },
  },
  {
    name = "DEF-GEN-16: a course that moved out counts here no more",
    call = "graduation.may_apply",
    facts = facts({ own_cases = transfer("exchanged", "completed") }),
    expect = { refused = "course_moved_out", args = { course = "00107 课程00107" }, field = "courses" },
  },
  {
    name = "DEF-GEN-16: nor one that stands in for another",
    call = "graduation.may_apply",
    facts = facts({
      own_cases = transfer("exchanged", "completed"),
      ledger = ledger({ { code = "15041", name = "甲", standing = "substituted", with = { { code = "00107", name = "乙" } } } }),
    }),
    expect = { refused = "course_moved_out", args = { course = "15041 甲" } },
  },
  {
    name = "a transfer under way is finished first",
    call = "graduation.may_apply",
    facts = facts({ own_cases = transfer("passed", "approved") }),
    expect = { refused = "transfer_under_way" },
  },
  {
    name = "DEF-XZ-01: a waiver is asked for with the proof of its own application",
    call = "graduation.may_apply",
    facts = facts({ fields = { courses = { { course = "00018", kind = "waiver", rule = "XZ-WV-01" } } } }),
    expect = { refused = "waiver_comes_first", args = { course = "00018" } },
  },
  {
    name = "DEF-XZ-02: what the records fulfil passes by itself",
    call = "graduation.records_suffice", facts = facts(), expect = { allowed = true },
  },
  {
    name = "DEF-XZ-02: what was put in by hand is the prefecture's to see",
    call = "graduation.records_suffice",
    facts = facts({ fields = { courses = { { course = "15041", kind = "substitution", rule = "S", with = { "00107" } } } } }),
    expect = { refused = "office_looks_at_courses" },
  },
  {
    name = "DEF-XZ-02: and a degree proved by papers",
    call = "graduation.records_suffice",
    facts = facts({ plan = BACHELOR, previous_degree = held({ basis = "papers" }) }),
    expect = { refused = "office_looks_at_degree" },
  },
  {
    name = "the prefecture agrees to what is complete",
    call = "graduation.is_complete", facts = facts(), expect = { allowed = true },
  },
  {
    name = "and not to what is not",
    call = "graduation.is_complete", facts = facts({ ledger = SHORT }), expect = { refused = "course_missing" },
  },
  {
    name = "DEF-XZ-02: within the time an application is made once more",
    call = "graduation.may_reapply", facts = facts(), expect = { allowed = true },
  },
  {
    name = "DEF-XZ-02: after it there is none",
    call = "graduation.may_reapply",
    facts = facts({ windows = { graduation = { open = false, closes = "2026-06-20 18:00:00" } } }),
    expect = { refused = "graduation_window_over", args = { closes = "2026-06-20 18:00:00" } },
  },
  {
    name = "the records are looked at at once",
    call = "graduation.looked_at", facts = { now = "2026-06-01 09:00:00" }, expect = { value = "2026-06-01 09:00:00" },
  },
  {
    name = "the form goes in once the diploma's picture passed",
    call = "graduation.may_hand_in", facts = { graduation_photo = { exam_district = "0100" } }, expect = { allowed = true },
  },
  {
    name = "and not before",
    call = "graduation.may_hand_in", facts = {}, expect = { refused = "photo_not_passed", args = {} },
  },
  {
    name = "a picture that is right is taken",
    call = "photo.may_submit",
    facts = { files = { photo = { checks = { { code = "bytes", passed = true, found = "30K", allowed = "20K-40K" } } } } },
    expect = { allowed = true },
  },
  {
    name = "a picture that is too big is refused with the figures",
    call = "photo.may_submit",
    facts = { files = { photo = { checks = { { code = "bytes", passed = false, found = "40961", allowed = "20480-40960" } } } } },
    expect = { refused = "photo_bytes", args = { found = "40961", allowed = "20480-40960" } },
  },
}
