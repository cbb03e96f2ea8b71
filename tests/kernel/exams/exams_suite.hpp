#pragma once

#include "kernel/catalog/catalog.hpp"
#include "kernel/exams/exams.hpp"
#include "tests/support/tenant.hpp"

namespace zikao::exams {

/// A published sitting of two slots: 00001 and 00002 in the first, 00003 in the second.
class ExamsSuite : public test::OnBothEngines
{
protected:
    void SetUp() override
    {
        const auto done = catalog.import(
            "courses", "code,name\n00001,灯学概论\n00002,灯具史\n00003,灯光学\n00004,灯油化学\n");
        ASSERT_TRUE(done) << done.error().message;
        const auto saved = save(sitting());
        ASSERT_TRUE(saved) << saved.error().message;
    }
    static Instant at(int month, int day, int hour = 0)
    {
        return beijingInstant(Date{2026, static_cast<unsigned>(month), static_cast<unsigned>(day)},
                              std::chrono::hours{hour});
    }
    static Sitting sitting()
    {
        Sitting one{"261", "2026年4月自考", at(1, 10, 9), at(1, 20, 17), at(1, 22, 17), {}, "published"};
        one.slots = {{1, at(4, 11, 9), at(4, 11, 11), {"00001", "00002"}},
                     {2, at(4, 11, 14), at(4, 11, 16), {"00003"}}};
        return one;
    }
    Result<void> save(const Sitting& wanted)
    {
        return tenant->database->transaction(
            [&](storage::Transaction& tx) { return exams.save(tx, wanted); });
    }
    Result<std::string> signUp(const SignUp& wanted)
    {
        return tenant->database->transaction(
            [&](storage::Transaction& tx) { return exams.signUp(tx, wanted); });
    }
    Result<void> move(const std::string& case_id, const std::string& from, const std::string& to)
    {
        return tenant->database->transaction(
            [&](storage::Transaction& tx) { return exams.move(tx, case_id, from, to); });
    }
    static SignUp wanted(const std::string& who, std::vector<ChosenCourse> courses)
    {
        return {"", "261", who, "case-" + who, "L01", "9001", "900101", "", std::move(courses)};
    }

    test::FakeEvaluator evaluator;
    std::unique_ptr<tenant::Tenant> tenant = test::makeTenant(db, evaluator);
    catalog::Catalog catalog{*tenant};
    Exams exams{*tenant};
};

} // namespace zikao::exams
