-- Passes moved in before 2016; later ones are on file already.
-- source: docs/sources/anhui.md, preparation (AH-PRE-01, AH-PRE-02)
local FILED_SINCE = "2016-01-01"

local M = {}

---@param facts { fields: { score: string, passed_on: string } }
---@return Decision
function M.may_submit(facts)
  local found = {}
  local score = tonumber(facts.fields.score)
  if score == nil or score < 60 or score > 100 then
    found[#found + 1] = refuse("score_no_pass", { have = facts.fields.score }, "score")
  end
  if facts.fields.passed_on >= FILED_SINCE then
    found[#found + 1] = refuse("transfer_on_file", { since = FILED_SINCE }, "passed_on")
  end
  return refuse_all(found)
end

return M
