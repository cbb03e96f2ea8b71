-- Sign-up: courses of the plan, one per slot; the time for paying.
-- source: docs/sources/tibet.md, sign-up
local courses = use "common.courses"
local majors = use "common.majors"

local MOST_COURSES = 4 -- DEF-GEN-12: one per slot, four slots

local M = {}

local function choice_refusals(facts)
  if facts.plan == nil then return { refuse("no_major_chosen", {}, "major") } end
  return list.concat(
    majors.closed_refusals(facts.plan, "major"),
    courses.refusals(facts.fields.courses, facts.plan.courses, MOST_COURSES, "courses")
  )
end

---@param facts { fields: table, plan: table|nil }
---@return Decision
function M.may_submit(facts)
  return refuse_all(choice_refusals(facts))
end

-- An order may be opened while the sitting takes payments. A choice that was changed after 下一步 and only kept becomes the
-- sign-up with the order, so it is judged here like one that is handed in.
---@param facts { fields: table, sitting: { pay_until: string, payment_open: boolean }, plan: table|nil }
---@return Decision
function M.may_pay(facts)
  if not facts.sitting.payment_open then
    return refuse("payment_time_over", { ["until"] = facts.sitting.pay_until })
  end
  local found = choice_refusals(facts)
  for _, field in ipairs({ "exam_district", "occupation", "workplace" }) do
    if facts.fields[field] == nil or facts.fields[field] == "" then found[#found + 1] = refuse("incomplete", {}, field) end
  end
  return refuse_all(found)
end

return M
