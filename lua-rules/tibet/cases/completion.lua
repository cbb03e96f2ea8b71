-- 完善资料: a candidate on file gets the account back, binds a telephone and sets the password anew.
-- source: docs/sources/tibet.md, completing data
local ID_SIDE_BYTES = 100 * 1024 -- XZ-INF-03 as XZ-REG-04
local PORTRAIT_BYTES = 50 * 1024 -- XZ-REG-05: not over 50K

local KEPT = {
  "hukou_type", "occupation", "in_school", "education_level", "address", "political_status", "graduated_on", "workplace",
}
local DONE = { "registered" }

return {
  title = "完善资料",
  subject = "visitor",
  one_open = "candidate",
  gate = { title = "完善资料须知", text = "notice_completion", tick = "我已阅读完完善资料须知", button = "下一步" },
  pages = {
    {
      id = "account",
      title = "资料信息完善",
      notices = { "notice_completion_purpose" },
      fields = {
        {
          id = "id_card_front", widget = "id_card", label = "身份证照（正面）", hint = "hint_id_card", accept = { "jpg" }, traces = true,
          max_bytes = ID_SIDE_BYTES, fills = { name = "name", id_number = "id_number" }, fixed_in = DONE,
        },
        {
          id = "id_card_back", widget = "upload", label = "身份证照（反面）", hint = "hint_id_card", accept = { "jpg" }, traces = true,
          max_bytes = ID_SIDE_BYTES, fixed_in = DONE,
        },
        { id = "name", widget = "text", label = "姓名", min = 2, max = 30, pattern = "chinese_name", fixed_in = DONE },
        { id = "id_number", widget = "id_number", label = "身份证号", fixed_in = DONE },
        { id = "phone", widget = "phone", label = "手机号", hint = "hint_phone_in_use", fixed_in = DONE },
        { id = "phone_code", widget = "phone_code", label = "验证码", phone_field = "phone", purpose = "claim" },
        { id = "password", widget = "secret", label = "登录密码", hint = "hint_password" },
        { id = "password_again", widget = "secret", label = "再次输入", confirms = "password" },
      },
    },
    {
      id = "person",
      title = "基本信息",
      only_in = DONE,
      facts = {
        { id = "admission_number", label = "准考证号", from = "person.admission_number" },
        { id = "exam_district", label = "考区", from = "person.more.exam_district", list = "exam_districts" },
        { id = "major", label = "报考专业", from = "person.more.major", list = "majors" },
      },
      fields = {
        {
          id = "portrait", widget = "photo", label = "个人证件照", hint = "hint_portrait", required = false, accept = { "jpg" },
          max_bytes = PORTRAIT_BYTES, width = 480, height = 640, face = true, grounds = { "255,255,255" }, camera = true,
        },
        { id = "sex", widget = "choice", label = "性别", options = { list = "sexes" }, preset = { "person.sex" } },
        { id = "birth_date", widget = "date", label = "出生日期", preset = { "person.birth_date" } },
        {
          id = "ethnicity", widget = "choice", label = "民族",
          options = { list = "nationalities" }, preset = { "person.ethnicity" },
        },
        {
          id = "political_status", widget = "choice", label = "政治面貌",
          options = { list = "political_status" }, preset = { "person.more.political_status" },
        },
        {
          id = "hukou_type", widget = "choice", label = "户籍",
          options = { list = "hukou_types" }, preset = { "person.more.hukou_type" },
        },
        {
          id = "education_level", widget = "choice", label = "当前学历",
          options = { list = "education_levels" }, preset = { "person.more.education_level" },
        },
        {
          id = "occupation", widget = "choice", label = "职业",
          options = { list = "occupations" }, preset = { "person.more.occupation" },
        },
        {
          id = "in_school", widget = "choice", label = "是否在校", required = false,
          options = { { value = "1", label = "是" }, { value = "0", label = "否" } },
        },
        { id = "graduated_on", widget = "date", label = "毕业时间", required = false, hint = "hint_graduated_on" },
        { id = "address", widget = "text", label = "地址", min = 2, max = 100, preset = { "person.more.address" } },
        { id = "workplace", widget = "text", label = "单位/学校", min = 2, max = 60, preset = { "person.more.workplace" } },
      },
    },
  },
  states = {
    draft = { title = "填写中", phase = "draft", editable = true },
    registered = { title = "资料已完善", phase = "approved", editable = true },
  },
  initial = "draft",
  actions = {
    complete = {
      title = "保存", from = { "draft" }, to = "registered", by = "candidate", checks_fields = true,
      confirm = { text = "confirm_completion", fields = { "name", "id_number", "phone" } },
      after = { say = "completion_done", button = "登录", go = "login" },
      effects = { { "claim_account" }, { verb = "send_message", template = "completed", phone = true } },
    },
    save = {
      title = "保存", from = { "registered" }, to = "registered", by = "candidate", checks_fields = true,
      after = { say = "person_saved", button = "确定" },
      effects = { { verb = "update_person", keep = KEPT } },
    },
  },
}
