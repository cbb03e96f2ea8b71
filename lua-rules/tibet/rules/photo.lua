-- The picture of the diploma: measured by the standard.
-- source: docs/sources/tibet.md, graduation
local photos = use "common.photos"

local M = {}

---@param facts { files: table }
---@return Decision
function M.may_submit(facts)
  return refuse_all(photos.refusals(facts.files.photo, "photo"))
end

return M
