-- 新生注册: ID number and city give the admission number; the portrait is reviewed by the city before sign-up.
-- source: docs/sources/anhui.md, registration (DEF-AH-01)
local PORTRAIT_LEAST, PORTRAIT_MOST = 20 * 1024, 40 * 1024

return {
  title = "新生注册",
  subject = "visitor",
  one_open = "candidate",
  office_field = "prefecture",
  pages = {
    {
      id = "person",
      title = "基本信息",
      notices = { "notice_registration" },
      fields = {
        {
          id = "portrait", widget = "photo", label = "照片", hint = "hint_portrait", accept = { "jpg" },
          min_bytes = PORTRAIT_LEAST, max_bytes = PORTRAIT_MOST, width = 480, height = 640, face = true, camera = true,
          grounds = { "100,197,255", "255,255,255" },
        },
        { id = "name", widget = "text", label = "姓名", min = 2, max = 30, pattern = "chinese_name" },
        { id = "id_number", widget = "id_number", label = "身份证号" },
        { id = "sex", widget = "choice", label = "性别", options = { list = "sexes" } },
        { id = "ethnicity", widget = "choice", label = "民族", options = { list = "nationalities" } },
        { id = "birth_date", widget = "date", label = "出生日期" },
        { id = "political_status", widget = "choice", label = "政治面貌", options = { list = "political_status" } },
        { id = "hukou_type", widget = "choice", label = "户口性质", options = { list = "hukou_types" } },
        { id = "education_level", widget = "choice", label = "文化程度", options = { list = "education_levels" } },
        { id = "occupation", widget = "choice", label = "职业", options = { list = "occupations" } },
        { id = "phone", widget = "phone", label = "手机号码", hint = "hint_contact" },
        {
          id = "prefecture", widget = "choice", label = "所在市", hint = "hint_prefecture", options = { list = "prefectures" },
        },
      },
    },
    {
      id = "finish",
      title = "设置密码并提交",
      fields = {
        { id = "password", widget = "secret", label = "设置登录密码", hint = "hint_password" },
        { id = "password_again", widget = "secret", label = "确认登录密码", confirms = "password" },
        { id = "declaration", widget = "declaration", label = "本人承诺所填信息真实准确" },
      },
    },
  },
  states = {
    draft = { title = "填写中", phase = "draft", editable = true },
    pending = { title = "待审核", phase = "in_review", reviewers = { "prefecture_office" }, waits_for = "waits_for_city" },
    refused = { title = "审核不通过", phase = "returned", editable = true },
    passed = { title = "审核通过", phase = "approved" },
  },
  initial = "draft",
  actions = {
    submit = {
      title = "提交注册", from = { "draft" }, to = "pending", by = "candidate", checks_fields = true,
      guard = "registration.may_submit", facts = { "today", "fields", "files" },
      effects = { { verb = "assign_number", prefix = "registration.number_prefix", digits = 5 }, { "open_account" } },
    },
    resubmit = {
      title = "重新提交", from = { "refused" }, to = "pending", by = "candidate", checks_fields = true,
      guard = "registration.may_submit", facts = { "fields", "files" },
      effects = { { "update_person" } },
    },
    pass = {
      title = "审核通过", from = { "pending" }, to = "passed", by = "reviewer",
      effects = { { verb = "send_message", template = "registration_passed" } },
    },
    refuse = {
      title = "审核不通过", from = { "pending" }, to = "refused", by = "reviewer", reason = "required",
      effects = { { verb = "send_message", template = "registration_refused" } },
    },
  },
}
