local PLAN = {
  major = { code = "030301", name = "行政管理", open = true },
  courses = {
    { code = "00018", name = "计算机应用基础" }, { code = "00107", name = "现代管理学" }, { code = "04729", name = "大学语文" },
    { code = "00012", name = "英语(一)" },
  },
}
local OPEN = { pay_until = "2023-09-20 18:00:00", payment_open = true }

local FEES = {
  registration = { name = "报名费", amount_fen = 4000, from = "2021-01-01" },
  theory_exam = { name = "报考费（每科）", amount_fen = 3600, from = "2021-01-01" },
}

local function chosen(...)
  local courses = {}
  for slot_no, code in ipairs({ ... }) do courses[slot_no] = { slot_no = slot_no, code = code } end
  return { exam_district = "0100", occupation = "01", workplace = "XZDX", major = "030301", courses = courses }
end

return {
  {
    name = "XZ-SGN-10: the four courses of the manual are accepted",
    call = "sign_up.may_submit",
    facts = { fields = chosen("00018", "00107", "04729", "00012"), plan = PLAN },
    expect = { allowed = true },
  },
  {
    name = "XZ-SGN-11: no course chosen is refused",
    call = "sign_up.may_submit",
    facts = { fields = chosen(), plan = PLAN },
    expect = { refused = "no_course_chosen", field = "courses" },
  },
  {
    name = "XZ-SGN-10: a course of another major is refused",
    call = "sign_up.may_submit",
    facts = { fields = chosen("00024"), plan = PLAN },
    expect = { refused = "course_not_in_plan", args = { course = "00024" }, field = "courses" },
  },
  {
    name = "DEF-GEN-12: a fifth course is refused with the figures",
    call = "sign_up.may_submit",
    facts = { fields = chosen("00018", "00107", "04729", "00012", "00018"), plan = PLAN },
    expect = { refused = "too_many_courses", args = { have = 5, most = 4 } },
  },
  {
    name = "XZ-PAY-15: after the deadline nothing is paid any more",
    call = "sign_up.may_pay",
    facts = {
      fields = chosen("00018"), plan = PLAN, sitting = { pay_until = "2023-09-20 18:00:00", payment_open = false },
    },
    expect = { refused = "payment_time_over", args = { ["until"] = "2023-09-20 18:00:00" } },
  },
  {
    name = "XZ-SGN-08: an order needs 职业 and 单位/学校",
    call = "sign_up.may_pay",
    facts = {
      fields = { exam_district = "0100", occupation = "01", major = "030301", courses = { { slot_no = 1, code = "00018" } } },
      plan = PLAN, sitting = OPEN,
    },
    expect = { refused = "incomplete", field = "workplace" },
  },
  {
    name = "XZ-PAY-03: one course costs 40 and 36",
    call = "fees.sign_up_lines",
    facts = { fees = FEES, fields = chosen("00018"), plan = PLAN },
    expect = {
      value = {
        lines = {
          { code = "报名费", name = "报名费", amount_fen = 4000 }, { code = "00018", name = "计算机应用基础", amount_fen = 3600 },
        },
      },
    },
  },
  {
    name = "XZ-PAY-03: four courses cost 184",
    call = "fees.sign_up_lines",
    facts = { fees = FEES, fields = chosen("00018", "00107", "04729", "00012"), plan = PLAN },
    expect = {
      value = {
        lines = {
          { code = "报名费", name = "报名费", amount_fen = 4000 }, { code = "00018", name = "计算机应用基础", amount_fen = 3600 },
          { code = "00107", name = "现代管理学", amount_fen = 3600 }, { code = "04729", name = "大学语文", amount_fen = 3600 },
          { code = "00012", name = "英语(一)", amount_fen = 3600 },
        },
      },
    },
  },
  {
    name = "XZ-PAY-20: another amount holds, another amount is charged",
    call = "fees.sign_up_lines",
    facts = {
      fees = {
        registration = { name = "报名费", amount_fen = 5000, from = "2024-01-01" },
        theory_exam = { name = "报考费（每科）", amount_fen = 4000, from = "2024-01-01" },
      },
      fields = chosen("00018"), plan = PLAN,
    },
    expect = {
      value = {
        lines = {
          { code = "报名费", name = "报名费", amount_fen = 5000 }, { code = "00018", name = "计算机应用基础", amount_fen = 4000 },
        },
      },
    },
  },
}
