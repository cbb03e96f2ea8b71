-- 毕业申请: the plan measured by the passes, what is done with missing courses, the candidate's part of the register form;
-- city, then host school and province side by side, the ministry, the register of degrees, the diploma handed over.
-- source: docs/sources/anhui.md, application and review (AH-GRA, AH-REV, AH-CER, AH-FRM)
-- AH-PHO-16, AH-REV-04: what goes to the ministry and to the register; the files are samples (provinces/anhui/plugin).
local GRADUATE = {
  { id = "name", from = "person.name" },
  { id = "sex", from = "person.sex", list = "sexes" },
  { id = "birth_date", from = "person.birth_date" },
  { id = "ethnicity", from = "person.ethnicity", list = "nationalities" },
  { id = "id_number", from = "person.id_number" },
  { id = "political_status", from = "registration.political_status", list = "political_status" },
  { id = "major_code", from = "major.code" },
  { id = "major_name", from = "major.name" },
  { id = "level", from = "major.level" },
  { id = "school", from = "major.school" },
  { id = "degree_level", from = "previous_degree.level" },
  { id = "degree_school", from = "previous_degree.school" },
}
local FILE_BYTES = 4 * 1024 * 1024 -- AH-GRA-12
local REMIND_DAYS = 7
local SMS = { setting = "sms_graduation" } -- DEF-GEN-18: off unless province.json switches it on
-- What the offices have confirmed or stamped by then stays: what the register objects to is proved, not rewritten.
local CONFIRMED_IN = { "exception" }

return {
  title = "毕业申请",
  subject = "candidate",
  begin = { guard = "cities.may_begin", facts = { "offices" } }, -- AH-GRA-01
  one_open = "major",
  window = "window.graduation",
  ledger = { transfers_from = "2016-01-01" },
  requires = { { case = "registration", phase = "approved" }, { case = "graduation_photo", phase = "approved" } },
  office_field = "prefecture",
  offices = { host_school = "major" },
  pages = {
    {
      id = "application",
      title = "申请信息",
      notices = { "notice_graduation" },
      facts = {
        { id = "admission_number", label = "准考证号", from = "person.admission_number" },
        { id = "name", label = "姓名", from = "person.name" },
        { id = "id_number", label = "身份证号", from = "person.id_number" },
      },
      fields = {
        {
          id = "prefecture", widget = "choice", label = "办理毕业的市", hint = "hint_graduation_city",
          options = { list = "prefectures" }, fixed_in = CONFIRMED_IN,
        },
        -- AH-GRA-11
        { id = "major", widget = "major", label = "申请毕业的专业", fixed_in = { "accepted", "failed", "exception" } },
        { id = "phone", widget = "phone", label = "手机号码", hint = "hint_contact" },
        { id = "address", widget = "text", label = "通讯地址", max = 100 },
        {
          id = "numbers", widget = "rows", label = "其他准考证号（申请毕业专业需要其课程成绩时填写）", required = false, max_rows = 5,
          columns = {
            {
              id = "kind", label = "准考证号类型", widget = "choice",
              options = {
                {
                  value = "1", label = "身份信息变更前的准考证号" }, { value = "2", label = "其他市的准考证号",
                },
                { value = "3", label = "外省转入前的准考证号" }, { value = "4", label = "其他" },
              },
            },
            { id = "number", label = "准考证号", max = 20 },
          },
        },
        {
          id = "internship", widget = "upload", label = "毕业实习鉴定材料", hint = "hint_file", accept = { "jpg", "pdf" },
          max_bytes = FILE_BYTES, visible_if = { field = "major", is_any = { "101101" } },
        },
      },
    },
    {
      id = "degree",
      title = "前置学历（本科）",
      notices = { "notice_degree" },
      fields = {
        { id = "degree", widget = "previous_degree", label = "前置学历核验", required = false },
        { id = "diploma_date", widget = "date", label = "毕业证书落款日期", hint = "hint_diploma_date", required = false },
        {
          id = "diploma_scan", widget = "upload", label = "毕业证书扫描件", hint = "hint_diploma_scan", required = false,
          accept = { "jpg", "pdf" }, max_bytes = FILE_BYTES,
        },
      },
    },
    {
      id = "courses",
      title = "课程与免考信息",
      notices = { "notice_courses" },
      fields = {
        {
          id = "courses", widget = "course_plan", label = "专业课程", required = false, major_field = "major",
          accept = { "jpg", "pdf" }, max_bytes = FILE_BYTES, fixed_in = CONFIRMED_IN,
        },
        { id = "remark", widget = "text", label = "备注（无特殊情况不填写）", required = false, max = 200, flagged = true },
      },
    },
    {
      id = "form",
      title = "毕业生登记表",
      notices = { "notice_form" },
      fields = {
        {
          id = "history", widget = "rows", label = "本人简历", hint = "hint_history", min_rows = 1, max_rows = 5,
          columns = {
            { id = "from", label = "开始日期", widget = "date" },
            { id = "to", label = "结束日期", widget = "date" },
            {
              id = "where", label = "在何地、何单位学习或工作", max = 50, hint = "待业、自由职业也要填写",
            },
            { id = "witness", label = "证明人", max = 20, required = false },
          },
          period = { from = "from", to = "to" }, fixed_in = CONFIRMED_IN,
        },
        {
          id = "appraisal", widget = "text", label = "自我鉴定", hint = "hint_appraisal", min = 400, max = 1500,
          fixed_in = CONFIRMED_IN,
        },
        {
          id = "employer", widget = "text", label = "工作单位（没有则不填）", required = false, max = 60,
          fixed_in = CONFIRMED_IN,
        },
        { id = "declaration", widget = "declaration", label = "本人承诺以上内容真实，如有不实责任自负" },
      },
    },
  },
  exchanges = {
    ministry = {
      title = "上报部教育考试院审核", from = "ministry", number = "person.admission_number",
      picture = "graduation_photo.photo", columns = GRADUATE, answers = { pass = "ministry_agrees", fail = "except" },
    },
    register = {
      title = "报学信网核验注册", from = "checking", number = "person.admission_number",
      picture = "graduation_photo.photo", columns = GRADUATE, answers = { pass = "register", fail = "except" },
    },
  },
  -- AH-FRM-01, AH-FRM-04. source: docs/sources/anhui.md, 毕业生登记表 (the arrangement is a default: no blank is public)
  prints = {
    {
      id = "register_form", title = "毕业生登记表", heading = "安徽省高等教育自学考试毕业生登记表", paper = "A3",
      draft = { states = { "draft", "failed", "exception" }, mark = "草稿" },
      left = {
        {
          block = "cells", picture = "graduation_photo.photo",
          cells = {
            { label = "姓名", from = "person.name" },
            { label = "性别", from = "person.sex", list = "sexes" },
            { label = "出生日期", from = "person.birth_date" },
            { label = "民族", from = "person.ethnicity", list = "nationalities" },
            { label = "准考证号", from = "person.admission_number" },
            { label = "政治面貌", from = "registration.political_status", list = "political_status" },
            { label = "身份证号", from = "person.id_number", whole_row = true },
            { label = "专业", from = "fields.major", whole_row = true },
            { label = "专业代码", from = "major.code" },
            { label = "层次", from = "major.level" },
            { label = "主考院校", from = "major.school", whole_row = true },
            { label = "工作单位", from = "fields.employer", whole_row = true },
            { label = "通讯地址", from = "fields.address" },
            { label = "联系电话", from = "fields.phone" },
            { label = "前置学历", from = "previous_degree.level" },
            { label = "毕业院校", from = "previous_degree.school" },
          },
        },
        { block = "rows", title = "本人简历", field = "history", least_rows = 5, period = "起止年月日" },
        { block = "courses", title = "课程成绩" },
      },
      right = {
        { block = "text", title = "自我鉴定", field = "appraisal", signed_by = "本人签名", dated = true },
        {
          block = "opinion", title = "品德鉴定", seal = "单位盖章", signed_by = "负责人签名", dated = true, least_height = 88,
          recorded = { action = "conduct_passed", undone_by = "conduct_withdrawn", says = "form_conduct_recorded" },
        },
        {
          block = "opinion", title = "市级审核", seal = "市教育招生考试机构盖章", signed_by = "经办人签名", dated = true,
          least_height = 72,
        },
        {
          block = "opinion", title = "主考院校", seal = "主考院校盖章", signed_by = "负责人签名", dated = true, least_height = 72,
        },
        {
          block = "opinion", title = "省级审核", seal = "省教育招生考试院盖章", signed_by = "负责人签名", dated = true,
          least_height = 72,
        },
      },
    },
  },
  states = {
    draft = { title = "填写中", phase = "draft", editable = true },
    accepted = {
      title = "已受理", phase = "in_review", editable = true, reviewers = { "prefecture_office" },
      waits_for = "waits_for_first_review",
    },
    failed = { title = "初审不合格", phase = "returned", editable = true },
    joint = {
      title = "市级初审合格，会审中", phase = "in_review",
      reviewers = { all_of = { "host_school", "province_office" } }, waits_for = "waits_for_joint_review",
    },
    -- Of phase returned, so that one of the two offices sends it back at once.
    sent_back = { title = "退回市级复核", phase = "returned", reviewers = { "prefecture_office" },
    waits_for = "waits_for_city" },
    ministry = {
      title = "会审合格，部级审核中", phase = "in_review", reviewers = { "province_office" },
      waits_for = "waits_for_ministry",
    },
    checking = {
      title = "部级审核合格，学信网核验中", phase = "in_review", reviewers = { "province_office" },
      waits_for = "waits_for_register",
    },
    exception = { title = "注册异常", phase = "returned", editable = true },
    exception_review = {
      title = "注册异常材料审核中", phase = "in_review", reviewers = { "prefecture_office" },
      waits_for = "waits_for_city",
    },
    -- The city's list of who is to be called, and hands over what.
    registered = {
      title = "电子注册完成", phase = "approved", reviewers = { "prefecture_office" }, waits_for = "waits_for_collection",
    },
    collected = { title = "证书已领取", phase = "completed" },
    refused = { title = "不予毕业", phase = "rejected" },
    abandoned = { title = "放弃", phase = "closed" },
  },
  initial = "draft",
  -- In bulk is decided what comes in lists: the joint review and what ministry and register answer. The first review is not.
  actions = {
    apply = {
      title = "提交毕业申请", from = { "draft" }, to = "accepted", by = "candidate", checks_fields = true,
      guard = "graduation.may_apply",
      facts = {
        "today", "fields", "files", "ledger", "plan", "windows", "previous_degree", "own_cases", "offices",
      },
      effects = {
        { verb = "send_message", template = "graduation_accepted", phone = SMS },
        {
          verb = "set_deadline", action = "abandon", at = "graduation.finish_degree_by",
          remind = { days = REMIND_DAYS, template = "graduation_degree_reminder" },
        },
      },
    },
    amend = {
      title = "修改个人信息", from = { "accepted" }, to = "accepted", by = "candidate", checks_fields = true,
      guard = "graduation.may_amend", facts = { "fields", "changed", "ledger", "actions_taken", "offices" },
    },
    reapply = {
      title = "重新提交", from = { "failed" }, to = "accepted", by = "candidate", checks_fields = true,
      guard = "graduation.may_reapply",
      facts = {
        "today", "fields", "files", "ledger", "plan", "windows", "previous_degree", "own_cases", "offices",
      },
    },
    -- AH-FRM-04, AH-GRA-16: 品德鉴定 is on paper, filled in and stamped by the employer where there is one.
    conduct_passed = {
      title = "登记思想品德鉴定合格", from = { "accepted" }, to = "accepted", by = "reviewer", reason = "optional",
      guard = "graduation.conduct_is_open", facts = { "actions_taken" },
      effects = { { verb = "send_message", template = "graduation_conduct_passed" } },
    },
    conduct_withdrawn = {
      title = "撤销思想品德鉴定登记", from = { "accepted" }, to = "accepted", by = "reviewer", reason = "required",
      guard = "graduation.conduct_is_recorded", facts = { "actions_taken" },
      effects = { { verb = "send_message", template = "graduation_conduct_withdrawn" } },
    },
    pass = {
      title = "初审合格", from = { "accepted", "sent_back" }, to = "joint", by = "reviewer",
      guard = "graduation.may_pass",
      facts = {
        "today", "fields", "files", "ledger", "plan", "windows", "previous_degree", "own_cases", "actions_taken",
      },
      effects = { { "grant_courses" }, { verb = "send_message", template = "graduation_passed", phone = SMS } },
    },
    fail = {
      title = "初审不合格", from = { "accepted", "sent_back" }, to = "failed", by = "reviewer", reason = "required",
      facts = { "windows" },
      effects = {
        { verb = "send_message", template = "graduation_failed", phone = SMS },
        {
          verb = "set_deadline", action = "window_over", at = "graduation.reapply_by",
          remind = { days = REMIND_DAYS, template = "graduation_reapply_reminder" },
        },
      },
    },
    agree = {
      title = "会审合格", from = { "joint" }, to = "ministry", by = "reviewer", bulk = true,
      guard = "graduation.is_complete",
      facts = { "today", "fields", "files", "ledger", "plan", "windows", "previous_degree", "own_cases" },
      effects = { { verb = "send_message", template = "graduation_agreed", phone = SMS } },
    },
    send_back = {
      title = "退回市级", from = { "joint" }, to = "sent_back", by = "reviewer", reason = "required",
      effects = { { "revoke_courses" }, { verb = "send_message", template = "graduation_sent_back", phone = SMS } },
    },
    refuse = {
      title = "不予毕业", from = { "joint", "ministry" }, to = "refused", by = "reviewer", reason = "required",
      effects = { { "revoke_courses" }, { verb = "send_message", template = "graduation_refused", phone = SMS } },
    },
    -- AH-DEG-09: without the 专科 application that it rests on nothing is registered.
    ministry_agrees = {
      title = "部级审核合格", from = { "ministry" }, to = "checking", by = "reviewer", bulk = true,
      guard = "graduation.keeps_degree", facts = { "plan", "previous_degree", "own_cases" },
      effects = { { verb = "send_message", template = "graduation_ministry_agreed", phone = SMS } },
    },
    register = {
      title = "电子注册完成", from = { "checking" }, to = "registered", by = "reviewer", bulk = true,
      guard = "graduation.keeps_degree", facts = { "plan", "previous_degree", "own_cases" },
      effects = { { verb = "send_message", template = "graduation_registered", phone = SMS } },
    },
    except = {
      title = "注册异常", from = { "ministry", "checking" }, to = "exception", by = "reviewer", reason = "required", bulk = true,
      effects = { { verb = "send_message", template = "graduation_exception", phone = SMS } },
    },
    hand_in = {
      title = "补交材料", from = { "exception" }, to = "exception_review", by = "candidate", checks_fields = true,
    },
    exception_agreed = {
      title = "材料合格，重新上报", from = { "exception_review" }, to = "ministry", by = "reviewer",
      guard = "graduation.is_complete",
      facts = { "today", "fields", "files", "ledger", "plan", "windows", "previous_degree", "own_cases" },
      effects = { { verb = "send_message", template = "graduation_exception_agreed", phone = SMS } },
    },
    exception_refused = {
      title = "材料不合格", from = { "exception_review" }, to = "exception", by = "reviewer", reason = "required",
      effects = { { verb = "send_message", template = "graduation_exception", phone = SMS } },
    },
    -- AH-CER-02: the city writes when and where the diplomas are collected, to one graduate or to all of a list.
    call_to_collect = {
      title = "通知领取证书", from = { "registered" }, to = "registered", by = "reviewer", reason = "required",
      bulk = true, effects = { { verb = "send_message", template = "graduation_collection", phone = SMS } },
    },
    collect = {
      title = "登记证书领取", from = { "registered" }, to = "collected", by = "reviewer", reason = "optional",
      effects = { { verb = "send_message", template = "graduation_collected", phone = SMS } },
    },
    -- What the calendar shows as a date, too.
    window_over = { title = "重新提交截止", from = { "failed" }, to = "failed", by = "system" },
    -- Wherever it has come to: the 专科 application may be refused late, and then the degree is missing.
    abandon = {
      title = "本科前置学历逾期未核验，视为放弃",
      from = { "accepted", "failed", "joint", "sent_back", "ministry", "checking", "exception", "exception_review" },
      to = "abandoned", by = "system", again = { days = 1, on = { "degree_rests_on_associate" } },
      guard = "graduation.must_give_up", facts = { "plan", "previous_degree", "own_cases" },
      effects = { { "revoke_courses" }, { verb = "send_message", template = "graduation_abandoned", phone = SMS } },
    },
    withdraw = {
      title = "放弃申请", from = { "draft", "accepted", "failed" }, to = "abandoned", by = "candidate",
      effects = { { "revoke_courses" } },
    },
  },
}
