-- 考生报考: prefecture and county, major, one course per slot; paid online with a code that lives three minutes.
-- source: docs/sources/xinjiang.md, sign-up and payment
local CODE_SECONDS = 180 -- XJ-PAY-05, XJ-PAY-06

return {
  title = "考生报考",
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
      fields = {
        { id = "prefecture", widget = "choice", label = "选择地州", options = { list = "prefectures" } },
        { id = "county", widget = "region", label = "选择县市", options = { list = "counties" }, parent_field = "prefecture" },
        { id = "major", widget = "major", label = "选择报考专业", special_from = { case = "registration", field = "special_majors" } },
        { id = "courses", widget = "course_slots", label = "选择报考课程", major_field = "major" },
        { id = "declaration", widget = "declaration", label = "本人担保以上信息真实准确" },
      },
    },
  },
  states = {
    draft = { title = "填写中", phase = "draft", editable = true },
    submitted = { title = "未缴费", phase = "submitted", editable = true, waits_for = "waits_for_payment" },
    ordered = { title = "支付中", phase = "awaiting_payment", waits_for = "waits_for_provider" },
    paid = { title = "已缴费", phase = "completed" },
    lapsed = { title = "已作废", phase = "closed" },
  },
  initial = "draft",
  actions = {
    submit = {
      title = "提交", from = { "draft", "submitted" }, to = "submitted", by = "candidate", checks_fields = true,
      guard = "sign_up.may_submit", facts = { "fields", "plan", "registration" },
      effects = { { "sign_up" }, { verb = "set_deadline", action = "lapse", at = "sitting.pay_until" } },
    },
    pay = {
      title = "点击缴费", from = { "submitted" }, to = "ordered", by = "candidate",
      guard = "sign_up.may_pay", facts = { "fields", "sitting", "plan", "registration" },
      effects = {
        -- What is paid for is what is signed up for, also when the choice was changed and only kept.
        { "sign_up" },
        { verb = "charge", lines = "fees.sign_up_lines", lives_seconds = CODE_SECONDS, business = "理论课报考费" },
      },
    },
    paid = {
      title = "缴费成功", from = { "ordered" }, to = "paid", by = "system",
      effects = { { "confirm_sign_up" }, { verb = "send_message", template = "sign_up_paid" } },
    },
    order_expired = {
      title = "二维码过期", from = { "ordered" }, to = "submitted", by = "system",
      -- The time for paying may have ended while the code lived: then the deadline strikes now.
      effects = { { "release_sign_up" }, { verb = "set_deadline", action = "lapse", at = "sitting.pay_until" } },
    },
    lapse = {
      title = "逾期未缴费作废", from = { "submitted" }, to = "lapsed", by = "system",
      effects = { { "void_sign_up" }, { verb = "send_message", template = "sign_up_lapsed" } },
    },
  },
}
