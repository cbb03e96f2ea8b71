#include <array>
#include <cstdio>
#include <cstdlib>
#include <gmock/gmock.h>
#include <memory>

#include "kernel/billing/ledger.hpp"
#include "kernel/cases/check.hpp"
#include "kernel/exams/check.hpp"
#include "tests/kernel/app/server_fixture.hpp"

namespace zikao::app {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

/// The checkers hold what the server leaves, and name what only a fault could have done (threats.md, section 5).
class Integrity : public ServerTest
{
protected:
    std::vector<std::string> violations()
    {
        std::vector<std::string> all;
        for (const auto& part : {billing::check(*site().tenant->database, site().tenant->vault.get()),
                                 exams::check(*site().tenant->database, site().tenant->vault.get()),
                                 cases::check(*site().tenant)})
            all.insert(all.end(), part.value().begin(), part.value().end());
        return all;
    }
    void tamper(const std::string& sql, const storage::Params& params = {})
    {
        const auto done = site().tenant->database->execute(sql, params);
        ASSERT_TRUE(done) << done.error().message;
        EXPECT_GT(*done, 0) << sql;
    }
};
INSTANTIATE_ON_BOTH_ENGINES(Integrity);

TEST_P(Integrity, AWholeProcedureLeavesNothingToObjectTo)
{
    Browser candidate = browser();
    const std::string registration = submitRegistration(candidate, 1);
    Browser clerk = officer("clerk.west", "prefecture_office", "990100");
    Json refusal = action(clerk.get("/api/cases/" + registration));
    refusal["reason"] = "照片不清晰";
    EXPECT_EQ(clerk.post("/api/cases/" + registration + "/actions/refuse", refusal).status, 200);
    const auto again = candidate.get("/api/cases/" + registration);
    EXPECT_EQ(candidate.post("/api/cases/" + registration + "/actions/resubmit", action(again)).status, 200);
    pass(clerk, registration);
    const auto submitted = submitSignUp(candidate);
    const std::string id = submitted.json["case"]["id"];
    EXPECT_EQ(candidate.post("/api/cases/" + id + "/actions/pay", action(submitted)).status, 200);
    EXPECT_THAT(violations(), IsEmpty());
}

TEST_P(Integrity, I2_I8_I9_I10_I13_WhatOnlyAFaultCouldHaveDoneIsNamed)
{
    const Payer one = payer();
    ASSERT_THAT(violations(), IsEmpty());
    const struct
    {
        std::string sql, back, said;
    } kFaults[] = {
        {"UPDATE case_record SET state = 'draft' WHERE id = '" + one.case_id + "'",
         "UPDATE case_record SET state = 'ordered' WHERE id = '" + one.case_id + "'", "I8 stands in draft"},
        {"UPDATE case_event SET from_state = 'ordered' WHERE action = 'pass'",
         "UPDATE case_event SET from_state = 'pending' WHERE action = 'pass'", "I8 takes pass from ordered"},
        {"UPDATE case_event SET action = 'wave' WHERE action = 'pass'",
         "UPDATE case_event SET action = 'pass' WHERE action = 'wave'", "I8 takes the unknown step wave"},
        {"UPDATE case_event SET actor_id = 'anna' WHERE action = 'pass'",
         "UPDATE case_event SET actor_id = (SELECT id FROM account WHERE kind = 'staff') WHERE action = "
         "'pass'",
         "I9 lets somebody else take pass"},
        {"UPDATE case_event SET action = 'refuse', to_state = 'refused' WHERE action = 'pass'",
         "UPDATE case_event SET action = 'pass', to_state = 'passed' WHERE action = 'refuse'",
         "I9 has no reason for refuse"},
        {"UPDATE case_event SET action = 'submit' WHERE action = 'pay'",
         "UPDATE case_event SET action = 'pay' WHERE from_state = 'submitted' AND action = 'submit'",
         "I13 every step is in the audit trail"},
        {"UPDATE exam_slot SET starts_at = starts_at - 100000000000 WHERE slot_no = 2",
         "UPDATE exam_slot SET starts_at = starts_at + 100000000000 WHERE slot_no = 2",
         "I2 no two courses of a sign-up at one time"},
        {"UPDATE sign_up SET live_key = NULL", "", "I2 a void sign-up keeps no place"},
        {"UPDATE sign_up SET state = 'paid'", "", "I10 what was paid for is what is signed up"},
    };
    for (const auto& fault : kFaults) {
        tamper(fault.sql);
        EXPECT_THAT(violations(), Contains(HasSubstr(fault.said))) << fault.sql;
        if (!fault.back.empty())
            tamper(fault.back);
    }
}

std::string contentOf(const std::filesystem::path& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Every file below a folder, whole.
std::string everythingBelow(const std::string& folder)
{
    std::string all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            all += contentOf(entry.path());
    return all;
}

/// Everything in a database of the private server, as its own tool writes it down.
std::string dumpOf(const std::string& database)
{
    const std::string command =
        "mariadb-dump --socket=" + std::string(std::getenv("ZIKAO_TEST_MYSQL_SOCKET")) +
        " --user=root --skip-ssl " + database;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
    std::string all;
    std::array<char, 65536> part{};
    while (const std::size_t got = std::fread(part.data(), 1, part.size(), pipe.get()))
        all.append(part.data(), got);
    return all;
}

TEST_P(Integrity, I18_NumberPhoneAndPasswordsStandInNoLogNoFileAndNoTable)
{
    testing::internal::CaptureStderr();
    const Payer one = payer();
    Browser wrong = browser();
    wrong.me();
    Json form = captcha(wrong);
    form["id_number"] = idNumber(1);
    form["password"] = "wrong7Stone";
    EXPECT_EQ(wrong.post("/api/login", form).status, 401);
    EXPECT_GE(wrong.post("/api/cases/" + one.case_id + "/actions/pay", {{"id_number", idNumber(1)}}).status,
              400);
    server->runBackgroundOnce();
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_THAT(log, HasSubstr("event=")) << "nothing was logged at all";

    const std::string phone = registrationFields(1, "990100").at("phone");
    std::string kept = everythingBelow(config.data_dir);
    if (GetParam() == storage::Engine::mysql)
        kept += dumpOf(config.database.name_prefix + "lantern");
    EXPECT_THAT(kept, HasSubstr(one.order_no)) << "the database was not looked into";
    for (const std::string& canary :
         {idNumber(1), phone, kPassword, kStaffPassword, std::string("wrong7Stone")}) {
        EXPECT_EQ(log.find(canary), std::string::npos) << canary << " in a line of the log";
        EXPECT_EQ(kept.find(canary), std::string::npos) << canary << " in a file or a table";
    }
}

} // namespace
} // namespace zikao::app
