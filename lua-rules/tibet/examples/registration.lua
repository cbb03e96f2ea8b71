local PASSED = { code = "face_count", passed = true, found = "1", allowed = "1" }
local OPEN = { major = { name = "行政管理", open = true }, courses = {} }
local WOMAN = { id_number = "990101199905120026", birth_date = "1999-05-12", sex = "2" }

return {
  {
    name = "XZ-REG-08: data that agree with the ID number are accepted",
    call = "registration.may_register",
    facts = { fields = WOMAN, files = { portrait = { checks = { PASSED } } }, plan = OPEN },
    expect = { allowed = true },
  },
  {
    name = "DEF-GEN-01: a birth date other than the ID number's is refused with the date it says",
    call = "registration.may_register",
    facts = {
      fields = { id_number = "990101199905120026", birth_date = "1999-05-13", sex = "2" },
      files = { portrait = { checks = { PASSED } } }, plan = OPEN,
    },
    expect = { refused = "birth_date_differs_from_id_number", args = { from_number = "1999-05-12" } },
  },
  {
    name = "XZ-REG-05: a portrait of another height is refused with the figures",
    call = "registration.may_register",
    facts = {
      fields = WOMAN, plan = OPEN,
      files = { portrait = { checks = { PASSED, { code = "height", passed = false, found = "480", allowed = "640" } } } },
    },
    expect = { refused = "photo_height", args = { found = "480", allowed = "640" } },
  },
  {
    name = "XZ-REG-11: a major that takes nobody is refused",
    call = "registration.may_register",
    facts = {
      fields = WOMAN, files = { portrait = { checks = { PASSED } } },
      plan = { major = { name = "通信工程", open = false }, courses = {} },
    },
    expect = { refused = "major_closed", args = { major = "通信工程" }, field = "major" },
  },
  {
    name = "XZ-SGN-12: 考籍更改 leads into an open major only",
    call = "record_change.may_change",
    facts = { fields = {}, plan = { major = { name = "通信工程", open = false }, courses = {} } },
    expect = { refused = "major_closed" },
  },
  {
    name = "XZ-SGN-12: 考籍更改 into an open major is accepted",
    call = "record_change.may_change",
    facts = { fields = {}, plan = OPEN },
    expect = { allowed = true },
  },
  {
    name = "DEF-GEN-11: the number begins with district, year and term",
    call = "numbers.admission_prefix",
    facts = { fields = { exam_district = "0100", sitting = "232" } },
    expect = { value = "0100232" },
  },
}
