-- Registration: what must hold, and how an admission number begins.
-- source: docs/sources/anhui.md, registration (DEF-AH-01)
local identity = use "common.identity"
local photos = use "common.photos"

local M = {}

---@param facts { fields: table, files: table }
---@return Decision
function M.may_submit(facts)
  return refuse_all(list.concat(identity.refusals(facts.fields), photos.refusals(facts.files.portrait, "portrait")))
end

---@param facts { fields: table }
---@return Decision
function M.may_change(facts)
  return refuse_all(identity.refusals(facts.fields))
end

-- 准考证号: city digits (positions 3 to 6 of the division code), two of the year, one of the term (1 April, 2 October);
-- a serial of five digits follows.
---@param facts { today: string, fields: { prefecture: string } }
---@return string
function M.number_prefix(facts)
  local term = date.month(facts.today) <= 6 and "1" or "2"
  return text.sub(facts.fields.prefecture, 3, 6) .. text.sub(facts.today, 3, 4) .. term
end

return M
