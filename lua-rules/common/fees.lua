-- Lines of an order that several provinces make alike.
local M = {}

-- The newest set of fees that holds on a day.
---@generic T
---@param fees T[]  each with `from`, a day
---@param on string
---@return T
function M.in_force(fees, on)
  local newest
  for _, fee in ipairs(fees) do
    if date.compare(fee.from, on) <= 0 and (newest == nil or date.compare(fee.from, newest.from) > 0) then newest = fee end
  end
  return assert(newest, "no fee holds on " .. on)
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
