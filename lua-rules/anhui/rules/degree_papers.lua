-- Papers for a previous degree that the register does not tell, and the school's word for who is about to graduate.
-- source: docs/sources/anhui.md, preparation (AH-DEG-07, AH-DEG-08)
local FIRST_HALF_ENDS = "-06-30"
local SCHOOL = "school"

local M = {}

---@param facts { fields: { document_kind: string } }
---@return Decision
function M.proves(facts)
  if facts.fields.document_kind == SCHOOL then return refuse("degree_paper_announces", {}, "document_kind") end
  return allow()
end

-- In the first half alone, for a diploma of 30 June at the latest.
---@param facts { today: string, fields: { document_kind: string, diploma_date: string } }
---@return Decision
function M.announces(facts)
  if facts.fields.document_kind ~= SCHOOL then return refuse("degree_paper_proves", {}, "document_kind") end
  local limit = date.year(facts.today) .. FIRST_HALF_ENDS
  if date.compare(facts.today, limit) > 0 then return refuse("degree_first_half_only", { limit = limit }, "document_kind") end
  if date.compare(facts.fields.diploma_date, limit) > 0 then
    return refuse("degree_too_late", { printed_on = facts.fields.diploma_date, limit = limit }, "diploma_date")
  end
  return allow()
end

return M
