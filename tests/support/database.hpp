#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "kernel/base/clock.hpp"
#include "kernel/storage/database.hpp"

namespace zikao::test {

/// A fresh folder under the system's temporary directory, removed with everything in it.
class TempDir
{
public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

/// How to reach a database of the private server. Throws where there is none.
storage::MysqlOptions mysqlOptions(const std::string& database);

/// A fresh database with every change of sql/ applied, on either engine; dropped afterwards. SQLite lives in
/// a temporary folder, MariaDB is the private server at ZIKAO_TEST_MYSQL_SOCKET
/// (tests/support/private_mariadb.sh). Without that variable construction throws, so the test fails: an
/// engine is never skipped.
struct TestDatabase
{
    enum class Schema { migrated, empty };
    explicit TestDatabase(storage::Engine engine, Schema schema = Schema::migrated);
    ~TestDatabase();

    storage::Database& operator*() { return *database; }
    storage::Database* operator->() { return database.get(); }

    /// Opens the same database again, as after a restart; the earlier object is closed first.
    void reopen();
    /// Another pool on the same database, as a second process would have (MariaDB only; SQLite allows one).
    [[nodiscard]] std::unique_ptr<storage::Database> second() const;

    /// What another process opens the database by: `openAt(engine, location())`.
    [[nodiscard]] std::string location() const;
    static Result<std::unique_ptr<storage::Database>> openAt(storage::Engine engine,
                                                             const std::string& location);

    TempDir dir;
    FakeClock clock{Date{2026, 4, 11}};
    std::unique_ptr<storage::Database> database;

private:
    storage::Engine engine_;
    std::string name_; ///< of the MariaDB database
};

/// Base of a suite that runs on both engines:
///
///     class Orders : public OnBothEngines {};
///     INSTANTIATE_ON_BOTH_ENGINES(Orders);
///     TEST_P(Orders, ALateNoticeBecomesAnException) { … db->execute(…) … }
class OnBothEngines : public testing::TestWithParam<storage::Engine>
{
protected:
    TestDatabase db{GetParam()};
    FakeClock& clock = db.clock;
};

} // namespace zikao::test

#define INSTANTIATE_ON_BOTH_ENGINES(Suite)                                                                   \
    INSTANTIATE_TEST_SUITE_P(Engines, Suite,                                                                 \
                             testing::Values(zikao::storage::Engine::sqlite, zikao::storage::Engine::mysql), \
                             [](const testing::TestParamInfo<zikao::storage::Engine>& info) {                \
                                 return info.param == zikao::storage::Engine::sqlite ? "sqlite" : "mariadb"; \
                             })
