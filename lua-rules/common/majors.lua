-- What several provinces say alike of a chosen major.
local M = {}

---@param plan { major: { name: string, open: boolean } }|nil  nil: no major is chosen, which the form itself refuses
---@param field string
---@return Decision[]
function M.closed_refusals(plan, field)
  if plan == nil or plan.major.open then return {} end
  return { refuse("major_closed", { major = plan.major.name }, field) }
end

return M
