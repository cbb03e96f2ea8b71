#include "tests/provinces/anhui/province.hpp"

#include "tests/kernel/rules/support.hpp"

namespace zikao::test {

namespace {

const std::string kProvince = ZIKAO_SOURCE_DIR "/provinces/anhui";

std::string repeated(const std::string& text, int times)
{
    std::string all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

} // namespace

const std::string Anhui::essay_ = repeated("本人在自学期间认真学习，遵守考试纪律，圆满完成了各门课程。", 15);

Anhui::Anhui() : Procedures(at(5, 20, 9h), kProvince, rules::testing_support::evaluator())
{
    layInProvince(kProvince);
    openWindows(at(5, 1), at(6, 1, 17h), at(6, 10, 17h));
}

void Anhui::openWindows(Instant from, Instant pictures_until, Instant until)
{
    for (const exams::Window& window :
         {exams::Window{"graduation", "毕业申请时间", from, until, ""},
          exams::Window{"photo", "照片上传时间", from, pictures_until, "graduation"}})
        need(tenant->database->transaction(
                 [&](storage::Transaction& tx) { return exams::Windows(*tenant).save(tx, window); }),
             window.name);
}

void Anhui::secondHalf()
{
    clock.set(at(11, 2, 9h));
    openWindows(at(11, 1), at(12, 1, 17h), at(12, 10, 17h));
}

Student Anhui::student(int number, const std::string& city)
{
    Student student;
    auto session = identity.beginGuest();
    need(session, "guest session");
    student.session = *session;
    const std::string id = begin(student, "registration");
    prove(student, id, "portrait");
    char phone[12];
    std::snprintf(phone, sizeof phone, "139%08d", number);
    const Json fields{{"name", "测试考生"},
                      {"id_number", madeUpNumber(number)},
                      {"sex", "2"},
                      {"ethnicity", "01"},
                      {"birth_date", "1999-05-12"},
                      {"political_status", "13"},
                      {"hukou_type", "2"},
                      {"education_level", "4"},
                      {"occupation", "01"},
                      {"phone", phone},
                      {"prefecture", city},
                      {"declaration", true}};
    const Json secrets{{"password", "kaosheng2026"}, {"password_again", "kaosheng2026"}};
    const auto done = act(student.actor(), id, "submit", {fields, secrets});
    need(done, "registration");
    EXPECT_TRUE(done->decision.allowed) << toJson(done->decision).dump();
    auto risen = identity.promote(student.session.token, done->opened_account);
    need(risen, "account");
    student.session = *risen;
    mustDo(city == "340200" ? wuhu : hefei, id, "pass");
    auto person = identity.person(student.actor().id);
    need(person, "person");
    student.number = person->admission_number;
    return student;
}

Student Anhui::photographed(int number)
{
    const Student one = student(number);
    const std::string id = begin(one, "graduation_photo");
    prove(one, id, "photo");
    mustDo(one.actor(), id, "submit", {{{"prefecture", "340200"}, {"declaration", true}}});
    mustDo(wuhu, id, "pass");
    return one;
}

void Anhui::record(const std::string& rows)
{
    need(records.import("admission_number,course_code,score,passed_on,source,origin,moved_on\n" + rows,
                        "test"),
         "passes");
}

void Anhui::passAll(const Student& student, const std::string& plan, const std::vector<std::string>& without)
{
    std::string rows;
    const auto courses = catalog.plan(plan);
    for (const catalog::PlanCourse& course : *courses)
        if (std::ranges::count(without, course.code) == 0)
            rows += student.number + "," + course.code + ",70,2024-04-13,exam,,\n";
    record(rows);
}

Json Anhui::application(const std::string& major)
{
    return {{"prefecture", "340200"},
            {"major", major},
            {"phone", "13900000001"},
            {"address", "芜湖市镜湖区"},
            {"history",
             {{{"from", "2015-09-01"}, {"to", "2018-06-30"}, {"where", "某中学"}},
              {{"from", "2018-07-01"}, {"to", ""}, {"where", "待业"}}}},
            {"appraisal", appraisal()},
            {"declaration", true}};
}

Json Anhui::treatments(const std::string& course, const std::string& kind, const std::string& rule,
                       const std::vector<std::string>& with)
{
    return Json::array({Json{{"course", course}, {"kind", kind}, {"rule", rule}, {"with", with}}});
}

std::string Anhui::begin(const Student& student, const std::string& type)
{
    auto opened = engine.begin(student.actor(), type, "");
    need(opened, type);
    return opened->record.id;
}

void Anhui::mustDo(const identity::Actor& actor, const std::string& case_id, const std::string& action,
                   const Sent& sent)
{
    const auto done = refusals(actor, case_id, action, sent);
    if (done != std::vector<std::string>{"<done>"})
        throw std::runtime_error(action + ": " + testing::PrintToString(done));
}

void Anhui::prove(const Student& student, const std::string& case_id, const std::string& field)
{
    need(engine.attach(student.actor(), case_id, field, picture(), ""), field);
}

std::string Anhui::applied(const Student& student, const std::string& major)
{
    const std::string id = begin(student, "graduation");
    mustDo(student.actor(), id, "apply", {application(major)});
    return id;
}

std::string Anhui::joint(const Student& student)
{
    const std::string id = applied(student);
    confirm(id);
    return id;
}

void Anhui::confirm(const std::string& case_id)
{
    mustDo(wuhu, case_id, "conduct_passed");
    mustDo(wuhu, case_id, "pass");
}

std::string Anhui::state(const std::string& case_id)
{
    const auto seen = engine.view(identity::Actor::system("test"), case_id);
    return seen ? seen->record.state : seen.error().message;
}

std::string Anhui::newestMessage(const Student& student)
{
    const auto box = notify.box(student.actor().id);
    need(box, "box");
    return box->empty() ? "" : box->front().text;
}

} // namespace zikao::test
