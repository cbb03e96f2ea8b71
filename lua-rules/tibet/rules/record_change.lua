-- 考籍更改: into a major that takes candidates. Whether the sitting is paid is the kernel's to see (amend).
-- source: docs/sources/tibet.md, sign-up, change of major and 考区
local majors = use "common.majors"

local M = {}

---@param facts { fields: table, plan: table|nil }
---@return Decision
function M.may_change(facts)
  return refuse_all(majors.closed_refusals(facts.plan, "major"))
end

return M
