-- Cities whose candidates graduate by a procedure of their own, outside this platform.
-- source: docs/sources/anhui.md, application and review; manual, 二.1 and the note to annex 1 (AH-GRA-01)
local EXTERNAL = { ["340100"] = "合肥市" }
local CITY_DIGITS = 4 -- of an office's code; the districts of a city follow

local M = {}

-- What a candidate is told whose file is kept by such a city, and one who picks it.
---@param office string?  code of a city or of a district
---@param field string?
---@return Decision[]
function M.refusals(office, field)
  local name = EXTERNAL[text.sub(office or "", 1, CITY_DIGITS) .. "00"]
  return name ~= nil and { refuse("external_process", { city = name }, field) } or {}
end

-- Before anything is filled in: the photo and the application are of one procedure.
---@param facts { person: PersonFact? }
---@return Decision
function M.may_begin(facts)
  return refuse_all(M.refusals(facts.person ~= nil and facts.person.office_code or nil))
end

return M
