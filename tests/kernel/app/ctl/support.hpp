#pragma once

#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/app/config.hpp"
#include "kernel/app/installation.hpp"
#include "kernel/base/id.hpp"
#include "tests/support/database.hpp"
#include "tests/support/outside_program.hpp"

namespace zikao::ctl::testing_support {

struct Ended
{
    int exit = -1;
    std::string text; ///< both outputs
};

inline std::string quoted(const std::string& word)
{
    std::string out = "'";
    for (const char c : word)
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

/// Runs the built zikaoctl. @param input  what it reads from standard input
inline Ended zikaoctl(const std::vector<std::string>& words, const std::string& input = {})
{
    std::string command = "printf %s " + quoted(input) + " | " + quoted(ZIKAO_BUILD_DIR "/bin/zikaoctl");
    for (const std::string& word : words)
        command += " " + quoted(word);
    FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    Ended ended;
    std::array<char, 4096> buffer{};
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe))
        ended.text.append(buffer.data(), got);
    const int status = ::pclose(pipe);
    ended.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ended;
}

inline void writeFile(const std::filesystem::path& path, const std::string& text)
{
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

/// A package without faults, in a folder of its own. Tests replace or add files.
inline std::string writePackage(const std::filesystem::path& dir,
                                const std::map<std::string, std::string>& changed = {})
{
    std::map<std::string, std::string> files = {
        {"package.lua",
         R"(return { id = "lantern", version = "1.0.0", host_api = { min = 1, max = 1 }, cases = { "registration" } })"},
        {"cases/registration.lua", R"(
return {
  title = "注册", subject = "visitor", one_open = "candidate", office_field = "prefecture",
  pages = { { id = "person", title = "基本信息", fields = {
    { id = "name", widget = "text", label = "姓名", min = 2, max = 30, pattern = "chinese_name" },
    { id = "id_number", widget = "id_number", label = "身份证号" },
    { id = "phone", widget = "phone", label = "联系电话" },
    { id = "prefecture", widget = "choice", label = "报名地州", options = { list = "prefectures" } },
    { id = "password", widget = "secret", label = "设置登录密码" },
    { id = "password_again", widget = "secret", label = "确认登录密码", confirms = "password" },
  } } },
  states = {
    draft = { title = "填写中", phase = "draft", editable = true },
    pending = { title = "审核中", phase = "in_review", reviewers = { "prefecture_office" }, waits_for = "waits_for_review" },
    passed = { title = "审核通过", phase = "approved" },
  },
  initial = "draft",
  actions = {
    submit = { title = "提交", from = { "draft" }, to = "pending", by = "candidate", checks_fields = true,
      guard = "registration.may_submit", facts = { "fields" }, effects = { { "open_account" } } },
    pass = { title = "审核通过", from = { "pending" }, to = "passed", by = "reviewer" },
  },
}
)"},
        {"rules/registration.lua", R"(
local M = {}
function M.may_submit(facts)
  if facts.fields.name == "无名" then return refuse("name_unknown", { name = facts.fields.name }, "name") end
  return allow()
end
return M
)"},
        {"examples/registration.lua", R"(
return {
  { name = "a name is accepted", call = "registration.may_submit", facts = { fields = { name = "李明" } },
    expect = { allowed = true } },
  { name = "nobody is refused", call = "registration.may_submit", facts = { fields = { name = "无名" } },
    expect = { refused = "name_unknown", args = { name = "无名" }, field = "name" } },
}
)"},
        {"texts/zh-CN.json", R"({"name_unknown": "没有叫{name}的人", "waits_for_review": "地州正在审核"})"},
    };
    for (const auto& [path, text] : changed)
        files[path] = text;
    for (const auto& [path, text] : files)
        writeFile(dir / path, text);
    return dir.string();
}

/// A configured installation of the invented province on either engine, with nothing in it yet.
class Installation
{
public:
    explicit Installation(storage::Engine engine) : prefix_("zikao_test_" + newId() + "_")
    {
        rules_dir = writePackage(folder.path("rules/lantern"));
        std::filesystem::copy(ZIKAO_SOURCE_DIR "/tests/fixtures/provinces/lantern", folder.path("lantern"),
                              std::filesystem::copy_options::recursive);
        std::filesystem::create_directories(folder.path("rules/common"));
        Json database = {{"engine", "sqlite"}};
        if (engine == storage::Engine::mysql) {
            mysql_ = test::mysqlOptions("");
            database = {{"engine", "mysql"},
                        {"socket", mysql_->socket},
                        {"user", mysql_->user},
                        {"name_prefix", prefix_}};
        }
        const Json config = {{"public_url", "http://127.0.0.1"},
                             {"data_dir", "data"},
                             {"sql_dir", ZIKAO_SOURCE_DIR "/sql"},
                             {"web_dir", "web"},
                             {"plugin_dir", ZIKAO_BUILD_DIR "/lib/plugins"},
                             {"worker", ZIKAO_BUILD_DIR "/bin/zikao-worker"},
                             {"common_rules_dir", "rules/common"},
                             {"database", database},
                             {"tenants", {{{"province_dir", "lantern"}, {"rules_dir", "rules/lantern"}}}}};
        config_file = folder.write("zikaod.json", dumpJson(config));
    }
    ~Installation()
    {
        if (!mysql_)
            return;
        mysql_->database = prefix_ + "lantern";
        const auto database = storage::openMysql(*mysql_);
        EXPECT_TRUE(database && (*database)->execute("DROP DATABASE " + mysql_->database));
    }

    [[nodiscard]] Ended ctl(std::vector<std::string> words, const std::string& input = {}) const
    {
        words.insert(words.begin(), {"--config", config_file});
        return zikaoctl(words, input);
    }
    /// Like `ctl`, where the test needs it to succeed.
    std::string done(const std::vector<std::string>& words, const std::string& input = {}) const
    {
        const Ended ended = ctl(words, input);
        EXPECT_EQ(ended.exit, 0) << ended.text;
        return ended.text;
    }

    /// The tenant as the server would hold it; only while no zikaoctl runs (SQLite allows one writer).
    [[nodiscard]] std::unique_ptr<tenant::Tenant> open() const
    {
        const auto config = app::Config::read(config_file).value();
        const auto how =
            app::openOptions(config, config.tenants.at(0), tenant::OpenOptions::Mode::manage).value();
        static SystemClock clock;
        static const auto evaluator = app::startRules(config).value();
        auto opened = tenant::open(how, clock, *evaluator);
        EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
        return opened ? std::move(*opened) : nullptr;
    }

    test::OutputFolder folder;
    std::string config_file, rules_dir;

private:
    const std::string prefix_;
    std::optional<storage::MysqlOptions> mysql_;
};

} // namespace zikao::ctl::testing_support
