-- 考籍更改: another major or 考区, until the sitting is paid; the open sign-up changes with it.
-- source: docs/sources/tibet.md, sign-up, change of major and 考区
return {
  title = "考籍更改",
  subject = "candidate",
  one_open = "candidate",
  requires = { { case = { "registration", "completion" }, phase = "approved" } },
  pages = {
    {
      id = "change",
      title = "报考专业和考区",
      notices = { "notice_record_change" },
      facts = {
        { id = "admission_number", label = "准考证号", from = "person.admission_number" },
        { id = "name", label = "姓名", from = "person.name" },
      },
      fields = {
        {
          id = "exam_district", widget = "choice", label = "考区", options = { list = "exam_districts" }, shows = "code-name",
          preset = { "person.more.exam_district" },
        },
        { id = "major", widget = "major", label = "报考专业", shows = "code-name-level", preset = { "person.more.major" } },
      },
    },
  },
  states = {
    draft = { title = "填写中", phase = "draft", editable = true },
    changed = { title = "已更改", phase = "completed" },
  },
  initial = "draft",
  actions = {
    change = {
      title = "提交更改", from = { "draft" }, to = "changed", by = "candidate", checks_fields = true,
      guard = "record_change.may_change", facts = { "fields", "plan" },
      confirm = { text = "confirm_record_change", fields = { "exam_district", "major" } },
      after = { say = "record_changed", button = "去报名", go = "center" },
      effects = {
        { verb = "update_person", keep = { "exam_district", "major" } },
        {
          verb = "amend", case = "sign_up", action = "amended", fields = { exam_district = "exam_district", major = "major" },
        },
      },
    },
  },
}
