return {
  title = "考生报考",
  subject = "candidate",
  one_open = "sitting",
  window = "sign_up",
  office_field = "prefecture",
  pages = {
    {
      id = "choice",
      title = "报考信息",
      fields = {
        { id = "prefecture", widget = "choice", label = "选择地州", options = { list = "prefectures" } },
        { id = "county", widget = "region", label = "选择县市", options = { list = "counties" }, parent_field = "prefecture" },
        { id = "major", widget = "major", label = "选择报考专业" },
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
  },
  initial = "draft",
  actions = {
    submit = {
      title = "提交", from = { "draft", "submitted" }, to = "submitted", by = "candidate", checks_fields = true,
      guard = "sign_up.may_submit", facts = { "fields", "plan" },
      effects = { { "sign_up" } },
    },
    pay = {
      title = "点击缴费", from = { "submitted" }, to = "ordered", by = "candidate",
      guard = "sign_up.may_pay", facts = { "fields", "sitting", "plan" },
      effects = { { verb = "charge", lines = "sign_up.lines", lives_seconds = 180, business = "报考费" } },
    },
    paid = { title = "缴费成功", from = { "ordered" }, to = "paid", by = "system", effects = { { "confirm_sign_up" } } },
    order_expired = {
      title = "二维码过期", from = { "ordered" }, to = "submitted", by = "system",
      effects = { { "release_sign_up" } },
    },
  },
}
