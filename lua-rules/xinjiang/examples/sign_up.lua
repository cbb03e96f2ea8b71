local PLAN = {
  major = { code = "530601", name = "工商企业管理", open = true },
  courses = {
    { code = "00018", name = "计算机应用基础" }, { code = "00024", name = "普通逻辑" },
    { code = "00031", name = "心理学" }, { code = "00144", name = "企业管理概论" },
    { code = "15040", name = "习近平新时代中国特色社会主义思想概论" },
  },
}
local NURSING = { major = { code = "100701", name = "护理学", open = true }, courses = {} }

local function chosen(...)
  local courses = {}
  for slot, code in ipairs({ ... }) do courses[#courses + 1] = { slot_no = slot, code = code } end
  return courses
end

local OPEN = { pay_until = "2026-03-17 18:00:00", payment_open = true }
local READY = {
  major = "530601", courses = chosen("00024"), prefecture = "650100", county = "650102", declaration = true,
}

return {
  {
    name = "XJ-SGN-04: four courses, one per slot, are accepted",
    call = "sign_up.may_submit",
    facts = {
      fields = { major = "530601", courses = chosen("00024", "00018", "00031", "00144") },
      plan = PLAN, registration = {},
    },
    expect = { allowed = true },
  },
  {
    name = "XJ-SGN-05: no course is refused",
    call = "sign_up.may_submit",
    facts = { fields = { major = "530601", courses = {} }, plan = PLAN, registration = {} },
    expect = { refused = "no_course_chosen" },
  },
  {
    name = "DEF-GEN-12: a fifth course is refused with the figures",
    call = "sign_up.may_submit",
    facts = {
      fields = { major = "530601", courses = chosen("00024", "00018", "00031", "00144", "15040") },
      plan = PLAN, registration = {},
    },
    expect = { refused = "too_many_courses", args = { have = 5, most = 4 } },
  },
  {
    name = "a course outside the major's plan is refused by its code",
    call = "sign_up.may_submit",
    facts = { fields = { major = "530601", courses = chosen("13203") }, plan = PLAN, registration = {} },
    expect = { refused = "course_not_in_plan", args = { course = "13203" } },
  },
  {
    name = "the same course in two slots is refused by its code",
    call = "sign_up.may_submit",
    facts = { fields = { major = "530601", courses = chosen("00024", "00024") }, plan = PLAN, registration = {} },
    expect = { refused = "course_twice", args = { course = "00024" } },
  },
  {
    name = "XJ-REG-09: a special major without reviewed papers is refused",
    call = "sign_up.may_submit",
    facts = { fields = { major = "100701", courses = chosen("13203") }, plan = NURSING, registration = {} },
    expect = { refused = "special_major_not_reviewed", args = { major = "护理学" } },
  },
  {
    name = "XJ-REG-09: a special major whose papers passed is accepted",
    call = "sign_up.may_submit",
    facts = {
      fields = { major = "100701", courses = chosen("13203") },
      plan = NURSING, registration = { special_majors = { "100701" } },
    },
    expect = { allowed = true },
  },
  {
    name = "a major that takes nobody is refused",
    call = "sign_up.may_submit",
    facts = {
      fields = { major = "050114", courses = chosen("00024") },
      plan = { major = { code = "050114", name = "汉语言文学", open = false }, courses = {} }, registration = {},
    },
    expect = { refused = "major_closed" },
  },
  {
    name = "an order is opened while the sitting takes payments",
    call = "sign_up.may_pay",
    facts = { sitting = OPEN, fields = READY, plan = PLAN, registration = {} },
    expect = { allowed = true },
  },
  {
    name = "XJ-SGN-07: a kept change to a county elsewhere is not paid for",
    call = "sign_up.may_pay",
    facts = {
      sitting = OPEN, plan = PLAN, registration = {},
      fields = {
        major = "530601", courses = chosen("00024"), prefecture = "650100", county = "653101", declaration = true,
      },
    },
    expect = { refused = "county_not_in_prefecture" },
  },
  {
    name = "XJ-SGN-08: a kept change without its declaration is not paid for",
    call = "sign_up.may_pay",
    facts = {
      sitting = OPEN, plan = PLAN, registration = {},
      fields = { major = "530601", courses = chosen("00024"), prefecture = "650100", county = "650102" },
    },
    expect = { refused = "not_declared" },
  },
  {
    name = "a kept change that took the major away is not paid for",
    call = "sign_up.may_pay",
    facts = { sitting = OPEN, fields = { courses = chosen("00024") }, registration = {} },
    expect = { refused = "no_major_chosen" },
  },
  {
    name = "no order is opened once the time for paying is over",
    call = "sign_up.may_pay",
    facts = { sitting = { pay_until = "2026-03-17 18:00:00", payment_open = false } },
    expect = { refused = "payment_time_over", args = { ["until"] = "2026-03-17 18:00:00" } },
  },
  {
    name = "XJ-PAY-03: four courses cost 140 yuan, 35 each, and nothing besides",
    call = "fees.sign_up_lines",
    facts = { fields = { courses = chosen("00024", "00018", "00031", "00144") }, plan = PLAN },
    expect = {
      value = {
        lines = {
          { code = "00024", name = "普通逻辑", amount_fen = 3500 },
          { code = "00018", name = "计算机应用基础", amount_fen = 3500 },
          { code = "00031", name = "心理学", amount_fen = 3500 },
          { code = "00144", name = "企业管理概论", amount_fen = 3500 },
        },
      },
    },
  },
}
