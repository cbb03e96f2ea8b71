-- 课程报考: once per session, up to four courses, 30 yuan each, paid until the end of the time for paying.
-- source: docs/sources/anhui.md, sign-up (DEF-AH-02)
local ORDER_SECONDS = 30 * 60
local REMINDER = { days = 1, template = "sign_up_reminder" }

return {
  title = "课程报考",
  subject = "candidate",
  one_open = "sitting",
  window = "sign_up",
  requires = { { case = "registration", phase = "approved" } },
  office_field = "prefecture",
  pages = {
    {
      id = "choice",
      title = "报考信息",
      notices = { "notice_sign_up" },
      facts = {
        { id = "admission_number", label = "准考证号", from = "person.admission_number" },
        { id = "name", label = "姓名", from = "person.name" },
        { id = "id_number", label = "身份证号", from = "person.id_number" },
      },
      fields = {
        { id = "prefecture", widget = "choice", label = "考试所在市", options = { list = "prefectures" } },
        {
          id = "county", widget = "region", label = "考试所在县区", options = { list = "counties" }, parent_field = "prefecture",
        },
        { id = "major", widget = "major", label = "报考专业" },
        { id = "courses", widget = "course_slots", label = "报考课程", major_field = "major" },
        { id = "declaration", widget = "declaration", label = "本人已阅读报考须知并承诺诚信考试" },
      },
    },
  },
  states = {
    draft = { title = "填写中", phase = "draft", editable = true },
    submitted = { title = "未缴费", phase = "submitted", editable = true, waits_for = "waits_for_payment" },
    ordered = { title = "缴费中", phase = "awaiting_payment", waits_for = "waits_for_provider" },
    paid = { title = "已缴费", phase = "completed" },
    lapsed = { title = "已作废", phase = "closed" },
  },
  initial = "draft",
  actions = {
    submit = {
      title = "提交报考", from = { "draft", "submitted" }, to = "submitted", by = "candidate", checks_fields = true,
      guard = "sign_up.may_submit", facts = { "fields", "plan" },
      effects = {
        { "sign_up" }, { verb = "set_deadline", action = "lapse", at = "sitting.pay_until", remind = REMINDER },
      },
    },
    pay = {
      title = "去缴费", from = { "submitted" }, to = "ordered", by = "candidate",
      guard = "sign_up.may_pay", facts = { "now", "fields", "sitting", "plan" },
      effects = {
        { "sign_up" },
        {
          verb = "charge", lines = "sign_up.fee_lines", lives_seconds = ORDER_SECONDS, ends_by = "sign_up.order_ends",
          business = "自学考试报考费",
        },
      },
    },
    paid = {
      title = "缴费成功", from = { "ordered" }, to = "paid", by = "system",
      effects = { { "confirm_sign_up" }, { verb = "send_message", template = "sign_up_paid" } },
    },
    order_expired = {
      title = "订单过期", from = { "ordered" }, to = "submitted", by = "system",
      effects = {
        { "release_sign_up" }, { verb = "set_deadline", action = "lapse", at = "sitting.pay_until", remind = REMINDER },
      },
    },
    lapse = {
      title = "逾期未缴费作废", from = { "submitted" }, to = "lapsed", by = "system",
      effects = { { "void_sign_up" }, { verb = "send_message", template = "sign_up_lapsed" } },
    },
  },
}
