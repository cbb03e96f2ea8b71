#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "kernel/base/json.hpp"
#include "plugins/api/payment_provider.hpp"
#include "tests/support/database.hpp"

namespace zikao::test {

/// Waits for something another process does; how long it waits says nothing about how fast it is.
/// @return whether it came about
bool eventually(const std::function<bool()>& happened,
                std::chrono::milliseconds within = std::chrono::seconds{20});

/// tests/simulator as an outside program with a fresh ledger. Its keys are made once for each build folder and the
/// program is started once for each test program, because both take longer than most tests.
class Simulator
{
public:
    Simulator();
    ~Simulator();
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;

    [[nodiscard]] const std::string& url() const;
    /// Settings of a plugin, by its id, as the simulator hands them out.
    [[nodiscard]] Json settings(const std::string& plugin_id) const;
    [[nodiscard]] Json file(const std::string& name) const; ///< below its data folder

    /// Its control interface (tests/simulator/README.md). Answers that are no 200 come back with `code`.
    [[nodiscard]] Json get(const std::string& path) const { return call("GET", path, Json()); }
    Json post(const std::string& path, const Json& body = Json::object()) const
    {
        return call("POST", path, body);
    }
    /// WeChat Pay signs with a new platform certificate from now on: the next test gets a new program.
    void rotate();
    void set(const Json& control) const
    {
        const Json answer = call("PUT", "settings", control);
        EXPECT_FALSE(answer.contains("code")) << answer;
    }

private:
    Json call(const std::string& method, const std::string& path, const Json& body) const;

    struct Program;
    static std::shared_ptr<Program>& runningProgram();
    std::shared_ptr<Program> program_;
};

/// Where providers send their notices: keeps them byte for byte and answers what the test says.
class NoticeInbox
{
public:
    using Answer = std::function<api::NoticeReply(const std::string& path, const api::RawNotice&)>;

    explicit NoticeInbox(Answer answer);
    ~NoticeInbox();

    /// "http://127.0.0.1:<port>"
    [[nodiscard]] std::string url() const;
    /// What came, once it is `count` notices. Throws when they do not come.
    std::vector<api::RawNotice> wait(std::size_t count);

private:
    struct Server;
    void keep(const api::RawNotice& raw);

    Answer answer_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<api::RawNotice> heard_;
    std::unique_ptr<Server> server_;
};

} // namespace zikao::test
