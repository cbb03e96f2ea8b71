#include "tests/provinces/tibet/journey.hpp"

using namespace zikao;
using namespace zikao::test;
using namespace zikao::test::tibet;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

namespace {

class TibetCompletion : public tibet::Journey
{
protected:
    static Json fields(int number = 1)
    {
        return {{"name", "测试考生"}, {"id_number", numberOf(number)}, {"phone", phoneOf(number)}};
    }
    Json filled(const Candidate& visitor, int number = 1, const std::string& again = "kaosheng2026")
    {
        clock.advance(61s);
        return {{"password", "kaosheng2026"},
                {"password_again", again},
                {"phone_code", codeFor(visitor.actor(), phoneOf(number), identity::CodePurpose::claim)}};
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(TibetCompletion);

TEST_P(TibetCompletion, XZ_INF_01_XZ_INF_02_TheFormComesAfterTheNoticeAndSaysItsPurpose)
{
    const Candidate visitor = guest();
    EXPECT_EQ(engine.begin(visitor.actor(), "completion", "").error().reason, "notice_unread");
    const auto opened = engine.begin(visitor.actor(), "completion", "", true);
    ASSERT_TRUE(opened);
    const std::string purpose = opened->package->texts[opened->definition->pages[0].notices[0]];
    EXPECT_THAT(purpose, HasSubstr("重新取回账号、绑定手机号码、重置登录密码"));
}

TEST_P(TibetCompletion, XZ_INF_03_BothSidesAsInTheRegistration)
{
    const Candidate visitor = completing();
    for (const char* side : {"id_card_front", "id_card_back"}) {
        EXPECT_EQ(attachRefused(visitor, visitor.completion, side, jpgOf(102'400)), "") << side;
        EXPECT_EQ(attachRefused(visitor, visitor.completion, side, jpgOf(102'401)), "file_size") << side;
        EXPECT_EQ(attachRefused(visitor, visitor.completion, side, files::png(1000, 630)), "file_type")
            << side;
    }
}

TEST_P(TibetCompletion, XZ_INF_04_AnyEmptyStarredFieldBlocksSaving)
{
    onFile(1);
    const Candidate visitor = completing();
    const Json given = filled(visitor);
    for (const char* id : {"name", "id_number", "phone"})
        EXPECT_THAT(completeRefused(visitor, without(fields(), id), given),
                    Contains("required@" + std::string(id)));
    for (const char* id : {"phone_code", "password", "password_again"}) {
        Json secrets = given;
        secrets.erase(id);
        EXPECT_THAT(completeRefused(visitor, fields(), secrets), Contains(HasSubstr("@" + std::string(id))));
    }
    EXPECT_EQ(shownState(visitor, visitor.completion), "填写中");
}

TEST_P(TibetCompletion, XZ_INF_05_TheHintAsksForTheNumberInUse)
{
    const Candidate visitor = completing();
    const auto seen = view(visitor.actor(), visitor.completion);
    EXPECT_EQ(seen.package->texts[seen.definition->field("phone")->hint],
              "提示：请输入自己当前使用手机号，否则会影响相关信息通知。");
}

TEST_P(TibetCompletion, XZ_INF_06_PasswordsThatDifferAreRefused)
{
    onFile(1);
    const Candidate visitor = completing();
    EXPECT_THAT(completeRefused(visitor, fields(), filled(visitor, 1, "kaosheng2027")),
                ElementsAre("password_differs@password_again"));
}

TEST_P(TibetCompletion, XZ_INF_07_TheQuestionRepeatsNameNumberAndTelephone)
{
    const Candidate visitor = completing();
    const auto seen = view(visitor.actor(), visitor.completion);
    const cases::Action* action = seen.definition->action("complete");
    EXPECT_THAT(action->confirm->fields, ElementsAre("name", "id_number", "phone"));
    EXPECT_EQ(seen.package->texts[action->confirm->text],
              "请确认所有信息【姓名: {name} 身份证: {id_number} 电话号码: {phone}】是否正确?");
}

TEST_P(TibetCompletion, XZ_INF_08_XZ_LOG_03_AfterwardsBothWaysOfLoggingInAreNamedAndWork)
{
    const Candidate candidate = completed();
    const auto seen = view(candidate.actor(), candidate.completion);
    const auto& after = *seen.definition->action("complete")->after;
    EXPECT_THAT(seen.package->texts[after.say].get<std::string>(),
                testing::AllOf(HasSubstr("姓名+身份证与密码登录"), HasSubstr("手机号登录")));
    EXPECT_EQ(after.button, "登录");
    EXPECT_EQ(after.go, "login");
    EXPECT_EQ(personOf(candidate).admission_number, "010016200001") << "what was on file is kept";
    EXPECT_EQ(personOf(candidate).phone, phoneOf(1));
    EXPECT_THAT(textsTo(phoneOf(1)), ElementsAre("completed"));
}

TEST_P(TibetCompletion, XZ_INF_09_WhoIsNotOnFileReadsTheRemedy)
{
    onFile(1);
    const Candidate visitor = completing();
    Json stranger = fields(2);
    EXPECT_THAT(completeRefused(visitor, stranger, filled(visitor, 2)),
                Contains(HasSubstr("person_unknown")));
    Json other_name = fields(1);
    other_name["name"] = "别人";
    EXPECT_THAT(completeRefused(visitor, other_name, filled(visitor, 1)),
                Contains(HasSubstr("person_unknown")));
    const std::string sentence = view(visitor.actor(), visitor.completion).package->texts["person_unknown"];
    EXPECT_THAT(sentence, testing::AllOf(HasSubstr("系统查无此人"), HasSubstr("zksk357@163.com"),
                                         HasSubstr("地市教育局")));
}

TEST_P(TibetCompletion, XZ_INF_09_WhoIsOnFileDoesNotRegisterAnew)
{
    onFile(1);
    const Candidate visitor = begun();
    EXPECT_THAT(registerRefused(visitor, {}), Contains(HasSubstr("person_on_file")));
}

TEST_P(TibetCompletion, XZ_REG_16_ATelephoneOfAnotherCandidateIsRefused)
{
    static_cast<void>(registered(5));
    onFile(1);
    const Candidate visitor = completing();
    Json taken = fields();
    taken["phone"] = phoneOf(5);
    EXPECT_THAT(completeRefused(visitor, taken, filled(visitor, 5)), Contains(HasSubstr("phone_taken")));
}

TEST_P(TibetCompletion, XZ_SGN_13_XZ_SGN_14_BasicDataAreMendedAfterCompleting)
{
    const Candidate candidate = completed();
    const auto seen = view(candidate.actor(), candidate.completion);
    EXPECT_EQ(seen.record.fields["sex"], "2") << "known from the file";
    attach(candidate, candidate.completion, "portrait", portrait());
    const Json data = {{"birth_date", "1999-05-12"}, {"political_status", "13"}, {"hukou_type", "1"},
                       {"education_level", "3"},     {"occupation", "01"},       {"address", "拉萨市"},
                       {"workplace", "XZDX"}};
    EXPECT_THAT(did(candidate, candidate.completion, "save", {data}), ElementsAre("<done>"));
    EXPECT_EQ(personOf(candidate).more.at("workplace"), "XZDX");
    EXPECT_EQ(personOf(candidate).phone, phoneOf(1));
    EXPECT_THAT(did(candidate, candidate.completion, "save", {{{"phone", phoneOf(9)}}}),
                ElementsAre("field_fixed@phone"));
}

TEST_P(TibetCompletion, XZ_LOG_03_WhoCompletedSignsUpLikeANewCandidate)
{
    const Candidate candidate = choosing(completed());
    Json chosen = choice();
    chosen.update({{"exam_district", "0100"}, {"occupation", "01"}, {"workplace", "XZDX"}});
    EXPECT_THAT(did(candidate, candidate.sign_up, "submit", {chosen}), ElementsAre("<done>"));
    EXPECT_EQ(personOf(candidate).admission_number, "010016200001") << "nobody gets a second number";
}
