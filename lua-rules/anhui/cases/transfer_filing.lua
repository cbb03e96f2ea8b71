-- 外省转入成绩归档: a pass moved in before 2016 is filed by the city from its papers; then it counts.
-- source: docs/sources/anhui.md, preparation (AH-PRE-02)
local PROOF_BYTES = 4 * 1024 * 1024

return {
  title = "外省转入成绩归档",
  subject = "candidate",
  requires = { { case = "registration", phase = "approved" } },
  office_field = "prefecture",
  pages = {
    {
      id = "pass",
      title = "转入成绩",
      notices = { "notice_transfer" },
      fields = {
        { id = "prefecture", widget = "choice", label = "办理的市", options = { list = "prefectures" } },
        { id = "course", widget = "text", label = "课程代码", min = 5, max = 5, pattern = "digits" },
        { id = "score", widget = "text", label = "成绩", max = 3, pattern = "digits" },
        { id = "passed_on", widget = "date", label = "合格日期" },
        { id = "origin", widget = "text", label = "转出省份", max = 30 },
        {
          id = "proof", widget = "upload", label = "课程合格证、准考证、转考介绍信等", hint = "hint_file",
          accept = { "jpg", "pdf" }, max_bytes = PROOF_BYTES,
        },
      },
    },
  },
  states = {
    draft = { title = "填写中", phase = "draft", editable = true },
    pending = { title = "待审核", phase = "in_review", reviewers = { "prefecture_office" }, waits_for = "waits_for_city" },
    filed = { title = "已归档", phase = "completed" },
    refused = { title = "审核不通过", phase = "returned", editable = true },
  },
  initial = "draft",
  actions = {
    submit = {
      title = "提交", from = { "draft", "refused" }, to = "pending", by = "candidate", checks_fields = true,
      guard = "transfer.may_submit", facts = { "today", "fields" },
    },
    file = {
      title = "归档", from = { "pending" }, to = "filed", by = "reviewer", bulk = true,
      effects = {
        { verb = "record_credit", course = "course", score = "score", passed_on = "passed_on", origin = "origin" },
        { verb = "send_message", template = "transfer_filed" },
      },
    },
    refuse = {
      title = "审核不通过", from = { "pending" }, to = "refused", by = "reviewer", reason = "required", bulk = true,
      effects = { { verb = "send_message", template = "transfer_refused" } },
    },
  },
}
