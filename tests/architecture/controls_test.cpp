#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "tests/architecture/tree.hpp"

namespace zikao::architecture {
namespace {

/// A protection (plugins/api/control.hpp) and a test that guards it.
struct Control
{
    std::string name, program, test;
};

const std::vector<Control> kControls = {
    {"csrf", "server", "Engines/Rights.C12_AChangeWithoutThePagesTokenIsRefused/sqlite"},
    {"case_owner", "server", "Engines/BadInput.C15_AnothersCaseFileAndOrderAreNotThere/sqlite"},
    {"case_office", "server", "Engines/Rights.C15_AClerkFindsNothingOfAnotherOffice/sqlite"},
    {"known_fields", "server", "Engines/BadInput.C16_UnknownAndRepeatedFieldsAreRefused/sqlite"},
    {"revision", "server", "Engines/BadInput.AStaleRevisionIsToldAndWhatTheOtherPageKeptStays/sqlite"},
    {"lockout", "server", "Engines/Rights.C7_FiveWrongPasswordsLockTheAccountForThisNetwork/sqlite"},
    {"password_cost", "identity", "Passwords.StoreTheirParametersAndDifferForTheSameWord"},
    {"second_person", "billing", "Engines/Refunds.C18_NeedTwoPersons/sqlite"},
    {"refund_mac", "billing", "Engines/Refunds.C18_ARowThatWasChangedByHandIsNeverTold/sqlite"},
    {"order_mac", "billing",
     "Engines/Orders.C18_AnOrderThatWasChangedByHandTakesNoMoneyAndGivesNoneBack/sqlite"},
    {"row_mac", "storage", "Engines/RowMac.AFigureThatWasChangedByHandIsFound/sqlite"},
    {"notice_signature", "payment_alipay", "AlipayVector.bad_notify_amount_changed_IsForbidden"},
    {"notice_signature", "payment_wechatpay", "WechatPayVector.bad_notify_body_changed_IsForbidden"},
    {"notice_signature", "payment_ccb", "CcbVector.bad_notify_amount_changed_IsRefused"},
};

// A test that passes without the protection guards nothing.
TEST(Controls, WithAProtectionLetDownTheTestThatGuardsItFails)
{
    for (const auto& [name, program, test] : kControls) {
        const Ended ended = run("ZIKAO_CONTROL_OFF=" + name + " '" ZIKAO_BUILD_DIR "/bin/test_" + program +
                                "' --gtest_filter='" + test + "'");
        EXPECT_EQ(ended.status, 1) << name << ": " << ended.output;
        EXPECT_NE(ended.output.find("[  FAILED  ] " + test), std::string::npos)
            << name << " was let down and nothing noticed: " << ended.output;
    }
}

/// What stands between the brackets of a macro in the product's sources.
std::set<std::string> namesIn(const std::string& macro)
{
    const std::regex use(macro + R"re(\("([a-z_.]+)"\))re");
    std::set<std::string> names;
    for (const char* folder : {"kernel/", "plugins/"})
        for (const std::string& path : filesBelow(folder, {".cpp"})) {
            const std::string text = read(path);
            for (std::sregex_iterator at(text.begin(), text.end(), use), end; at != end; ++at)
                names.insert((*at)[1]);
        }
    return names;
}

TEST(Controls, EveryProtectionThatCanBeLetDownStandsInTheTable)
{
    const std::set<std::string> used = namesIn("CONTROL");
    std::set<std::string> guarded;
    for (const Control& control : kControls)
        guarded.insert(control.name);
    EXPECT_EQ(used, guarded);
}

TEST(FailPoints, EachIsWhereSomeTestKillsTheProgram)
{
    std::string tests;
    for (const std::string& path : filesBelow("tests/", {".cpp"}))
        tests += read(path);
    const std::set<std::string> points = namesIn("FP");
    EXPECT_GT(points.size(), 30u);
    for (const std::string& point : points)
        EXPECT_NE(tests.find('"' + point), std::string::npos) << point;
}

} // namespace
} // namespace zikao::architecture
