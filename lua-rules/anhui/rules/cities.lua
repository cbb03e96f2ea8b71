-- Cities whose candidates graduate by a procedure of their own, outside this platform: offices.csv says which.
-- source: docs/sources/anhui.md, application and review; manual, 二.1 and the note to annex 1 (AH-GRA-01)
local EXTERNAL = "external_graduation"

local M = {}

---@param line OfficeFact[]
---@return OfficeFact?
local function external(line)
  for _, office in ipairs(line) do
    if list.contains(office.traits, EXTERNAL) then return office end
  end
  return nil
end

-- What a candidate is told whose file is kept by such a city, and one who picks it.
---@param offices OfficesFact
---@return Decision[]
function M.refusals(offices)
  local registered, chosen = external(offices.person), external(offices.case)
  if registered ~= nil then return { refuse("external_process", { office = registered.name }) } end
  return chosen ~= nil and { refuse("external_process", { office = chosen.name }, "prefecture") } or {}
end

-- Before anything is filled in: the photo and the application are of one procedure.
---@param facts { offices: OfficesFact }
---@return Decision
function M.may_begin(facts)
  return refuse_all(M.refusals(facts.offices))
end

return M
