#include "tests/kernel/exams/exams_suite.hpp"

namespace zikao::exams {
namespace {

class SittingTest : public ExamsSuite
{};
INSTANTIATE_ON_BOTH_ENGINES(SittingTest);

TEST_P(SittingTest, IsReadAsItWasSaved)
{
    const auto found = *exams.sitting("261");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->name, "2026年4月自考");
    EXPECT_EQ(found->pay_until, at(1, 22, 17));
    ASSERT_EQ(found->slots.size(), 2u);
    EXPECT_EQ(found->slots[0].courses, (std::vector<std::string>{"00001", "00002"}));
    EXPECT_EQ(found->slots[1].starts_at, at(4, 11, 14));
    EXPECT_FALSE(exams.sitting("999")->has_value());
}

TEST_P(SittingTest, RefusesWindowsAndSlotsThatDoNotFit)
{
    const auto reason = [&](auto change) {
        Sitting bad = sitting();
        change(bad);
        const auto done = save(bad);
        return done ? std::string("accepted") : done.error().reason;
    };
    EXPECT_EQ(reason([](Sitting& s) { s.signup_closes = s.signup_opens; }), "window_order");
    EXPECT_EQ(reason([](Sitting& s) { s.pay_until = s.signup_closes - std::chrono::milliseconds{1}; }),
              "window_order");
    EXPECT_EQ(reason([](Sitting& s) { s.slots[0].ends_at = s.slots[0].starts_at; }), "window_order");
    EXPECT_EQ(
        reason([](Sitting& s) { s.slots[1].starts_at = s.slots[0].ends_at - std::chrono::milliseconds{1}; }),
        "slot_overlap");
    EXPECT_EQ(reason([](Sitting& s) { s.slots[1].courses = {"00001"}; }), "course_twice");
    EXPECT_EQ(reason([](Sitting& s) { s.slots[1].courses = {"09999"}; }), "course_unknown");
    EXPECT_EQ(reason([](Sitting& s) { s.slots[1].slot_no = 1; }), "slot_twice");
    EXPECT_EQ(reason([](Sitting& s) { s.state = "open"; }), "sitting_state");
    EXPECT_EQ(reason([](Sitting& s) { s.slots[1].starts_at = s.slots[0].ends_at; }), "accepted");
}

TEST_P(SittingTest, TheCurrentOneIsTheOpenOneElseTheNextToOpen)
{
    Sitting later = sitting();
    later.code = "262";
    later.signup_opens = at(2, 1);
    later.signup_closes = at(2, 10);
    later.pay_until = at(2, 12);
    ASSERT_TRUE(save(later));
    clock.set(at(1, 1));
    EXPECT_EQ(exams.current()->value().code, "261") << "the next to open";
    clock.set(at(1, 20, 17) - std::chrono::milliseconds{1});
    EXPECT_EQ(exams.current()->value().code, "261") << "in its last millisecond";
    clock.set(at(1, 20, 17));
    EXPECT_EQ(exams.current()->value().code, "262") << "closed on the instant";
    later.state = "draft";
    ASSERT_TRUE(save(later));
    EXPECT_FALSE(exams.current()->has_value()) << "a draft is nobody's business";
}

TEST_P(SittingTest, ACourseThatSomebodyChoseStaysInItsSlot)
{
    ASSERT_TRUE(signUp(wanted("anna", {{1, "00001"}})));
    Sitting changed = sitting();
    changed.slots[0].courses = {"00002"};
    EXPECT_EQ(save(changed).error().reason, "sign_up_would_lose_course");
    changed = sitting();
    changed.state = "draft";
    EXPECT_EQ(save(changed).error().reason, "sign_up_would_lose_course");
    EXPECT_EQ(exams.sitting("261")->value().slots[0].courses.size(), 2u) << "nothing was changed";
    changed = sitting();
    changed.slots[0].courses = {"00001", "00004"};
    EXPECT_TRUE(save(changed)) << "a course nobody chose may go";
    ASSERT_TRUE(move("case-anna", "submitted", "void"));
    changed.slots[0].courses = {"00004"};
    EXPECT_TRUE(save(changed)) << "a void sign-up holds nothing";
}

TEST_P(SittingTest, SlotsComeFromAFileAllOrNothing)
{
    const std::string head = "slot_no,exam_date,start_time,end_time,course_code\n";
    const auto rows =
        exams.importSlots("261", head + "1,2026-04-12,09:00,11:30,00004\n1,2026-04-12,09:00,11:30,00003\n");
    ASSERT_TRUE(rows) << rows.error().message;
    EXPECT_EQ(*rows, 2);
    const auto slots = exams.sitting("261")->value().slots;
    ASSERT_EQ(slots.size(), 1u);
    EXPECT_EQ(slots[0].ends_at, beijingInstant(Date{2026, 4, 12}, std::chrono::minutes{11 * 60 + 30}));
    const auto fault = [&](const std::string& row) {
        return exams.importSlots("261", head + row).error().message;
    };
    EXPECT_NE(fault("1,2026-02-30,09:00,11:00,00001\n").find("line 2, column exam_date"), std::string::npos);
    EXPECT_NE(fault("1,2026-04-12,24:00,11:00,00001\n").find("line 2, column start_time"), std::string::npos);
    EXPECT_NE(fault("1,2026-04-12,09:00,11:00,00001\n1,2026-04-12,09:30,11:00,00002\n").find("line 3"),
              std::string::npos);
    EXPECT_NE(fault("0,2026-04-12,09:00,11:00,00001\n").find("column slot_no"), std::string::npos);
    EXPECT_EQ(exams.importSlots("999", head).error().code, ErrorCode::not_found);
    EXPECT_EQ(exams.sitting("261")->value().slots[0].courses.size(), 2u);
}

} // namespace
} // namespace zikao::exams
