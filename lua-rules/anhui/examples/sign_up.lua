local PLAN = {
  major = { code = "530601", name = "工商企业管理", level = "专科", open = true },
  courses = { { code = "00144", name = "企业管理概论" }, { code = "15040", name = "习近平新时代中国特色社会主义思想概论" } },
}
local SITTING = { payment_open = true, pay_until = "2026-03-07 19:00:00" }
local function chosen(...)
  local courses = {}
  for i, code in ipairs({ ... }) do courses[i] = { slot_no = i, code = code } end
  return courses
end

return {
  {
    name = "a course of the plan is accepted",
    call = "sign_up.may_submit",
    facts = { fields = { major = "530601", courses = chosen("00144") }, plan = PLAN },
    expect = { allowed = true },
  },
  {
    name = "a course outside the plan is refused",
    call = "sign_up.may_submit",
    facts = { fields = { major = "530601", courses = chosen("00024") }, plan = PLAN },
    expect = { refused = "course_not_in_plan", args = { course = "00024" } },
  },
  {
    name = "a fifth course is refused with the figures",
    call = "sign_up.may_submit",
    facts = { fields = { major = "530601", courses = chosen("00144", "15040", "1", "2", "3") }, plan = PLAN },
    expect = { refused = "too_many_courses", args = { have = 5, most = 4 } },
  },
  {
    name = "paying in the evening is allowed",
    call = "sign_up.may_pay",
    facts = { now = "2026-03-06 22:59:59", fields = { courses = chosen("00144") }, plan = PLAN, sitting = SITTING },
    expect = { allowed = true },
  },
  {
    name = "at eleven in the evening the bank settles",
    call = "sign_up.may_pay",
    facts = { now = "2026-03-06 23:00:00", fields = { courses = chosen("00144") }, plan = PLAN, sitting = SITTING },
    expect = { refused = "bank_closed", args = { from = "23:00", to = "01:00" } },
  },
  {
    name = "before one at night it still does",
    call = "sign_up.may_pay",
    facts = { now = "2026-03-07 00:59:59", fields = { courses = chosen("00144") }, plan = PLAN, sitting = SITTING },
    expect = { refused = "bank_closed" },
  },
  {
    name = "after the time for paying nothing is paid",
    call = "sign_up.may_pay",
    facts = {
      now = "2026-03-07 19:00:00", fields = { courses = chosen("00144") }, plan = PLAN,
      sitting = { payment_open = false, pay_until = "2026-03-07 19:00:00" },
    },
    expect = { refused = "payment_time_over" },
  },
  {
    name = "DEF-AH-02: no order outlives the day's last hour of the bank",
    call = "sign_up.order_ends",
    facts = { now = "2026-03-06 22:59:00", sitting = SITTING },
    expect = { value = "2026-03-06 23:00:00" },
  },
  {
    name = "DEF-AH-02: nor the time for paying",
    call = "sign_up.order_ends",
    facts = { now = "2026-03-07 18:59:59", sitting = SITTING },
    expect = { value = "2026-03-07 19:00:00" },
  },
  {
    name = "each course costs 30 yuan",
    call = "sign_up.fee_lines",
    facts = { fields = { courses = chosen("00144", "15040") }, plan = PLAN },
    expect = {
      value = {
        lines = {
          { code = "00144", name = "企业管理概论", amount_fen = 3000 },
          { code = "15040", name = "习近平新时代中国特色社会主义思想概论", amount_fen = 3000 },
        },
      },
    },
  },
}
