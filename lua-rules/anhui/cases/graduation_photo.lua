-- 毕业申请照片上传: the picture of the diploma and of the register, reviewed by the city before the application.
-- source: docs/sources/anhui.md, photo (AH-PHO)
local PHOTO_LEAST, PHOTO_MOST = 20 * 1024, 40 * 1024 -- AH-PHO-13
-- The manual gives no figures for "level", "centred" and "in focus"; how near a limit the reviewer decides is this project's.
local MOST_TILT, MOST_OFF_CENTRE, MIN_SHARPNESS, BORDERLINE = 5, 30, 20, 8

return {
  title = "毕业申请照片上传",
  subject = "candidate",
  one_open = "candidate",
  window = "window.photo",
  requires = { { case = "registration", phase = "approved" } },
  office_field = "prefecture",
  pages = {
    {
      id = "photo",
      title = "毕业照片",
      notices = { "notice_photo", "notice_photo_light" },
      fields = {
        { id = "prefecture", widget = "choice", label = "办理毕业的市", options = { list = "prefectures" } },
        {
          id = "photo", widget = "photo", label = "毕业照片", hint = "hint_photo", accept = { "jpg" },
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
    pending = { title = "待审核", phase = "in_review", reviewers = { "prefecture_office" }, waits_for = "waits_for_city" },
    refused = { title = "审核不通过", phase = "returned", editable = true },
    passed = { title = "审核通过", phase = "approved" },
  },
  initial = "draft",
  actions = {
    submit = {
      title = "提交照片", from = { "draft" }, to = "pending", by = "candidate", checks_fields = true,
      guard = "photo.may_submit", facts = { "files" },
    },
    resubmit = {
      title = "重新提交照片", from = { "refused" }, to = "pending", by = "candidate", checks_fields = true,
      guard = "photo.may_submit_again", facts = { "files", "windows" },
    },
    pass = {
      title = "审核通过", from = { "pending" }, to = "passed", by = "reviewer",
      effects = { { verb = "send_message", template = "photo_passed" } },
    },
    refuse = {
      title = "审核不通过", from = { "pending" }, to = "refused", by = "reviewer", reason = "required",
      effects = { { verb = "send_message", template = "photo_refused" } },
    },
  },
}
