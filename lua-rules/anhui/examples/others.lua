local WUHU = { { code = "340200", name = "芜湖市教育招生考试机构", level = "prefecture", traits = {} } }
local HEFEI = { { code = "340100", name = "合肥市教育考试院", level = "prefecture", traits = { "external_graduation" } } }
local OFFICES = { person = WUHU, case = WUHU }

return {
  {
    name = "the number begins with the city, the year and the term",
    call = "registration.number_prefix",
    facts = { today = "2026-03-02", fields = { prefecture = "340200" } },
    expect = { value = "0200261" },
  },
  {
    name = "in the second half the term is 2",
    call = "registration.number_prefix",
    facts = { today = "2026-09-02", fields = { prefecture = "341800" } },
    expect = { value = "1800262" },
  },
  {
    name = "data that agree with the number are accepted",
    call = "registration.may_submit",
    facts = { fields = { id_number = "990101199905120026", birth_date = "1999-05-12", sex = "2" }, files = {} },
    expect = { allowed = true },
  },
  {
    name = "a birth date that differs from the number is refused",
    call = "registration.may_submit",
    facts = { fields = { id_number = "990101199905120026", birth_date = "1999-05-13", sex = "2" }, files = {} },
    expect = { refused = "birth_date_differs_from_id_number", field = "birth_date" },
  },
  {
    name = "a corrected number that agrees with the data is taken",
    call = "registration.may_change",
    facts = { fields = { id_number = "990101199905120026", birth_date = "1999-05-12", sex = "2" } },
    expect = { allowed = true },
  },
  {
    name = "a corrected number is judged the same way",
    call = "registration.may_change",
    facts = { fields = { id_number = "990101199905120026", birth_date = "1999-05-12", sex = "1" } },
    expect = { refused = "sex_differs_from_id_number" },
  },
  {
    name = "a picture that is right is taken",
    call = "photo.may_submit",
    facts = {
      offices = OFFICES,
      files = { photo = { checks = { { code = "bytes", passed = true, found = "30K", allowed = "20K-40K" } } } },
    },
    expect = { allowed = true },
  },
  {
    name = "a picture that is too big is refused with the figures",
    call = "photo.may_submit",
    facts = {
      offices = OFFICES,
      files = { photo = { checks = { { code = "bytes", passed = false, found = "40961", allowed = "20480-40960" } } } },
    },
    expect = { refused = "photo_bytes", args = { found = "40961", allowed = "20480-40960" } },
  },
  {
    name = "AH-PHO-02: while pictures are taken a refused one is sent again",
    call = "photo.may_submit_again",
    facts = {
      offices = OFFICES,
      files = { photo = { checks = { { code = "bytes", passed = true, found = "30K", allowed = "20K-40K" } } } },
      windows = { photo = { open = true, closes = "2026-06-01 17:00:00" } },
    },
    expect = { allowed = true },
  },
  {
    name = "AH-GRA-01: no picture goes to a city with a procedure of its own",
    call = "photo.may_submit",
    facts = { offices = { person = WUHU, case = HEFEI }, files = {} },
    expect = { refused = "external_process", args = { office = "合肥市教育考试院" }, field = "prefecture" },
  },
  {
    name = "until the photo window shuts",
    call = "photo.resubmit_by",
    facts = { windows = { photo = { open = true, closes = "2026-06-01 17:00:00" } } },
    expect = { value = "2026-06-01 17:00:00" },
  },
  {
    name = "after the photo window no picture is sent again",
    call = "photo.may_submit_again",
    facts = { files = {}, windows = { photo = { open = false, closes = "2026-06-01 17:00:00" } } },
    expect = { refused = "photo_window_over", args = { closes = "2026-06-01 17:00:00" } },
  },
  {
    name = "an old pass of another province may be filed",
    call = "transfer.may_submit",
    facts = { fields = { score = "66", passed_on = "2015-10-17" } },
    expect = { allowed = true },
  },
  {
    name = "a later one is on file already",
    call = "transfer.may_submit",
    facts = { fields = { score = "66", passed_on = "2016-01-01" } },
    expect = { refused = "transfer_on_file" },
  },
  {
    name = "59 is no pass",
    call = "transfer.may_submit",
    facts = { fields = { score = "59", passed_on = "2015-10-17" } },
    expect = { refused = "score_no_pass", args = { have = "59" } },
  },
}
