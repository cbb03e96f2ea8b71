#include "tests/provinces/anhui/province.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

const std::string kPlan = "REF-530601-2024";

/// What this project decided where the manual is silent, and what is open to all.
class AnhuiDefaults : public Anhui
{
protected:
    /// Sign-up until 25 May, paid until 19:00 of that day; two courses of 530601.
    AnhuiDefaults()
    {
        const auto slot = [](int no, unsigned day, const std::string& course) {
            return exams::Slot{no, at(10, day, 9h), at(10, day, 11h), {course}};
        };
        saveSitting({"262",
                     "2026年10月自考",
                     at(5, 1, 9h),
                     at(5, 25, 18h),
                     at(5, 25, 19h),
                     {slot(1, 24, "00144"), slot(2, 25, "00041")},
                     "published"});
    }
    static Json choice(int courses)
    {
        Json chosen = Json::array({Json{{"slot_no", 1}, {"code", "00144"}}});
        if (courses > 1)
            chosen.push_back(Json{{"slot_no", 2}, {"code", "00041"}});
        return {{"prefecture", "340200"},
                {"county", catalog_county_},
                {"major", "530601"},
                {"courses", chosen},
                {"declaration", true}};
    }
    std::string signedUp(const Student& student, int courses)
    {
        catalog_county_ = catalog.list("counties", "340200")->front().code;
        const std::string id = begin(student, "sign_up");
        mustDo(student.actor(), id, "submit", {choice(courses)});
        return id;
    }
    /// Pays at this moment and lets the order run out again. @return what was said
    std::vector<std::string> pressed(const Student& student, const std::string& id, Instant when)
    {
        clock.set(when);
        return refusals(student.actor(), id, "pay", {});
    }

private:
    static inline std::string catalog_county_;
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(AnhuiDefaults);

TEST_P(AnhuiDefaults, DEF_AH_02_OncePerSittingThirtyYuanACourse)
{
    const auto anna = student();
    const std::string id = signedUp(anna, 2);
    EXPECT_EQ(begin(anna, "sign_up"), id) << "there is one of this sitting, and it is opened again";
    mustDo(anna.actor(), id, "pay");
    EXPECT_EQ(billing.newestOrderOfCase(id).value()->total, Money::fen(6'000));
}

TEST_P(AnhuiDefaults, DEF_AH_02_IsPaidUntilSevenInTheEveningOfTheLastDayAndNeverAroundMidnight)
{
    const auto anna = student(1), bert = student(2), cleo = student(3);
    const std::string by_anna = signedUp(anna, 1), by_bert = signedUp(bert, 1), by_cleo = signedUp(cleo, 1);
    EXPECT_THAT(pressed(anna, by_anna, at(5, 24, 23h)), ElementsAre("bank_closed"));
    EXPECT_THAT(pressed(anna, by_anna, at(5, 25, 1h - 1s)), ElementsAre("bank_closed"));
    EXPECT_THAT(pressed(anna, by_anna, at(5, 25, 1h)), ElementsAre("<done>"));
    EXPECT_THAT(pressed(bert, by_bert, at(5, 25, 19h - 1s)), ElementsAre("<done>"));
    EXPECT_THAT(pressed(cleo, by_cleo, at(5, 25, 19h)), ElementsAre("payment_time_over"));
    pass(15s);
    EXPECT_EQ(view(cleo.actor(), by_cleo).definition->states.at(state(by_cleo)).title, "已作废");
}

TEST_P(AnhuiDefaults, DEF_AH_02_NoCodeIsPaidAfterTheLastDayNorWhileTheBankSettles)
{
    const auto anna = student(1), bert = student(2);
    const std::string by_anna = signedUp(anna, 1), by_bert = signedUp(bert, 1);
    for (const auto& [one, id, last, end] :
         {std::tuple{&anna, by_anna, at(5, 24, 23h - 1min), at(5, 24, 23h)},
          std::tuple{&bert, by_bert, at(5, 25, 19h - 1s), at(5, 25, 19h)}}) {
        EXPECT_THAT(pressed(*one, id, last), ElementsAre("<done>"));
        const auto order = billing.newestOrderOfCase(id).value().value();
        EXPECT_EQ(order.expires_at, end);
        EXPECT_EQ(billing.newCodes(order.no, "first " + id).value().front().expires_at, end);
        clock.set({end.ms - 1});
        EXPECT_EQ(billing.newCodes(order.no, "second " + id).value().front().expires_at, end)
            << "a new code prolongs nothing";
        clock.set(end);
        EXPECT_EQ(billing.newCodes(order.no, "third " + id).error().reason, "order_expired");
        pass(90s);
        EXPECT_EQ(billing.newestOrderOfCase(id).value()->state, billing::OrderState::expired);
    }
    EXPECT_EQ(state(by_bert), "lapsed");
}

TEST_P(AnhuiDefaults, DEF_AH_02_WhoHasNotPaidIsRemindedADayBefore)
{
    const auto anna = student();
    const std::string id = signedUp(anna, 1);
    clock.set(at(5, 24, 19h));
    deliver();
    EXPECT_THAT(newestMessage(anna), HasSubstr("请在 2026-05-25 19:00 前缴费"));
}

TEST_P(AnhuiDefaults, DEF_AH_03_TheSelfAppraisalHas400CharactersAtLeast)
{
    const auto anna = photographed();
    passAll(anna, kPlan);
    const std::string id = begin(anna, "graduation");
    const auto of = [](int characters) {
        std::string text;
        for (int i = 0; i < characters; ++i)
            text += "学";
        Json filled = application();
        filled["appraisal"] = text;
        return filled;
    };
    EXPECT_THAT(refusals(anna.actor(), id, "apply", {of(399)}), ElementsAre("text_short@appraisal"));
    EXPECT_THAT(refusals(anna.actor(), id, "apply", {of(400)}), ElementsAre("<done>"));
}

TEST_P(AnhuiDefaults, DEF_AH_04_GraduationCostsNothing)
{
    const auto anna = photographed();
    passAll(anna, kPlan);
    const std::string id = joint(anna);
    EXPECT_FALSE(billing.newestOrderOfCase(id).value());
    for (const cases::Action& action : view(anna.actor(), id).definition->actions)
        for (const cases::EffectCall& effect : action.effects)
            EXPECT_NE(effect.verb, "charge") << action.id;
}

TEST_P(AnhuiDefaults, DEF_AH_05_TheCityHasNoDeadlineAndSeesFirstWhoWaitsLongest)
{
    const auto anna = photographed(1), bert = photographed(2);
    for (const Student* one : {&anna, &bert})
        passAll(*one, kPlan);
    const std::string by_bert = applied(bert);
    clock.advance(1h);
    const std::string by_anna = applied(anna);
    EXPECT_THAT(queueOf(wuhu), ElementsAre(by_bert, by_anna));
    clock.set(at(11, 20, 9h));
    deliver();
    EXPECT_EQ(state(by_bert), "accepted") << "half a year later";
    clock.advance(1h);
    mustDo(wuhu, by_bert, "fail", {nullptr, nullptr, "简历填写不规范"});
    EXPECT_THAT(queueOf(wuhu), ElementsAre(by_anna));
}

TEST_P(AnhuiDefaults, AH_CER_03_TheDegreeIsTheSchoolsAffairAndThePlatformNamesTheSchoolOnly)
{
    const Json groups = tenant->profile.raw["contacts"];
    ASSERT_EQ(groups.size(), 2u);
    EXPECT_EQ(groups[1]["id"], "school");
    EXPECT_THAT(groups[1]["text"].get<std::string>(), HasSubstr("学位申请由相关主考院校负责"));
    const auto package = tenant->rules->active().value();
    for (const auto& [type, definition] : package->cases)
        EXPECT_FALSE(definition.value("title", "").find("学位") != std::string::npos) << type;
    EXPECT_GE(catalog.offices("school")->size(), 9u);
}

TEST_P(AnhuiDefaults, AH_GRA_17_TheFlowHasItsEightStepsAndTheNoteOnHefei)
{
    std::string flow;
    for (const Json& notice : tenant->profile.raw["notices"])
        if (notice["id"] == "flow")
            flow = notice["text"];
    std::size_t at = 0;
    for (const char* step :
         {"① 准备：前置学历核验", "② 上传毕业照片", "③ 提交毕业申请", "④ 市级初审", "⑤ 主考院校和省级会审",
          "⑥ 部级审核", "⑦ 学信网核验", "⑧ 到市教育招生考试机构领取证书",
          "注：合肥市考生按合肥市教育考试院相关要求办理"}) {
        const std::size_t found = flow.find(step, at);
        ASSERT_NE(found, std::string::npos) << step << " is missing, or not in its place";
        at = found;
    }
}

TEST_P(AnhuiDefaults, AH_DEG_03_AH_PHO_01_CheckPhotoAndApplicationStandUnderTheEntryOfTheManual)
{
    std::map<std::string, std::vector<std::string>> under;
    for (const Json& entry : tenant->profile.raw["menu"])
        under[entry.value("under", "")].push_back(entry["title"]);
    EXPECT_THAT(under["apply"], ElementsAre("前置学历核验", "毕业申请照片上传", "毕业申请"));
    EXPECT_THAT(under[""], testing::IsSupersetOf({"毕业申请", "办理时间安排"}));
}

TEST_P(AnhuiDefaults, AH_CER_04_EveryCityHasAnOfficeWithoutAnInventedTelephone)
{
    const Json groups = tenant->profile.raw["contacts"];
    EXPECT_EQ(groups[0]["id"], "prefecture");
    EXPECT_THAT(groups[0]["text"].get<std::string>(), HasSubstr("合肥市考生按合肥市教育考试院"));
    EXPECT_THAT(groups[0]["text"].get<std::string>(), HasSubstr("ahzsks.cn/gdjyzxks/contactus.htm"));
    std::set<std::string> with_office;
    for (const char* level : {"prefecture", "school"}) {
        const auto offices = catalog.offices(level);
        for (const catalog::Office& office : *offices) {
            with_office.insert(office.code);
            EXPECT_EQ(office.phone, "") << office.name << ": no public source gives one";
        }
    }
    const auto cities = catalog.list("prefectures");
    for (const catalog::CodeItem& city : *cities)
        EXPECT_TRUE(with_office.contains(city.code)) << city.name;
}

TEST_P(AnhuiDefaults, AH_PHO_05_TheSentencesForRefusingAPictureNameEachFault)
{
    const auto anna = student();
    const cases::View seen = view(anna.actor(), begin(anna, "graduation_photo"));
    std::string reasons, texts;
    for (const Json& item : seen.definition->field("photo")->raw["checklist"]) {
        reasons += item["reason"].get<std::string>();
        texts += item["text"].get<std::string>();
    }
    for (const char* fault : {"生活照", "自拍", "美颜", "不是本人", "毕业前一年以内"})
        EXPECT_THAT(reasons, HasSubstr(fault));
    for (const char* asked : {
             "真实表达",   "镜像、旋转",
             "技术处理",   "对焦",
             "色彩",       "边框、文字、图案", // AH-PHO-06
             "坐姿",       "双眼睁开",
             "耳朵对称",   "肩膀平衡",
             "嘴唇", // AH-PHO-08
             "常戴眼镜",   "隐形",
             "镜框",       "反光", // AH-PHO-09
             "头部覆盖物", "宗教、医疗和文化",
             "耳环、项链", "眉毛、眼睛和耳朵", // AH-PHO-10
             "衣着与背景", "图案、条纹",       // AH-PHO-11
             "曝光均匀",   "光斑",
             "红眼", // AH-PHO-12
         })
        EXPECT_THAT(texts, HasSubstr(asked));
}

TEST_P(AnhuiDefaults, AH_PHO_12_TheUploadPageAdvisesOnTheLamps)
{
    const auto anna = student();
    const cases::View seen = view(anna.actor(), begin(anna, "graduation_photo"));
    std::string advice;
    for (const std::string& notice : seen.definition->pages.front().notices)
        advice += seen.package->texts.at(notice).get<std::string>();
    for (const char* figure : {"两只光源", "5500K-5600K", "与肩同高", "左右各 45 度", "1.5 米至 2 米"})
        EXPECT_THAT(advice, HasSubstr(figure));
}

TEST_P(AnhuiDefaults, AH_PHO_01_ThePictureHasItsStateBesideIt)
{
    const auto anna = student();
    const std::string id = begin(anna, "graduation_photo");
    const auto shown = [&] { return view(anna.actor(), id).definition->states.at(state(id)).title; };
    prove(anna, id, "photo");
    mustDo(anna.actor(), id, "submit", {{{"prefecture", "340200"}, {"declaration", true}}});
    EXPECT_EQ(shown(), "待审核");
    mustDo(wuhu, id, "refuse", {nullptr, nullptr, "背景不均匀"});
    EXPECT_EQ(shown(), "审核不通过");
    mustDo(anna.actor(), id, "resubmit");
    mustDo(wuhu, id, "pass");
    EXPECT_EQ(shown(), "审核通过");
}

TEST_P(AnhuiDefaults, ARuleChangedInTheMiddleHoldsForNewCasesAndOpenOnesKeepTheirs)
{
    const auto anna = photographed(1), bert = photographed(2);
    for (const Student* one : {&anna, &bert})
        passAll(*one, kPlan);
    const std::string by_anna = begin(anna, "graduation");
    rules::Source changed =
        rules::Source::read(ZIKAO_SOURCE_DIR "/lua-rules/anhui", ZIKAO_SOURCE_DIR "/lua-rules/common")
            .value();
    const auto replace = [&](const std::string& file, const std::string& from, const std::string& to) {
        std::string& text = changed.files.at(file);
        ASSERT_NE(text.find(from), std::string::npos) << file;
        text.replace(text.find(from), from.size(), to);
    };
    replace("package.lua", "2026.1.0", "2026.2.0");
    replace("cases/graduation.lua", "min = 400", "min = 800");
    publish(changed);

    const std::string by_bert = begin(bert, "graduation");
    const auto refused = act(bert.actor(), by_bert, "apply", {application()});
    ASSERT_TRUE(refused);
    EXPECT_THAT(said(refused), ElementsAre("text_short@appraisal"));
    EXPECT_EQ(refused->decision.reasons[0].args["min"], 800);
    mustDo(anna.actor(), by_anna, "apply", {application()});
    mustDo(wuhu, by_anna, "fail", {nullptr, nullptr, "简历填写不规范"});
    const auto short_text = act(anna.actor(), by_anna, "reapply", {{{"appraisal", "学习认真。"}}});
    ASSERT_TRUE(short_text);
    EXPECT_EQ(short_text->decision.reasons[0].args["min"], 400) << "the open case explains its own rule";
    EXPECT_EQ(view(wuhu, by_anna).history.back().rules_version, "2026.1.0");
    EXPECT_EQ(view(bert.actor(), by_bert).definition->field("appraisal")->raw["min"], 800);
}
