-- The picture of the diploma: measured by the standard; sent again only while pictures are taken.
-- source: docs/sources/anhui.md, photo (AH-PHO)
local cities = use "rules.cities"
local photos = use "common.photos"
local windows = use "common.windows"

local M = {}

---@param facts { files: table, offices: OfficesFact }
---@return Decision
function M.may_submit(facts)
  return refuse_all(list.concat(cities.refusals(facts.offices), photos.refusals(facts.files.photo, "photo")))
end

---@param facts { files: table, windows: table, offices: OfficesFact }
---@return Decision
function M.may_submit_again(facts)
  local over = windows.refusals(facts.windows.photo, "photo_window_over", "photo")
  if #over > 0 then return refuse_all(over) end
  return M.may_submit(facts)
end

-- Until when a refused picture may be sent again; nil: that time is over.
---@param facts { windows: table }
---@return string?  YYYY-MM-DD HH:MM:SS
function M.resubmit_by(facts)
  return windows.closing(facts.windows.photo)
end

return M
