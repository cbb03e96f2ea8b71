-- 统考报名: a notice, one course per slot, an order that lives half an hour.
-- source: docs/sources/tibet.md, sign-up and payment
local ORDER_SECONDS = 30 * 60 -- XZ-PAY-10: a request that is not paid within thirty minutes lapses
-- A code is renewed within the order: whoever wants other courses waits for its end, not for half an hour.
local CODE_SECONDS = 180

return {
  title = "统考报名",
  subject = "candidate",
  one_open = "sitting",
  window = "sign_up",
  gate = { title = "报名须知", text = "notice_sign_up", tick = "我已阅读完报名须知", button = "下一步" },
  requires = { { case = { "registration", "completion" }, phase = "approved" } },
  office_field = "exam_district",
  pages = {
    {
      id = "person",
      title = "考试报名基本信息",
      facts = {
        { id = "admission_number", label = "准考证号", from = "person.admission_number" },
        { id = "name", label = "姓名", from = "person.name" },
        { id = "sex", label = "性别", from = "person.sex", list = "sexes" },
        { id = "id_number", label = "身份证", from = "person.id_number" },
        { id = "ethnicity", label = "民族", from = "person.ethnicity", list = "nationalities" },
        { id = "hukou_type", label = "户籍", from = "person.more.hukou_type", list = "hukou_types" },
        { id = "political_status", label = "政治面貌", from = "person.more.political_status", list = "political_status" },
        { id = "phone", label = "电话", from = "person.phone" },
      },
      fields = {
        {
          id = "occupation", widget = "choice", label = "职业",
          options = { list = "occupations" }, preset = { "person.more.occupation" },
        },
        { id = "workplace", widget = "text", label = "单位/学校", min = 2, max = 60, preset = { "person.more.workplace" } },
      },
    },
    {
      id = "exam",
      title = "考试信息",
      fields = {
        { id = "sitting", widget = "sitting", label = "考试名称", shows = "code-name" },
        {
          id = "exam_district", widget = "choice", label = "选择考区", options = { list = "exam_districts" }, shows = "code-name",
          preset = { "person.more.exam_district" }, hint = "hint_exam_district",
        },
        { id = "major", widget = "major", label = "报考专业", shows = "code-name-level", preset = { "person.more.major" } },
        { id = "courses", widget = "course_slots", label = "选择报考课程", major_field = "major", slot_text = "slot_line" },
      },
    },
  },
  states = {
    draft = { title = "填写中", phase = "draft", editable = true },
    submitted = { title = "未缴费", phase = "submitted", editable = true, waits_for = "waits_for_payment" },
    ordered = { title = "缴费中", phase = "awaiting_payment", waits_for = "waits_for_provider" },
    expired = { title = "订单作废", phase = "submitted", waits_for = "waits_for_reset" },
    paid = { title = "已缴费", phase = "completed", waits_for = "paid_for_good" },
    given_up = { title = "放弃", phase = "closed", waits_for = "given_up_for_good" },
  },
  initial = "draft",
  actions = {
    submit = {
      title = "下一步", from = { "draft", "submitted" }, to = "submitted", by = "candidate", checks_fields = true,
      guard = "sign_up.may_submit", facts = { "fields", "plan", "today" },
      after = { go = "payment" },
      effects = {
        { verb = "assign_number", prefix = "numbers.admission_prefix", digits = 5 },
        { verb = "sign_up", district = "exam_district" },
        { verb = "set_deadline", action = "give_up", at = "sitting.pay_until" },
      },
    },
    pay = {
      title = "在线缴费", from = { "submitted", "expired" }, to = "ordered", by = "candidate",
      guard = "sign_up.may_pay", facts = { "fields", "sitting", "plan", "fees" },
      effects = {
        -- What is paid for is what is signed up for, also when the choice was changed and only kept.
        { verb = "sign_up", district = "exam_district" },
        {
          verb = "charge", lines = "fees.sign_up_lines", lives_seconds = ORDER_SECONDS, code_seconds = CODE_SECONDS,
          business = "统考报考费",
        },
      },
    },
    paid = {
      title = "缴费成功", from = { "ordered" }, to = "paid", by = "system",
      effects = { { "confirm_sign_up" }, { verb = "send_message", template = "sign_up_paid" } },
    },
    order_expired = {
      title = "订单作废", from = { "ordered" }, to = "expired", by = "system",
      -- The time for paying may have ended while the order lived: then the deadline strikes now.
      effects = { { "release_sign_up" }, { verb = "set_deadline", action = "give_up", at = "sitting.pay_until" } },
    },
    -- Requirements 5.12: the courses are free again, to be paid as they are or to be chosen anew.
    reset = { title = "重置", from = { "expired" }, to = "submitted", by = "candidate" },
    give_up = {
      title = "逾期未缴费，视为放弃", from = { "submitted", "expired" }, to = "given_up", by = "system",
      effects = { { "void_sign_up" }, { verb = "send_message", template = "sign_up_given_up" } },
    },
    amended = {
      title = "考籍更改", from = { "draft", "submitted", "expired" }, to = "draft", by = "system",
      effects = { { "void_sign_up" } },
    },
  },
}
