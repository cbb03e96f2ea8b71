-- What several provinces say alike of the courses chosen for a sitting. That no slot holds two is the kernel's to see.
local M = {}

---@param chosen { code: string }[]|nil
---@param plan { code: string }[]  empty: the authority has not entered it, and the major takes every course of the sitting
---@param most integer
---@param field string
---@return Decision[]
function M.refusals(chosen, plan, most, field)
  chosen = chosen or {}
  local found = {}
  if #chosen == 0 then
    found[#found + 1] = refuse("no_course_chosen", {}, field)
  elseif #chosen > most then
    found[#found + 1] = refuse("too_many_courses", { have = #chosen, most = most }, field)
  end
  local seen = {}
  local known = list.pluck(plan, "code")
  for _, course in ipairs(chosen) do
    if seen[course.code] then found[#found + 1] = refuse("course_twice", { course = course.code }, field) end
    seen[course.code] = true
    if #known > 0 and not list.contains(known, course.code) then
      found[#found + 1] = refuse("course_not_in_plan", { course = course.code }, field)
    end
  end
  return found
end

return M
