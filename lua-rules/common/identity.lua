-- What the ID number (GB 11643-1999) says of its owner; the kernel has already checked its form and check digit.
local M = {}

local MALE, FEMALE = "1", "2" -- GB/T 2261.1

---@param id_number string
---@return string  YYYY-MM-DD
function M.birth_date(id_number)
  return text.sub(id_number, 7, 10) .. "-" .. text.sub(id_number, 11, 12) .. "-" .. text.sub(id_number, 13, 14)
end

---@param id_number string
---@return string  code of GB/T 2261.1: the sequence number is odd for men
function M.sex(id_number)
  return tonumber(text.sub(id_number, 17, 17)) % 2 == 1 and MALE or FEMALE
end

-- Refusals where birth date or sex as typed differ from the number.
---@param fields { id_number: string, birth_date: string, sex: string }
---@return Decision[]
function M.refusals(fields)
  local found = {}
  if fields.id_number == nil or text.len(fields.id_number) ~= 18 then return found end
  local birth = M.birth_date(fields.id_number)
  if fields.birth_date ~= birth then
    found[#found + 1] = refuse("birth_date_differs_from_id_number", { from_number = birth }, "birth_date")
  end
  local sex = M.sex(fields.id_number)
  if fields.sex ~= sex then
    found[#found + 1] = refuse("sex_differs_from_id_number", { from_number = sex == MALE and "男" or "女" }, "sex")
  end
  return found
end

return M
