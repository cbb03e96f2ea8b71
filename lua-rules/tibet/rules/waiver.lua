-- Waivers: only what a certificate frees; the catalogue knows which certificate frees which course.
-- source: docs/sources/tibet.md, waivers (DEF-XZ-01)
local moves = use "rules.moves"

local M = {}

---@param facts { today: string, fields: table, own_cases: OwnCase[]? }
---@return Decision
function M.may_submit(facts)
  local found = {}
  local wishes = facts.fields.courses or {}
  if #wishes == 0 then found[#found + 1] = refuse("waiver_nothing_chosen", {}, "courses") end
  for _, wish in ipairs(wishes) do
    if wish.kind ~= "waiver" then found[#found + 1] = refuse("waiver_no_substitution", { course = wish.course }, "courses") end
  end
  local day = facts.fields.certificate_date
  if day ~= nil and date.is(day) and date.compare(day, facts.today) > 0 then
    found[#found + 1] = refuse("certificate_of_tomorrow", { day = day }, "certificate_date")
  end
  return refuse_all(list.concat(found, moves.graduating_refusals(facts.own_cases)))
end

return M
