-- Fees in fen, each set with the day from which it holds.
-- source: docs/sources/tibet.md, payment: 藏发改价格〔2021〕380号; the manual's order: 报名费 40, 36 per course
local lines = use "common.fees"

local FEES = {
  { from = "2021-01-01", sign_up_fen = 4000, course_fen = 3600 },
}

local M = {}

-- 报名费 first, then a line per course (XZ-PAY-03).
---@param facts { today: string, fields: { courses: { code: string }[] }, plan: { courses: { code: string, name: string }[] } }
---@return { lines: { code: string, name: string, amount_fen: integer }[] }
function M.sign_up_lines(facts)
  local fee = lines.in_force(FEES, facts.today)
  local sign_up = { { code = "报名费", name = "报名费", amount_fen = fee.sign_up_fen } }
  return { lines = list.concat(sign_up, lines.course_lines(facts.fields.courses, facts.plan.courses, fee.course_fen)) }
end

return M
