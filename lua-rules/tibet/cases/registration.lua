-- 新生注册: ID card, own data and the exam, after a notice; without review unless the authority switches it on.
-- source: docs/sources/tibet.md, registration
local ID_SIDE_BYTES = 100 * 1024 -- XZ-REG-04: not over 100K
local PORTRAIT_BYTES = 50 * 1024 -- XZ-REG-05: not over 50K
local MIN_SHARPNESS = 20 -- XZ-REG-06: a clear head; as measured by plugins/photo-inspect
-- XZ-REG-06: what the manual asks of the portrait, for the reviewer where the authority has one.
local PORTRAIT_POINTS = {
  { text = "正面照", reason = "个人证件照不是正面照，请重新上传。" },
  { text = "头像清晰", reason = "个人证件照的头像不清晰，请重新上传。" },
  { text = "头像不能太小", reason = "个人证件照的头像太小，请重新上传。" },
  { text = "眉毛无遮挡", reason = "个人证件照的眉毛有遮挡，请重新上传。" },
  { text = "背景颜色为白色", reason = "个人证件照的背景不是白色，请重新上传。" },
}

-- What is kept with the candidate beside name, number and telephone: read-only lines and presets of later forms.
local KEPT = {
  "hukou_type", "occupation", "in_school", "education_level", "address", "political_status", "graduated_on", "workplace",
  "candidate_type", "exam_district", "major",
}
-- What the candidate mends alone later: not the major and the 考区, which have their own 考籍更改.
local MENDED = {
  "hukou_type", "occupation", "in_school", "education_level", "address", "political_status", "graduated_on", "workplace",
}
local FILLING = { "draft", "pending", "refused" }
-- What the candidate may not change alone once registered.
local SETTLED = { "registered" }

return {
  title = "新生注册",
  subject = "visitor",
  one_open = "candidate",
  gate = { title = "注册须知", text = "notice_registration", tick = "我已阅读完注册须知", button = "下一步" },
  office_field = "exam_district",
  pages = {
    {
      id = "card",
      title = "证件信息",
      fields = {
        {
          id = "id_card_front", widget = "id_card", label = "身份证(正面)", hint = "hint_id_card", accept = { "jpg" }, traces = true,
          max_bytes = ID_SIDE_BYTES, fixed_in = SETTLED,
          fills = {
            name = "name", id_number = "id_number", sex = "sex", ethnicity = "ethnicity", birth_date = "birth_date",
            address = "address",
          },
        },
        {
          id = "id_card_back", widget = "upload", label = "身份证(反面)", hint = "hint_id_card", accept = { "jpg" }, traces = true,
          max_bytes = ID_SIDE_BYTES, fixed_in = SETTLED,
        },
        {
          id = "portrait", widget = "photo", label = "个人证件照", hint = "hint_portrait", accept = { "jpg" },
          max_bytes = PORTRAIT_BYTES, width = 480, height = 640, face = true, grounds = { "255,255,255" }, camera = true,
          min_sharpness = MIN_SHARPNESS, checklist = PORTRAIT_POINTS,
        },
      },
    },
    {
      id = "person",
      title = "基本信息",
      notices = { "notice_reading" },
      fields = {
        { id = "name", widget = "text", label = "姓名", min = 2, max = 30, pattern = "chinese_name", fixed_in = SETTLED },
        { id = "id_number", widget = "id_number", label = "身份证号", fixed_in = SETTLED },
        { id = "birth_date", widget = "date", label = "出生日期" },
        { id = "hukou_type", widget = "choice", label = "户籍", options = { list = "hukou_types" } },
        { id = "occupation", widget = "choice", label = "职业", options = { list = "occupations" } },
        {
          id = "in_school", widget = "choice", label = "是否在校",
          options = { { value = "1", label = "是" }, { value = "0", label = "否" } },
        },
        { id = "education_level", widget = "choice", label = "当前学历", options = { list = "education_levels" } },
        { id = "address", widget = "text", label = "地址", min = 2, max = 100 },
        { id = "sex", widget = "choice", label = "性别", options = { list = "sexes" } },
        { id = "ethnicity", widget = "choice", label = "民族", options = { list = "nationalities" } },
        { id = "political_status", widget = "choice", label = "政治面貌", options = { list = "political_status" } },
        { id = "graduated_on", widget = "date", label = "毕业时间", required = false, hint = "hint_graduated_on" },
        { id = "workplace", widget = "text", label = "单位/学校", min = 2, max = 60 },
        { id = "phone", widget = "phone", label = "手机号", hint = "hint_phone", fixed_in = SETTLED },
        { id = "phone_code", widget = "phone_code", label = "短信验证码", phone_field = "phone", purpose = "register" },
        { id = "password", widget = "secret", label = "登录密码", hint = "hint_password" },
      },
    },
    {
      id = "exam",
      title = "考试信息",
      only_in = FILLING,
      fields = {
        { id = "candidate_type", widget = "choice", label = "考生类型", options = { list = "candidate_types" } },
        {
          id = "exam_district", widget = "choice", label = "报考城市",
          options = { list = "exam_districts" }, fixed_in = SETTLED,
        },
        {
          id = "sitting", widget = "sitting", label = "考试名称", shows = "code-name", preset = { "sitting.code" },
          fixed_in = SETTLED,
        },
        { id = "major", widget = "major", label = "报考专业", shows = "code-name-level", fixed_in = SETTLED },
      },
    },
    {
      id = "record",
      title = "考籍信息",
      only_in = SETTLED,
      facts = {
        { id = "admission_number", label = "准考证号", from = "person.admission_number" },
        { id = "exam_district", label = "考区", from = "person.more.exam_district", list = "exam_districts" },
        { id = "major", label = "报考专业", from = "person.more.major", list = "majors" },
      },
      fields = {},
    },
  },
  states = {
    draft = { title = "填写中", phase = "draft", editable = true },
    pending = { title = "审核中", phase = "in_review", reviewers = { "prefecture_office" }, waits_for = "waits_for_review" },
    refused = { title = "审核未通过", phase = "returned", editable = true },
    registered = { title = "已注册", phase = "approved", editable = true },
  },
  initial = "draft",
  actions = {
    register = {
      title = "注册", from = { "draft" }, to = "registered", by = "candidate", checks_fields = true,
      only_if = { setting = "review_registration", is = false },
      guard = "registration.may_register", facts = { "fields", "files", "plan" },
      confirm = { text = "confirm_person", fields = { "name", "id_number", "phone" } },
      after = { say = "registration_done", button = "进入系统", go = "center" },
      effects = {
        { verb = "assign_number", prefix = "numbers.admission_prefix", digits = 5 },
        { verb = "open_account", keep = KEPT },
        { verb = "send_message", template = "registered", phone = true },
      },
    },
    -- DEF-XZ-03: the same with a review by the prefecture, when the authority asks for one.
    submit = {
      title = "注册", from = { "draft" }, to = "pending", by = "candidate", checks_fields = true,
      only_if = { setting = "review_registration" },
      guard = "registration.may_register", facts = { "fields", "files", "plan" },
      confirm = { text = "confirm_person", fields = { "name", "id_number", "phone" } },
      after = { say = "registration_waits", button = "查看进度", go = "case" },
      effects = {
        { verb = "assign_number", prefix = "numbers.admission_prefix", digits = 5 },
        { verb = "open_account", keep = KEPT },
      },
    },
    resubmit = {
      title = "重新提交", from = { "refused" }, to = "pending", by = "candidate", checks_fields = true,
      guard = "registration.may_register", facts = { "fields", "files", "plan" },
      effects = { { verb = "update_person", keep = KEPT } },
    },
    pass = {
      title = "审核通过", from = { "pending" }, to = "registered", by = "reviewer",
      effects = { { verb = "send_message", template = "registered", phone = true } },
    },
    refuse = {
      title = "审核未通过", from = { "pending" }, to = "refused", by = "reviewer", reason = "required",
      effects = { { verb = "send_message", template = "registration_refused", phone = true } },
    },
    -- XZ-SGN-13: basic data are the candidate's own to mend.
    save = {
      title = "保存", from = { "registered" }, to = "registered", by = "candidate", checks_fields = true,
      after = { say = "person_saved", button = "确定" },
      effects = { { verb = "update_person", keep = MENDED } },
    },
  },
}
