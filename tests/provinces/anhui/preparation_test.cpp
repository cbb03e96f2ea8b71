#include "tests/provinces/anhui/province.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

class AnhuiPreparation : public Anhui
{
protected:
    static Json person(const std::string& name)
    {
        return {{"prefecture", "340200"},     {"name", name},          {"sex", "2"}, {"ethnicity", "01"},
                {"birth_date", "1999-05-12"}, {"phone", "13900000001"}};
    }
    std::vector<std::string> standing(const Student& student, const std::string& course)
    {
        if (looked_.empty()) {
            looked_ = begin(student, "graduation");
            need(engine.saveDraft(student.actor(), looked_, input(student.actor(), looked_, {application()})),
                 "draft");
        }
        const std::string& id = looked_;
        std::vector<std::string> all;
        const Json ledger = view(student.actor(), id).ledger;
        for (const Json& line : ledger["lines"])
            if (line["code"] == course)
                all = {line["standing"], line.value("source", "")};
        return all;
    }

private:
    std::string looked_; ///< the case whose ledger is looked at
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(AnhuiPreparation);

TEST_P(AnhuiPreparation, DEF_AH_01_RegistrationGivesANumberOfTheCityTheYearAndTheTerm)
{
    EXPECT_EQ(student(1).number, "020026100001");
    EXPECT_EQ(student(2).number, "020026100002");
}

TEST_P(AnhuiPreparation, AH_PRE_01_PassesMovedInSince2016CountWithoutAStep)
{
    const auto anna = photographed();
    record(anna.number + ",15040,66,2015-10-17,transfer,江苏,2016-01-01\n");
    EXPECT_THAT(standing(anna, "15040"), ElementsAre("passed", "transfer"));
}

TEST_P(AnhuiPreparation, AH_PRE_02_EarlierOnesCountOnceTheCityHasFiledThePapers)
{
    const auto anna = photographed();
    record(anna.number + ",15040,66,2014-10-17,transfer,江苏,2015-12-31\n");
    EXPECT_THAT(standing(anna, "15040"), ElementsAre("missing", ""));
    const std::string id = begin(anna, "transfer_filing");
    const Json filled{{"prefecture", "340200"},
                      {"course", "15040"},
                      {"score", "66"},
                      {"origin", "江苏"},
                      {"passed_on", "2014-10-17"}};
    EXPECT_THAT(refusals(anna.actor(), id, "submit", {filled}), ElementsAre("required_upload@proof"));
    prove(anna, id, "proof");
    Json later = filled;
    later["passed_on"] = "2016-01-01";
    EXPECT_THAT(refusals(anna.actor(), id, "submit", {later}), ElementsAre("transfer_on_file@passed_on"));
    mustDo(anna.actor(), id, "submit", {filled});
    EXPECT_THAT(queueOf(wuhu), ElementsAre(id));
    EXPECT_THAT(queueOf(bengbu), IsEmpty());
    mustDo(wuhu, id, "file");
    EXPECT_THAT(standing(anna, "15040"), ElementsAre("passed", "filed"));
}

TEST_P(AnhuiPreparation, AH_PRE_03_AnOpenCorrectionBlocksTheApplicationAndSaysSo)
{
    const auto anna = photographed();
    passAll(anna, "REF-530601-2024");
    const std::string change = begin(anna, "identity_change");
    prove(anna, change, "proof");
    Json filled = person("测试学生");
    filled["id_number"] = identity.person(anna.actor().id)->id_number;
    mustDo(anna.actor(), change, "submit", {filled});
    const std::string id = begin(anna, "graduation");
    EXPECT_THAT(refusals(anna.actor(), id, "apply", {application()}), ElementsAre("identity_change_open"));
    mustDo(wuhu, change, "change");
    EXPECT_EQ(identity.person(anna.actor().id)->name, "测试学生");
    mustDo(anna.actor(), id, "apply", {application()});
}

TEST_P(AnhuiPreparation, AH_PHO_04_TheApplicationIsReachableOnlyAfterThePicturePassed)
{
    const auto anna = student();
    EXPECT_THAT(reasonsNotToBegin(anna.actor(), "graduation"), ElementsAre("earlier_stage_open"));
    const std::string id = begin(anna, "graduation_photo");
    prove(anna, id, "photo");
    mustDo(anna.actor(), id, "submit", {{{"prefecture", "340200"}, {"declaration", true}}});
    EXPECT_EQ(view(anna.actor(), id).definition->states.at("pending").title, "待审核");
    mustDo(wuhu, id, "refuse", {nullptr, nullptr, "使用了手机自拍照"});
    EXPECT_THAT(newestMessage(anna), HasSubstr("使用了手机自拍照"));
    EXPECT_THAT(reasonsNotToBegin(anna.actor(), "graduation"), ElementsAre("earlier_stage_open"));
    prove(anna, id, "photo");
    mustDo(anna.actor(), id, "resubmit");
    mustDo(wuhu, id, "pass");
    EXPECT_THAT(reasonsNotToBegin(anna.actor(), "graduation"), IsEmpty());
}

TEST_P(AnhuiPreparation, AH_PHO_13_ThePictureIsMeasuredByTheWholeStandardOfTheRegister)
{
    const auto anna = student();
    prove(anna, begin(anna, "graduation_photo"), "photo");
    const api::PhotoStandard& asked = inspector.last_standard;
    EXPECT_THAT(asked.types, ElementsAre("jpg"));
    EXPECT_EQ(asked.min_bytes, 20480);
    EXPECT_EQ(asked.max_bytes, 40960);
    EXPECT_EQ(asked.width, 480);
    EXPECT_EQ(asked.height, 640);
    EXPECT_EQ(asked.dpi, 300);
    EXPECT_EQ(asked.min_quality, 60);
    EXPECT_TRUE(asked.true_colour && asked.plain_file && asked.face);
    EXPECT_EQ(asked.grounds.size(), 2u) << "AH-PHO-07";
    // AH-PHO-14
    EXPECT_EQ(asked.hairline.least, 50);
    EXPECT_EQ(asked.hairline.most, 110);
    EXPECT_EQ(asked.eye_line.least, 200);
    EXPECT_EQ(asked.eye_line.most, 300);
    EXPECT_EQ(asked.face_width.least, 180);
    EXPECT_EQ(asked.face_width.most, 300);
    EXPECT_GT(asked.max_tilt, 0);
    EXPECT_GT(asked.max_off_centre, 0);
}

TEST_P(AnhuiPreparation, AH_PHO_15_EachFailureSaysItsRemedy)
{
    static const std::map<std::string, std::string> kRemedies{{"bytes", "调整图像大小"},
                                                              {"eye_line", "增补照片底色"},
                                                              {"eye_tilt", "双眼需水平"},
                                                              {"face_points", "丸子头"},
                                                              {"type", "画图"}};
    const auto anna = student();
    const std::string id = begin(anna, "graduation_photo");
    inspector.inspection = [](const std::string&) {
        api::Inspection found;
        for (const auto& [code, remedy] : kRemedies)
            found.checks.push_back({code, false, "1", "2", api::PhotoVerdict::failed});
        return Result<api::Inspection>(found);
    };
    prove(anna, id, "photo");
    const Json filled{{"prefecture", "340200"}, {"declaration", true}};
    const auto done = act(anna.actor(), id, "submit", {filled});
    need(done, "submit");
    ASSERT_EQ(done->decision.reasons.size(), kRemedies.size());
    for (const auto& [code, remedy] : kRemedies)
        EXPECT_THAT(done->package->texts.at("photo_" + code).get<std::string>(), HasSubstr(remedy));
}

TEST_P(AnhuiPreparation, AH_PHO_02_AfterTheWindowNoPictureIsSentAgain)
{
    const auto anna = student();
    const std::string id = begin(anna, "graduation_photo");
    prove(anna, id, "photo");
    mustDo(anna.actor(), id, "submit", {{{"prefecture", "340200"}, {"declaration", true}}});
    mustDo(wuhu, id, "refuse", {nullptr, nullptr, "背景有阴影"});
    clock.set({at(6, 1, 17h).ms - 1});
    EXPECT_THAT(reasonsNotToBegin(student(2).actor(), "graduation_photo"), IsEmpty());
    clock.set(at(6, 1, 17h));
    EXPECT_THAT(refusals(anna.actor(), id, "resubmit", {}), ElementsAre("photo_window_over@photo"));
}

TEST_P(AnhuiPreparation, AH_PHO_02_WhoMustSendAnotherPictureIsRemindedBeforeTheWindowShuts)
{
    const auto anna = student(1), bert = student(2);
    for (const Student* one : {&anna, &bert}) {
        const std::string id = begin(*one, "graduation_photo");
        prove(*one, id, "photo");
        mustDo(one->actor(), id, "submit", {{{"prefecture", "340200"}, {"declaration", true}}});
        mustDo(wuhu, id, "refuse", {nullptr, nullptr, "背景有阴影"});
        EXPECT_EQ(view(one->actor(), id).deadlines.front().due_at, at(6, 1, 17h));
        if (one == &bert)
            mustDo(one->actor(), id, "resubmit");
    }
    clock.set(at(5, 25, 17h));
    deliver();
    EXPECT_THAT(newestMessage(anna), HasSubstr("请在 2026-06-01 17:00 前"));
    EXPECT_THAT(newestMessage(bert), HasSubstr("背景有阴影")) << "it lies with the city";
}

TEST_P(AnhuiPreparation, AH_GRA_13_TheCityMergesNumbersAndTheOldOneIsBlocked)
{
    const auto anna = student(1), old = student(2);
    record(old.number + ",15040,88,2020-10-17,exam,,\n");
    const std::string photo = begin(old, "graduation_photo");
    prove(old, photo, "photo");
    mustDo(old.actor(), photo, "submit", {{{"prefecture", "340200"}, {"declaration", true}}});
    mustDo(wuhu, photo, "pass");
    const std::string draft = begin(old, "graduation");
    const std::string id = begin(anna, "number_merge");
    prove(anna, id, "proof");
    mustDo(anna.actor(), id, "submit",
           {{{"prefecture", "340200"},
             {"numbers", Json::array({Json{{"kind", "1"}, {"number", old.number}}})}}});
    mustDo(wuhu, id, "merge");
    EXPECT_EQ(records.of(anna.actor().id, anna.number)->size(), 1u);
    EXPECT_THAT(newestMessage(anna), HasSubstr("已经合并"));
    EXPECT_THAT(refusals(old.actor(), draft, "apply", {application()}), ElementsAre("number_merged"))
        << "a draft begun before the merge";
    mustDo(wuhu, id, "unmerge", {nullptr, nullptr, "号码有误"});
    EXPECT_THAT(newestMessage(anna), HasSubstr("号码有误"));
    EXPECT_EQ(records.of(anna.actor().id, anna.number)->size(), 0u);
    mustDo(wuhu, id, "merge");
    mustDo(wuhu, id, "confirm");
    EXPECT_THAT(refusals(wuhu, id, "unmerge", {}), ElementsAre("action_not_offered"));
    EXPECT_THAT(reasonsNotToBegin(old.actor(), "graduation"), testing::Contains("number_merged"));
}
