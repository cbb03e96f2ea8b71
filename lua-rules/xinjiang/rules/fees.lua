-- Fees in fen.
local fees = use "common.fees"

-- source: docs/sources/xinjiang.md, payment: 35 yuan per course, no registration fee (新计价非字〔2000〕1468号)
local COURSE_FEE_FEN = 3500

local M = {}

-- One line per course signed up for, named as in the plan.
---@param facts { fields: { courses: { code: string }[] }, plan: { courses: { code: string, name: string }[] } }
---@return { lines: { code: string, name: string, amount_fen: integer }[] }
function M.sign_up_lines(facts)
  return { lines = fees.course_lines(facts.fields.courses, facts.plan.courses, COURSE_FEE_FEN) }
end

return M
