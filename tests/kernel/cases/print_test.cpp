#include "kernel/exams/windows.hpp"
#include "tests/kernel/cases/stage.hpp"
#include "tests/support/outside_program.hpp"

using namespace zikao;
using namespace zikao::test;
using testing::HasSubstr;
using testing::Not;

namespace {

/// A case with forms: "sheet" (A3, a draft until it is handed in) and "slip" (A4).
class EnginePrints : public Stage
{
protected:
    EnginePrints()
    {
        need(tenant->database->transaction([&](storage::Transaction& tx) {
            return exams::Windows(*tenant).save(tx, {"diploma", "证书申请时间", day(1), day(30), ""});
        }),
             "window");
    }
    test::Person numbered()
    {
        test::Person one = passed();
        auto known = identity.person(one.actor().id);
        need(known, "person");
        known->admission_number = "N1";
        need(tenant->database->transaction(
                 [&](storage::Transaction& tx) { return identity.updatePerson(tx, *known); }),
             "number");
        return one;
    }
    static Instant day(unsigned number) { return beijingInstant(Date{2026, 4, number}); }
    static Json filled()
    {
        return {{"prefecture", "9001"},
                {"major", "L01"},
                {"years",
                 {{{"from", "2015-09-01"}, {"to", "2018-06-30"}, {"what", "灯塔镇中学"}},
                  {{"from", "2018-07-01"}, {"to", ""}, {"what", "待业"}}}},
                {"numbers", {{{"kind", "old"}, {"number", "N9"}}}},
                {"old_course", "00003"},
                {"old_score", "77"},
                {"old_day", "2011-04-16"},
                {"old_place", "江苏\n南京"}};
    }
    std::string printed(const identity::Actor& actor, const std::string& id,
                        const std::string& form = "sheet")
    {
        auto got = engine.print(actor, id, form);
        if (!got)
            return got.error().reason.empty() ? name(got.error().code) : got.error().reason;
        const OutputFolder out;
        return run("pdftotext -layout " + out.write(form + ".pdf", got->pdf) + " -");
    }
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(EnginePrints);

TEST_P(EnginePrints, AH_FRM_01_AFormIsFilledWithWhatIsKnownOfTheCaseAndThePerson)
{
    const auto anna = passed();
    const std::string id = begin(anna, "diploma");
    mustDo(anna.actor(), id, "apply", {filled()});
    const std::string text = printed(anna.actor(), id);
    const auto person = identity.person(anna.actor().id);
    for (const std::string& part :
         {std::string("灯塔行会灯匠登记表"), person->name, person->id_number,
          std::string("2015-09-01 至 2018-06-30"), std::string("2018-07-01 至今"), std::string("旧编号"),
          std::string("00001"), std::string("未通过"), std::string("南京"), id})
        EXPECT_THAT(text, HasSubstr(part));
    EXPECT_THAT(text, Not(HasSubstr("草稿")));
    EXPECT_THAT(printed(anna.actor(), id, "slip"), HasSubstr(person->name));
}

TEST_P(EnginePrints, DEF_GEN_06_AnOfficersPrintHasTheNumbersMaskedAndAStrangerGetsNone)
{
    const auto anna = passed(), bert = passed(2);
    const std::string id = begin(anna, "diploma");
    EXPECT_EQ(printed(east, id), "not_found") << "a draft is the candidate's own";
    mustDo(anna.actor(), id, "apply", {filled()});
    const std::string number = identity.person(anna.actor().id)->id_number;
    EXPECT_THAT(printed(east, id), testing::AllOf(HasSubstr(identity::IdNumber::parse(number)->masked()),
                                                  Not(HasSubstr(number))));
    EXPECT_EQ(printed(west, id), "not_found");
    EXPECT_EQ(printed(bert.actor(), id), "not_found");
    EXPECT_EQ(printed(anna.actor(), id, "nothing"), "not_found");
}

TEST_P(EnginePrints, WhatIsNotHandedInIsMarkedAsADraft)
{
    const auto anna = passed();
    const std::string id = begin(anna, "diploma");
    EXPECT_THAT(printed(anna.actor(), id), HasSubstr("草"));
    mustDo(anna.actor(), id, "apply", {filled()});
    mustDo(east, id, "send_back", {nullptr, nullptr, "不清楚"});
    EXPECT_THAT(printed(anna.actor(), id), HasSubstr("草"));
}

TEST_P(EnginePrints, AH_FRM_04_WhatAnOfficerRecordedIsSaidInItsBlockUntilItIsTakenBack)
{
    const auto anna = numbered();
    const std::string id = begin(anna, "diploma");
    mustDo(anna.actor(), id, "apply", {filled()});
    EXPECT_THAT(printed(anna.actor(), id), testing::AllOf(HasSubstr("行会盖章"), Not(HasSubstr("归档"))));
    mustDo(east, id, "file");
    EXPECT_THAT(printed(anna.actor(), id), HasSubstr("成绩已于 2026-04-11 归档。"));
    mustDo(east, id, "send_back", {nullptr, nullptr, "不清楚"});
    EXPECT_THAT(printed(anna.actor(), id), Not(HasSubstr("归档")));
}

TEST_P(EnginePrints, AFormIsThereOnceThePagesOfItsFieldsAre)
{
    tenant->profile.raw["settings"] = {{"review_guild", true}};
    const auto anna = passed();
    auto opened = engine.begin(anna.actor(), "guild", "", true);
    need(opened, "guild");
    const std::string id = opened->record.id;
    EXPECT_EQ(printed(anna.actor(), id, "card"), "not_found") << "the oath is a member's";
    mustDo(anna.actor(), id, "apply", {{{"prefecture", "9001"}, {"major", "L01"}}});
    EXPECT_EQ(printed(anna.actor(), id, "card"), "not_found");
    mustDo(east, id, "accept");
    EXPECT_THAT(printed(anna.actor(), id, "card"), HasSubstr("会员证"));
}
