#include <chrono>
#include <stdexcept>
#include <unordered_map>

#include <sqlite3.h>

#include "tests/bench/product/replay.hpp"

namespace zikao::bench {

namespace {

class Sender
{
public:
    explicit Sender(const std::string& path)
    {
        if (sqlite3_open(path.c_str(), &handle_) != SQLITE_OK)
            complain();
        for (const char* pragma :
             {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON"})
            plain(pragma);
    }
    ~Sender()
    {
        for (auto& [sql, statement] : statements_)
            sqlite3_finalize(statement);
        sqlite3_close(handle_);
    }
    Sender(const Sender&) = delete;

    void plain(const std::string& sql)
    {
        if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
            complain();
    }

    void send(const Step& step)
    {
        if (step.kind == Step::Kind::begin)
            return plain("BEGIN IMMEDIATE");
        if (step.kind == Step::Kind::commit)
            return plain("COMMIT");
        sqlite3_stmt*& statement = statements_[step.sql];
        if (statement == nullptr &&
            sqlite3_prepare_v3(handle_, step.sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement,
                               nullptr) != SQLITE_OK)
            complain();
        int at = 0;
        for (const storage::Value& value : step.params)
            bind(statement, ++at, value);
        int code = sqlite3_step(statement);
        for (; code == SQLITE_ROW; code = sqlite3_step(statement))
            static_cast<void>(sqlite3_column_text(statement, 0));
        if (code != SQLITE_DONE)
            complain();
        sqlite3_reset(statement);
    }

private:
    static void bind(sqlite3_stmt* statement, int at, const storage::Value& value)
    {
        if (const auto* number = std::get_if<std::int64_t>(&value))
            sqlite3_bind_int64(statement, at, *number);
        else if (const auto* text = std::get_if<std::string>(&value))
            sqlite3_bind_text64(statement, at, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
        else if (const auto* bytes = std::get_if<storage::Bytes>(&value))
            sqlite3_bind_blob64(statement, at, bytes->data.data(), bytes->data.size(), SQLITE_STATIC);
        else
            sqlite3_bind_null(statement, at);
    }

    [[noreturn]] void complain()
    {
        throw std::runtime_error(std::string("sqlite: ") + sqlite3_errmsg(handle_));
    }

    sqlite3* handle_ = nullptr;
    std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

} // namespace

double replaySqlite(const std::string& path, const std::vector<Trace>& traces)
{
    Sender sender(path);
    const auto began = std::chrono::steady_clock::now();
    for (const Trace& trace : traces)
        for (const Step& step : trace)
            sender.send(step);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    return static_cast<double>(traces.size()) / took.count();
}

void copySqlite(const std::string& from, const std::string& to)
{
    Sender(from).plain("VACUUM INTO '" + to + "'");
}

} // namespace zikao::bench
