-- Named windows (`facts.windows`): what must be handed in while one is open.
local M = {}

---@param window { open: boolean, closes: string }?  nil: nobody has set its times
---@param code string  the refusal's; its sentence gets {closes}, empty where no times are set
---@param field string?
---@return Decision[]
function M.refusals(window, code, field)
  if window ~= nil and window.open then return {} end
  return { refuse(code, { closes = window and window.closes or "" }, field) }
end

-- The end of a window, for a deadline and its reminder; nil: it is shut already.
---@param window { open: boolean, closes: string }?
---@return string?  YYYY-MM-DD HH:MM:SS
function M.closing(window)
  return window ~= nil and window.open and window.closes or nil
end

return M
