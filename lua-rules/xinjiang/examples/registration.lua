local PASSED = { code = "face_count", passed = true, found = "1", allowed = "1" }

return {
  {
    name = "XJ-REG-05: data that agree with the ID number are accepted",
    call = "registration.may_submit",
    facts = {
      fields = { id_number = "990101199905120026", birth_date = "1999-05-12", sex = "2" },
      files = { portrait = { checks = { PASSED } } },
    },
    expect = { allowed = true },
  },
  {
    name = "XJ-REG-05: a birth date other than the ID number's is refused with the date it says",
    call = "registration.may_submit",
    facts = {
      fields = { id_number = "990101199905120026", birth_date = "1999-05-13", sex = "2" },
      files = { portrait = { checks = { PASSED } } },
    },
    expect = { refused = "birth_date_differs_from_id_number", args = { from_number = "1999-05-12" } },
  },
  {
    name = "XJ-REG-05: a sex other than the ID number's is refused",
    call = "registration.may_submit",
    facts = {
      fields = { id_number = "990101199905120026", birth_date = "1999-05-12", sex = "1" },
      files = { portrait = { checks = { PASSED } } },
    },
    expect = { refused = "sex_differs_from_id_number", args = { from_number = "女" } },
  },
  {
    name = "DEF-XJ-01: a portrait of another width is refused with the figures",
    call = "registration.may_submit",
    facts = {
      fields = { id_number = "990101199905120026", birth_date = "1999-05-12", sex = "2" },
      files = { portrait = { checks = { PASSED, { code = "width", passed = false, found = "300", allowed = "295" } } } },
    },
    expect = { refused = "photo_width", args = { found = "300", allowed = "295" } },
  },
}
