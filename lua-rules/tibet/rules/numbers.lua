-- 准考证号, 12 digits: 2 prefecture, 2 county, 2 year, 1 term (1 April, 2 October), 5 serial.
-- source: docs/sources/tibet.md, admission number (DEF-GEN-11)
local M = {}

-- A district's code names prefecture and county (0100), a sitting's code year and term (232).
---@param facts { fields: { exam_district: string, sitting: string } }
---@return string
function M.admission_prefix(facts)
  return facts.fields.exam_district .. facts.fields.sitting
end

return M
