#include "tests/provinces/xinjiang/journey.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

namespace {

class XinjiangRegistration : public Journey
{
protected:
    /// Everything but one thing.
    std::vector<std::string> submitWithout(const std::string& field)
    {
        return submitRefused(begun(), {{field, nullptr}});
    }
    std::vector<std::string> submitWithPasswords(const std::string& password, const std::string& again)
    {
        const Candidate visitor = begun();
        return refusals(visitor.actor(), visitor.registration, "submit",
                        {person(), secrets(password, again)});
    }
    std::vector<std::string> submitWithPassword(const std::string& password)
    {
        return submitWithPasswords(password, password);
    }
    const Json& rawField(const cases::View& view, const std::string& id)
    {
        return view.definition->field(id)->raw;
    }
};

/// A picture of exactly so many bytes: the rest is a text chunk.
std::string pngOf(std::size_t size_bytes)
{
    const std::size_t bare = files::png(295, 413, files::pngChunk("tEXt", "")).size();
    return files::png(295, 413, files::pngChunk("tEXt", std::string(size_bytes - bare, 'a')));
}

std::string pdfOf(std::size_t size_bytes)
{
    const std::string head = "%PDF-1.4\n%", tail = "\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n";
    return head + std::string(size_bytes - head.size() - tail.size(), 'a') + tail;
}

constexpr std::size_t kKib = 1024, kMib = 1024 * kKib;

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(XinjiangRegistration);

TEST_P(XinjiangRegistration, XJ_REG_01_TheFourStagesComeInOrderAndALaterOneWaitsForTheEarlier)
{
    EXPECT_EQ(tenant->profile.raw["stages"], Json({"注册", "审核", "报考", "缴费"}));
    const Candidate visitor = begun();
    EXPECT_THAT(reasonsNotToBegin(visitor.actor(), "sign_up"), Contains("earlier_stage_open"))
        << "before 注册";
    const Candidate candidate = registered();
    EXPECT_THAT(reasonsNotToBegin(candidate.actor(), "sign_up"), ElementsAre("earlier_stage_open"))
        << "before 审核";
    EXPECT_EQ(engine.begin(candidate.actor(), "sign_up", "").error().code, ErrorCode::refused);
    review(candidate, "pass");
    EXPECT_THAT(reasonsNotToBegin(candidate.actor(), "sign_up"), IsEmpty());
    const Candidate chooser = choosing(candidate);
    EXPECT_THAT(refusals(chooser.actor(), chooser.sign_up, "pay", {}), ElementsAre("action_not_offered"))
        << "before 报考";
}

TEST_P(XinjiangRegistration, XJ_REG_02_ThePortraitMayBeTakenByCameraOrUploaded)
{
    const Candidate visitor = begun();
    const auto seen = registrationOf(visitor);
    EXPECT_EQ(seen.definition->field("portrait")->label, "照片");
    EXPECT_EQ(rawField(seen, "portrait")["widget"], "photo");
    EXPECT_EQ(rawField(seen, "portrait")["camera"], true);
}

TEST_P(XinjiangRegistration, XJ_REG_03_DEF_XJ_01_ThePortraitIsMeasuredAsOneInchWithOneFace)
{
    const Candidate visitor = begun();
    attach(visitor, "portrait", picture());
    const api::PhotoStandard& asked = inspector.last_standard;
    EXPECT_EQ(asked.width, 295);
    EXPECT_EQ(asked.height, 413);
    EXPECT_TRUE(asked.face);
    EXPECT_EQ(asked.max_bytes, 200 * 1024);
    EXPECT_THAT(asked.types, UnorderedElementsAre("jpg", "png"));
}

TEST_P(XinjiangRegistration, XJ_REG_03_DEF_XJ_01_APortraitThatFailsTheMeasureIsRefusedWithItsFigures)
{
    inspector.inspection = [](const std::string&) {
        api::Inspection found;
        found.checks = {{"width", false, "300", "295"}, {"face_count", false, "2", "1"}};
        return Result<api::Inspection>(found);
    };
    const Candidate visitor = begun();
    const auto done = act(visitor.actor(), visitor.registration, "submit", {person(), secrets()});
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_EQ(done->decision.reasons.size(), 2u) << toJson(done->decision).dump();
    const Reason& width = done->decision.reasons[0];
    EXPECT_EQ(width.code, "photo_width");
    EXPECT_EQ(width.field, "portrait");
    EXPECT_EQ(width.args, Json({{"found", "300"}, {"allowed", "295"}}));
    EXPECT_EQ(done->decision.reasons[1].code, "photo_face_count");
}

TEST_P(XinjiangRegistration, DEF_XJ_01_SizesOfThePicturesAreBoundedToTheByte)
{
    const Candidate visitor = begun();
    EXPECT_EQ(attachRefused(visitor, "portrait", pngOf(200 * kKib)), "");
    EXPECT_EQ(attachRefused(visitor, "portrait", pngOf(200 * kKib + 1)), "file_size");
    for (const char* side : {"id_card_front", "id_card_back"}) {
        EXPECT_EQ(attachRefused(visitor, side, pngOf(2 * kMib - 1)), "") << side;
        EXPECT_EQ(attachRefused(visitor, side, pngOf(2 * kMib)), "file_size") << side << ": smaller than 2M";
    }
}

TEST_P(XinjiangRegistration, DEF_XJ_01_DEF_GEN_09_PicturesAreJpgOrPngByContentWhateverTheyAreCalled)
{
    const Candidate visitor = begun();
    for (const char* field : {"portrait", "id_card_front", "id_card_back"}) {
        EXPECT_EQ(attachRefused(visitor, field, pdfOf(2 * kKib), "image/jpeg"), "file_type") << field;
        EXPECT_EQ(attachRefused(visitor, field, "GIF89a and so on"), "file_type") << field;
        EXPECT_EQ(attachRefused(visitor, field, files::png(295, 413), "image/png"), "") << field;
    }
}

TEST_P(XinjiangRegistration, XJ_REG_04_BothSidesOfTheIdCardAreRequired)
{
    Candidate visitor;
    visitor.session = identity.beginGuest().value();
    visitor.registration = engine.begin(visitor.actor(), "registration", "").value().record.id;
    attach(visitor, "portrait", picture());
    EXPECT_THAT(submitRefused(visitor, {}),
                ElementsAre("required_upload@id_card_front", "required_upload@id_card_back"));
    attach(visitor, "id_card_front", picture());
    EXPECT_THAT(submitRefused(visitor, {}), ElementsAre("required_upload@id_card_back"));
    attach(visitor, "id_card_back", picture());
    EXPECT_THAT(submitRefused(visitor, {}), ElementsAre("<done>"));
}

TEST_P(XinjiangRegistration, XJ_REG_05_ThePrintOfTheIdCardFillsFiveFieldsAndCorrectionsAreMarked)
{
    const Candidate visitor = begun();
    const auto front = engine.attach(visitor.actor(), visitor.registration, "id_card_front", picture(), "");
    ASSERT_TRUE(front) << front.error().message;
    EXPECT_EQ(front->reading_state, "reading");
    const std::string number = person()["id_number"];
    const api::IdCardReading print{"测试考主", "女", "汉族", "1999-05-12", number, {}, 90};
    ASSERT_TRUE(engine.finishReading(visitor.registration, "id_card_front", front->file.id, print));
    const Json filled = registrationOf(visitor).record.fields;
    EXPECT_EQ(filled["name"], "测试考主");
    EXPECT_EQ(filled["id_number"], number);
    EXPECT_EQ(filled["sex"], "2");
    EXPECT_EQ(filled["ethnicity"], "01");
    EXPECT_EQ(filled["birth_date"], "1999-05-12");
    EXPECT_THAT(submitRefused(visitor, {{"name", "测试考生"}}), ElementsAre("<done>"));
    const auto reviewed = view(urumqi, visitor.registration);
    EXPECT_THAT(reviewed.edited, ElementsAre("name"));
    EXPECT_THAT(reviewed.record.marks, Contains("edited_after_reading"));
}

TEST_P(XinjiangRegistration, XJ_REG_06_TheFourteenFieldsStandThereWithTheManualsNames)
{
    const auto seen = registrationOf(begun());
    std::vector<std::string> labels;
    for (const cases::Page& page : seen.definition->pages)
        for (const cases::Field& field : page.fields)
            if (field.required && field.widget != "declaration" && field.widget != "upload" &&
                field.widget != "photo" && field.widget != "id_card")
                labels.push_back(field.label);
    EXPECT_THAT(labels, UnorderedElementsAre("姓名", "性别", "出生年月", "户籍", "联系电话", "报名地州",
                                             "身份证号", "族别", "政治面貌", "学历", "职业", "邮箱",
                                             "设置登录密码", "确认登录密码"));
}

TEST_P(XinjiangRegistration, XJ_REG_06_NoneOfTheTwelveTypedFieldsMayBeMissing)
{
    const Candidate visitor = begun();
    for (const char* text : {"name", "id_number", "birth_date", "phone", "email"})
        EXPECT_THAT(submitRefused(visitor, {{text, ""}}), Contains("required@" + std::string(text)));
    for (const char* choice : {"sex", "ethnicity", "political_status", "hukou_type", "education_level",
                               "occupation", "prefecture"})
        EXPECT_THAT(submitRefused(visitor, {{choice, ""}}),
                    Contains("required_choice@" + std::string(choice)));
    EXPECT_EQ(shownState(registrationOf(visitor)), "填写中");
}

TEST_P(XinjiangRegistration, XJ_REG_06_ChoicesAreThoseOfTheProvincesLists)
{
    const Candidate visitor = begun();
    EXPECT_THAT(submitRefused(visitor, {{"prefecture", "650199"}}), ElementsAre("option_unknown@prefecture"));
    EXPECT_EQ(catalog.list("prefectures").value().size(), 15u);
    EXPECT_EQ(catalog.item("occupations", "01").value()->name, "中国共产党中央委员会和地方各级组织负责人");
    EXPECT_EQ(catalog.item("hukou_types", "2").value()->name, "农村");
}

TEST_P(XinjiangRegistration, XJ_REG_07_PasswordsThatDifferAreRefused)
{
    EXPECT_THAT(submitWithPasswords("kaosheng2026", "kaosheng2027"),
                ElementsAre("password_differs@password_again"));
    EXPECT_THAT(submitWithPasswords("", ""), ElementsAre("required@password", "required@password_again"));
}

TEST_P(XinjiangRegistration, XJ_REG_07_DEF_GEN_04_SimplePasswordsAreRefused)
{
    EXPECT_THAT(submitWithPassword("abc1234"), Contains("password_short@password"));
    EXPECT_THAT(submitWithPassword("4719203856"), Contains("password_no_letter@password"));
    EXPECT_THAT(submitWithPassword("kaoshengmima"), Contains("password_no_digit@password"));
    EXPECT_THAT(submitWithPassword("password123"), Contains("password_common@password"));
    const std::string number = person()["id_number"], phone = person()["phone"];
    for (const std::string& own : {"a" + number, "a" + phone, std::string("a19990512b")})
        EXPECT_THAT(submitWithPassword(own), Contains("password_contains_own_data@password")) << own;
}

TEST_P(XinjiangRegistration, XJ_REG_07_ThePasswordIsKeptNowhereInTheCase)
{
    const Candidate candidate = registered();
    EXPECT_THAT(registrationOf(candidate).record.fields.dump(), testing::Not(HasSubstr("kaosheng2026")));
}

TEST_P(XinjiangRegistration, XJ_REG_08_ThreeBoxesOfWhichNoneOrSeveralMayBeTicked)
{
    const Candidate visitor = begun();
    std::vector<std::string> boxes;
    for (const Json& box : rawField(registrationOf(visitor), "special_majors")["options"])
        boxes.push_back(box["label"]);
    EXPECT_THAT(boxes, ElementsAre("监所管理(030109)", "公安管理(030401)", "护理学(100701)"));
    EXPECT_THAT(submitRefused(visitor, {{"special_majors", {"050101"}}}),
                Contains("option_unknown@special_majors"));
    const Candidate none = registered();
    EXPECT_EQ(registrationOf(none).record.fields["special_majors"], Json::array());
    const Candidate all = registered({{"special_majors", {"030109", "030401", "100701"}}}, 2);
    EXPECT_EQ(registrationOf(all).record.fields["special_majors"].size(), 3u);
}

TEST_P(XinjiangRegistration, XJ_REG_09_ATickedSpecialMajorNeedsItsOwnPapers)
{
    for (const std::string major : {"030109", "030401", "100701"}) {
        const Candidate visitor = begun();
        const Json ticked = {{"special_majors", {major}}};
        EXPECT_THAT(submitRefused(visitor, ticked), ElementsAre("required_upload@papers_" + major));
        attach(visitor, "papers_" + major, picture());
        Json fields = person(std::stoi(major.substr(0, 2)) + major.back() - '0');
        fields.update(ticked);
        EXPECT_THAT(refusals(visitor.actor(), visitor.registration, "submit", {fields, secrets()}),
                    ElementsAre("<done>"));
    }
}

TEST_P(XinjiangRegistration, DEF_XJ_03_PapersAreJpgPngOrPdfUpToFourMebibytes)
{
    const Candidate visitor = begun();
    for (const char* papers : {"papers_030109", "papers_030401", "papers_100701"}) {
        EXPECT_EQ(attachRefused(visitor, papers, picture()), "") << papers;
        EXPECT_EQ(attachRefused(visitor, papers, pngOf(4 * kKib)), "") << papers;
        EXPECT_EQ(attachRefused(visitor, papers, pdfOf(4 * kMib)), "") << papers;
        EXPECT_EQ(attachRefused(visitor, papers, pdfOf(4 * kMib + 1)), "file_size") << papers;
        EXPECT_EQ(attachRefused(visitor, papers, "PK\x03\x04 an archive"), "file_type") << papers;
    }
    const auto seen = registrationOf(visitor);
    EXPECT_THAT(seen.definition->field("papers_100701")->label, HasSubstr("卫生类执业资格证书"));
    for (const char* papers : {"papers_030109", "papers_030401"})
        EXPECT_THAT(seen.definition->field(papers)->label, HasSubstr("警官证或工作证明"));
}

TEST_P(XinjiangRegistration, XJ_REG_10_WithoutTheDeclarationNothingIsHandedIn)
{
    const Candidate visitor = begun();
    const auto seen = registrationOf(visitor);
    EXPECT_EQ(seen.definition->field("declaration")->label, "我担保以上信息真实准确");
    EXPECT_EQ(seen.definition->action("submit")->title, "提交");
    for (const Json& not_ticked : {Json(false), Json()})
        EXPECT_THAT(submitRefused(visitor, {{"declaration", not_ticked}}),
                    ElementsAre("required_declaration@declaration"));
}

TEST_P(XinjiangRegistration, XJ_REG_11_TheManualsFourHintsAreShown)
{
    const std::string hints = registrationOf(begun()).package->texts["notice_registration"];
    for (const char* hint : {"请仔细填写", "近期", "登录密码设置不要过于简单", "使用身份证号及密码登录系统"})
        EXPECT_THAT(hints, HasSubstr(hint));
}

TEST_P(XinjiangRegistration, DEF_GEN_01_TheNumberMustBeWholeAndAgreeWithBirthDateAndSex)
{
    const Candidate visitor = begun();
    const std::string number = person()["id_number"];
    std::string wrong = number;
    wrong.back() = wrong.back() == '1' ? '2' : '1';
    EXPECT_THAT(submitRefused(visitor, {{"id_number", wrong}}),
                ElementsAre("id_number_check_digit@id_number"));
    EXPECT_THAT(submitRefused(visitor, {{"id_number", number.substr(0, 15)}}),
                ElementsAre("id_number_length@id_number"));
    EXPECT_THAT(submitRefused(visitor, {{"birth_date", "1999-05-13"}}),
                ElementsAre("birth_date_differs_from_id_number@birth_date"));
    EXPECT_THAT(submitRefused(visitor, {{"sex", "1"}}), ElementsAre("sex_differs_from_id_number@sex"));
}

TEST_P(XinjiangRegistration, DEF_GEN_01_OneNumberRegistersOnceAndItsXIsKeptUpperCase)
{
    int number = 1;
    while (person(number)["id_number"].get<std::string>().back() != 'X')
        ++number;
    std::string lower = person(number)["id_number"];
    lower.back() = 'x';
    const Candidate first = registered({{"id_number", lower}}, number);
    EXPECT_EQ(identity.person(first.actor().id).value().id_number.back(), 'X');
    const Candidate second = begun();
    Json fields = person(number);
    fields["phone"] = "13900009999";
    EXPECT_THAT(refusals(second.actor(), second.registration, "submit", {fields, secrets()}),
                ElementsAre(testing::StartsWith("id_number_taken")));
}

TEST_P(XinjiangRegistration, DEF_GEN_03_DEF_GEN_05_PictureCodesHaveFiveCharactersAndSessionsHalfAnHour)
{
    EXPECT_EQ(tenant->profile.captcha_length, 5);
    EXPECT_EQ(tenant->profile.session_minutes, 30);
}

TEST_P(XinjiangRegistration, DEF_GEN_09_AnUploadOpensForItsOwnerAndTheResponsibleOfficeAlone)
{
    const Candidate candidate = registered();
    const auto portrait = files.ofCase(candidate.registration).value().front().id;
    EXPECT_TRUE(engine.file(candidate.actor(), candidate.registration, portrait));
    EXPECT_TRUE(engine.file(urumqi, candidate.registration, portrait));
    EXPECT_EQ(engine.file(kashgar, candidate.registration, portrait).error().code, ErrorCode::not_found);
    const Candidate stranger = registered({}, 2);
    EXPECT_EQ(engine.file(stranger.actor(), candidate.registration, portrait).error().code,
              ErrorCode::not_found);
    EXPECT_EQ(engine.file(stranger.actor(), stranger.registration, portrait).error().code,
              ErrorCode::not_found);
}
