-- Sign-up: courses, special majors, the time for paying.
-- source: docs/sources/xinjiang.md, sign-up
local MOST_COURSES = 4 -- DEF-GEN-12: one per slot, four slots

-- Majors that may be signed up only after their papers passed with the registration (XJ-REG-09).
local SPECIAL_MAJORS = { "030109", "030401", "100701" }

local M = {}

local function course_refusals(facts, found)
  local courses = facts.fields.courses or {}
  if #courses == 0 then
    found[#found + 1] = refuse("no_course_chosen", {}, "courses")
  elseif #courses > MOST_COURSES then
    found[#found + 1] = refuse("too_many_courses", { have = #courses, most = MOST_COURSES }, "courses")
  end
  local seen = {}
  local plan = list.pluck(facts.plan.courses, "code")
  for _, course in ipairs(courses) do
    if seen[course.code] then
      found[#found + 1] = refuse("course_twice", { course = course.code }, "courses")
    end
    seen[course.code] = true
    -- A major whose plan the authority has not entered takes every course of the sitting.
    if #plan > 0 and not list.contains(plan, course.code) then
      found[#found + 1] = refuse("course_not_in_plan", { course = course.code }, "courses")
    end
  end
end

---@param facts { fields: table, plan: table, registration: table }
---@return Decision
function M.may_submit(facts)
  local found = {}
  local major = facts.fields.major
  if list.contains(SPECIAL_MAJORS, major) and not list.contains(facts.registration.special_majors or {}, major) then
    found[#found + 1] = refuse("special_major_not_reviewed", { major = facts.plan.major.name }, "major")
  end
  if not facts.plan.major.open then
    found[#found + 1] = refuse("major_closed", { major = facts.plan.major.name }, "major")
  end
  course_refusals(facts, found)
  return refuse_all(found)
end

-- An order may be opened while the sitting takes payments.
---@param facts { sitting: { pay_until: string, payment_open: boolean } }
---@return Decision
function M.may_pay(facts)
  if not facts.sitting.payment_open then
    return refuse("payment_time_over", { ["until"] = facts.sitting.pay_until })
  end
  return allow()
end

return M
