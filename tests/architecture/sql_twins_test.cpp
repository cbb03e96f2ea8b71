#include <map>
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/architecture/tree.hpp"

namespace zikao::architecture {
namespace {

std::set<std::string> changes()
{
    std::set<std::string> folders;
    for (const std::string& path : filesBelow("sql/"))
        folders.insert(path.substr(0, path.find('/', 4)));
    return folders;
}

/// What a script makes: table → its columns, and the names of indexes.
struct Made
{
    std::map<std::string, std::set<std::string>> tables;
    std::set<std::string> indexes;
};

Made madeBy(const std::string& path)
{
    static const std::regex kTable(R"(CREATE TABLE ([a-z_]+) \()"), kColumn(R"( +([a-z_]+) [A-Z].*)"),
        kIndex(R"( *(?:CREATE INDEX|CREATE UNIQUE INDEX|KEY|UNIQUE KEY) ([a-z_]+) .*)");
    Made made;
    std::string table;
    std::istringstream lines(read(path));
    for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        if (std::regex_search(line, match, kTable))
            table = match[1];
        else if (std::regex_match(line, match, kIndex))
            made.indexes.insert(match[1]);
        else if (!table.empty() && std::regex_match(line, match, kColumn))
            made.tables[table].insert(match[1]);
    }
    return made;
}

TEST(SqlTwins, EveryChangeHasBothEnginesBothWaysAndAProof)
{
    for (const std::string& change : changes()) {
        std::set<std::string> names;
        for (const std::string& path : filesBelow(change + "/"))
            names.insert(path.substr(change.size() + 1));
        EXPECT_EQ(names, (std::set<std::string>{"mysql.down.sql", "mysql.up.sql", "sqlite.down.sql",
                                                "sqlite.up.sql", "verify.sql"}))
            << change;
    }
}

TEST(SqlTwins, BothEnginesGetTheSameTablesColumnsAndIndexes)
{
    ASSERT_FALSE(changes().empty());
    for (const std::string& change : changes()) {
        const Made sqlite = madeBy(change + "/sqlite.up.sql"), mysql = madeBy(change + "/mysql.up.sql");
        EXPECT_EQ(sqlite.tables, mysql.tables) << change;
        EXPECT_EQ(sqlite.indexes, mysql.indexes) << change;
        EXPECT_FALSE(sqlite.tables.empty() && sqlite.indexes.empty() &&
                     read(change + "/sqlite.up.sql").find("ALTER TABLE") == std::string::npos)
            << change << ": nothing was recognised";
    }
}

TEST(SqlTwins, NumbersAreNotUsedTwice)
{
    std::set<std::string> numbers;
    for (const std::string& change : changes())
        EXPECT_TRUE(numbers.insert(change.substr(4, 4)).second) << change;
}

} // namespace
} // namespace zikao::architecture
