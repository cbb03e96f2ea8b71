#include "tests/kernel/app/server_fixture.hpp"

namespace zikao::app {
namespace {

class Draft : public ServerTest
{};
INSTANTIATE_ON_BOTH_ENGINES(Draft);

TEST_P(Draft, WhatWasTypedAndUploadedSurvivesARestartOfTheServer)
{
    Browser guest = browser();
    const auto before = filledRegistration(guest, 1);
    const std::string path = "/api/cases/" + before.json["case"]["id"].get<std::string>();
    restart();
    Browser after = browser();
    after.cookies = guest.cookies;
    ASSERT_EQ(after.me().json["kind"], "visitor");
    EXPECT_EQ(after.csrf, guest.csrf);
    const auto view = after.get(path);
    ASSERT_EQ(view.status, 200) << view.body;
    EXPECT_EQ(view.json["case"]["fields"], before.json["case"]["fields"]);
    EXPECT_EQ(view.json["case"]["revision"], before.json["case"]["revision"]);
    EXPECT_EQ(view.json["files"], before.json["files"]);
    // And goes on from there.
    EXPECT_EQ(after.post(path + "/actions/submit", action(view, nullptr, secrets())).status, 200);
}

TEST_P(Draft, WhatWasTypedBeforeARefusalIsStillThere)
{
    Browser guest = browser();
    const auto view = filledRegistration(guest, 1);
    const std::string path = "/api/cases/" + view.json["case"]["id"].get<std::string>();
    const auto refused = guest.post(path + "/actions/submit", action(view));
    EXPECT_EQ(refused.status, 422) << "the password was missing";
    EXPECT_EQ(guest.get(path).json["case"]["fields"], view.json["case"]["fields"]);
}

} // namespace
} // namespace zikao::app
