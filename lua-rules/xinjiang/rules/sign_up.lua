-- Sign-up: courses, special majors, the time for paying.
-- source: docs/sources/xinjiang.md, sign-up
local course_choice = use "common.courses"
local majors = use "common.majors"

local MOST_COURSES = 4 -- DEF-GEN-12: one per slot, four slots

-- Majors that may be signed up only after their papers passed with the registration (XJ-REG-09).
local SPECIAL_MAJORS = { "030109", "030401", "100701" }

local M = {}

-- Everything about the choice itself, as it stands in the fields.
local function choice_refusals(facts)
  local found = {}
  local major = facts.fields.major
  if list.contains(SPECIAL_MAJORS, major) and not list.contains(facts.registration.special_majors or {}, major) then
    found[#found + 1] = refuse("special_major_not_reviewed", { major = facts.plan.major.name }, "major")
  end
  found = list.concat(found, majors.closed_refusals(facts.plan, "major"))
  return list.concat(
    found, course_choice.refusals(facts.fields.courses, facts.plan.courses, MOST_COURSES, "courses")
  )
end

---@param facts { fields: table, plan: table, registration: table }
---@return Decision
function M.may_submit(facts)
  return refuse_all(choice_refusals(facts))
end

-- Counties begin with the four digits of their prefecture (GB/T 2260).
local function in_prefecture(fields)
  return fields.county ~= nil and fields.prefecture ~= nil
    and text.sub(fields.county, 1, 4) == text.sub(fields.prefecture, 1, 4)
end

-- An order may be opened while the sitting takes payments. A choice that was changed after 提交 and only kept becomes
-- the sign-up with the order, so it is judged here like one that is handed in.
---@param facts { fields: table, sitting: { pay_until: string, payment_open: boolean }, plan: table|nil, registration: table }
---@return Decision
function M.may_pay(facts)
  if not facts.sitting.payment_open then
    return refuse("payment_time_over", { ["until"] = facts.sitting.pay_until })
  end
  if facts.plan == nil then return refuse("no_major_chosen", {}, "major") end
  local found = choice_refusals(facts)
  if not in_prefecture(facts.fields) then
    found[#found + 1] = refuse("county_not_in_prefecture", {}, "county")
  end
  if facts.fields.declaration ~= true then found[#found + 1] = refuse("not_declared", {}, "declaration") end
  return refuse_all(found)
end

return M
