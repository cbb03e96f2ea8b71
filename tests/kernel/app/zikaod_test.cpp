#include <csignal>
#include <sys/wait.h>

#include "tests/kernel/app/server_fixture.hpp"

namespace zikao::app {
namespace {

/// One zikaod process; its log is read until the event that a test waits for.
class Process
{
public:
    explicit Process(const std::vector<std::string>& arguments)
    {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0)
            throw std::runtime_error("pipe");
        pid_ = ::fork();
        if (pid_ == 0) {
            ::dup2(ends[1], STDERR_FILENO);
            std::vector<char*> words;
            std::string program = ZIKAO_BUILD_DIR "/bin/zikaod";
            words.push_back(program.data());
            std::vector<std::string> copies = arguments;
            for (std::string& argument : copies)
                words.push_back(argument.data());
            words.push_back(nullptr);
            ::execv(program.c_str(), words.data());
            ::_exit(127);
        }
        ::close(ends[1]);
        log_ = ends[0];
    }
    ~Process()
    {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
        ::close(log_);
    }
    Process(const Process&) = delete;

    /// Reads the log until `text` stands in it, the process ended, or a minute is over.
    bool says(const std::string& text)
    {
        while (said_.find(text) == std::string::npos) {
            pollfd poll{log_, POLLIN, 0};
            char bytes[4096];
            if (::poll(&poll, 1, 60'000) <= 0)
                return false;
            const ssize_t got = ::read(log_, bytes, sizeof bytes);
            if (got <= 0)
                return false;
            said_.append(bytes, static_cast<std::size_t>(got));
        }
        return true;
    }
    void signal(int number) { ::kill(pid_, number); }
    /// Waits for the end. @return the exit status
    int status()
    {
        says("\n\n never said");
        int status = 0;
        ::waitpid(pid_, &status, 0);
        pid_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    }
    /// The port that `event=ready` names.
    [[nodiscard]] std::uint16_t port() const
    {
        return static_cast<std::uint16_t>(std::stoi(said_.substr(said_.find(" port=") + 6)));
    }
    [[nodiscard]] const std::string& said() const { return said_; }

private:
    pid_t pid_ = 0;
    int log_ = -1;
    std::string said_;
};

class Zikaod : public ServerTest
{
protected:
    void SetUp() override { server.reset(); }

    std::string write(const Json& extra = Json::object())
    {
        Json tenants = Json::array();
        for (const TenantConfig& tenant : config.tenants)
            tenants.push_back({{"province_dir", tenant.province_dir}, {"rules_dir", tenant.rules_dir}});
        Json json{{"port", 0},
                  {"public_url", config.public_url},
                  {"data_dir", config.data_dir},
                  {"sql_dir", config.sql_dir},
                  {"web_dir", config.web_dir},
                  {"plugin_dir", config.plugin_dir},
                  {"worker", config.worker},
                  {"common_rules_dir", config.common_rules_dir},
                  {"database",
                   {{"engine", config.database.engine.empty() ? "sqlite" : config.database.engine},
                    {"socket", config.database.socket},
                    {"user", config.database.user},
                    {"name_prefix", config.database.name_prefix}}},
                  {"tenants", std::move(tenants)}};
        json.update(extra);
        const std::string path = dir.path() + "/zikaod.json";
        std::ofstream(path) << json.dump();
        return path;
    }
};
INSTANTIATE_ON_BOTH_ENGINES(Zikaod);

TEST_P(Zikaod, IsReadyWithinTwoSecondsOfASecondStartAndEndsWithZeroOnBothSignals)
{
    const std::string file = write();
    for (const int signal : {SIGTERM, SIGINT}) {
        const auto began = std::chrono::steady_clock::now();
        Process zikaod({"--config", file});
        ASSERT_TRUE(zikaod.says("event=ready")) << zikaod.said();
        EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{2}) << zikaod.said();
        EXPECT_EQ(Browser(zikaod.port(), "").get("/healthz").status, 200);
        zikaod.signal(signal);
        EXPECT_EQ(zikaod.status(), 0) << zikaod.said();
        EXPECT_NE(zikaod.said().find("event=ended drained=yes"), std::string::npos) << zikaod.said();
    }
    start(); // nothing of it is left: the fixture takes the databases again
}

TEST_P(Zikaod, AFaultInTheConfigurationIsNamedWithFileAndKey)
{
    const std::string file = write({{"prot", 8080}});
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
    const std::string file = write({{"web_dir", dir.path() + "/nowhere"}});
    Process zikaod({"--config", file});
    EXPECT_EQ(zikaod.status(), 2);
    EXPECT_NE(zikaod.said().find("web_dir: "), std::string::npos) << zikaod.said();
    start();
}

} // namespace
} // namespace zikao::app
