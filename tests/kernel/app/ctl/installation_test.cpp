#include <regex>

#include "kernel/audit/witness.hpp"
#include "kernel/catalog/catalog.hpp"
#include "kernel/exams/exams.hpp"
#include "kernel/exams/windows.hpp"
#include "kernel/identity/identity.hpp"
#include "kernel/identity/totp.hpp"
#include "tests/kernel/app/ctl/support.hpp"
#include "tests/support/captcha.hpp"

namespace zikao::ctl {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing_support::Ended;

/// Everything that stands on a configuration, on both engines.
class ZikaoctlInstallation : public testing::TestWithParam<storage::Engine>
{
protected:
    void load()
    {
        here.done({"migrate", "up"});
        here.done({"tenants", "load", "lantern"});
    }
    static std::string found(const std::string& text, const std::string& pattern)
    {
        std::smatch match;
        EXPECT_TRUE(std::regex_search(text, match, std::regex(pattern))) << text;
        return match.empty() ? "" : match[1].str();
    }
    std::string rulesVersion(const std::string& version, const std::string& forbidden_name)
    {
        return testing_support::writePackage(
            here.folder.path("rules/" + version),
            {{"package.lua", "return { id = \"lantern\", version = \"" + version +
                                 "\", host_api = { min = 1, max = 1 }, cases = { \"registration\" } }"},
             {"examples/registration.lua", "return { { name = \"refused\", call = "
                                           "\"registration.may_submit\", facts = { fields = { name = \"" +
                                               forbidden_name +
                                               "\" } }, expect = { refused = \"name_unknown\" } } }"}});
    }
    std::string activeVersion() { return found(here.done({"rules", "history", "lantern"}), R"(\* (\S+))"); }

    testing_support::Installation here{GetParam()};
};
INSTANTIATE_ON_BOTH_ENGINES(ZikaoctlInstallation);

TEST_P(ZikaoctlInstallation, MigratingTwiceChangesNothing)
{
    EXPECT_THAT(here.done({"migrate", "up"}), HasSubstr("lantern: applied 0010_audit"));
    EXPECT_EQ(here.done({"migrate", "up"}), "lantern: up to date\n");
    EXPECT_THAT(here.done({"migrate", "status"}), Not(HasSubstr("pending")));
}

TEST_P(ZikaoctlInstallation, XZ_INF_09_AListOfPeopleOnFileIsTakenWholeWithEveryFaultByLine)
{
    load();
    const std::string good =
        here.folder.write("people.csv", "id_number,name,admission_number,office_code,major\n"
                                        "990101199003070015,尼玛·次仁,540101000001,990100,L01\n"
                                        "990101200012310020,次仁,,990100,\n");
    EXPECT_THAT(here.done({"candidates", "import", good, "--tenant", "lantern"}),
                HasSubstr("2 added, 0 renewed"));
    EXPECT_THAT(here.done({"candidates", "import", good, "--tenant", "lantern"}),
                HasSubstr("0 added, 2 renewed"));
    const std::string bad = here.folder.write("bad.csv", "id_number,name,admission_number,office_code\n"
                                                         "990101199003070016,尼玛·次仁,1,990100\n"
                                                         "990101200012310020,次仁,540101000001,990100\n");
    const Ended ended = here.ctl({"candidates", "import", bad, "--tenant", "lantern"});
    EXPECT_EQ(ended.exit, 1);
    EXPECT_THAT(ended.text, HasSubstr("line 2"));
    EXPECT_THAT(ended.text, HasSubstr("id_number"));
    EXPECT_THAT(ended.text, HasSubstr("line 3"));
    EXPECT_THAT(ended.text, HasSubstr("admission_number"));
    const std::string nowhere =
        here.folder.write("nowhere.csv", "id_number,name,office_code\n990101199003070015,尼玛,7\n");
    EXPECT_THAT(here.ctl({"candidates", "import", nowhere, "--tenant", "lantern"}).text,
                HasSubstr("no such office"));
    const std::string odd =
        here.folder.write("odd.csv", "id_number,name,Major Code\n990101199003070015,尼玛,1\n");
    EXPECT_THAT(here.ctl({"candidates", "import", odd, "--tenant", "lantern"}).text, HasSubstr("csv_column"));
    const auto tenant = here.open();
    const auto entries =
        tenant->database->query("SELECT COUNT(*) FROM audit_entry WHERE act = 'candidates.import'");
    EXPECT_EQ(entries->front().integer(0), 2);
}

TEST_P(ZikaoctlInstallation, TheAddressOfDeliveryReportsIsTheTenantsOwnAndStays)
{
    here.done({"migrate", "up"});
    const std::string address = here.done({"tenants", "report-url", "lantern"});
    EXPECT_THAT(address,
                testing::MatchesRegex("http://127.0.0.1/lantern/api/message-reports/[0-9a-f]{40}\n"));
    EXPECT_EQ(here.done({"tenants", "report-url", "lantern"}), address);
}

TEST_P(ZikaoctlInstallation, NothingIsLoadedIntoASchemaThatIsBehind)
{
    const Ended ended = here.ctl({"tenants", "load", "lantern"});
    EXPECT_NE(ended.exit, 0);
    EXPECT_THAT(ended.text, HasSubstr("migrate up"));
}

TEST_P(ZikaoctlInstallation, AnUnfinishedChangeIsShownStopsEverythingAndIsSettledOnceInPlace)
{
    here.done({"migrate", "up"});
    const auto dirty = [&] {
        const auto tenant = here.open();
        EXPECT_TRUE(
            tenant->database->execute("UPDATE schema_change SET dirty = 1 WHERE name = '0010_audit'"));
    };
    dirty();
    const Ended status = here.ctl({"migrate", "status"});
    EXPECT_EQ(status.exit, 1);
    EXPECT_THAT(status.text, HasSubstr("DIRTY"));
    EXPECT_EQ(here.ctl({"migrate", "up"}).exit, 1);
    EXPECT_EQ(here.ctl({"staff", "list", "lantern"}).exit, 1);
    EXPECT_EQ(here.done({"migrate", "repair", "lantern"}), "lantern: settled 0010_audit\n");
    here.done({"migrate", "status"});
}

TEST_P(ZikaoctlInstallation, LoadingATenantTwiceLeavesOneCopyOfItsDataAndRules)
{
    load();
    EXPECT_THAT(here.done({"tenants", "load", "lantern"}), HasSubstr("rules 1.0.0 are active already"));
    const std::string history = here.done({"rules", "history", "lantern"});
    EXPECT_EQ(std::count(history.begin(), history.end(), '\n'), 1);
    const auto tenant = here.open();
    catalog::Catalog catalog(*tenant);
    EXPECT_EQ(catalog.offices().value().size(), 5u);
    EXPECT_EQ(catalog.plan("P-L01").value().size(), 3u);
    EXPECT_EQ(catalog.major("L01").value()->name, "灯艺");
}

TEST_P(ZikaoctlInstallation, AnUnknownTenantIsRefused)
{
    const Ended ended = here.ctl({"tenants", "load", "paperboat"});
    EXPECT_EQ(ended.exit, 1);
    EXPECT_THAT(ended.text, HasSubstr("paperboat"));
}

TEST_P(ZikaoctlInstallation, ABadRowOfAnImportIsNamedWithItsLineAndChangesNothing)
{
    load();
    const std::string file =
        here.folder.write("offices.csv", "code,name,level,parent\n99,灯笼省教育考试院,province,\n"
                                         "9901,灯笼市,town,99\n9902,,prefecture,99\n");
    const Ended ended = here.ctl({"catalog", "import", "lantern", "offices", file});
    EXPECT_EQ(ended.exit, 1);
    EXPECT_THAT(ended.text, testing::AllOf(HasSubstr("line 3"), HasSubstr("level"), HasSubstr("line 4")));
    EXPECT_EQ(here.ctl({"catalog", "import", "lantern", "lanterns", file}).exit, 1);
    const auto tenant = here.open();
    EXPECT_EQ(catalog::Catalog(*tenant).office("990100").value()->level, "prefecture");
}

TEST_P(ZikaoctlInstallation, PassesAreTakenOnceWithAnEntryInTheAuditTrail)
{
    load();
    const std::string header = "admission_number,course_code,score,passed_on,source\n";
    const std::string file =
        here.folder.write("records.csv", header + "010101261001,10001,71,2025-04-12,exam\n");
    EXPECT_EQ(here.done({"records", "import", file, "--tenant", "lantern"}),
              "lantern: 1 passes, 1 of them new\n");
    EXPECT_EQ(here.done({"records", "import", file, "--tenant", "lantern"}),
              "lantern: 1 passes, 0 of them new\n");
    const auto entries = here.open()->database->query(
        "SELECT COUNT(*) FROM audit_entry WHERE act = 'records.import' AND actor = 'system:zikaoctl'");
    EXPECT_EQ(entries->front().integer(0), 2);
    const std::string bad = here.folder.write("bad.csv", header + "010101261001,10002,59,2025-04-12,exam\n");
    const Ended ended = here.ctl({"records", "import", bad, "--tenant", "lantern"});
    EXPECT_EQ(ended.exit, 1);
    EXPECT_THAT(ended.text, HasSubstr("line 2, column score: 59 is no pass"));
    EXPECT_EQ(here.ctl({"records", "import", file}).exit, 2);
}

TEST_P(ZikaoctlInstallation, AStaffAccountThatWasAddedLogsInWithTheSecretsThatWerePrinted)
{
    load();
    const std::string printed = here.done({"staff", "add", "lantern", "li.review", "--name", "李审核",
                                           "--roles", "prefecture_office,finance", "--office", "990100"});
    EXPECT_THAT(here.done({"staff", "list", "lantern"}), HasSubstr("prefecture_office,finance"));

    const auto tenant = here.open();
    identity::Passwords passwords(app::pepper(here.folder.path("data")).value());
    identity::Identity identity(*tenant, passwords);
    const auto captcha = identity.newCaptcha().value();
    ASSERT_TRUE(test::fixCaptcha(*tenant, captcha.id, "ACE3"));
    identity::Identity::Login login{"li.review", found(printed, "password: (\\S+)"), captcha.id, "ace3", {},
                                    "10.0.0.1"};
    const std::string secret = identity::fromBase32(found(printed, "secret: (\\S+)")).value();
    login.one_time_code = identity::totpCode(secret, identity::totpStep(tenant->clock.now()));
    const auto session = identity.loginStaff(login);
    ASSERT_TRUE(session) << session.error().message;
    EXPECT_TRUE(session->actor.has(identity::Role::prefecture_office));
    EXPECT_EQ(session->actor.office_code, "990100");
}

TEST_P(ZikaoctlInstallation, StaffAreRefusedForWeakPasswordsUnknownRolesAndRolesThatNeverMeet)
{
    load();
    const auto add = [&](const std::string& roles, const std::string& password) {
        return here.ctl(
            {"staff", "add", "lantern", "wang", "--name", "王", "--roles", roles, "--password-stdin"},
            password);
    };
    EXPECT_EQ(add("finance", "short1").exit, 1);
    EXPECT_EQ(add("finance", "").exit, 1);
    EXPECT_THAT(add("emperor", "Quiet7lantern-hill").text, HasSubstr("role_unknown"));
    EXPECT_THAT(add("system_officer,audit_officer", "Quiet7lantern-hill").text, HasSubstr("three_officers"));
    const Ended added = add("finance", "Quiet7lantern-hill");
    EXPECT_EQ(added.exit, 0);
    EXPECT_THAT(added.text, Not(HasSubstr("Quiet7lantern-hill")));
    EXPECT_THAT(add("finance", "Quiet7lantern-hill").text, HasSubstr("user_name_taken"));
}

TEST_P(ZikaoctlInstallation, AResetTakesTheSecondFactorAwayAndADisabledAccountIsShownSo)
{
    load();
    here.done({"staff", "add", "lantern", "wang", "--name", "王", "--roles", "finance"});
    EXPECT_THAT(here.done({"staff", "reset", "lantern", "wang"}), HasSubstr("password: "));
    EXPECT_THAT(here.done({"staff", "list", "lantern"}), HasSubstr("no second factor yet"));
    here.done({"staff", "disable", "lantern", "wang"});
    EXPECT_THAT(here.done({"staff", "list", "lantern"}), HasSubstr("disabled"));
    EXPECT_EQ(here.ctl({"staff", "disable", "lantern", "nobody"}).exit, 1);
}

TEST_P(ZikaoctlInstallation, PublishedVersionsStayAndRollingBackMakesAnEarlierOneActive)
{
    load();
    here.done({"rules", "publish", "lantern", rulesVersion("1.1.0", "无名")});
    EXPECT_EQ(activeVersion(), "1.1.0");
    here.done({"rules", "rollback", "lantern", "1.0.0"});
    EXPECT_EQ(activeVersion(), "1.0.0");
    const std::string history = here.done({"rules", "history", "lantern"});
    const std::string hash = found(history, R"(1\.1\.0\s+([0-9a-f]{12}))");
    here.done({"rules", "rollback", "lantern", hash});
    EXPECT_EQ(activeVersion(), "1.1.0");
    EXPECT_EQ(here.ctl({"rules", "rollback", "lantern", "9.9.9"}).exit, 1);
}

TEST_P(ZikaoctlInstallation, APackageWithAFailedExampleOrAnUnknownCodeListIsNotPublished)
{
    load();
    const Ended failed = here.ctl({"rules", "publish", "lantern", rulesVersion("1.2.0", "李明")});
    EXPECT_EQ(failed.exit, 1);
    EXPECT_THAT(failed.text, HasSubstr("FAILED refused"));
    const std::string dir = rulesVersion("1.3.0", "无名");
    std::string text = test::readFile(dir + "/cases/registration.lua");
    text.replace(text.find("list = \"prefectures\""), 20, "list = \"provinces\"");
    testing_support::writeFile(dir + "/cases/registration.lua", text);
    const Ended dangling = here.ctl({"rules", "publish", "lantern", dir});
    EXPECT_EQ(dangling.exit, 1);
    EXPECT_THAT(dangling.text, HasSubstr("there is no code list provinces"));
    EXPECT_EQ(activeVersion(), "1.0.0");
}

TEST_P(ZikaoctlInstallation, C47AnAlteredAuditEntryIsFoundAndNamed)
{
    load();
    EXPECT_THAT(here.done({"audit", "verify", "lantern"}), HasSubstr("whole"));
    {
        const auto tenant = here.open();
        ASSERT_TRUE(tenant->database->execute("DROP TRIGGER audit_entry_never_changes"));
        ASSERT_TRUE(
            tenant->database->execute("UPDATE audit_entry SET detail = '{}' WHERE act = 'rules.publish'"));
    }
    const Ended ended = here.ctl({"audit", "verify", "lantern"});
    EXPECT_EQ(ended.exit, 1);
    EXPECT_THAT(ended.text, testing::ContainsRegex("NOT WHOLE: lane [0-9]+, entry [0-9]+"));
}

TEST_P(ZikaoctlInstallation, C48AChainCutOffAtItsEndIsFoundByTheWitness)
{
    load();
    {
        const auto tenant = here.open();
        audit::Witness witness(app::witnessPath(*tenant), *tenant->vault);
        ASSERT_TRUE(witness.checkpoint(*tenant->database, tenant->clock.now()).value());
    }
    EXPECT_THAT(here.done({"audit", "verify", "lantern"}), HasSubstr("as witnessed"));
    {
        const auto tenant = here.open();
        for (const char* trigger : {"audit_entry_never_changes", "audit_entry_never_goes"})
            ASSERT_TRUE(tenant->database->execute(std::string("DROP TRIGGER ") + trigger));
        ASSERT_TRUE(tenant->database->execute("DELETE FROM audit_entry WHERE act = 'rules.publish'"));
    }
    EXPECT_EQ(here.ctl({"audit", "verify", "lantern"}).exit, 1);
}

TEST_P(ZikaoctlInstallation, ARotatedKeyRingStillOpensWhatTheOldKeySealed)
{
    load();
    const std::string sealed = here.open()->vault->seal("secret", "test");
    EXPECT_EQ(here.ctl({"keys", "create", "lantern"}).exit, 1) << "never over a ring in use";
    EXPECT_NE(here.ctl({"keys", "rotate", "lantern", "--sealing", "rot13"}).exit, 0);
    here.done({"keys", "rotate", "lantern", "--sealing", "aes-256-gcm"});
    EXPECT_EQ(here.done({"keys", "list", "lantern"}),
              "key 1 sm4-ctr-hmac-sm3\nkey 2 aes-256-gcm (seals new values)\n");
    EXPECT_EQ(here.open()->vault->open(sealed, "test").value(), "secret");
}

TEST_P(ZikaoctlInstallation, AKeyRingIsMadeBeforeTheFirstStart)
{
    here.done({"keys", "create", "lantern"});
    load();
    EXPECT_EQ(here.done({"keys", "list", "lantern"}), "key 1 sm4-ctr-hmac-sm3 (seals new values)\n");
    here.done({"files", "check", "lantern"});
}

/// One officer and one candidate, for the package of writePackage.
constexpr const char* kDemo = R"({
  "sitting": { "code": "demo", "name": "演示考次", "signup_opens_days": -3, "signup_closes_days": 20,
    "pay_until_days": 21,
    "slots": [{ "slot_no": 1, "day": 60, "starts": "09:00", "ends": "11:30", "courses": ["10001"] }] },
  "windows": [{ "name": "graduation", "title": "毕业申请时间", "opens_days": -3, "closes_days": 25, "within": "" },
    { "name": "photo", "title": "照片上传时间", "opens_days": -3, "closes_days": 20, "within": "graduation" }],
  "staff": [{ "as": "clerk", "user_name": "clerk", "name": "演示审核员", "office": "990100",
    "roles": ["prefecture_office"], "password": "Shenhe-2026-demo", "totp_secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" }],
  "candidates": [{ "as": "candidate", "case": "registration", "approve_with": "pass", "approve_as": "clerk",
    "fields": { "name": "测试考生", "id_number": "990101199003070015", "phone": "13900000001", "prefecture": "990100" },
    "secrets": { "password": "kaosheng2026", "password_again": "kaosheng2026" },
    "submit": "submit", "pictures": {} }]
})";

TEST_P(ZikaoctlInstallation, TheDemonstrationHasAnOpenSittingAndACandidateWhoPassedReviewAndLogsIn)
{
    testing_support::writeFile(here.folder.path("lantern/demo/demo.json"), kDemo);
    load();
    here.done({"demo", "load", "lantern", "--pictures", here.folder.path("pictures")});
    EXPECT_EQ(here.done({"demo", "load", "lantern", "--pictures", here.folder.path("pictures")}),
              "lantern: the demonstration is there\n");

    const auto tenant = here.open();
    EXPECT_EQ(exams::Exams(*tenant).current().value()->code, "demo");
    identity::Passwords passwords(app::pepper(here.folder.path("data")).value());
    identity::Identity identity(*tenant, passwords);
    const auto captcha = identity.newCaptcha().value();
    ASSERT_TRUE(test::fixCaptcha(*tenant, captcha.id, "ACE3"));
    EXPECT_TRUE(
        identity.loginCandidate({"990101199003070015", "kaosheng2026", captcha.id, "ace3", {}, "10.0.0.1"}));
    const auto cases = tenant->database->query("SELECT state FROM case_record").value();
    ASSERT_EQ(cases.size(), 1u);
    EXPECT_EQ(cases.at(0).text(0), "passed");
}

TEST_P(ZikaoctlInstallation, ADemonstrationWhoseDatesRunOutIsMovedOnAsPeopleLeftIt)
{
    testing_support::writeFile(here.folder.path("lantern/demo/demo.json"), kDemo);
    load();
    const std::vector<std::string> again = {"demo", "load", "lantern", "--pictures",
                                            here.folder.path("pictures")};
    here.done(again);
    const std::chrono::days ago{19};
    {
        // As it is found 19 days later: sign-up and photos close within a day, graduation in six.
        const auto tenant = here.open();
        exams::Exams exams(*tenant);
        exams::Windows windows(*tenant);
        exams::Sitting sitting = exams.sitting("demo").value().value();
        sitting.name = "改过名的考次";
        sitting.slots.push_back(
            {2, sitting.slots.at(0).ends_at, sitting.slots.at(0).ends_at + 2h, {"10002"}});
        for (Instant* at : {&sitting.signup_opens, &sitting.signup_closes, &sitting.pay_until})
            *at = *at - ago;
        for (exams::Slot& slot : sitting.slots) {
            slot.starts_at = slot.starts_at - ago;
            slot.ends_at = slot.ends_at - ago;
        }
        auto open = windows.all().value();
        std::ranges::sort(open, {}, &exams::Window::closes); // the inner one first
        ASSERT_TRUE(tenant->database->transaction([&](storage::Transaction& tx) -> Result<void> {
            for (exams::Window& window : open) {
                window.closes = window.closes - ago;
                if (auto saved = windows.save(tx, window); !saved)
                    return saved;
            }
            return exams.save(tx, sitting);
        }));
    }
    EXPECT_THAT(here.done(again), HasSubstr("lantern: sitting demo"));
    EXPECT_EQ(here.done(again), "lantern: the demonstration is there\n") << "now they are far enough";

    const auto tenant = here.open();
    const Date today = tenant->clock.today();
    const auto sitting = exams::Exams(*tenant).current().value().value();
    EXPECT_EQ(sitting.code, "demo");
    EXPECT_EQ(sitting.name, "改过名的考次");
    EXPECT_LT(sitting.signup_opens, tenant->clock.now());
    EXPECT_EQ(sitting.signup_closes, beijingInstant(today.plusDays(20)));
    EXPECT_EQ(sitting.pay_until, beijingInstant(today.plusDays(21)));
    ASSERT_EQ(sitting.slots.size(), 2u);
    EXPECT_EQ(sitting.slots.at(0).starts_at, beijingInstant(today.plusDays(60), 9h));
    EXPECT_EQ(sitting.slots.at(1).ends_at, beijingInstant(today.plusDays(60), 13h + 30min));
    exams::Windows windows(*tenant);
    EXPECT_EQ(windows.find("graduation").value()->closes, beijingInstant(today.plusDays(25)));
    EXPECT_EQ(windows.find("photo").value()->closes, beijingInstant(today.plusDays(20)));
}

TEST_P(ZikaoctlInstallation, ADemonstrationThatTheRulesRefuseIsReportedWithTheReason)
{
    std::string demo = kDemo;
    demo.replace(demo.find("测试考生"), std::string("测试考生").size(), "无名");
    testing_support::writeFile(here.folder.path("lantern/demo/demo.json"), demo);
    load();
    const Ended ended = here.ctl({"demo", "load", "lantern", "--pictures", here.folder.path("pictures")});
    EXPECT_EQ(ended.exit, 1);
    EXPECT_THAT(ended.text, HasSubstr("name_unknown"));
}

} // namespace
} // namespace zikao::ctl
