#include "kernel/documents/archive.hpp"

#include <gtest/gtest.h>

#include "tests/support/outside_program.hpp"

using namespace zikao;

namespace {

const Instant kAt = beijingInstant(Date{2026, 7, 12}, std::chrono::hours{9});

} // namespace

TEST(Archive, OtherProgramsReadItAndFindEveryByte)
{
    const std::string picture("\xFF\xD8\0\n\xFF\xD9", 6);
    const test::OutputFolder out;
    const std::string file = out.write(
        "two.zip",
        documents::zip({{"数据.csv", "a,b\r\n"}, {"photos/1.jpg", picture}, {"empty", ""}}, kAt).value());
    test::run("unzip -tqq " + file);
    EXPECT_EQ(test::run("unzip -p " + file + " photos/1.jpg"), picture);
    const std::string names =
        test::run("python3 -c 'import sys, zipfile; print(*[(e.filename, e.date_time[:5], e.file_size) "
                  "for e in zipfile.ZipFile(sys.argv[1]).infolist()], sep=\"\\n\")' " +
                  file);
    EXPECT_NE(names.find("('数据.csv', (2026, 7, 12, 9, 0), 5)"), std::string::npos) << names;
    EXPECT_NE(names.find("('empty', (2026, 7, 12, 9, 0), 0)"), std::string::npos) << names;
}

TEST(Archive, EqualEntriesAreEqualBytes)
{
    EXPECT_EQ(documents::zip({{"a", "1"}}, kAt).value(), documents::zip({{"a", "1"}}, kAt).value());
}

TEST(Archive, MoreEntriesThanItsFormCountsAreRefused)
{
    std::vector<documents::ArchiveEntry> many(65'536);
    EXPECT_EQ(documents::zip(many, kAt).error().code, ErrorCode::too_large);
}
