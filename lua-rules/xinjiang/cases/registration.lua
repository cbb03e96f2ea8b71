-- 考生信息注册: the candidate's own data, three pictures, papers for special majors; reviewed by the prefecture.
-- source: docs/sources/xinjiang.md, registration and review
local PORTRAIT_BYTES = 200 * 1024 -- DEF-XJ-01: not over 200K
local ID_SIDE_BYTES = 2 * 1024 * 1024 - 1 -- DEF-XJ-01: smaller than 2M
local PAPER_BYTES = 4 * 1024 * 1024 -- DEF-XJ-03: not over 4M

return {
  title = "考生信息注册",
  subject = "visitor",
  one_open = "candidate",
  office_field = "prefecture",
  pages = {
    {
      id = "pictures",
      title = "照片与证件",
      notices = { "notice_registration" },
      fields = {
        {
          id = "portrait", widget = "photo", label = "照片", hint = "hint_portrait",
          accept = { "jpg", "png" }, max_bytes = PORTRAIT_BYTES, width = 295, height = 413, face = true, camera = true,
        },
        {
          id = "id_card_front", widget = "id_card", label = "身份证正面", hint = "hint_id_card",
          accept = { "jpg", "png" }, max_bytes = ID_SIDE_BYTES,
          fills = {
            name = "name", id_number = "id_number", sex = "sex", ethnicity = "ethnicity", birth_date = "birth_date",
          },
        },
        {
          id = "id_card_back", widget = "upload", label = "身份证反面", hint = "hint_id_card",
          accept = { "jpg", "png" }, max_bytes = ID_SIDE_BYTES,
        },
      },
    },
    {
      id = "person",
      title = "基本信息",
      notices = { "notice_reading" },
      fields = {
        { id = "name", widget = "text", label = "姓名", min = 2, max = 30, pattern = "chinese_name" },
        { id = "id_number", widget = "id_number", label = "身份证号" },
        { id = "sex", widget = "choice", label = "性别", options = { list = "sexes" } },
        { id = "ethnicity", widget = "choice", label = "族别", options = { list = "nationalities" } },
        { id = "birth_date", widget = "date", label = "出生年月" },
        { id = "political_status", widget = "choice", label = "政治面貌", options = { list = "political_status" } },
        { id = "hukou_type", widget = "choice", label = "户籍", options = { list = "hukou_types" } },
        { id = "education_level", widget = "choice", label = "学历", options = { list = "education_levels" } },
        { id = "occupation", widget = "choice", label = "职业", options = { list = "occupations" } },
        { id = "phone", widget = "phone", label = "联系电话", hint = "hint_contact" },
        { id = "email", widget = "email", label = "邮箱", hint = "hint_contact" },
        { id = "prefecture", widget = "choice", label = "报名地州", hint = "hint_prefecture",
          options = { list = "prefectures" } },
      },
    },
    {
      id = "special_majors",
      title = "特殊专业",
      notices = { "notice_special_majors" },
      fields = {
        {
          id = "special_majors", widget = "checks", label = "报考特殊专业", required = false,
          options = {
            { value = "030109", label = "监所管理(030109)" },
            { value = "030401", label = "公安管理(030401)" },
            { value = "100701", label = "护理学(100701)" },
          },
        },
        {
          id = "papers_030109", widget = "upload", label = "监所管理：警官证或工作证明", hint = "hint_papers",
          accept = { "jpg", "png", "pdf" }, max_bytes = PAPER_BYTES,
          visible_if = { field = "special_majors", is_any = { "030109" } },
        },
        {
          id = "papers_030401", widget = "upload", label = "公安管理：警官证或工作证明", hint = "hint_papers",
          accept = { "jpg", "png", "pdf" }, max_bytes = PAPER_BYTES,
          visible_if = { field = "special_majors", is_any = { "030401" } },
        },
        {
          id = "papers_100701", widget = "upload", label = "护理学：卫生类执业资格证书", hint = "hint_papers",
          accept = { "jpg", "png", "pdf" }, max_bytes = PAPER_BYTES,
          visible_if = { field = "special_majors", is_any = { "100701" } },
        },
      },
    },
    {
      id = "finish",
      title = "设置密码并提交",
      fields = {
        { id = "password", widget = "secret", label = "设置登录密码", hint = "hint_password" },
        { id = "password_again", widget = "secret", label = "确认登录密码", confirms = "password" },
        { id = "declaration", widget = "declaration", label = "我担保以上信息真实准确" },
      },
    },
  },
  states = {
    draft = { title = "填写中", phase = "draft", editable = true },
    pending = { title = "审核中", phase = "in_review", reviewers = { "prefecture_office" }, waits_for = "waits_for_review" },
    refused = { title = "审核未通过", phase = "returned", editable = true },
    passed = { title = "审核通过", phase = "approved" },
  },
  initial = "draft",
  actions = {
    submit = {
      title = "提交", from = { "draft" }, to = "pending", by = "candidate", checks_fields = true,
      guard = "registration.may_submit", facts = { "fields", "files" },
      effects = { { "open_account" } },
    },
    resubmit = {
      title = "提交", from = { "refused" }, to = "pending", by = "candidate", checks_fields = true,
      guard = "registration.may_submit", facts = { "fields", "files" },
      effects = { { "update_person" } },
    },
    pass = {
      title = "审核通过", from = { "pending" }, to = "passed", by = "reviewer",
      effects = { { verb = "send_message", template = "registration_passed" } },
    },
    refuse = {
      title = "审核未通过", from = { "pending" }, to = "refused", by = "reviewer", reason = "required",
      effects = { { verb = "send_message", template = "registration_refused" } },
    },
  },
}
