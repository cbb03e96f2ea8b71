#include "kernel/catalog/catalog.hpp"
#include "kernel/catalog/fees.hpp"

#include <gmock/gmock.h>

#include "tests/support/tenant.hpp"

namespace zikao::catalog {
namespace {

const char* const kOffices = "code,name,level,parent\n"
                             "90,灯笼省考试院,province,\n"
                             "9001,东灯市考试办,prefecture,90\n"
                             "9002,西灯市考试办,prefecture,90\n"
                             "900101,东灯区考试办,county,9001\n";
const char* const kCourses = "code,name,credits\n00001,灯学概论,4\n00002,灯具史,\n";
const char* const kPlans = "plan_id,seq,course_code,requirement\nP1,2,00002,选考\nP1,1,00001,必考\n";
const char* const kMajors =
    "code,name,plan_id,special,open,min_credits\nL01,灯学,P1,0,1,70\nL02,灯艺,,1,0,\n";

class CatalogTest : public test::OnBothEngines
{
protected:
    void load(Catalog& catalog, const std::string& kind, const std::string& csv)
    {
        const auto done = catalog.import(kind, csv);
        ASSERT_TRUE(done) << kind << ": " << done.error().message;
    }
    void loadAll(Catalog& into)
    {
        load(into, "offices", kOffices);
        load(into, "courses", kCourses);
        load(into, "plan_courses", kPlans);
        load(into, "majors", kMajors);
    }
    Error refused(const std::string& kind, const std::string& csv)
    {
        const auto done = catalog.import(kind, csv);
        EXPECT_FALSE(done) << csv;
        return done ? Error{} : done.error();
    }

    test::FakeEvaluator evaluator;
    std::unique_ptr<tenant::Tenant> tenant = test::makeTenant(db, evaluator);
    Catalog catalog{*tenant};
};
INSTANTIATE_ON_BOTH_ENGINES(CatalogTest);

TEST_P(CatalogTest, AnswersWhatWasImported)
{
    loadAll(catalog);
    load(catalog, "code_items",
         "list,code,name,parent,sort\ncounties,b,乙区,9001,2\ncounties,a,甲区,9001,3\n"
         "counties,c,丙区,9002,1\nsexes,1,男,,1\n");
    const auto plan = *catalog.plan("P1");
    ASSERT_EQ(plan.size(), 2u);
    EXPECT_EQ(plan[0].code, "00001");
    EXPECT_EQ(plan[0].credits, 4);
    EXPECT_EQ(plan[1].name, "灯具史");
    EXPECT_FALSE(plan[1].credits.has_value());
    EXPECT_EQ(plan[1].requirement, "选考");
    const auto major = *catalog.major("L02");
    ASSERT_TRUE(major);
    EXPECT_TRUE(major->special);
    EXPECT_FALSE(major->open);
    EXPECT_EQ(catalog.major("L01")->value().min_credits, 70);
    EXPECT_FALSE(catalog.major("L99")->has_value());
    const auto all = *catalog.list("counties");
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0].code, "c");
    const auto of_one = *catalog.list("counties", "9001");
    ASSERT_EQ(of_one.size(), 2u);
    EXPECT_EQ(of_one[0].code, "b");
    EXPECT_EQ(catalog.item("sexes", "1")->value().name, "男");
    EXPECT_FALSE(catalog.item("sexes", "3")->has_value());
    EXPECT_EQ(catalog.offices("prefecture")->size(), 2u);
    EXPECT_EQ(catalog.course("00001")->value().name, "灯学概论");
}

TEST_P(CatalogTest, KnowsWhichOfficeLiesBelowWhich)
{
    loadAll(catalog);
    EXPECT_TRUE(*catalog.within("900101", "9001"));
    EXPECT_TRUE(*catalog.within("900101", "90"));
    EXPECT_TRUE(*catalog.within("9001", "9001"));
    EXPECT_FALSE(*catalog.within("900101", "9002"));
    EXPECT_FALSE(*catalog.within("9001", "900101"));
    EXPECT_FALSE(*catalog.within("unknown", "90"));
    EXPECT_FALSE(*catalog.within("", "90"));
    EXPECT_EQ(*catalog.subtree("9001"), (std::vector<std::string>{"9001", "900101"}));
}

TEST_P(CatalogTest, AnImportWithOneFaultChangesNothingAndNamesLineAndColumn)
{
    loadAll(catalog);
    const Error error =
        refused("offices", "code,name,level,parent\n91,新省考试院,province,\n9101,新市,town,95\n");
    EXPECT_EQ(error.code, ErrorCode::invalid_argument);
    EXPECT_NE(error.message.find("line 3, column level"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("line 3, column parent"), std::string::npos) << error.message;
    EXPECT_EQ(catalog.offices()->size(), 4u);
    EXPECT_TRUE(catalog.office("90")->has_value());
}

TEST_P(CatalogTest, AH_GRA_01_AnOfficeHasTraitsAndThoseAboveIt)
{
    load(catalog, "offices",
         "code,name,level,parent,traits\n90,灯笼省考试院,province,,\n"
         "9001,东灯市考试办,prefecture,90,own_notice evening_hours\n900101,东灯区考试办,county,9001,\n");
    EXPECT_EQ(catalog.office("9001")->value().traits,
              (std::vector<std::string>{"own_notice", "evening_hours"}));
    const auto offices = catalog.lineOf("900101");
    std::vector<std::string> line;
    for (const Office& office : *offices)
        line.push_back(office.code);
    EXPECT_EQ(line, (std::vector<std::string>{"900101", "9001", "90"}));
    EXPECT_TRUE(catalog.lineOf("9999")->empty());
    EXPECT_TRUE(catalog.lineOf("")->empty());
    EXPECT_NE(refused("offices", "code,name,level,parent,traits\n90,灯笼省考试院,province,,own-notice\n")
                  .message.find("line 2, column traits"),
              std::string::npos);
}

TEST_P(CatalogTest, RefusesRowsThatComeTwiceAreEmptyOrPointNowhere)
{
    loadAll(catalog);
    EXPECT_NE(
        refused("courses", "code,name\n00001,甲\n00001,乙\n00002,丙\n").message.find("line 3, column code"),
        std::string::npos);
    EXPECT_NE(refused("courses", "code,name\n00001,\n").message.find("line 2, column name"),
              std::string::npos);
    EXPECT_NE(refused("courses", "code,name,credits\n00001,甲,four\n").message.find("line 2, column credits"),
              std::string::npos);
    EXPECT_NE(
        refused("plan_courses", "plan_id,course_code\nP1,09999\n").message.find("course 09999 is unknown"),
        std::string::npos);
    EXPECT_NE(refused("majors", "code,name,plan_id\nL01,灯学,P9\n").message.find("plan P9 is unknown"),
              std::string::npos);
    EXPECT_NE(refused("majors", "code,name,open\nL01,灯学,maybe\n").message.find("line 2, column open"),
              std::string::npos);
    EXPECT_NE(refused("offices", "code,name,level,parent\na,甲,county,b\nb,乙,county,a\n")
                  .message.find("below itself"),
              std::string::npos);
    EXPECT_EQ(refused("planets", "code\n").reason, "kind_unknown");
    EXPECT_EQ(catalog.majors()->size(), 2u);
}

TEST_P(CatalogTest, KnowsWhatMayStandInForACourseAndWhatFreesFromIt)
{
    load(catalog, "courses",
         "code,name,theory_code\n00001,灯学概论,\n00002,灯学概论(实践),00001\n00003,灯光学,\n00004,灯油化学,"
         "\n");
    load(catalog, "plan_courses",
         "plan_id,course_code,option_group\nP1,00001,\nP1,00003,选\nP1,00004,外语\n");
    load(catalog, "plan_groups",
         "plan_id,option_group,min_courses,min_credits,all_without\nP1,选,2,8,外语\n");
    load(catalog, "substitutions",
         "rule_id,for_course,by_course,mode,automatic,min_credits,effective_from,effective_to\n"
         "S1,00001,00003,each,1,,2024-01-01,2025-12-31\n"
         "S2,00001,00003,shared,,,,\nS2,00002,00003,shared,,,,\nS3,00001,,pool,,14,,\n");
    load(catalog, "waivers",
         "rule_id,course_code,basis,certificate,level,evidence\nW1,00001,证书,灯具证书,专科,图片\n");
    EXPECT_EQ(catalog.course("00002")->value().theory_code, "00001");
    EXPECT_EQ(catalog.planGroups("P1")->at(0).all_without, "外语");
    const auto rows = *catalog.substitutions("00001");
    ASSERT_EQ(rows.size(), 4u) << "its own three and the other half of the shared rule";
    EXPECT_TRUE(rows[0].automatic);
    EXPECT_EQ(rows[3].min_credits, 14);
    EXPECT_EQ(catalog.waivers("00001")->at(0).certificate, "灯具证书");
    EXPECT_TRUE(catalog.waivers("00003")->empty());
    EXPECT_TRUE(inForce("2024-01-01", "2025-12-31", "2025-12-31"));
    EXPECT_FALSE(inForce("2024-01-01", "2025-12-31", "2026-01-01"));
    EXPECT_EQ(refused("courses", "code,name\n00001,灯学概论\n").reason, "in_use");
}

TEST_P(CatalogTest, XZ_PAY_20_FeesHoldFromDayToDayAndTwoAmountsOnOneDayAreRefused)
{
    const std::string head = "id,name,amount_fen,effective_from,effective_to\n";
    load(catalog, "fees",
         head + "exam,考试费,3000,,2025-12-31\nexam,考试费,3500,2026-01-01,\ncard,证件费,500,2026-01-01,2026-"
                "06-30\n");
    const auto on = [&](const std::string& day) {
        std::string all;
        const auto found = feesOn(*tenant, day);
        for (const Fee& fee : *found)
            all += fee.id + " " + std::to_string(fee.amount.inFen()) + ";";
        return all;
    };
    EXPECT_EQ(on("2025-12-31"), "exam 3000;");
    EXPECT_EQ(on("2026-01-01"), "card 500;exam 3500;");
    EXPECT_EQ(on("2026-06-30"), "card 500;exam 3500;");
    EXPECT_EQ(on("2026-07-01"), "exam 3500;");
    using testing::HasSubstr;
    const auto said = [&](const std::string& rows) { return refused("fees", head + rows).message; };
    EXPECT_THAT(said("exam,考试费,3000,,2026-01-01\nexam,考试费,3500,2026-01-01,\n"),
                HasSubstr("line 3, column effective_from: holds on a day on which another amount does"));
    EXPECT_THAT(said("exam,考试费,3000,2026-02-30,\n"), HasSubstr("line 2, column effective_from"));
    EXPECT_THAT(said("exam,考试费,0,,\n"), HasSubstr("line 2, column amount_fen"));
    EXPECT_THAT(said("exam,考试费,,,\n"), HasSubstr("line 2, column amount_fen: is empty"));
    EXPECT_EQ(on("2026-07-01"), "exam 3500;") << "a file with a fault changes nothing";
}

TEST_P(CatalogTest, NamesWhatIsWrongWithASubstitutionAWaiverOrAGroup)
{
    loadAll(catalog);
    const auto said = [&](const std::string& row) {
        return refused(
                   "substitutions",
                   "rule_id,for_course,by_course,mode,automatic,min_credits,effective_from,effective_to\n" +
                       row)
            .message;
    };
    using testing::HasSubstr;
    EXPECT_THAT(said("S1,00001,09999,each,,,,\n"), HasSubstr("line 2, column by_course: the course 09999"));
    EXPECT_THAT(said("S1,00001,00001,each,,,,\n"), HasSubstr("cannot stand in for itself"));
    EXPECT_THAT(said("S1,00001,00002,either,,,,\n"), HasSubstr("line 2, column mode"));
    EXPECT_THAT(said("S1,00001,,each,,,,\n"), HasSubstr("line 2, column by_course: is empty"));
    EXPECT_THAT(said("S1,00001,,pool,,,,\n"), HasSubstr("line 2, column min_credits"));
    EXPECT_THAT(said("S1,00001,00002,together,1,,,\n"), HasSubstr("line 2, column automatic"));
    EXPECT_THAT(said("S1,00001,00002,each,,,2025-02-30,\n"), HasSubstr("line 2, column effective_from"));
    EXPECT_THAT(said("S1,00001,00002,each,,,2025-02-02,2025-02-01\n"), HasSubstr("lies before"));
    EXPECT_THAT(said("S1,00001,00002,each,,,,\nS1,00002,00001,shared,,,,\n"),
                HasSubstr("line 3, column mode: differs"));
    EXPECT_THAT(refused("waivers", "rule_id,course_code,basis,certificate\nW1,09999,证书,\n").message,
                testing::AllOf(HasSubstr("column course_code"), HasSubstr("column certificate")));
    EXPECT_THAT(refused("plan_groups", "plan_id,option_group\nP1,选\n").message, HasSubstr("no such group"));
    EXPECT_THAT(refused("courses", "code,name,theory_code\n00001,甲,00001\n00002,乙,\n").message,
                HasSubstr("line 2, column theory_code"));
}

TEST_P(CatalogTest, KeepsWhatOthersStillPointAt)
{
    loadAll(catalog);
    EXPECT_EQ(refused("courses", "code,name\n00001,灯学概论\n").reason, "in_use");
    EXPECT_EQ(refused("plan_courses", "plan_id,course_code\nP2,00001\n").reason, "in_use");
    EXPECT_EQ(catalog.plan("P1")->size(), 2u);
}

TEST_P(CatalogTest, ATransactionThatBeganInTimeStillKnowsItsOffices)
{
    loadAll(catalog);
    ASSERT_TRUE(catalog.office("9001"));
    clock.advance(std::chrono::seconds{3}); // long enough to ask the database again
    const auto within = tenant->database->transaction(
        [&](storage::Transaction&) -> Result<bool> { return catalog.within("900101", "90"); });
    ASSERT_TRUE(within) << within.error().message;
    EXPECT_TRUE(*within);
}

TEST_P(CatalogTest, AnImportByAnotherProcessIsSeenWithinTwoSeconds)
{
    loadAll(catalog);
    Catalog other(*tenant);
    ASSERT_EQ(other.majors()->size(), 2u);
    load(catalog, "majors", "code,name\nL01,灯学\n");
    EXPECT_EQ(catalog.majors()->size(), 1u) << "at once where it was imported";
    clock.advance(std::chrono::seconds{2});
    EXPECT_EQ(other.majors()->size(), 1u);
}

TEST_P(CatalogTest, AListOfThousandsIsWrittenWhole)
{
    std::string csv = "list,code,name\n";
    for (int i = 0; i < 1234; ++i)
        csv += "many," + std::to_string(i) + ",第" + std::to_string(i) + "项\n";
    load(catalog, "code_items", csv);
    EXPECT_EQ(catalog.list("many")->size(), 1234u);
}

} // namespace
} // namespace zikao::catalog
