-- What a sign-up costs. The amounts and the days on which they hold are data: provinces/tibet/data/fees.csv (XZ-PAY-20).
-- source: docs/sources/tibet.md, payment: 藏发改价格〔2021〕380号; the manual's order: 报名费 40, 36 per course
local lines = use "common.fees"

local M = {}

-- 报名费 first, then a line per course (XZ-PAY-03).
---@param facts { fees: table<string, FeeFact>, fields: table, plan: { courses: { code: string, name: string }[] } }
---@return { lines: { code: string, name: string, amount_fen: integer }[] }
function M.sign_up_lines(facts)
  local registration = lines.of_today(facts.fees, "registration")
  local course = lines.of_today(facts.fees, "theory_exam")
  local first = { { code = registration.name, name = registration.name, amount_fen = registration.amount_fen } }
  return { lines = list.concat(first, lines.course_lines(facts.fields.courses, facts.plan.courses, course.amount_fen)) }
end

return M
