-- 毕业照片: the picture of the diploma and of the register, reviewed by the prefecture before the register form goes in.
-- source: docs/sources/tibet.md, graduation: the national standard of the diploma's picture
local PHOTO_LEAST, PHOTO_MOST = 20 * 1024, 40 * 1024
-- The standard gives no figures for "level", "centred" and "in focus"; how near a limit the reviewer decides is this project's.
local MOST_TILT, MOST_OFF_CENTRE, MIN_SHARPNESS, BORDERLINE = 5, 30, 20, 8

return {
  title = "毕业照片",
  subject = "candidate",
  one_open = "candidate",
  requires = { { case = { "registration", "completion" }, phase = "approved" } },
  office_field = "exam_district",
  pages = {
    {
      id = "photo",
      title = "毕业照片",
      notices = { "notice_graduation_photo" },
      fields = {
        {
          id = "exam_district", widget = "choice", label = "毕业申请考区", options = { list = "exam_districts" },
          shows = "code-name", preset = { "person.more.exam_district" }, hint = "hint_reviewed_by",
        },
        {
          id = "photo", widget = "photo", label = "毕业照片", hint = "hint_graduation_photo", accept = { "jpg" },
          min_bytes = PHOTO_LEAST, max_bytes = PHOTO_MOST, width = 480, height = 640, dpi = 300, min_quality = 60,
          true_colour = true, plain_file = true, face = true, grounds = { "100,197,255", "255,255,255" },
          min_sharpness = MIN_SHARPNESS, hairline = { 50, 110 }, eye_line = { 200, 300 }, face_width = { 180, 300 },
          max_tilt = MOST_TILT, max_off_centre = MOST_OFF_CENTRE, borderline = BORDERLINE,
        },
        {
          id = "declaration", widget = "declaration", label = "照片为本人一年内的正面免冠照片，未经美化修饰",
        },
      },
    },
  },
  states = {
    draft = { title = "未上传", phase = "draft", editable = true },
    pending = { title = "待审核", phase = "in_review", reviewers = { "prefecture_office" }, waits_for = "waits_for_prefecture" },
    refused = { title = "审核不通过", phase = "returned", editable = true },
    passed = { title = "审核通过", phase = "approved" },
  },
  initial = "draft",
  actions = {
    submit = {
      title = "提交照片", from = { "draft", "refused" }, to = "pending", by = "candidate", checks_fields = true,
      guard = "photo.may_submit", facts = { "files" },
    },
    pass = {
      title = "审核通过", from = { "pending" }, to = "passed", by = "reviewer",
      effects = { { verb = "send_message", template = "graduation_photo_passed" } },
    },
    refuse = {
      title = "审核不通过", from = { "pending" }, to = "refused", by = "reviewer", reason = "required",
      effects = { { verb = "send_message", template = "graduation_photo_refused" } },
    },
  },
}
