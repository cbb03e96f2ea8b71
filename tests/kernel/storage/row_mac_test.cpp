#include "kernel/storage/row_mac.hpp"

#include <gmock/gmock.h>

#include "tests/support/database.hpp"

namespace zikao::storage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const MacTable kLamps = {"lamp", 2, {{"place"}, {"no", true}, {"colour"}, {"lumen", true}}};

/// Lamps: a text and a number are the key, a text and a number that may be absent are what it says.
class RowMac : public testing::TestWithParam<Engine>
{
protected:
    RowMac()
    {
        const auto made = db->execute("CREATE TABLE lamp (place VARCHAR(20) NOT NULL, no BIGINT NOT NULL, "
                                      "colour VARCHAR(20) NOT NULL, lumen BIGINT, mac VARCHAR(64) NOT NULL "
                                      "DEFAULT '', PRIMARY KEY (place, no))");
        EXPECT_TRUE(made) << made.error().message;
    }
    void put(const std::string& place, std::int64_t no, const std::string& colour, Value lumen)
    {
        const auto done = db->execute("INSERT INTO lamp (" + columnsOf(kLamps) + ") VALUES (?, ?, ?, ?, ?)",
                                      sealedRow(vault, kLamps, {place, no, colour, std::move(lumen)}));
        EXPECT_TRUE(done) << done.error().message;
    }
    void byHand(const std::string& sql)
    {
        const auto done = db->execute(sql);
        ASSERT_TRUE(done) << done.error().message;
        ASSERT_GT(*done, 0) << sql;
    }
    std::vector<std::string> altered(const Vault& with) { return alteredRows(*db, with, kLamps).value(); }

    test::TestDatabase db{GetParam(), test::TestDatabase::Schema::empty};
    Vault vault{std::make_shared<const KeyRing>(KeyRing::generate())};
};
INSTANTIATE_ON_BOTH_ENGINES(RowMac);

TEST_P(RowMac, ARowIsReadAsItWasWritten)
{
    put("hall", 1, "黄", std::int64_t{800});
    put("hall", 2, "", {});
    put("door ", -3, "a\"b,null", std::int64_t{0});
    EXPECT_THAT(altered(vault), IsEmpty());
}

TEST_P(RowMac, AFigureThatWasChangedByHandIsFound)
{
    const struct
    {
        const char *changed, *back;
    } kChanges[] = {
        {"UPDATE lamp SET lumen = 801", "UPDATE lamp SET lumen = 800"},
        {"UPDATE lamp SET lumen = NULL", "UPDATE lamp SET lumen = 800"},
        {"UPDATE lamp SET colour = '红'", "UPDATE lamp SET colour = '黄'"},
        {"UPDATE lamp SET colour = '黄 '", "UPDATE lamp SET colour = '黄'"},
        {"UPDATE lamp SET place = 'yard'", "UPDATE lamp SET place = 'hall'"},
        {"UPDATE lamp SET no = 2", "UPDATE lamp SET no = 1"},
    };
    put("hall", 1, "黄", std::int64_t{800});
    for (const auto& change : kChanges) {
        byHand(change.changed);
        EXPECT_THAT(altered(vault), SizeIs(1)) << change.changed;
        byHand(change.back);
        EXPECT_THAT(altered(vault), IsEmpty()) << change.back;
    }
    byHand("UPDATE lamp SET mac = ''");
    EXPECT_THAT(altered(vault), ElementsAre("lamp hall/1")) << "a row without a MAC is none of ours";
}

TEST_P(RowMac, AMacOfAnotherRowTableOrTenantDoesNotFit)
{
    put("hall", 1, "黄", std::int64_t{800});
    put("hall", 2, "黄", std::int64_t{900});
    byHand("UPDATE lamp SET mac = (SELECT m FROM (SELECT mac AS m FROM lamp WHERE no = 1) x) WHERE no = 2");
    EXPECT_THAT(altered(vault), ElementsAre("lamp hall/2"));
    const Vault neighbour{std::make_shared<const KeyRing>(KeyRing::generate())};
    EXPECT_THAT(altered(neighbour), SizeIs(2)) << "as after a move into the neighbour's database";
    EXPECT_NE(rowMac(vault, "lamp", {std::int64_t{1}}), rowMac(vault, "lantern", {std::int64_t{1}}));
    EXPECT_NE(rowMac(vault, "lamp", {"ab", "c"}), rowMac(vault, "lamp", {"a", "bc"}));
    EXPECT_NE(rowMac(vault, "lamp", {"1"}), rowMac(vault, "lamp", {std::int64_t{1}}));
    EXPECT_NE(rowMac(vault, "lamp", {Value{}}), rowMac(vault, "lamp", {std::string()}));
}

TEST_P(RowMac, ALongTableIsReadToItsEnd)
{
    const auto filled = db->transaction([&](Transaction& tx) -> Result<void> {
        for (std::int64_t i = 0; i < 1201; ++i)
            if (const auto done = tx.execute(
                    "INSERT INTO lamp (" + columnsOf(kLamps) + ") VALUES (?, ?, ?, ?, ?)",
                    sealedRow(vault, kLamps, {"p" + std::to_string(i % 2), i, std::string(), Value{}}));
                !done)
                return fail(done.error());
        return ok();
    });
    ASSERT_TRUE(filled) << filled.error().message;
    byHand("UPDATE lamp SET colour = '红' WHERE no IN (0, 998, 1000, 1199)");
    EXPECT_THAT(altered(vault), ElementsAre("lamp p0/0", "lamp p0/998", "lamp p0/1000", "lamp p1/1199"));
}

TEST_P(RowMac, OldRowsAreSealedAsTheyStandAndAChangedOneIsNot)
{
    put("hall", 1, "黄", std::int64_t{800});
    put("hall", 2, "黄", std::int64_t{800});
    byHand("UPDATE lamp SET lumen = 900 WHERE no = 1");
    byHand("UPDATE lamp SET mac = '' WHERE no = 2");
    EXPECT_EQ(sealOldRows(*db, vault, kLamps).value(), 1);
    EXPECT_THAT(altered(vault), ElementsAre("lamp hall/1"));
    EXPECT_EQ(sealOldRows(*db, vault, kLamps).value(), 0);
}

} // namespace
} // namespace zikao::storage
