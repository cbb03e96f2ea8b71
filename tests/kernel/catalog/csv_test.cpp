#include "kernel/catalog/csv.hpp"

#include "kernel/catalog/catalog.hpp"
#include "tests/support/mutants.hpp"

namespace zikao::catalog {
namespace {

using Table = std::vector<std::vector<std::string>>;

TEST(Csv, ReadsQuotedCommasQuotesAndLineBreaks)
{
    const auto rows = parseCsv("\xEF\xBB\xBFname,note\r\n\"a,b\",\"said \"\"yes\"\"\"\r\n\"two\nlines\",\n");
    ASSERT_TRUE(rows) << rows.error().message;
    EXPECT_EQ(*rows, (Table{{"name", "note"}, {"a,b", "said \"yes\""}, {"two\nlines", ""}}));
}

TEST(Csv, CountsLinesThroughQuotedLineBreaks)
{
    const auto rows = parseCsvRows("a,b\n\"1\n2\",x\n\n3,4\n");
    ASSERT_TRUE(rows);
    ASSERT_EQ(rows->size(), 3u);
    EXPECT_EQ((*rows)[1].line, 2);
    EXPECT_EQ((*rows)[2].line, 5);
}

TEST(Csv, KeepsAnEmptyLastFieldWithoutALineEnd)
{
    const auto rows = parseCsv("a,b\n1,");
    ASSERT_TRUE(rows);
    EXPECT_EQ(rows->back(), (std::vector<std::string>{"1", ""}));
}

struct Bad
{
    const char* text;
    const char* reason;
    const char* place;
};
class CsvFaults : public testing::TestWithParam<Bad>
{};
TEST_P(CsvFaults, AreRefusedWithTheLine)
{
    const auto rows = parseCsv(GetParam().text);
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().reason, GetParam().reason);
    EXPECT_NE(rows.error().message.find(GetParam().place), std::string::npos) << rows.error().message;
}
INSTANTIATE_TEST_SUITE_P(
    Kinds, CsvFaults,
    testing::Values(Bad{"a,b\n1,2\n3\n", "csv_field_count", "line 3"},
                    Bad{"a,b\n1,2,3\n", "csv_field_count", "line 2"}, Bad{"a\n\"open\n", "csv_quote", "line"},
                    Bad{"a\n\"x\"y\n", "csv_quote", "line 2"}, Bad{"a\nx\"y\n", "csv_quote", "line 2"},
                    Bad{"a\n\xff\n", "csv_not_utf8", "UTF-8"}, Bad{"", "csv_no_header", "header"},
                    Bad{"\n\n", "csv_no_header", "header"}));

TEST(Csv, RefusesAFileOverTheLimitBeforeReadingIt)
{
    const auto rows = parseCsv(std::string(8u * 1024 * 1024 + 1, 'a'));
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().reason, "csv_size");
}

TEST(Csv, NamesColumnsThatAreMissingUnknownOrRepeated)
{
    for (const auto& [text, what] : std::vector<std::pair<std::string, std::string>>{
             {"code\n", "column name is missing"},
             {"code,name,colour\n", "column colour is unknown"},
             {"code,name,code\n", "column code stands there twice"}}) {
        const auto table = CsvTable::read(text, {"code", "name"}, {"source"});
        ASSERT_FALSE(table) << text;
        EXPECT_EQ(table.error().reason, "csv_column");
        EXPECT_NE(table.error().message.find(what), std::string::npos) << table.error().message;
    }
}

TEST(Csv, OfWhateverBytesIsRefusedOrAFullTable)
{
    test::Mutants mutants(
        "code,name,credits\r\n00018,计算机应用基础,4\r\n00024,\"普通\"\"逻辑\"\"\n第二行\",5\r\n");
    int accepted = 0;
    for (int i = 0; i < 20'000; ++i) {
        const std::string text = mutants.next();
        const auto rows = parseCsvRows(text);
        if (!rows) {
            ASSERT_EQ(rows.error().code, ErrorCode::invalid_argument) << text;
            continue;
        }
        ++accepted;
        ASSERT_FALSE(rows->empty());
        for (const CsvRow& row : *rows)
            ASSERT_EQ(row.fields.size(), rows->front().fields.size()) << text;
    }
    EXPECT_GT(accepted, 1000) << "the mutants are too wild to reach anything";
}

} // namespace
} // namespace zikao::catalog
