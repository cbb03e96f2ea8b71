-- 前置学历材料: what a candidate hands to the prefecture when the register cannot tell; its officer decides.
-- source: docs/sources/tibet.md, graduation (DEF-GEN-19)
local FILE_BYTES = 4 * 1024 * 1024

return {
  title = "前置学历材料提交",
  subject = "candidate",
  one_open = "candidate",
  requires = { { case = { "registration", "completion" }, phase = "approved" } },
  office_field = "exam_district",
  pages = {
    {
      id = "papers",
      title = "前置学历材料",
      notices = { "notice_degree_papers" },
      fields = {
        {
          id = "exam_district", widget = "choice", label = "毕业申请考区", options = { list = "exam_districts" },
          shows = "code-name", preset = { "person.more.exam_district" }, hint = "hint_reviewed_by",
        },
        {
          id = "reason", widget = "choice", label = "不能在线核验的原因",
          options = {
            { value = "identity", label = "身份证号、姓名变更" }, { value = "offline", label = "学历信息未上网" },
            { value = "other", label = "其他" },
          },
        },
        {
          id = "document_kind", widget = "choice", label = "材料种类",
          options = {
            { value = "record", label = "教育部学历证书电子注册备案表" }, { value = "report", label = "中国高等教育学历认证报告" },
          },
        },
        { id = "document_number", widget = "text", label = "材料编号", max = 60 },
        {
          id = "degree_level", widget = "choice", label = "学历层次",
          options = {
            { value = "associate", label = "专科" }, { value = "bachelor", label = "本科" },
            { value = "master", label = "硕士研究生" }, { value = "doctor", label = "博士研究生" },
          },
        },
        { id = "degree_school", widget = "text", label = "毕业院校", max = 60 },
        { id = "degree_major", widget = "text", label = "所学专业", required = false, max = 60 },
        { id = "diploma_date", widget = "date", label = "毕业证书落款日期" },
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
    pending = { title = "待审核", phase = "in_review", reviewers = { "prefecture_office" }, waits_for = "waits_for_prefecture" },
    refused = { title = "审核不通过", phase = "returned", editable = true },
    accepted = { title = "已认可", phase = "completed" },
  },
  initial = "draft",
  actions = {
    submit = { title = "提交材料", from = { "draft", "refused" }, to = "pending", by = "candidate", checks_fields = true },
    accept = {
      title = "认可学历", from = { "pending" }, to = "accepted", by = "reviewer",
      effects = {
        {
          verb = "verify_degree", basis = "papers", document = "document_kind", number = "document_number",
          scan = "document_scan", level = "degree_level", school = "degree_school", major = "degree_major",
          printed_on = "diploma_date",
        },
        { verb = "send_message", template = "degree_accepted" },
      },
    },
    refuse = {
      title = "审核不通过", from = { "pending" }, to = "refused", by = "reviewer", reason = "required",
      effects = { { verb = "send_message", template = "degree_refused" } },
    },
  },
}
