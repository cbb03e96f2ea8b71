#pragma once

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/contract/simulator.hpp"
#include "tests/support/database.hpp"
#include "tests/support/outside_program.hpp"

namespace zikao::test {

/// A MariaDB that only this test misses while it is down. What opens a database meanwhile goes to it.
class OwnMariadb
{
public:
    OwnMariadb()
    {
        start();
        ::setenv(kSocket, (dir_.path() + "/s").c_str(), 1);
    }
    ~OwnMariadb()
    {
        run(script("stop"));
        ::setenv(kSocket, shared_.c_str(), 1);
    }
    OwnMariadb(const OwnMariadb&) = delete;

    void start() { run(script("start")); }
    /// Without a word to anybody: what was not on the disk is lost.
    void kill()
    {
        pid_t server = 0;
        std::ifstream(dir_.path() + "/pid") >> server;
        ASSERT_GT(server, 0);
        ::kill(server, SIGKILL);
        // Whose child it is may not have asked after it yet: what ended has no command line any more.
        const std::string command = "/proc/" + std::to_string(server) + "/cmdline";
        EXPECT_TRUE(eventually([&] { return readFile(command).empty(); }));
    }

private:
    static constexpr const char* kSocket = "ZIKAO_TEST_MYSQL_SOCKET";

    [[nodiscard]] std::string script(const std::string& action) const
    {
        return ZIKAO_SOURCE_DIR "/tests/support/private_mariadb.sh " + action + " " + dir_.path() + " >&2";
    }

    TempDir dir_;
    const std::string shared_ = mysqlOptions("").socket;
};

} // namespace zikao::test
