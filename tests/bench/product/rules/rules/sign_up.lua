local COURSE_FEE_FEN = 3500

local M = {}

function M.may_submit(facts)
  local found = {}
  local plan = list.pluck(facts.plan.courses, "code")
  if #facts.fields.courses == 0 then found[#found + 1] = refuse("no_course_chosen", {}, "courses") end
  for _, course in ipairs(facts.fields.courses) do
    if not list.contains(plan, course.code) then
      found[#found + 1] = refuse("course_not_in_plan", { course = course.code }, "courses")
    end
  end
  return refuse_all(found)
end

function M.may_pay(facts)
  if not facts.sitting.payment_open then
    return refuse("payment_time_over", { ["until"] = facts.sitting.pay_until })
  end
  return allow()
end

function M.lines(facts)
  local lines = {}
  for _, chosen in ipairs(facts.fields.courses) do
    local course = list.find(facts.plan.courses, "code", chosen.code)
    lines[#lines + 1] = { code = chosen.code, name = course.name, amount_fen = COURSE_FEE_FEN }
  end
  return { lines = lines }
end

return M
