-- 身份信息更正: must be finished before the graduation application.
-- source: docs/sources/anhui.md, preparation (AH-PRE-03)
local PROOF_BYTES = 4 * 1024 * 1024

return {
  title = "身份信息更正",
  subject = "candidate",
  one_open = "candidate",
  requires = { { case = "registration", phase = "approved" } },
  office_field = "prefecture",
  pages = {
    {
      id = "person",
      title = "更正后的信息",
      notices = { "notice_identity_change" },
      fields = {
        { id = "prefecture", widget = "choice", label = "办理的市", options = { list = "prefectures" } },
        { id = "name", widget = "text", label = "姓名", min = 2, max = 30, pattern = "chinese_name" },
        { id = "id_number", widget = "id_number", label = "身份证号" },
        { id = "sex", widget = "choice", label = "性别", options = { list = "sexes" } },
        { id = "ethnicity", widget = "choice", label = "民族", options = { list = "nationalities" } },
        { id = "birth_date", widget = "date", label = "出生日期" },
        { id = "phone", widget = "phone", label = "手机号码" },
        {
          id = "proof", widget = "upload", label = "公安机关等单位出具的证明", hint = "hint_file",
          accept = { "jpg", "pdf" }, max_bytes = PROOF_BYTES,
        },
      },
    },
  },
  states = {
    draft = { title = "填写中", phase = "draft", editable = true },
    pending = { title = "待审核", phase = "in_review", reviewers = { "prefecture_office" }, waits_for = "waits_for_city" },
    changed = { title = "已更正", phase = "completed" },
    refused = { title = "审核不通过", phase = "returned", editable = true },
    withdrawn = { title = "已撤回", phase = "closed" },
  },
  initial = "draft",
  actions = {
    submit = {
      title = "提交", from = { "draft", "refused" }, to = "pending", by = "candidate", checks_fields = true,
      guard = "registration.may_change", facts = { "fields" },
    },
    withdraw = { title = "撤回", from = { "draft", "pending", "refused" }, to = "withdrawn", by = "candidate" },
    change = {
      title = "更正", from = { "pending" }, to = "changed", by = "reviewer",
      effects = { { "update_person" }, { verb = "send_message", template = "identity_changed" } },
    },
    refuse = {
      title = "审核不通过", from = { "pending" }, to = "refused", by = "reviewer", reason = "required",
      effects = { { verb = "send_message", template = "identity_refused" } },
    },
  },
}
