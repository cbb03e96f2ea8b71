#include "kernel/cases/field_checks.hpp"
#include "tests/provinces/tibet/journey.hpp"

using namespace zikao;
using namespace zikao::test;
using namespace zikao::test::tibet;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace {

class TibetRegistration : public tibet::Journey
{
protected:
    std::vector<std::string> labelsOf(const cases::View& seen, const std::string& page)
    {
        std::vector<std::string> labels;
        for (const cases::Page& one : seen.definition->pages)
            if (one.id == page)
                for (const cases::Field& field : one.fields)
                    labels.push_back(field.label);
        return labels;
    }
    std::vector<std::string> withCode(const Candidate& visitor, const std::string& code, int number = 1)
    {
        return did(visitor, visitor.registration, "register",
                   {person(number), {{"password", "kaosheng2026"}, {"phone_code", code}}});
    }
    std::vector<std::string> named(const std::string& name, int number)
    {
        return registerRefused(begun(), {{"name", name}}, number);
    }
    static std::string wrong(std::string code)
    {
        code.back() = code.back() == '1' ? '2' : '1';
        return code;
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(TibetRegistration);

TEST_P(TibetRegistration, XZ_REG_02_TheFormIsNotReachableBeforeTheNoticeWasAcknowledgedInThisSession)
{
    const Candidate visitor = guest();
    EXPECT_EQ(engine.begin(visitor.actor(), "registration", "").error().reason, "notice_unread");
    const auto opened = engine.begin(visitor.actor(), "registration", "", true);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->definition->gate->tick, "我已阅读完注册须知");
    identity::Actor other = visitor.actor();
    other.session_id = "another session";
    EXPECT_FALSE(view(other, opened->record.id).editable);
    EXPECT_EQ(engine.attach(other, opened->record.id, "portrait", portrait(), "").error().reason,
              "notice_unread");
}

TEST_P(TibetRegistration, XZ_REG_03_TheFormHasThreeHeadedParts)
{
    const Candidate visitor = begun();
    const auto seen = view(visitor.actor(), visitor.registration);
    std::vector<std::string> titles;
    for (const cases::Page& page : seen.definition->pages)
        if (cases::isShown(page, seen.record.state))
            titles.push_back(page.title);
    EXPECT_THAT(titles, ElementsAre("证件信息", "基本信息", "考试信息"));
}

TEST_P(TibetRegistration, XZ_REG_04_BothSidesAreJpgUpTo102400BytesAndNeeded)
{
    const Candidate visitor = begun();
    for (const char* side : {"id_card_front", "id_card_back"}) {
        EXPECT_EQ(attachRefused(visitor, visitor.registration, side, jpgOf(102'400)), "") << side;
        EXPECT_EQ(attachRefused(visitor, visitor.registration, side, jpgOf(102'401)), "file_size") << side;
        EXPECT_EQ(attachRefused(visitor, visitor.registration, side, files::png(1000, 630)), "file_type")
            << side;
    }
    Candidate bare = guest();
    bare.registration = engine.begin(bare.actor(), "registration", "", true)->record.id;
    EXPECT_THAT(registerRefused(bare, {}),
                AllOf(Contains("required_upload@id_card_front"), Contains("required_upload@id_card_back"),
                      Contains("required_upload@portrait")));
}

TEST_P(TibetRegistration, XZ_REG_05_ThePortraitIsJpg480By640UpTo51200Bytes)
{
    const Candidate visitor = begun();
    EXPECT_EQ(attachRefused(visitor, visitor.registration, "portrait", jpgOf(51'200, 480, 640)), "");
    EXPECT_EQ(attachRefused(visitor, visitor.registration, "portrait", jpgOf(51'201, 480, 640)), "file_size");
    EXPECT_EQ(attachRefused(visitor, visitor.registration, "portrait", files::png(480, 640)), "file_type");
    EXPECT_EQ(inspector.last_standard.width, 480);
    EXPECT_EQ(inspector.last_standard.height, 640) << "as DEF 5.2: never 640 by 480";
    EXPECT_EQ(inspector.last_standard.max_bytes, 51'200);
}

TEST_P(TibetRegistration, XZ_REG_06_TheStandardAsksForOneFaceOnWhiteGroundAndNamesTheFailedPoint)
{
    const Candidate visitor = begun();
    inspector.inspection = [](const std::string&) {
        api::Inspection inspection;
        inspection.checks = {{"face_count", true, "1", "1"},
                             {"eyes", false, "0", "2"},
                             {"ground", false, "67,142,219", "255,255,255"},
                             {"sharpness", false, "3", "20"}};
        return Result<api::Inspection>(inspection);
    };
    attach(visitor, visitor.registration, "portrait", portrait());
    EXPECT_TRUE(inspector.last_standard.face);
    EXPECT_THAT(inspector.last_standard.grounds, ElementsAre("255,255,255"));
    EXPECT_GT(inspector.last_standard.min_sharpness, 0) << "清晰的头像照片";
    EXPECT_THAT(registerRefused(visitor, {}),
                ElementsAre("photo_eyes@portrait", "photo_ground@portrait", "photo_sharpness@portrait"));
}

TEST_P(TibetRegistration, XZ_REG_06_AReviewerTicksOffWhatNoMachineMeasures)
{
    const Candidate visitor = begun();
    const cases::View seen = view(visitor.actor(), visitor.registration);
    std::vector<std::string> points;
    for (const Json& point : seen.definition->fieldOf("photo")->raw.at("checklist"))
        points.push_back(point.at("text"));
    EXPECT_THAT(points, ElementsAre("正面照", "头像清晰", "头像不能太小", "眉毛无遮挡", "背景颜色为白色"));
}

TEST_P(TibetRegistration, XZ_REG_07_XZ_INF_03_AnUploadHasAPreviewAtOnce)
{
    const Candidate visitor = begun();
    const auto kept = files.ofCase(visitor.registration).value();
    ASSERT_EQ(kept.size(), 3u);
    for (const files::File& file : kept)
        EXPECT_THAT(files.read(file, true).value(), Not(IsEmpty())) << file.field;
}

TEST_P(TibetRegistration, XZ_REG_08_XZ_REG_09_XZ_REG_11_TheFieldsStandThereWithTheManualsNames)
{
    const Candidate visitor = begun();
    const auto seen = view(visitor.actor(), visitor.registration);
    EXPECT_THAT(labelsOf(seen, "person"),
                testing::UnorderedElementsAre("姓名", "身份证号", "出生日期", "户籍", "职业", "是否在校",
                                              "当前学历", "手机号", "登录密码", "地址", "性别", "民族",
                                              "政治面貌", "毕业时间", "单位/学校", "短信验证码"));
    EXPECT_THAT(labelsOf(seen, "exam"), ElementsAre("考生类型", "报考城市", "考试名称", "报考专业"));
}

TEST_P(TibetRegistration, XZ_REG_08_XZ_REG_09_NoneOfTheTypedFieldsMayBeMissing)
{
    const Candidate visitor = begun();
    for (const char* text : {"name", "id_number", "birth_date", "address", "workplace"})
        EXPECT_THAT(registerRefused(visitor, {{text, ""}}), Contains("required@" + std::string(text)));
    for (const char* chosen : {"hukou_type", "occupation", "in_school", "education_level", "sex", "ethnicity",
                               "political_status", "candidate_type", "exam_district", "major"})
        EXPECT_THAT(registerRefused(visitor, {{chosen, ""}}),
                    Contains("required_choice@" + std::string(chosen)));
    EXPECT_THAT(registerRefused(visitor, {{"ethnicity", "99x"}}), Contains("option_unknown@ethnicity"));
    EXPECT_EQ(shownState(visitor, visitor.registration), "填写中");
}

TEST_P(TibetRegistration, XZ_REG_10_DEF_GEN_02_CodesThatAreWrongLateUsedOrTriedTooOftenAreRefused)
{
    const Candidate visitor = begun();
    const std::string phone = phoneOf(1);
    const std::string code = codeFor(visitor.actor(), phone);
    EXPECT_THAT(withCode(visitor, wrong(code)), ElementsAre("code_wrong@phone_code"));
    EXPECT_EQ(codeFor(visitor.actor(), phone), "code_too_soon") << "resend after 60 s";
    clock.advance(5min + 1s);
    EXPECT_THAT(withCode(visitor, code), ElementsAre("code_wrong@phone_code")) << "late";
    const std::string second = codeFor(visitor.actor(), phone);
    for (int tries = 0; tries < 5; ++tries)
        EXPECT_THAT(withCode(visitor, wrong(second)), ElementsAre("code_wrong@phone_code"));
    EXPECT_THAT(withCode(visitor, second), ElementsAre("code_wrong@phone_code")) << "the sixth try";
    clock.advance(61s);
    const std::string third = codeFor(visitor.actor(), phone);
    EXPECT_THAT(withCode(visitor, third), ElementsAre("<done>"));
    const Candidate again = begun();
    EXPECT_THAT(withCode(again, third, 2), Contains("code_wrong@phone_code")) << "used, and another phone's";
}

TEST_P(TibetRegistration, XZ_REG_10_ACodeOfAnotherPurposeOrSessionIsRefused)
{
    const Candidate visitor = begun(), other = begun();
    const std::string phone = phoneOf(1);
    EXPECT_THAT(withCode(visitor, codeFor(visitor.actor(), phone, identity::CodePurpose::claim)),
                ElementsAre("code_wrong@phone_code"));
    clock.advance(61s);
    EXPECT_THAT(withCode(visitor, codeFor(other.actor(), phone)), ElementsAre("code_wrong@phone_code"));
}

TEST_P(TibetRegistration, XZ_REG_11_TheListsComeFromTheTenantsDataOfTheOpenSitting)
{
    const Candidate visitor = begun();
    EXPECT_EQ(view(visitor.actor(), visitor.registration).record.fields["sitting"], "232");
    EXPECT_THAT(registerRefused(visitor, {{"sitting", "222"}}), ElementsAre("option_unknown@sitting"));
    EXPECT_THAT(registerRefused(visitor, {{"major", "999999"}}), ElementsAre("option_unknown@major"));
    EXPECT_THAT(registerRefused(visitor, {{"exam_district", "9900"}}),
                ElementsAre("option_unknown@exam_district"));
    EXPECT_EQ(catalog.item("exam_districts", "0100").value()->name, "拉萨考区");
    EXPECT_EQ(catalog.list("candidate_types").value().size(), 2u) << "DEF-XZ-04";
}

TEST_P(TibetRegistration, XZ_REG_12_XZ_REG_13_WhoLeavesOrDeclinesTheQuestionIsRegisteredNowhere)
{
    const Candidate visitor = begun();
    const auto seen = view(visitor.actor(), visitor.registration);
    const cases::Action* action = seen.definition->action("register");
    ASSERT_TRUE(action && action->confirm);
    EXPECT_THAT(action->confirm->fields, ElementsAre("name", "id_number", "phone"));
    EXPECT_FALSE(seen.package->texts[action->after->say].get<std::string>().empty());
    EXPECT_THAT(identity.searchCandidates(numberOf(1), 5).value(), IsEmpty());
    const Candidate done = registered();
    EXPECT_EQ(shownState(done, done.registration), "已注册");
}

TEST_P(TibetRegistration, XZ_REG_14_DEF_GEN_18_OneSmsAndOneBoxMessageFollowTheRegistration)
{
    const Candidate candidate = registered();
    EXPECT_THAT(textsTo(phoneOf(1)), ElementsAre("registered"));
    EXPECT_THAT(newestMessage(candidate), HasSubstr("注册成功"));
}

TEST_P(TibetRegistration, XZ_REG_15_ACardThatWasNotReadIsReplacedByAClearerOneAndTheWayGoesOn)
{
    const Candidate visitor = begun();
    const auto blurred = engine.attach(visitor.actor(), visitor.registration, "id_card_front", card(), "");
    ASSERT_TRUE(blurred);
    EXPECT_EQ(blurred->reading_state, "reading");
    ASSERT_TRUE(engine.finishReading(visitor.registration, "id_card_front", blurred->file.id,
                                     fail(ErrorCode::invalid_argument, "unreadable", "card_unreadable")));
    EXPECT_EQ(view(visitor.actor(), visitor.registration).readings.at(0).state, "failed");
    const auto clear = engine.attach(visitor.actor(), visitor.registration, "id_card_front", card(), "");
    ASSERT_TRUE(clear);
    ASSERT_TRUE(engine.finishReading(
        visitor.registration, "id_card_front", clear->file.id,
        api::IdCardReading{"测试考生", "女", "汉族", "1999-05-12", numberOf(1), "拉萨市", 90}));
    const auto seen = view(visitor.actor(), visitor.registration);
    EXPECT_EQ(seen.readings.at(0).state, "done");
    EXPECT_EQ(seen.record.fields["name"], "测试考生");
    EXPECT_THAT(registerRefused(visitor, {}), ElementsAre("<done>"));
}

TEST_P(TibetRegistration, XZ_REG_16_ATakenMobileIsRefusedWithTheSentenceOfTheManual)
{
    static_cast<void>(registered(1));
    const Candidate second = begun();
    EXPECT_THAT(registerRefused(second, {{"phone", phoneOf(1)}}, 2), Contains(HasSubstr("phone_taken")));
    const std::string sentence = view(second.actor(), second.registration).package->texts["phone_taken"];
    EXPECT_THAT(sentence, HasSubstr("已经被占用"));
}

TEST_P(TibetRegistration, XZ_REG_17_DEF_XZ_03_WithoutReviewTheCandidateSignsUpAtOnce)
{
    EXPECT_FALSE(tenant->profile.raw["settings"].value("review_registration", true)) << "the default";
    const Candidate candidate = choosing(registered());
    EXPECT_THAT(did(candidate, candidate.sign_up, "submit", {choice()}), ElementsAre("<done>"));
}

TEST_P(TibetRegistration, XZ_REG_17_DEF_XZ_03_SwitchedOnThePrefectureReviewsFirst)
{
    switchReview(true);
    const Candidate candidate = registered();
    EXPECT_EQ(shownState(candidate, candidate.registration), "审核中");
    EXPECT_EQ(engine.begin(candidate.actor(), "sign_up", "", true).error().reason, "earlier_stage_open");
    EXPECT_THAT(queueOf(lhasa), ElementsAre(candidate.registration));
    EXPECT_THAT(queueOf(shigatse), IsEmpty());
    EXPECT_THAT(refusals(lhasa, candidate.registration, "refuse", {nullptr, nullptr, ""}),
                ElementsAre("reason_required"));
    EXPECT_THAT(refusals(lhasa, candidate.registration, "refuse", {nullptr, nullptr, "照片不清晰"}),
                ElementsAre("<done>"));
    EXPECT_THAT(did(candidate, candidate.registration, "resubmit"), ElementsAre("<done>"));
    EXPECT_THAT(refusals(lhasa, candidate.registration, "pass", {}), ElementsAre("<done>"));
    EXPECT_TRUE(engine.begin(candidate.actor(), "sign_up", "", true));
}

TEST_P(TibetRegistration, DEF_GEN_01_NumbersWithAWrongCheckDigitAndTakenOnesAreRefused)
{
    const Candidate visitor = begun();
    EXPECT_THAT(registerRefused(visitor, {{"id_number", wrong(numberOf(1))}}),
                Contains("id_number_check_digit@id_number"));
    static_cast<void>(registered(2));
    EXPECT_THAT(registerRefused(visitor, {{"id_number", numberOf(2)}}),
                Contains(HasSubstr("id_number_taken")));
}

TEST_P(TibetRegistration, NamesOfTwoToThirtyCharactersWithMiddleDotAndRareCharacters)
{
    std::string thirty, thirty_one;
    for (int i = 0; i < 31; ++i) {
        if (i < 30)
            thirty += "尼";
        thirty_one += "尼";
    }
    EXPECT_THAT(named("尼", 11), Contains("text_short@name"));
    EXPECT_THAT(named(thirty_one, 12), Contains("text_long@name"));
    EXPECT_THAT(named("尼玛··次仁", 13), Contains("text_pattern@name"));
    EXPECT_THAT(named("Nima", 14), Contains("text_pattern@name"));
    EXPECT_THAT(named("尼玛", 15), ElementsAre("<done>"));
    EXPECT_THAT(named("尼玛·次仁", 16), ElementsAre("<done>"));
    EXPECT_THAT(named(thirty, 17), ElementsAre("<done>"));
    EXPECT_THAT(named("𠮷野", 18), ElementsAre("<done>")) << "outside the basic plane";
    EXPECT_EQ(identity.searchCandidates(numberOf(18), 1).value().at(0).name, "𠮷野");
}

TEST_P(TibetRegistration, DEF_GEN_11_TheNumberHasDistrictYearTermAndSerialAndIsUnique)
{
    const Candidate first = registered(1), second = registered(2),
                    other = registered(3, {{"exam_district", "0200"}});
    EXPECT_EQ(personOf(first).admission_number, "010023200001");
    EXPECT_EQ(personOf(second).admission_number, "010023200002");
    EXPECT_EQ(personOf(other).admission_number, "020023200001");
}

TEST_P(TibetRegistration, XZ_SGN_13_BasicDataAreTheCandidatesOwnToChangeAndEachChangeIsLogged)
{
    const Candidate candidate = registered();
    EXPECT_THAT(
        did(candidate, candidate.registration, "save", {{{"ethnicity", "04"}, {"political_status", "13"}}}),
        ElementsAre("<done>"));
    EXPECT_EQ(personOf(candidate).ethnicity, "04");
    EXPECT_EQ(personOf(candidate).more.at("political_status"), "13");
    EXPECT_THAT(trailOf("case.save"),
                AllOf(HasSubstr("ethnicity"), HasSubstr("political_status"), Not(HasSubstr("\"04\""))));
    EXPECT_EQ(view(candidate.actor(), candidate.registration).history.back().action, "save");
    for (const char* fixed : {"name", "id_number", "phone", "exam_district", "major"})
        EXPECT_THAT(did(candidate, candidate.registration, "save", {{{fixed, "别的"}}}),
                    ElementsAre("field_fixed@" + std::string(fixed)));
}

TEST_P(TibetRegistration, XZ_SGN_13_DataCanStillBeChangedWhenTheSittingOfTheRegistrationIsOver)
{
    const Candidate candidate = registered();
    clock.set(sitting.signup_closes + 24h);
    EXPECT_THAT(did(candidate, candidate.registration, "save", {{{"workplace", "拉萨市第一中学"}}}),
                ElementsAre("<done>"));
}

TEST_P(TibetRegistration, XZ_SGN_14_ANewPortraitIsCheckedAsTheFirstAndTheOldOneStaysWhenItFails)
{
    const Candidate candidate = registered();
    const auto portraitOf = [&] {
        const auto kept = files.ofCase(candidate.registration).value();
        for (const files::File& file : kept)
            if (file.field == "portrait")
                return file.id;
        return std::string();
    };
    const std::string old = portraitOf();
    inspector.inspection = [](const std::string&) {
        api::Inspection inspection;
        inspection.checks = {{"width", false, "640", "480"}};
        return Result<api::Inspection>(inspection);
    };
    EXPECT_EQ(attachRefused(candidate, candidate.registration, "portrait", files::jpg(640, 480)),
              "photo_width");
    EXPECT_EQ(portraitOf(), old);
    inspector.inspection = nullptr;
    EXPECT_EQ(attachRefused(candidate, candidate.registration, "portrait", portrait()), "");
    EXPECT_NE(portraitOf(), old);
    EXPECT_THAT(trailOf("case.replace_file"), HasSubstr("portrait"));
    EXPECT_EQ(attachRefused(candidate, candidate.registration, "id_card_front", card()), "case_locked");
}
