-- Fees in fen.
-- source: docs/sources/xinjiang.md, payment: 35 yuan per course, no registration fee (新计价非字〔2000〕1468号)
local COURSE_FEE_FEN = 3500

local M = {}

-- One line per course signed up for, named as in the plan.
---@param facts { fields: { courses: { code: string }[] }, plan: { courses: { code: string, name: string }[] } }
---@return { lines: { code: string, name: string, amount_fen: integer }[] }
function M.sign_up_lines(facts)
  local lines = {}
  for _, chosen in ipairs(facts.fields.courses) do
    local course = list.find(facts.plan.courses, "code", chosen.code)
    lines[#lines + 1] = {
      code = chosen.code,
      name = course ~= nil and course.name or chosen.code,
      amount_fen = COURSE_FEE_FEN,
    }
  end
  return { lines = lines }
end

return M
