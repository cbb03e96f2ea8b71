#include "tests/kernel/app/server_fixture.hpp"
#include "tests/kernel/app/zikaod_process.hpp"

namespace zikao::app {
namespace {

class Zikaod : public ServerTest
{
protected:
    void SetUp() override { server.reset(); }
};
INSTANTIATE_ON_BOTH_ENGINES(Zikaod);

TEST_P(Zikaod, IsReadyWithinTwoSecondsOfASecondStartAndEndsWithZeroOnBothSignals)
{
    const std::string file = configFile();
    for (const int signal : {SIGTERM, SIGINT}) {
        const auto began = std::chrono::steady_clock::now();
        Process zikaod({"--config", file});
        ASSERT_TRUE(zikaod.says("event=ready")) << zikaod.said();
        EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{2}) << zikaod.said();
        EXPECT_EQ(Browser(zikaod.port(), "").get("/healthz").status, 200);
        EXPECT_EQ(Browser(zikaod.port(), "/lantern").get("/api/theme/none.svg").status, 404);
        zikaod.signal(signal);
        EXPECT_EQ(zikaod.status(), 0) << zikaod.said();
        EXPECT_NE(zikaod.said().find("event=ended drained=yes"), std::string::npos) << zikaod.said();
        for (const char* line : {"tenant=- route=/healthz ", "tenant=lantern route=/api/theme/{file} "})
            EXPECT_NE(zikaod.said().find(line), std::string::npos) << zikaod.said();
    }
    start(); // nothing of it is left: the fixture takes the databases again
}

TEST_P(Zikaod, AFaultInTheConfigurationIsNamedWithFileAndKey)
{
    const std::string file = configFile({{"prot", 8080}});
    Process zikaod({"--config", file});
    EXPECT_EQ(zikaod.status(), 2);
    EXPECT_NE(zikaod.said().find(file), std::string::npos) << zikaod.said();
    EXPECT_NE(zikaod.said().find("prot: field_unknown"), std::string::npos) << zikaod.said();
    EXPECT_EQ(Process({"--config", dir.path() + "/none.json"}).status(), 2);
    EXPECT_EQ(Process(std::vector<std::string>{}).status(), 2);
    start();
}

TEST_P(Zikaod, AFolderThatIsNotThereIsNamedWithItsKey)
{
    const std::string file = configFile({{"web_dir", dir.path() + "/nowhere"}});
    Process zikaod({"--config", file});
    EXPECT_EQ(zikaod.status(), 2);
    EXPECT_NE(zikaod.said().find("web_dir: "), std::string::npos) << zikaod.said();
    start();
}

} // namespace
} // namespace zikao::app
