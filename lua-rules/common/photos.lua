-- What several provinces say alike of a picture that was measured by the image inspector.
local M = {}

-- A refusal for every check that failed: code "photo_<check>" with the figures, spoken of `field`.
---@param file { checks: table[] }|nil  the measured picture; nil when none was uploaded
---@param field string
---@return Decision[]
function M.refusals(file, field)
  local found = {}
  if file == nil or file.checks == nil then return found end
  for _, check in ipairs(file.checks) do
    if not check.passed then
      found[#found + 1] = refuse("photo_" .. check.code, { found = check.found, allowed = check.allowed }, field)
    end
  end
  return found
end

-- Codes of the checks that were so near a limit that a reviewer decides.
---@param file { checks: table[] }|nil
---@return string[]
function M.borderline(file)
  if file == nil or file.checks == nil then return {} end
  return list.pluck(list.where(file.checks, "verdict", "borderline"), "code")
end

return M
