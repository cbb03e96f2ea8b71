#include "tests/plugins/vectors.hpp"

#include <archive.h>
#include <archive_entry.h>

#include "plugins/support/encoding.hpp"
#include "plugins/support/files.hpp"

using namespace zikao;
using namespace zikao::support;
using zikao::vectors::file;

namespace {

constexpr std::size_t kMiB = 1024 * 1024;

std::string zipOf(const std::vector<std::pair<std::string, std::string>>& entries)
{
    std::string out(40 * kMiB, '\0');
    std::size_t used = 0;
    archive* writer = archive_write_new();
    archive_write_set_format_zip(writer);
    archive_write_open_memory(writer, out.data(), out.size(), &used);
    for (const auto& [name, bytes] : entries) {
        archive_entry* entry = archive_entry_new();
        archive_entry_set_pathname(entry, name.c_str());
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
        archive_write_header(writer, entry);
        archive_write_data(writer, bytes.data(), bytes.size());
        archive_entry_free(entry);
    }
    archive_write_free(writer);
    out.resize(used);
    return out;
}

} // namespace

TEST(Files, AZipWithNamesInAnotherEncodingIsReadWhole)
{
    const auto entries = unzip(file("files/alipay_bill_20260302.zip"), kMiB);
    ASSERT_TRUE(entries) << entries.error().message;
    ASSERT_EQ(entries->size(), 2u);
    EXPECT_EQ((*entries)[0].bytes.size(), 1203u);
    EXPECT_EQ((*entries)[1].bytes.size(), 583u);
}

TEST(Files, AZipIsCountedWhileItUnpacks)
{
    const std::string bomb = zipOf({{"zeros", std::string(20 * kMiB, '0')}});
    ASSERT_LT(bomb.size(), 100u * 1024);
    EXPECT_EQ(unzip(bomb, 4 * kMiB).error().code, ErrorCode::too_large);
    EXPECT_TRUE(unzip(bomb, 32 * kMiB));
    const std::string two = zipOf({{"a", std::string(3 * kMiB, '0')}, {"b", std::string(3 * kMiB, '0')}});
    EXPECT_EQ(unzip(two, 4 * kMiB).error().code, ErrorCode::too_large);
}

TEST(Files, AZipWithTooManyEntriesIsRefused)
{
    std::vector<std::pair<std::string, std::string>> entries;
    for (int i = 0; i < 51; ++i)
        entries.emplace_back("f" + std::to_string(i), "x");
    EXPECT_EQ(unzip(zipOf(entries), kMiB).error().code, ErrorCode::too_large);
    entries.pop_back();
    EXPECT_EQ(unzip(zipOf(entries), kMiB)->size(), 50u);
}

TEST(Files, DamagedArchivesAreErrorsNotCrashes)
{
    const std::string zip = file("files/alipay_bill_20260302.zip");
    EXPECT_FALSE(unzip("", kMiB));
    EXPECT_FALSE(unzip("not a zip", kMiB));
    EXPECT_FALSE(unzip(zip.substr(0, zip.size() / 2), kMiB));
    const std::string gz = file("files/wechat_tradebill_20260302.csv.gz");
    EXPECT_EQ(gunzip(gz, kMiB).value(), file("files/wechat_tradebill_20260302.csv"));
    EXPECT_FALSE(gunzip(gz.substr(0, gz.size() / 2), kMiB));
    EXPECT_FALSE(gunzip("plain text", kMiB));
    EXPECT_EQ(gunzip(gz, 100).error().code, ErrorCode::too_large);
}

TEST(Files, ATableIsReadByColumnNameAndEndsAtItsSummary)
{
    const auto table = CsvTable::parse("\xEF\xBB\xBF"
                                       "时间,商品,金额\r\n`10:00,`笔,墨,`1.00\r\n`11:00,`纸,`2.00\r\n"
                                       "总数,金额\r\n`2,`3.00\r\n");
    ASSERT_TRUE(table);
    ASSERT_EQ(table->rows(), 2u);
    EXPECT_EQ(table->at(0, "商品"), "笔,墨") << "a comma inside a value is not a separator";
    EXPECT_EQ(table->at(1, "金额"), "2.00");
    EXPECT_EQ(table->at(1, "没有"), "");
    EXPECT_TRUE(table->has("时间")) << "the byte order mark belongs to no column";
    EXPECT_FALSE(CsvTable::parse("#only comments\n"));
}
