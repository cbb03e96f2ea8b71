-- 毕业申请照片上传: the picture of the diploma and of the register, reviewed by the city before the application.
-- source: docs/sources/anhui.md, photo (AH-PHO)
local PHOTO_LEAST, PHOTO_MOST = 20 * 1024, 40 * 1024 -- AH-PHO-13
-- The manual gives no figures for "level", "centred" and "in focus"; how near a limit the reviewer decides is this project's.
local REMIND_DAYS = 7
local MOST_TILT, MOST_OFF_CENTRE, MIN_SHARPNESS, BORDERLINE = 5, 30, 20, 8

-- What the city looks for and no machine measures: annex 3, one to three (AH-PHO-05 to AH-PHO-12).
local CHECKLIST = {
  { text = "证件照片，不是生活照", reason = "使用了生活照，请按采集标准重新拍摄。" },
  { text = "不是手机自拍照", reason = "使用了手机自拍照，请按采集标准重新拍摄。" },
  { text = "没有美颜、没有技术处理人像特征（伤疤、痣、发型等）", reason = "照片经过美颜或修饰，请上传未经处理的照片。" },
  { text = "是考生本人，真实表达本人相貌", reason = "照片不是本人，请重新上传。" },
  { text = "近期拍摄（毕业前一年以内）", reason = "照片不是毕业前一年以内拍摄，请重新拍摄。" },
  { text = "没有镜像、旋转等变换", reason = "照片经过镜像或旋转，请上传未经变换的照片。" },
  { text = "对焦准确、层次清晰、色彩真实、无明显畸变", reason = "照片模糊、偏色或有畸变，请重新拍摄。" },
  { text = "没有边框、文字、图案等其他内容", reason = "照片上有边框、文字或图案，请重新上传。" },
  { text = "背景均匀无渐变，没有阴影、其他人或物体", reason = "背景不均匀或有阴影、其他人或物体，请重新拍摄。" },
  {
    text = "坐姿端正，表情自然，双眼睁开并平视，耳朵对称，左右肩膀平衡，嘴唇自然闭合",
    reason = "坐姿或表情不符合要求（双眼睁开平视，耳朵对称，双肩平衡，嘴唇闭合），请重新拍摄。",
  },
  {
    text = "常戴眼镜者戴眼镜；镜片（含隐形眼镜）不带颜色，镜框不遮挡眼睛，没有反光",
    reason = "眼镜不符合要求（有色、镜框遮挡眼睛或反光），请重新拍摄。",
  },
  {
    text = "没有头部覆盖物（宗教、医疗和文化需要时，不遮挡脸部、不造成阴影）",
    reason = "头部覆盖物遮挡脸部或造成阴影，请重新拍摄。",
  },
  { text = "没有耳环、项链等饰品，没有浓妆", reason = "佩戴了耳环、项链等饰品或化妆较浓，请重新拍摄。" },
  { text = "头发不遮挡眉毛、眼睛和耳朵", reason = "头发遮挡了眉毛、眼睛或耳朵，请重新拍摄。" },
  { text = "衣着与背景色区分明显，没有复杂图案、条纹", reason = "衣着与背景不分明或有复杂图案、条纹，请重新拍摄。" },
  { text = "脸部曝光均匀，没有明显或不对称的高光、光斑，没有红眼", reason = "脸部光线不均匀、有光斑或红眼，请重新拍摄。" },
}

return {
  title = "毕业申请照片上传",
  subject = "candidate",
  begin = { guard = "cities.may_begin", facts = { "offices" } }, -- AH-GRA-01
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
          checklist = CHECKLIST,
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
      guard = "photo.may_submit", facts = { "files", "offices" },
    },
    resubmit = {
      title = "重新提交照片", from = { "refused" }, to = "pending", by = "candidate", checks_fields = true,
      guard = "photo.may_submit_again", facts = { "files", "windows", "offices" },
    },
    pass = {
      title = "审核通过", from = { "pending" }, to = "passed", by = "reviewer",
      effects = { { verb = "send_message", template = "photo_passed" } },
    },
    refuse = {
      title = "审核不通过", from = { "pending" }, to = "refused", by = "reviewer", reason = "required",
      facts = { "windows" },
      effects = {
        { verb = "send_message", template = "photo_refused" },
        {
          verb = "set_deadline", action = "window_over", at = "photo.resubmit_by",
          remind = { days = REMIND_DAYS, template = "photo_reminder" },
        },
      },
    },
    -- What the calendar shows as a date.
    window_over = { title = "照片上传截止", from = { "refused" }, to = "refused", by = "system" },
  },
}
