-- 毕业申请: the plan measured by the passes; the records or the prefecture approve it, then the register form, the papers
-- and the board (毕业审定工作组). No fee.
-- source: docs/sources/tibet.md, graduation (DEF-XZ-02)
local JUDGED_BY = { "now", "fields", "ledger", "plan", "windows", "previous_degree", "own_cases" }
local APPROVED = { "system_passed", "pre_passed" }
-- From here on the application stands as it is; the register form is filled in and may be changed until the papers are in.
local FORM_SHOWN = { "system_passed", "pre_passed", "form_done", "board", "graduated", "refused" }
local YES_NO = { { value = "1", label = "是" }, { value = "0", label = "否" } }
local FIXED = { "form_done", "system_passed", "pre_passed" }

return {
  title = "毕业申请",
  subject = "candidate",
  one_open = "major",
  window = "window.graduation",
  requires = { { case = { "registration", "completion" }, phase = "approved" } },
  office_field = "exam_district",
  pages = {
    {
      id = "application",
      title = "毕业申请信息填报",
      notices = { "notice_graduation" },
      facts = {
        { id = "name", label = "姓名", from = "person.name" },
        { id = "id_number", label = "身份证号", from = "person.id_number" },
        { id = "sex", label = "性别", from = "person.sex", list = "sexes" },
        { id = "admission_number", label = "准考证号", from = "person.admission_number" },
      },
      fields = {
        {
          id = "exam_district", widget = "choice", label = "毕业申请考区", options = { list = "exam_districts" },
          shows = "code-name", preset = { "person.more.exam_district" }, hint = "hint_reviewed_by", fixed_in = FIXED,
        },
        {
          id = "major", widget = "major", label = "申请毕业的专业", shows = "code-name-level", preset = { "person.more.major" },
          fixed_in = FIXED,
        },
        { id = "phone", widget = "phone", label = "手机号", hint = "hint_contact", fixed_in = FIXED },
        {
          id = "address", widget = "text", label = "地址", min = 2, max = 100, preset = { "person.more.address" },
          fixed_in = FIXED,
        },
      },
    },
    {
      id = "courses",
      title = "毕业申请专业",
      notices = { "notice_graduation_courses" },
      fields = {
        {
          id = "courses", widget = "course_plan", label = "本专业课程", required = false, major_field = "major",
          accept = { "jpg", "png" }, max_bytes = 2 * 1024 * 1024, fixed_in = FIXED,
        },
        {
          id = "degree", widget = "previous_degree", label = "前置学历（专升本）", required = false, fixed_in = FIXED,
        },
      },
    },
    {
      id = "form",
      title = "毕业生登记表",
      notices = { "notice_register_form" },
      only_in = FORM_SHOWN,
      fields = {
        {
          id = "ethnicity", widget = "choice", label = "民族", options = { list = "nationalities" },
          preset = { "person.ethnicity" },
        },
        {
          id = "occupation", widget = "choice", label = "职业", options = { list = "occupations" },
          preset = { "person.more.occupation" },
        },
        {
          id = "political_status", widget = "choice", label = "政治面貌", options = { list = "political_status" },
          preset = { "person.more.political_status" },
        },
        {
          id = "education_level", widget = "choice", label = "已取得学历", options = { list = "education_levels" },
          preset = { "person.more.education_level" },
        },
        {
          id = "health", widget = "choice", label = "健康状况",
          options = {
            { value = "1", label = "健康或良好" }, { value = "2", label = "一般或较弱" }, { value = "3", label = "有慢性病" },
            { value = "6", label = "残疾" },
          },
        },
        { id = "working_since", widget = "date", label = "参加工作时间", required = false, hint = "hint_working_since" },
        { id = "kin_abroad", widget = "choice", label = "是否华侨、港澳、台属", options = YES_NO },
        { id = "native_place", widget = "text", label = "籍贯", hint = "hint_native_place", min = 2, max = 30 },
        { id = "workplace", widget = "text", label = "工作单位", min = 2, max = 60, preset = { "person.more.workplace" } },
        {
          id = "history", widget = "rows", label = "个人简历", min_rows = 1, max_rows = 7,
          columns = {
            { id = "from", label = "自何年月", widget = "date" }, { id = "to", label = "至何年月", widget = "date" },
            { id = "where", label = "在何地何单位学习或工作", max = 50 },
          },
        },
        {
          id = "family", widget = "rows", label = "家庭主要成员", min_rows = 1, max_rows = 8,
          columns = {
            { id = "name", label = "姓名", max = 30 }, { id = "workplace", label = "工作单位", max = 50 },
            { id = "post", label = "职务", max = 30 },
          },
        },
        { id = "awards", widget = "text", label = "奖励", hint = "hint_none", max = 200 },
        { id = "penalties", widget = "text", label = "处分", hint = "hint_none", max = 200 },
        {
          id = "appraisal", widget = "text", label = "自我鉴定", hint = "hint_appraisal", required = false, min = 400, max = 1500,
        },
      },
    },
  },
  -- DEF-XZ-02. source: docs/sources/tibet.md, graduation (the arrangement is a default: no blank is public)
  prints = {
    {
      id = "register_form", title = "毕业生登记表", heading = "西藏自治区高等教育自学考试毕业生登记表", paper = "A3",
      draft = { states = { "system_passed", "pre_passed" }, mark = "草稿" },
      left = {
        {
          block = "cells", picture = "graduation_photo.photo",
          cells = {
            { label = "姓名", from = "person.name" },
            { label = "性别", from = "person.sex", list = "sexes" },
            { label = "出生日期", from = "person.birth_date" },
            { label = "民族", from = "fields.ethnicity" },
            { label = "政治面貌", from = "fields.political_status" },
            { label = "籍贯", from = "fields.native_place" },
            { label = "身份证号", from = "person.id_number", whole_row = true },
            { label = "准考证号", from = "person.admission_number", whole_row = true },
            { label = "已取得学历", from = "fields.education_level" },
            { label = "健康状况", from = "fields.health" },
            { label = "职业", from = "fields.occupation" },
            { label = "参加工作时间", from = "fields.working_since" },
            { label = "是否华侨、港澳、台属", from = "fields.kin_abroad" },
            { label = "手机号", from = "fields.phone" },
            { label = "工作单位", from = "fields.workplace", whole_row = true },
            { label = "详细住址", from = "fields.address", whole_row = true },
            { label = "专业", from = "fields.major", whole_row = true },
            { label = "层次", from = "major.level" },
            { label = "主考院校", from = "major.school" },
            { label = "前置学历", from = "previous_degree.level" },
            { label = "毕业院校", from = "previous_degree.school" },
          },
        },
        { block = "rows", title = "个人简历", field = "history", least_rows = 7 },
        { block = "rows", title = "家庭主要成员", field = "family", least_rows = 4 },
        { block = "courses", title = "课程成绩" },
      },
      right = {
        { block = "text", title = "奖励", field = "awards", least_height = 40 },
        { block = "text", title = "处分", field = "penalties", least_height = 40 },
        -- Whoever writes by hand needs room for 400 characters.
        { block = "text", title = "自我鉴定", field = "appraisal", signed_by = "本人签名", dated = true, least_height = 260 },
        {
          block = "opinion", title = "地市审核意见", seal = "地市教育局盖章", signed_by = "经办人签名", dated = true,
          least_height = 72,
        },
        {
          block = "opinion", title = "院校意见", seal = "主考院校盖章", signed_by = "负责人签名", dated = true,
          least_height = 72,
        },
        {
          block = "opinion", title = "自治区审定意见", seal = "西藏自治区教育考试院盖章", signed_by = "负责人签名",
          dated = true, least_height = 72,
        },
      },
    },
  },
  states = {
    draft = { title = "填写中", phase = "draft", editable = true },
    submitted = {
      title = "未审批", phase = "in_review", reviewers = { "prefecture_office" }, waits_for = "waits_for_pre_review",
    },
    pre_failed = { title = "地市教育局预审未通过", phase = "returned", editable = true },
    system_passed = {
      title = "系统审核通过", phase = "approved", editable = true, waits_for = "waits_for_form",
    },
    pre_passed = {
      title = "地市教育局已预审通过", phase = "approved", editable = true, waits_for = "waits_for_form",
    },
    form_done = {
      title = "登记表已填写，待交纸质材料", phase = "in_review", editable = true, reviewers = { "prefecture_office" },
      waits_for = "waits_for_papers",
    },
    board = {
      title = "毕业审定中", phase = "in_review", reviewers = { "province_office" }, waits_for = "waits_for_board",
    },
    graduated = { title = "准予毕业", phase = "completed" },
    refused = { title = "不予毕业", phase = "rejected" },
    void = { title = "无效", phase = "closed" },
    withdrawn = { title = "放弃", phase = "closed" },
  },
  initial = "draft",
  actions = {
    apply = {
      title = "提交", from = { "draft" }, to = "submitted", by = "candidate", checks_fields = true,
      guard = "graduation.may_apply", facts = JUDGED_BY,
      after = { say = "application_taken", button = "查看进度", go = "case" },
      effects = {
        { verb = "send_message", template = "graduation_accepted" },
        { verb = "set_deadline", action = "system_pass", at = "graduation.looked_at" },
      },
    },
    -- Once more, and not a third time.
    reapply = {
      title = "重新申请", from = { "pre_failed" }, to = "submitted", by = "candidate", checks_fields = true, limit = 1,
      guard = "graduation.may_reapply", facts = JUDGED_BY,
      after = { say = "application_taken", button = "查看进度", go = "case" },
      effects = { { verb = "set_deadline", action = "system_pass", at = "graduation.looked_at" } },
    },
    -- 系统审核: what the records alone fulfil needs no office (as DEF-SX-06).
    system_pass = {
      title = "系统审核通过", from = { "submitted" }, to = "system_passed", by = "system",
      guard = "graduation.records_suffice", facts = JUDGED_BY,
      effects = { { "grant_courses" }, { verb = "send_message", template = "graduation_passed" } },
    },
    pre_pass = {
      title = "预审通过", from = { "submitted" }, to = "pre_passed", by = "reviewer",
      guard = "graduation.is_complete", facts = JUDGED_BY,
      effects = { { "grant_courses" }, { verb = "send_message", template = "graduation_passed" } },
    },
    pre_fail = {
      title = "预审未通过", from = { "submitted" }, to = "pre_failed", by = "reviewer", reason = "required",
      effects = { { verb = "send_message", template = "graduation_failed" } },
    },
    hand_in_form = {
      title = "提交登记表", from = APPROVED, to = "form_done", by = "candidate", checks_fields = true,
      guard = "graduation.may_hand_in", facts = { "graduation_photo" },
      after = { say = "form_taken", button = "查看进度", go = "case" },
    },
    mend_form = {
      title = "保存修改", from = { "form_done" }, to = "form_done", by = "candidate", checks_fields = true,
    },
    take_papers = {
      title = "已收纸质材料", from = { "form_done" }, to = "board", by = "reviewer",
      effects = { { verb = "send_message", template = "graduation_papers_taken" } },
    },
    void = {
      title = "原件未交，申请无效", from = { "form_done", "system_passed", "pre_passed" }, to = "void", by = "prefecture_office",
      reason = "required",
      effects = { { "revoke_courses" }, { verb = "send_message", template = "graduation_void" } },
    },
    graduate = {
      title = "准予毕业", from = { "board" }, to = "graduated", by = "reviewer",
      guard = "graduation.is_complete", facts = JUDGED_BY,
      effects = { { verb = "send_message", template = "graduation_done" } },
    },
    refuse = {
      title = "不予毕业", from = { "board" }, to = "refused", by = "reviewer", reason = "required",
      effects = { { "revoke_courses" }, { verb = "send_message", template = "graduation_refused" } },
    },
    withdraw = {
      title = "放弃申请", from = { "draft", "submitted", "pre_failed", "system_passed", "pre_passed" }, to = "withdrawn",
      by = "candidate", effects = { { "revoke_courses" } },
    },
  },
}
