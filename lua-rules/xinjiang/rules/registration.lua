-- Registration: what must hold before a registration goes to the prefecture.
-- source: docs/sources/xinjiang.md, registration and review
local identity = use "common.identity"
local photos = use "common.photos"

local M = {}

---@param facts { fields: table, files: table }
---@return Decision
function M.may_submit(facts)
  return refuse_all(list.concat(
    identity.refusals(facts.fields),
    photos.refusals(facts.files.portrait, "portrait")
  ))
end

return M
