-- 前置学历材料: what a candidate hands to the city when the register cannot tell; the city's officer decides.
-- source: docs/sources/anhui.md, preparation (AH-DEG-07, AH-DEG-08)
local FILE_BYTES = 4 * 1024 * 1024

return {
  title = "前置学历材料提交",
  subject = "candidate",
  one_open = "candidate",
  requires = { { case = "registration", phase = "approved" } },
  office_field = "prefecture",
  pages = {
    {
      id = "papers",
      title = "前置学历材料",
      notices = { "notice_degree_papers" },
      fields = {
        { id = "prefecture", widget = "choice", label = "办理毕业的市", options = { list = "prefectures" } },
        {
          id = "reason", widget = "choice", label = "不能在线核验的原因",
          options = {
            { value = "identity", label = "身份证号、姓名变更" }, { value = "offline", label = "学历信息未上网" },
            { value = "fresh", label = "应届毕业生，尚未取得毕业证书" }, { value = "other", label = "其他" },
          },
        },
        {
          id = "document_kind", widget = "choice", label = "材料种类",
          options = {
            { value = "record", label = "教育部学历证书电子注册备案表" }, { value = "report", label = "中国高等教育学历认证报告" },
            { value = "school", label = "所在学校统一出具的应届毕业证明" },
          },
        },
        { id = "document_number", widget = "text", label = "材料编号", hint = "hint_document_number", max = 60 },
        {
          id = "degree_level", widget = "choice", label = "学历层次",
          options = {
            { value = "associate", label = "专科" }, { value = "bachelor", label = "本科" },
            { value = "master", label = "硕士研究生" }, { value = "doctor", label = "博士研究生" },
          },
        },
        { id = "degree_school", widget = "text", label = "毕业院校", max = 60 },
        { id = "degree_major", widget = "text", label = "所学专业", required = false, max = 60 },
        { id = "diploma_date", widget = "date", label = "毕业证书落款日期", hint = "hint_papers_date" },
        {
          id = "document_scan", widget = "upload", label = "材料扫描件", hint = "hint_file", accept = { "jpg", "pdf" },
          max_bytes = FILE_BYTES,
        },
        {
          id = "police_proof", widget = "upload", label = "公安机关等相关单位出具的证明", hint = "hint_file",
          accept = { "jpg", "pdf" }, max_bytes = FILE_BYTES, visible_if = { field = "reason", is_any = { "identity" } },
        },
      },
    },
  },
  states = {
    draft = { title = "填写中", phase = "draft", editable = true },
    pending = { title = "待审核", phase = "in_review", reviewers = { "prefecture_office" }, waits_for = "waits_for_city" },
    refused = { title = "审核不通过", phase = "returned", editable = true },
    accepted = { title = "已认可", phase = "completed" },
  },
  initial = "draft",
  actions = {
    submit = { title = "提交材料", from = { "draft", "refused" }, to = "pending", by = "candidate", checks_fields = true },
    accept = {
      title = "认可学历", from = { "pending" }, to = "accepted", by = "reviewer",
      guard = "degree_papers.proves", facts = { "fields" },
      effects = {
        {
          verb = "verify_degree", basis = "papers", document = "document_kind", number = "document_number",
          scan = "document_scan", level = "degree_level", school = "degree_school", major = "degree_major",
          printed_on = "diploma_date",
        },
        { verb = "send_message", template = "degree_accepted" },
      },
    },
    expect = {
      title = "应届，可先提交毕业申请", from = { "pending" }, to = "accepted", by = "reviewer",
      guard = "degree_papers.announces", facts = { "today", "fields" },
      effects = {
        {
          verb = "verify_degree", basis = "expected", scan = "document_scan", level = "degree_level",
          school = "degree_school", printed_on = "diploma_date",
        },
        { verb = "send_message", template = "degree_expected" },
      },
    },
    refuse = {
      title = "审核不通过", from = { "pending" }, to = "refused", by = "reviewer", reason = "required",
      effects = { { verb = "send_message", template = "degree_refused" } },
    },
  },
}
