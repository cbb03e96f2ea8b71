#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>
#include <unordered_map>

#include <cppconn/connection.h>
#include <cppconn/datatype.h>
#include <cppconn/exception.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>
#include <mysql_driver.h>

#include "tests/bench/product/replay.hpp"

namespace zikao::bench {

namespace {

std::unique_ptr<sql::Connection> connect(const storage::MysqlOptions& options, const std::string& schema)
{
    sql::ConnectOptionsMap map;
    map["hostName"] = sql::SQLString("unix://" + options.socket);
    map["userName"] = sql::SQLString(options.user);
    map["password"] = sql::SQLString(options.password);
    map["CLIENT_FOUND_ROWS"] = true;
    map["OPT_CHARSET_NAME"] = sql::SQLString("utf8mb4");
    if (!schema.empty())
        map["schema"] = sql::SQLString(schema);
    return std::unique_ptr<sql::Connection>(sql::mysql::get_driver_instance()->connect(map));
}

class Sender
{
public:
    explicit Sender(std::unique_ptr<sql::Connection> connection)
        : connection_(std::move(connection)),
          plain_(connection_->createStatement())
    {}

    void send(const Step& step)
    {
        if (step.kind == Step::Kind::begin)
            plain_->execute("START TRANSACTION");
        else if (step.kind == Step::Kind::commit)
            plain_->execute("COMMIT");
        else if (step.kind == Step::Kind::execute)
            bound(step).executeUpdate();
        else
            for (std::unique_ptr<sql::ResultSet> rows(bound(step).executeQuery()); rows->next();)
                static_cast<void>(rows->getString(1));
    }

private:
    sql::PreparedStatement& bound(const Step& step)
    {
        auto& statement = statements_[step.sql];
        if (!statement)
            statement.reset(connection_->prepareStatement(sql::SQLString(step.sql)));
        unsigned int at = 0;
        for (const storage::Value& value : step.params) {
            ++at;
            if (const auto* number = std::get_if<std::int64_t>(&value))
                statement->setInt64(at, *number);
            else if (const auto* text = std::get_if<std::string>(&value))
                statement->setString(at, sql::SQLString(text->data(), text->size()));
            else if (const auto* bytes = std::get_if<storage::Bytes>(&value))
                statement->setString(at, sql::SQLString(bytes->data.data(), bytes->data.size()));
            else
                statement->setNull(at, sql::DataType::VARCHAR);
        }
        return *statement;
    }

    std::unique_ptr<sql::Connection> connection_;
    std::unique_ptr<sql::Statement> plain_;
    std::unordered_map<std::string, std::unique_ptr<sql::PreparedStatement>> statements_;
};

} // namespace

double replayMysql(const storage::MysqlOptions& database, const std::vector<Trace>& traces, int threads)
{
    std::vector<std::unique_ptr<Sender>> senders;
    for (int i = 0; i < threads; ++i)
        senders.push_back(std::make_unique<Sender>(connect(database, database.database)));
    std::atomic<std::size_t> next{0};
    std::atomic<bool> failed{false};
    const auto began = std::chrono::steady_clock::now();
    std::vector<std::thread> running;
    for (auto& sender : senders)
        running.emplace_back([&] {
            try {
                for (std::size_t i = next++; i < traces.size(); i = next++)
                    for (const Step& step : traces[i])
                        sender->send(step);
            } catch (const sql::SQLException& error) {
                std::fprintf(stderr, "replay: %s\n", error.what());
                failed = true;
            }
        });
    for (std::thread& thread : running)
        thread.join();
    if (failed)
        throw std::runtime_error("the recorded statements could not be sent again");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    return static_cast<double>(traces.size()) / took.count();
}

void copyMysql(const storage::MysqlOptions& server, const std::string& from, const std::string& to)
{
    const auto connection = connect(server, "");
    const std::unique_ptr<sql::Statement> statement(connection->createStatement());
    statement->execute("CREATE DATABASE `" + to + "` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    std::vector<std::string> tables;
    for (std::unique_ptr<sql::ResultSet> rows(statement->executeQuery("SHOW TABLES FROM `" + from + "`"));
         rows->next();)
        tables.push_back(rows->getString(1).asStdString());
    for (const std::string& table : tables) {
        statement->execute("CREATE TABLE `" + to + "`.`" + table + "` LIKE `" + from + "`.`" + table + "`");
        statement->execute("INSERT INTO `" + to + "`.`" + table + "` SELECT * FROM `" + from + "`.`" + table +
                           "`");
    }
}

void dropMysql(const storage::MysqlOptions& server, const std::string& database)
{
    const auto connection = connect(server, "");
    const std::unique_ptr<sql::Statement> statement(connection->createStatement());
    statement->execute("DROP DATABASE IF EXISTS `" + database + "`");
}

} // namespace zikao::bench
