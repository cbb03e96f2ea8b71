-- 转考申请: passes that go to another province through the national exchange; the prefecture looks, the candidate confirms,
-- the authority exchanges.
-- source: docs/sources/tibet.md, transfer (DEF-XZ-01, DEF-GEN-16)
local PROOF_BYTES = 2 * 1024 * 1024

-- The codes of GB/T 2260, without the province itself.
local PROVINCES = {
  { value = "110000", label = "北京市" }, { value = "120000", label = "天津市" }, { value = "130000", label = "河北省" },
  { value = "140000", label = "山西省" }, { value = "150000", label = "内蒙古自治区" }, { value = "210000", label = "辽宁省" },
  { value = "220000", label = "吉林省" }, { value = "230000", label = "黑龙江省" }, { value = "310000", label = "上海市" },
  { value = "320000", label = "江苏省" }, { value = "330000", label = "浙江省" }, { value = "340000", label = "安徽省" },
  { value = "350000", label = "福建省" }, { value = "360000", label = "江西省" }, { value = "370000", label = "山东省" },
  { value = "410000", label = "河南省" }, { value = "420000", label = "湖北省" }, { value = "430000", label = "湖南省" },
  { value = "440000", label = "广东省" }, { value = "450000", label = "广西壮族自治区" }, { value = "460000", label = "海南省" },
  { value = "500000", label = "重庆市" }, { value = "510000", label = "四川省" }, { value = "520000", label = "贵州省" },
  { value = "530000", label = "云南省" }, { value = "610000", label = "陕西省" }, { value = "620000", label = "甘肃省" },
  { value = "630000", label = "青海省" }, { value = "640000", label = "宁夏回族自治区" },
  { value = "650000", label = "新疆维吾尔自治区" },
}
local JUDGED_BY = { "today", "fields", "person", "ledger", "own_cases" }

return {
  title = "转考申请",
  subject = "candidate",
  one_open = "candidate",
  requires = { { case = { "registration", "completion" }, phase = "approved" } },
  office_field = "exam_district",
  pages = {
    {
      id = "target",
      title = "转出信息",
      notices = { "notice_transfer" },
      facts = {
        { id = "admission_number", label = "准考证号", from = "person.admission_number" },
        { id = "name", label = "姓名", from = "person.name" },
        { id = "id_number", label = "身份证", from = "person.id_number" },
      },
      fields = {
        {
          id = "exam_district", widget = "choice", label = "考区", options = { list = "exam_districts" }, shows = "code-name",
          preset = { "person.more.exam_district" }, hint = "hint_reviewed_by",
        },
        { id = "major", widget = "major", label = "在本区报考的专业", shows = "code-name-level", preset = { "person.more.major" } },
        { id = "target_province", widget = "choice", label = "转入省份", options = PROVINCES },
        {
          id = "target_number", widget = "text", label = "转入省份的准考证号", hint = "hint_target_number", max = 20,
          pattern = "letters_digits",
        },
        {
          id = "target_level", widget = "choice", label = "转入层次",
          options = { { value = "associate", label = "专科" }, { value = "bachelor", label = "专升本" } },
        },
        { id = "target_major", widget = "text", label = "转入专业", max = 60 },
        { id = "reason", widget = "text", label = "转考原因", max = 200 },
      },
    },
    {
      id = "courses",
      title = "转出课程",
      notices = { "notice_transfer_courses" },
      fields = {
        {
          id = "courses", widget = "rows", label = "转出课程", min_rows = 1, max_rows = 20,
          columns = { { id = "code", label = "课程代码", max = 5 }, { id = "name", label = "课程名称", max = 40, required = false } },
        },
        {
          id = "proof", widget = "upload", label = "转入省份的准考证或考籍证明", hint = "hint_proof", accept = { "jpg", "png" },
          max_bytes = PROOF_BYTES,
        },
        {
          id = "declaration", widget = "declaration",
          label = "转入省份的考籍姓名、身份证号与本区一致，本人没有处于停考处理期间",
        },
      },
    },
  },
  states = {
    draft = { title = "填写中", phase = "draft", editable = true },
    pending = { title = "审核中", phase = "in_review", reviewers = { "prefecture_office" }, waits_for = "waits_for_prefecture" },
    returned = { title = "被退回", phase = "returned", editable = true },
    passed = { title = "审核通过，待本人确认", phase = "approved", waits_for = "waits_for_confirmation" },
    confirmed = {
      title = "已确认，待交换", phase = "in_review", reviewers = { "province_office" }, waits_for = "waits_for_exchange",
    },
    exchanged = { title = "已转出", phase = "completed" },
    refused = { title = "不予转出", phase = "rejected" },
    withdrawn = { title = "放弃", phase = "closed" },
  },
  initial = "draft",
  actions = {
    submit = {
      title = "提交", from = { "draft", "returned" }, to = "pending", by = "candidate", checks_fields = true,
      guard = "transfer.may_move", facts = JUDGED_BY,
      confirm = { text = "confirm_transfer", fields = { "target_province", "target_number" } },
      after = { say = "application_taken", button = "查看进度", go = "case" },
    },
    pass = {
      title = "审核通过", from = { "pending" }, to = "passed", by = "reviewer", guard = "transfer.may_move", facts = JUDGED_BY,
      effects = { { verb = "send_message", template = "transfer_passed" } },
    },
    send_back = {
      title = "退回", from = { "pending" }, to = "returned", by = "reviewer", reason = "required",
      effects = { { verb = "send_message", template = "transfer_returned" } },
    },
    confirm = {
      title = "确认转出", from = { "passed" }, to = "confirmed", by = "candidate", guard = "transfer.may_move", facts = JUDGED_BY,
      confirm = { text = "confirm_transfer_for_good", fields = { "target_province" } },
    },
    exchange = {
      title = "交换完成", from = { "confirmed" }, to = "exchanged", by = "reviewer",
      guard = "transfer.may_move", facts = JUDGED_BY,
      effects = { { verb = "send_message", template = "transfer_done" } },
    },
    refuse = {
      title = "不予转出", from = { "confirmed" }, to = "refused", by = "reviewer", reason = "required",
      effects = { { verb = "send_message", template = "transfer_refused" } },
    },
    withdraw = { title = "放弃申请", from = { "draft", "returned", "passed" }, to = "withdrawn", by = "candidate" },
  },
}
