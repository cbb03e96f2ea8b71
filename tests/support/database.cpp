#include "tests/support/database.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "kernel/base/id.hpp"
#include "kernel/storage/migrator.hpp"

namespace zikao::test {

namespace {

[[noreturn]] void giveUp(const std::string& why)
{
    throw std::runtime_error(why);
}

std::string mysqlSocket()
{
    const char* socket = std::getenv("ZIKAO_TEST_MYSQL_SOCKET");
    if (socket == nullptr || *socket == '\0')
        giveUp("ZIKAO_TEST_MYSQL_SOCKET is not set: start a server with tests/support/private_mariadb.sh");
    return socket;
}

std::string fromEnvironment(const char* name, const char* otherwise)
{
    const char* value = std::getenv(name);
    return value != nullptr ? value : otherwise;
}

} // namespace

storage::MysqlOptions mysqlOptions(const std::string& database)
{
    storage::MysqlOptions options;
    options.host.clear();
    options.socket = mysqlSocket();
    options.user = fromEnvironment("ZIKAO_TEST_MYSQL_USER", "root");
    options.password = fromEnvironment("ZIKAO_TEST_MYSQL_PASSWORD", "");
    options.database = database;
    return options;
}

TempDir::TempDir() : path_(std::filesystem::temp_directory_path() / ("zikao-test-" + newId()))
{
    std::filesystem::create_directories(path_);
}

TempDir::~TempDir()
{
    std::error_code ignored; // a leftover of a test is no reason to end the process
    std::filesystem::remove_all(path_, ignored);
}

TestDatabase::TestDatabase(storage::Engine engine, Schema schema)
    : engine_(engine),
      name_("zikao_test_" + newId())
{
    reopen();
    if (schema == Schema::empty)
        return;
    const auto applied = storage::Migrator(*database, ZIKAO_SOURCE_DIR "/sql", clock).up();
    if (!applied)
        giveUp("migrating the test database failed: " + applied.error().message);
}

TestDatabase::~TestDatabase()
{
    if (engine_ == storage::Engine::mysql && database)
        static_cast<void>(database->execute("DROP DATABASE " + name_));
}

std::string TestDatabase::location() const
{
    return engine_ == storage::Engine::sqlite ? dir.path() + "/test.db" : name_;
}

Result<std::unique_ptr<storage::Database>> TestDatabase::openAt(storage::Engine engine,
                                                                const std::string& location)
{
    if (engine == storage::Engine::mysql)
        return storage::openMysql(mysqlOptions(location));
    storage::SqliteOptions options;
    options.path = location;
    return storage::openSqlite(options);
}

void TestDatabase::reopen()
{
    database.reset();
    auto opened = openAt(engine_, location());
    if (!opened)
        giveUp("opening the test database failed: " + opened.error().message);
    database = std::move(*opened);
}

std::unique_ptr<storage::Database> TestDatabase::second() const
{
    auto opened = openAt(engine_, location());
    if (!opened)
        giveUp("opening a second pool failed: " + opened.error().message);
    return std::move(*opened);
}

} // namespace zikao::test
