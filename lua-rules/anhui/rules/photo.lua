-- The picture of the diploma: measured by the standard; sent again only while pictures are taken.
-- source: docs/sources/anhui.md, photo (AH-PHO)
local photos = use "common.photos"

local M = {}

---@param facts { files: table }
---@return Decision
function M.may_submit(facts)
  return refuse_all(photos.refusals(facts.files.photo, "photo"))
end

---@param facts { files: table, windows: table }
---@return Decision
function M.may_submit_again(facts)
  local window = facts.windows.photo
  if window == nil or not window.open then
    return refuse("photo_window_over", { closes = window and window.closes or "" }, "photo")
  end
  return M.may_submit(facts)
end

return M
