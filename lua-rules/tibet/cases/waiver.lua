-- 免考申请: certificates that free from courses of the plan, seen by the prefecture; what it grants stays in the ledger.
-- source: docs/sources/tibet.md, waivers (DEF-XZ-01)
local PROOF_BYTES = 2 * 1024 * 1024

return {
  title = "免考申请",
  subject = "candidate",
  one_open = "candidate",
  requires = { { case = { "registration", "completion" }, phase = "approved" } },
  office_field = "exam_district",
  pages = {
    {
      id = "certificate",
      title = "专业和证书",
      notices = { "notice_waiver" },
      facts = {
        { id = "admission_number", label = "准考证号", from = "person.admission_number" },
        { id = "name", label = "姓名", from = "person.name" },
      },
      fields = {
        {
          id = "exam_district", widget = "choice", label = "考区", options = { list = "exam_districts" }, shows = "code-name",
          preset = { "person.more.exam_district" }, hint = "hint_reviewed_by",
        },
        { id = "major", widget = "major", label = "专业", shows = "code-name-level", preset = { "person.more.major" } },
        {
          id = "certificate_kind", widget = "choice", label = "证书类型",
          options = {
            { value = "computer", label = "全国计算机等级考试证书" }, { value = "english", label = "全国英语等级考试证书" },
            { value = "diploma", label = "毕业证书和成绩单" },
          },
        },
        { id = "certificate_number", widget = "text", label = "证书编号", max = 60 },
        { id = "certificate_date", widget = "date", label = "发证日期" },
      },
    },
    {
      id = "courses",
      title = "免考课程",
      notices = { "notice_waiver_courses" },
      fields = {
        {
          id = "courses", widget = "course_plan", label = "免考课程", major_field = "major", accept = { "jpg", "png" },
          max_bytes = PROOF_BYTES,
        },
        { id = "declaration", widget = "declaration", label = "本人承诺所交证书真实有效，如有不实责任自负" },
      },
    },
  },
  states = {
    draft = { title = "填写中", phase = "draft", editable = true },
    pending = { title = "审核中", phase = "in_review", reviewers = { "prefecture_office" }, waits_for = "waits_for_prefecture" },
    returned = { title = "被退回", phase = "returned", editable = true },
    granted = { title = "审核通过", phase = "completed" },
    revoked = { title = "已撤销", phase = "closed" },
    withdrawn = { title = "放弃", phase = "closed" },
  },
  initial = "draft",
  actions = {
    submit = {
      title = "提交", from = { "draft" }, to = "pending", by = "candidate", checks_fields = true,
      guard = "waiver.may_submit", facts = { "today", "fields", "own_cases" },
      after = { say = "application_taken", button = "查看进度", go = "case" },
    },
    -- DEF-SX-12 in the common words: as often as it takes.
    resubmit = {
      title = "重新申请", from = { "returned" }, to = "pending", by = "candidate", checks_fields = true,
      guard = "waiver.may_submit", facts = { "today", "fields", "own_cases" },
    },
    grant = {
      title = "审核通过", from = { "pending" }, to = "granted", by = "reviewer",
      guard = "waiver.may_submit", facts = { "today", "fields", "own_cases" },
      effects = { { "grant_courses" }, { verb = "send_message", template = "waiver_granted" } },
    },
    send_back = {
      title = "退回", from = { "pending" }, to = "returned", by = "reviewer", reason = "required",
      effects = { { verb = "send_message", template = "waiver_returned" } },
    },
    -- A certificate that proves false later.
    revoke = {
      title = "撤销免考", from = { "granted" }, to = "revoked", by = "prefecture_office", reason = "required",
      effects = { { "revoke_courses" }, { verb = "send_message", template = "waiver_revoked" } },
    },
    withdraw = { title = "放弃申请", from = { "draft", "returned" }, to = "withdrawn", by = "candidate" },
  },
}
