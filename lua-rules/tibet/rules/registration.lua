-- Registration: what must hold beside the form's own checks.
-- source: docs/sources/tibet.md, registration
local identity = use "common.identity"
local majors = use "common.majors"
local photos = use "common.photos"

local M = {}

---@param facts { fields: table, files: table }
---@return Decision
function M.may_register(facts)
  return refuse_all(list.concat(
    list.concat(identity.refusals(facts.fields), photos.refusals(facts.files.portrait, "portrait")),
    majors.closed_refusals(facts.plan, "major")
  ))
end

return M
