-- 准考证号合并: the city merges further numbers before the graduation application; it may take it back until it confirms.
-- source: docs/sources/anhui.md, application (AH-GRA-13)
local PROOF_BYTES = 4 * 1024 * 1024

return {
  title = "准考证号合并",
  subject = "candidate",
  one_open = "candidate",
  requires = { { case = "registration", phase = "approved" } },
  office_field = "prefecture",
  pages = {
    {
      id = "numbers",
      title = "需要合并的准考证号",
      notices = { "notice_merge" },
      fields = {
        { id = "prefecture", widget = "choice", label = "办理毕业的市", options = { list = "prefectures" } },
        {
          id = "numbers", widget = "rows", label = "其他准考证号", min_rows = 1, max_rows = 5,
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
          id = "proof", widget = "upload", label = "准考证等证明材料", hint = "hint_file",
          accept = { "jpg", "pdf" }, max_bytes = PROOF_BYTES,
        },
      },
    },
  },
  states = {
    draft = { title = "填写中", phase = "draft", editable = true },
    pending = { title = "待审核", phase = "in_review", reviewers = { "prefecture_office" }, waits_for = "waits_for_city" },
    merged = { title = "已合并，待确认", phase = "in_review", reviewers = { "prefecture_office" },
    waits_for = "waits_for_city" },
    confirmed = { title = "合并完成", phase = "completed" },
    refused = { title = "审核不通过", phase = "returned", editable = true },
  },
  initial = "draft",
  actions = {
    submit = { title = "提交", from = { "draft", "refused" }, to = "pending", by = "candidate", checks_fields = true },
    merge = {
      title = "合并", from = { "pending" }, to = "merged", by = "reviewer",
      effects = { { verb = "merge_numbers", rows = "numbers" }, { verb = "send_message", template = "merge_done" } },
    },
    unmerge = {
      title = "撤销合并", from = { "merged" }, to = "pending", by = "reviewer", reason = "required",
      effects = { { "unmerge_numbers" }, { verb = "send_message", template = "merge_undone" } },
    },
    confirm = {
      title = "确认合并", from = { "merged" }, to = "confirmed", by = "reviewer",
      effects = { { verb = "send_message", template = "merge_confirmed" } },
    },
    refuse = {
      title = "不予合并", from = { "pending" }, to = "refused", by = "reviewer", reason = "required",
      effects = { { verb = "send_message", template = "merge_refused" } },
    },
  },
}
