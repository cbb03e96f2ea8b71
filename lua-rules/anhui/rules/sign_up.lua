-- Sign-up: courses, fee, and the hours of the bank.
-- source: docs/sources/anhui.md, sign-up (DEF-AH-02)
local MOST_COURSES = 4
local COURSE_FEE_FEN = 3000
local BANK_CLOSES, BANK_OPENS = "23:00:00", "01:00:00"

local M = {}

local function choice_refusals(facts)
  local found, seen = {}, {}
  local courses = facts.fields.courses or {}
  if #courses == 0 then found[#found + 1] = refuse("no_course_chosen", {}, "courses") end
  if #courses > MOST_COURSES then
    found[#found + 1] = refuse("too_many_courses", { have = #courses, most = MOST_COURSES }, "courses")
  end
  local plan = list.pluck(facts.plan.courses, "code")
  for _, course in ipairs(courses) do
    if seen[course.code] then found[#found + 1] = refuse("course_twice", { course = course.code }, "courses") end
    seen[course.code] = true
    if #plan > 0 and not list.contains(plan, course.code) then
      found[#found + 1] = refuse("course_not_in_plan", { course = course.code }, "courses")
    end
  end
  if not facts.plan.major.open then
    found[#found + 1] = refuse("major_closed", { major = facts.plan.major.name }, "major")
  end
  return found
end

---@param facts { fields: table, plan: table }
---@return Decision
function M.may_submit(facts)
  return refuse_all(choice_refusals(facts))
end

---@param facts { now: string, fields: table, sitting: table, plan: table? }
---@return Decision
function M.may_pay(facts)
  if not facts.sitting.payment_open then return refuse("payment_time_over", { ["until"] = facts.sitting.pay_until }) end
  local clock = text.sub(facts.now, 12, 19)
  if clock >= BANK_CLOSES or clock < BANK_OPENS then return refuse("bank_closed", { from = "23:00", to = "01:00" }) end
  if facts.plan == nil then return refuse("no_major_chosen", {}, "major") end
  return refuse_all(choice_refusals(facts))
end

-- No code is paid after the time for paying, nor while the bank settles.
---@param facts { now: string, sitting: { pay_until: string } }
---@return string  YYYY-MM-DD HH:MM:SS
function M.order_ends(facts)
  local bank_closes = text.sub(facts.now, 1, 10) .. " " .. BANK_CLOSES
  return facts.sitting.pay_until < bank_closes and facts.sitting.pay_until or bank_closes
end

-- One line per course signed up for, named as in the plan.
---@param facts { fields: { courses: { code: string }[] }, plan: { courses: { code: string, name: string }[] } }
---@return { lines: { code: string, name: string, amount_fen: integer }[] }
function M.fee_lines(facts)
  local lines = {}
  for _, chosen in ipairs(facts.fields.courses) do
    local course = list.find(facts.plan.courses, "code", chosen.code)
    lines[#lines + 1] = { code = chosen.code, name = course ~= nil and course.name or chosen.code, amount_fen = COURSE_FEE_FEN }
  end
  return { lines = lines }
end

return M
