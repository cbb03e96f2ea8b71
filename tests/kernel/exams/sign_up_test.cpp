#include <barrier>
#include <thread>

#include "tests/kernel/exams/exams_suite.hpp"

namespace zikao::exams {
namespace {

class SignUpTest : public ExamsSuite
{
protected:
    std::int64_t count(const std::string& sql) { return tenant->database->query(sql)->front().integer(0); }
};
INSTANTIATE_ON_BOTH_ENGINES(SignUpTest);

TEST_P(SignUpTest, IsReadAsItWasWritten)
{
    ASSERT_TRUE(signUp(wanted("anna", {{2, "00003"}, {1, "00001"}})));
    const auto found = *exams.ofCase("case-anna");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->state, "submitted");
    EXPECT_EQ(found->site_code, "900101");
    ASSERT_EQ(found->courses.size(), 2u);
    EXPECT_EQ(found->courses[0].code, "00001");
}

TEST_P(SignUpTest, XJ_SGN_04_TwoCoursesOfOneSlotAreRefused)
{
    EXPECT_EQ(signUp(wanted("anna", {{1, "00001"}, {1, "00002"}})).error().reason, "course_in_slot_twice");
    EXPECT_FALSE(exams.ofCase("case-anna")->has_value());
}

TEST_P(SignUpTest, TheDatabaseItselfHoldsOneCoursePerSlot)
{
    const auto id = signUp(wanted("anna", {{1, "00001"}}));
    ASSERT_TRUE(id);
    const auto second = tenant->database->execute(
        "INSERT INTO sign_up_course (sign_up_id, slot_no, course_code) VALUES (?, 1, '00002')", {*id});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().reason, "duplicate");
}

TEST_P(SignUpTest, ACourseThatIsNotExaminedInItsSlotIsRefused)
{
    EXPECT_EQ(signUp(wanted("anna", {{2, "00001"}})).error().reason, "course_not_offered");
    EXPECT_EQ(signUp(wanted("anna", {{1, "00004"}})).error().reason, "course_not_offered");
    EXPECT_EQ(signUp(wanted("anna", {})).error().reason, "no_course");
    Sitting draft = sitting();
    draft.state = "draft";
    ASSERT_TRUE(save(draft));
    EXPECT_EQ(signUp(wanted("anna", {{1, "00001"}})).error().reason, "course_not_offered");
    EXPECT_EQ(count("SELECT COUNT(*) FROM sign_up"), 0) << "refused whole";
}

TEST_P(SignUpTest, XJ_SGN_07_MayBeChangedUntilItIsOrdered)
{
    ASSERT_TRUE(signUp(wanted("anna", {{1, "00001"}, {2, "00003"}})));
    ASSERT_TRUE(signUp(wanted("anna", {{1, "00002"}})));
    EXPECT_EQ(exams.ofCase("case-anna")->value().courses.size(), 1u);
    ASSERT_TRUE(move("case-anna", "submitted", "ordered"));
    EXPECT_EQ(signUp(wanted("anna", {{1, "00001"}})).error().reason, "sign_up_locked");
    EXPECT_EQ(exams.ofCase("case-anna")->value().courses[0].code, "00002");
    ASSERT_TRUE(move("case-anna", "ordered", "paid"));
    EXPECT_EQ(signUp(wanted("anna", {{1, "00001"}})).error().reason, "sign_up_locked");
}

TEST_P(SignUpTest, ASecondLiveOneOfTheSameSittingIsRefusedUntilTheFirstIsVoid)
{
    ASSERT_TRUE(signUp(wanted("anna", {{1, "00001"}})));
    SignUp second = wanted("anna", {{2, "00003"}});
    second.case_id = "another-case";
    EXPECT_EQ(signUp(second).error().reason, "already_signed_up");
    ASSERT_TRUE(move("case-anna", "submitted", "void"));
    EXPECT_TRUE(signUp(second));
    EXPECT_EQ(signUp(wanted("anna", {{1, "00001"}})).error().reason, "already_signed_up")
        << "the void one stays void";
}

TEST_P(SignUpTest, MovesOnlyFromTheStateItIsIn)
{
    ASSERT_TRUE(signUp(wanted("anna", {{1, "00001"}})));
    EXPECT_EQ(move("case-anna", "ordered", "paid").error().reason, "sign_up_moved");
    EXPECT_EQ(move("nobody", "submitted", "ordered").error().reason, "sign_up_moved");
    ASSERT_TRUE(move("case-anna", "submitted", "void"));
    EXPECT_EQ(move("case-anna", "void", "paid").error().reason, "sign_up_moved") << "void is the end";
}

TEST_P(SignUpTest, OfManyAtOnceExactlyOneIsLive)
{
    constexpr int kThreads = 6;
    std::barrier start(kThreads);
    std::atomic<int> won{0}, refused{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i)
        threads.emplace_back([&, i] {
            SignUp mine = wanted("anna", {{1, "00001"}});
            mine.case_id = "case-" + std::to_string(i);
            start.arrive_and_wait();
            const auto done = signUp(mine);
            won += done.has_value();
            refused += !done && done.error().reason == "already_signed_up";
        });
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(won, 1);
    EXPECT_EQ(refused, kThreads - 1);
    EXPECT_EQ(count("SELECT COUNT(*) FROM sign_up WHERE live_key IS NOT NULL"), 1);
    EXPECT_EQ(count("SELECT COUNT(*) FROM sign_up_course"), 1);
}

TEST_P(SignUpTest, ASittingThatLosesTheCourseMeanwhileNeverLeavesASignUpWithoutIt)
{
    for (int round = 0; round < 10; ++round) {
        const std::string who = "anna" + std::to_string(round);
        Sitting without = sitting();
        without.slots[0].courses = {"00002"};
        std::barrier start(2);
        Result<void> saved = ok();
        std::thread clerk([&] {
            start.arrive_and_wait();
            saved = save(without);
        });
        start.arrive_and_wait();
        const auto signed_up = signUp(wanted(who, {{1, "00001"}}));
        clerk.join();
        EXPECT_NE(signed_up.has_value(), saved.has_value()) << "exactly one of them, round " << round;
        if (signed_up) {
            ASSERT_TRUE(move("case-" + who, "submitted", "void"));
        }
        ASSERT_TRUE(save(sitting()));
    }
}

} // namespace
} // namespace zikao::exams
