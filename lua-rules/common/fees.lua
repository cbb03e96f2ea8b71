-- Lines of an order that several provinces make alike.
local M = {}

-- What something costs today. Where nothing is charged for, nothing is guessed.
---@param fees table<string, FeeFact>  the fact `fees`
---@param id string
---@return FeeFact
function M.of_today(fees, id)
  return assert(fees[id], "no fee " .. id .. " holds today")
end

-- One line per course, named as in the plan.
---@param chosen { code: string }[]
---@param plan { code: string, name: string }[]
---@param fee_fen integer
---@return { code: string, name: string, amount_fen: integer }[]
function M.course_lines(chosen, plan, fee_fen)
  local lines = {}
  for _, one in ipairs(chosen) do
    local course = list.find(plan, "code", one.code)
    lines[#lines + 1] = { code = one.code, name = course ~= nil and course.name or one.code, amount_fen = fee_fen }
  end
  return lines
end

return M
