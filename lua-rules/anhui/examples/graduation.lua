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
local FIRST_HALF = { graduation = { open = true, opens = "2026-05-01 00:00:00", closes = "2026-06-10 17:00:00" } }
local SECOND_HALF = { graduation = { open = true, opens = "2026-11-01 00:00:00", closes = "2026-12-10 17:00:00" } }
local CONDUCT = { conduct_passed = { seq = 3, at = "2026-05-20 09:00:00" } }
local NOTHING_FOUND = { state = "no_record" }
local WUHU = { code = "340200", name = "芜湖市教育招生考试机构", level = "prefecture", traits = {} }
local HEFEI = { code = "340100", name = "合肥市教育考试院", level = "prefecture", traits = { "external_graduation" } }
local SHUSHAN = { code = "340104", name = "蜀山区", level = "county", traits = {} }

local function held(changed)
  local degree = { state = "verified", basis = "online", level = "专科", conclusion = "毕业", graduation_year = 2018 }
  for key, value in pairs(changed) do degree[key] = value end
  return degree
end

local function expected(printed_on)
  return { state = "expected", basis = "expected", level = "专科", printed_on = printed_on }
end

local function associate(state)
  return { { type = "graduation", state = state, phase = "in_review", sitting = "", fields = { major = "530601" } } }
end

local function correction(state, phase)
  return { { type = "identity_change", state = state, phase = phase, sitting = "", fields = {} } }
end

local function facts(changed)
  local all = {
    today = "2026-05-20", fields = { prefecture = "340200", major = "080901" }, files = {}, ledger = DONE, plan = BACHELOR,
    windows = FIRST_HALF, previous_degree = held({}), own_cases = {}, actions_taken = CONDUCT, changed = {},
    offices = { person = { WUHU }, case = { WUHU } },
  }
  for key, value in pairs(changed) do all[key] = value end
  return all
end

-- A degree of this very year, for which the candidate states the day and uploads the diploma.
local function stated(day, windows)
  return facts({
    windows = windows, previous_degree = held({ graduation_year = 2026 }), files = { diploma_scan = { type = "jpg" } },
    fields = { prefecture = "340200", major = "080901", diploma_date = day },
  })
end

return {
  {
    name = "a complete plan with a verified degree is taken",
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
    name = "AH-DEG-01: a bachelor's application without a verified degree is refused",
    call = "graduation.may_apply",
    facts = facts({ previous_degree = NOTHING_FOUND }),
    expect = { refused = "degree_missing", args = {} },
  },
  {
    name = "an associate's application needs none",
    call = "graduation.may_apply",
    facts = facts({ previous_degree = NOTHING_FOUND, plan = ASSOCIATE }),
    expect = { allowed = true },
  },
  {
    name = "AH-DEG-01: a school below 专科 is no degree",
    call = "graduation.may_apply",
    facts = facts({ previous_degree = held({ level = "高中" }) }),
    expect = { refused = "degree_level_low", args = { level = "高中" } },
  },
  {
    name = "studies that were not completed are none",
    call = "graduation.may_apply",
    facts = facts({ previous_degree = held({ conclusion = "结业" }) }),
    expect = { refused = "degree_not_graduated", args = { conclusion = "结业" } },
  },
  {
    name = "AH-DEG-02: in the first half a diploma of 30 June is in time",
    call = "graduation.may_apply",
    facts = stated("2026-06-30", FIRST_HALF),
    expect = { allowed = true },
  },
  {
    name = "AH-DEG-02: one of 1 July is not",
    call = "graduation.may_apply",
    facts = stated("2026-07-01", FIRST_HALF),
    expect = { refused = "degree_too_late", args = { printed_on = "2026-07-01", limit = "2026-06-30" } },
  },
  {
    name = "AH-DEG-02: in the second half a diploma of 30 December is in time",
    call = "graduation.may_apply",
    facts = stated("2026-12-30", SECOND_HALF),
    expect = { allowed = true },
  },
  {
    name = "AH-DEG-02: one of 31 December is not",
    call = "graduation.may_apply",
    facts = stated("2026-12-31", SECOND_HALF),
    expect = { refused = "degree_too_late", args = { printed_on = "2026-12-31", limit = "2026-12-30" } },
  },
  {
    name = "AH-DEG-02: for a degree of this year the day is asked for",
    call = "graduation.may_apply",
    facts = facts({ previous_degree = held({ graduation_year = 2026 }) }),
    expect = { refused = "degree_date_needed", args = { limit = "2026-06-30" } },
  },
  {
    name = "AH-DEG-02: and the diploma that shows it",
    call = "graduation.may_apply",
    facts = facts({
      previous_degree = held({ graduation_year = 2026 }),
      fields = { prefecture = "340200", major = "080901", diploma_date = "2026-06-20" },
    }),
    expect = { refused = "degree_scan_needed" },
  },
  {
    name = "AH-DEG-07: of papers an officer has read the day",
    call = "graduation.may_apply",
    facts = facts({ previous_degree = held({ basis = "papers", printed_on = "2026-07-01" }) }),
    expect = { refused = "degree_too_late", args = { printed_on = "2026-07-01", limit = "2026-06-30" } },
  },
  {
    name = "AH-DEG-08: a school's word opens the application in the first half",
    call = "graduation.may_apply",
    facts = facts({ previous_degree = expected("2026-06-30") }),
    expect = { allowed = true },
  },
  {
    name = "AH-DEG-08: not for a diploma of July",
    call = "graduation.may_apply",
    facts = facts({ previous_degree = expected("2026-07-01") }),
    expect = { refused = "degree_missing" },
  },
  {
    name = "AH-DEG-08: and not in the second half",
    call = "graduation.may_apply",
    facts = facts({ previous_degree = expected("2026-12-01"), windows = SECOND_HALF }),
    expect = { refused = "degree_missing" },
  },
  {
    name = "AH-DEG-09: with an application for 专科 that the city confirmed no degree is asked for",
    call = "graduation.may_apply",
    facts = facts({ previous_degree = NOTHING_FOUND, own_cases = associate("joint") }),
    expect = { allowed = true },
  },
  {
    name = "AH-GRA-15: before the city confirmed it nothing is skipped",
    call = "graduation.may_apply",
    facts = facts({ previous_degree = NOTHING_FOUND, own_cases = associate("accepted") }),
    expect = { refused = "degree_missing" },
  },
  {
    name = "a 专科 diploma registered in an earlier session is checked like any other",
    call = "graduation.may_apply",
    facts = facts({ previous_degree = NOTHING_FOUND, own_cases = associate("collected") }),
    expect = { refused = "degree_missing" },
  },
  {
    name = "AH-PRE-03: a correction under way is finished first",
    call = "graduation.may_apply",
    facts = facts({ own_cases = correction("refused", "returned") }),
    expect = { refused = "identity_change_open", args = {} },
  },
  {
    name = "one that is done stands in nobody's way",
    call = "graduation.may_apply",
    facts = facts({ own_cases = correction("changed", "completed") }),
    expect = { allowed = true },
  },
  {
    name = "AH-GRA-01: 合肥 has a procedure of its own",
    call = "graduation.may_apply",
    facts = facts({ offices = { person = { WUHU }, case = { HEFEI } } }),
    expect = { refused = "external_process", args = { office = "合肥市教育考试院" }, field = "prefecture" },
  },
  {
    name = "AH-GRA-01: whose file came to 合肥 meanwhile is told so once, whatever city the form names",
    call = "graduation.may_apply",
    facts = facts({ offices = { person = { HEFEI }, case = { HEFEI } } }),
    expect = { refused = "external_process", args = { office = "合肥市教育考试院" } },
  },
  {
    name = "AH-GRA-01: an application that is in does not go there either",
    call = "graduation.may_amend",
    facts = facts({ offices = { person = { WUHU }, case = { HEFEI } } }),
    expect = { refused = "external_process", args = { office = "合肥市教育考试院" }, field = "prefecture" },
  },
  {
    name = "AH-GRA-01: whose file is kept in 合肥 is told before anything is filled in",
    call = "cities.may_begin",
    facts = { offices = { person = { HEFEI }, case = {} } },
    expect = { refused = "external_process", args = { office = "合肥市教育考试院" } },
  },
  {
    name = "AH-GRA-01: a district belongs to its city",
    call = "cities.may_begin",
    facts = { offices = { person = { SHUSHAN, HEFEI }, case = {} } },
    expect = { refused = "external_process", args = { office = "合肥市教育考试院" } },
  },
  {
    name = "every other city uses the platform",
    call = "cities.may_begin",
    facts = { offices = { person = { WUHU }, case = {} } },
    expect = { allowed = true },
  },
  {
    name = "contact data may be amended without a word about the degree",
    call = "graduation.may_amend",
    facts = facts({ previous_degree = NOTHING_FOUND }),
    expect = { allowed = true },
  },
  {
    name = "the plan is measured again",
    call = "graduation.may_amend",
    facts = facts({ ledger = SHORT }),
    expect = { refused = "course_missing" },
  },
  {
    name = "the city confirms a verified degree",
    call = "graduation.may_pass",
    facts = facts({}),
    expect = { allowed = true },
  },
  {
    name = "AH-GRA-16: without the record of conduct the city does not confirm",
    call = "graduation.may_pass",
    facts = facts({ actions_taken = {} }),
    expect = { refused = "conduct_missing", args = {} },
  },
  {
    name = "AH-GRA-16: nor when it was taken back",
    call = "graduation.may_pass",
    facts = facts({
      actions_taken = { conduct_passed = CONDUCT.conduct_passed, conduct_withdrawn = { seq = 4, at = "2026-05-20 09:00:00" } },
    }),
    expect = { refused = "conduct_missing" },
  },
  {
    name = "AH-FRM-04: conduct is recorded once",
    call = "graduation.conduct_is_open",
    facts = { actions_taken = CONDUCT },
    expect = { refused = "conduct_is_recorded" },
  },
  {
    name = "and for the first time",
    call = "graduation.conduct_is_open",
    facts = { actions_taken = {} },
    expect = { allowed = true },
  },
  {
    name = "only what was recorded is taken back",
    call = "graduation.conduct_is_recorded",
    facts = { actions_taken = {} },
    expect = { refused = "conduct_missing" },
  },
  {
    name = "and taken back it can be",
    call = "graduation.conduct_is_recorded",
    facts = { actions_taken = CONDUCT },
    expect = { allowed = true },
  },
  {
    name = "AH-GRA-16: an application that comes again is stamped anew",
    call = "graduation.may_pass",
    facts = facts({
      actions_taken = { conduct_passed = CONDUCT.conduct_passed, reapply = { seq = 6, at = "2026-05-25 09:00:00" } },
    }),
    expect = { refused = "conduct_missing" },
  },
  {
    name = "AH-GRA-16: and then it counts",
    call = "graduation.may_pass",
    facts = facts({
      actions_taken = {
        conduct_passed = { seq = 7, at = "2026-05-26 09:00:00" }, reapply = { seq = 6, at = "2026-05-25 09:00:00" },
      },
    }),
    expect = { allowed = true },
  },
  {
    name = "AH-FRM-04: what was stamped is not changed behind the stamp",
    call = "graduation.may_amend",
    facts = facts({ changed = { "phone", "appraisal" } }),
    expect = { refused = "conduct_fixes", args = {}, field = "appraisal" },
  },
  {
    name = "AH-GRA-11: the telephone is",
    call = "graduation.may_amend",
    facts = facts({ changed = { "phone" } }),
    expect = { allowed = true },
  },
  {
    name = "AH-GRA-11: and everything personal before the stamp",
    call = "graduation.may_amend",
    facts = facts({ changed = { "employer", "history", "appraisal", "prefecture" }, actions_taken = {} }),
    expect = { allowed = true },
  },
  {
    name = "AH-DEG-08: the city waits for the check of who is about to graduate",
    call = "graduation.may_pass",
    facts = facts({ previous_degree = expected("2026-06-30") }),
    expect = { refused = "degree_missing" },
  },
  {
    name = "AH-DEG-02: in July the session's last day still holds",
    call = "graduation.may_pass",
    facts = facts({
      today = "2026-07-20", previous_degree = held({ graduation_year = 2026 }), files = { diploma_scan = { type = "jpg" } },
      fields = { prefecture = "340200", major = "080901", diploma_date = "2026-07-05" },
    }),
    expect = { refused = "degree_too_late", args = { printed_on = "2026-07-05", limit = "2026-06-30" } },
  },
  {
    name = "school and province agree to what is complete",
    call = "graduation.is_complete",
    facts = facts({}),
    expect = { allowed = true },
  },
  {
    name = "AH-DEG-09: when 专科 was refused the degree is missing",
    call = "graduation.is_complete",
    facts = facts({ previous_degree = NOTHING_FOUND, own_cases = associate("refused") }),
    expect = { refused = "degree_missing" },
  },
  {
    name = "AH-REV-05: a degree that was taken in the place of the first is judged like it",
    call = "graduation.is_complete",
    facts = facts({ previous_degree = held({ level = "高中" }) }),
    expect = { refused = "degree_level_low", args = { level = "高中" } },
  },
  {
    name = "AH-REV-05: the plan is measured again before it goes to the ministry",
    call = "graduation.is_complete",
    facts = facts({ ledger = SHORT }),
    expect = { refused = "course_missing" },
  },
  {
    name = "AH-DEG-09: beside a 专科 application at the ministry the other goes on",
    call = "graduation.keeps_degree",
    facts = facts({ previous_degree = NOTHING_FOUND, own_cases = associate("ministry") }),
    expect = { allowed = true },
  },
  {
    name = "AH-DEG-09: when 专科 was refused nothing is registered",
    call = "graduation.keeps_degree",
    facts = facts({ previous_degree = NOTHING_FOUND, own_cases = associate("refused") }),
    expect = { refused = "degree_missing", args = {} },
  },
  {
    name = "AH-DEG-10: in the first half the check is finished by 30 June",
    call = "graduation.finish_degree_by",
    facts = facts({}),
    expect = { value = "2026-06-30" },
  },
  {
    name = "AH-DEG-10: in the second half by 30 December",
    call = "graduation.finish_degree_by",
    facts = facts({ windows = SECOND_HALF }),
    expect = { value = "2026-12-30" },
  },
  {
    name = "AH-DEG-10: without a check the application is given up",
    call = "graduation.must_give_up",
    facts = facts({ previous_degree = expected("2026-06-30") }),
    expect = { allowed = true },
  },
  {
    name = "with one it goes on",
    call = "graduation.must_give_up",
    facts = facts({}),
    expect = { refused = "degree_is_held", args = {} },
  },
  {
    name = "AH-DEG-09: with a 专科 diploma of the session it goes on",
    call = "graduation.must_give_up",
    facts = facts({ previous_degree = NOTHING_FOUND, own_cases = associate("registered") }),
    expect = { refused = "degree_is_held" },
  },
  {
    name = "AH-DEG-09: while 专科 is under way it is asked again later",
    call = "graduation.must_give_up",
    facts = facts({ previous_degree = NOTHING_FOUND, own_cases = associate("joint") }),
    expect = { refused = "degree_rests_on_associate", args = {} },
  },
  {
    name = "and while it is looked at again",
    call = "graduation.must_give_up",
    facts = facts({ previous_degree = NOTHING_FOUND, own_cases = associate("sent_back") }),
    expect = { refused = "degree_rests_on_associate" },
  },
  {
    name = "AH-DEG-10: when 专科 was refused there is nothing left",
    call = "graduation.must_give_up",
    facts = facts({ previous_degree = NOTHING_FOUND, own_cases = associate("refused") }),
    expect = { allowed = true },
  },
  {
    name = "an application for 专科 has nothing to give up for",
    call = "graduation.must_give_up",
    facts = facts({ previous_degree = NOTHING_FOUND, plan = ASSOCIATE }),
    expect = { refused = "degree_is_held" },
  },
  {
    name = "within the window a failed application comes again",
    call = "graduation.may_reapply",
    facts = facts({}),
    expect = { allowed = true },
  },
  {
    name = "until the window shuts",
    call = "graduation.reapply_by",
    facts = { windows = FIRST_HALF },
    expect = { value = "2026-06-10 17:00:00" },
  },
  {
    name = "after the window nothing is handed in again",
    call = "graduation.may_reapply",
    facts = facts({ windows = { graduation = { open = false, closes = "2026-06-10 17:00:00" } } }),
    expect = { refused = "graduation_window_over", args = { closes = "2026-06-10 17:00:00" } },
  },
}
