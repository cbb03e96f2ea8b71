#include "kernel/audit/witness.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>

#include <gmock/gmock.h>

#include "tests/support/database.hpp"

namespace zikao::audit {
namespace {

using testing::HasSubstr;

class WitnessTest : public test::OnBothEngines
{
protected:
    void fill(int count)
    {
        for (int i = 0; i < count; ++i)
            ASSERT_TRUE(db->transaction([&](storage::Transaction& tx) {
                return append(tx, {"officer", "act", "case:" + std::to_string(i), "{}", {}}, clock.now());
            }));
    }
    bool checkpoint()
    {
        const auto written = Witness(path, vault).checkpoint(*db, clock.now());
        EXPECT_TRUE(written) << written.error().message;
        return written.value_or(false);
    }
    std::string check() { return Witness(path, vault).check(*db).value(); }
    /// Forges the whole table, hashes and all: what the database's administrator can do.
    void rewriteHistory()
    {
        const std::string count = std::to_string(verify(*db).value().entries);
        ASSERT_TRUE(db->execute("DROP TRIGGER audit_entry_never_goes"));
        ASSERT_TRUE(db->execute("DELETE FROM audit_entry"));
        fill(std::stoi(count) +
             200); // other times give other hashes; more entries, so that every lane is as long
    }
    std::string content()
    {
        std::ifstream in(path);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    const std::string path = db.dir.path() + "/witness";
    const Vault vault{std::make_shared<const KeyRing>(KeyRing::generate())};
};
INSTANTIATE_ON_BOTH_ENGINES(WitnessTest);

TEST_P(WitnessTest, GrowsWithTheChainsAndFindsThemWhole)
{
    EXPECT_FALSE(checkpoint()) << "nothing to witness yet";
    fill(3);
    EXPECT_TRUE(checkpoint());
    EXPECT_FALSE(checkpoint()) << "nothing moved";
    fill(3);
    EXPECT_TRUE(checkpoint());
    fill(3);
    EXPECT_EQ(check(), "");
}

TEST_P(WitnessTest, C48_AHistoryWrittenAnewIsWholeInItselfAndStillFound)
{
    fill(3);
    checkpoint();
    clock.advance(std::chrono::seconds(1));
    rewriteHistory();
    EXPECT_TRUE(verify(*db).value().whole) << "the reason why a witness is needed";
    EXPECT_THAT(check(), HasSubstr("no longer hold"));
}

TEST_P(WitnessTest, AnAlteredWitnessIsFound)
{
    fill(3);
    checkpoint();
    fill(3);
    checkpoint();
    const std::string whole = content();
    ASSERT_EQ(check(), "");
    const std::size_t second = whole.find("\n@ ") + 1;
    for (const std::string& altered :
         {whole.substr(second),                                    // the first removed
          whole.substr(second) + whole.substr(0, second),          // swapped
          std::string(whole).replace(whole.find(':') + 1, 1, "9"), // another number
          whole + "0:1:abc\n", "junk\n" + whole}) {
        std::ofstream(path, std::ios::trunc) << altered;
        EXPECT_THAT(check(), HasSubstr("altered")) << altered;
        EXPECT_EQ(Witness(path, vault).checkpoint(*db, clock.now()).error().code, ErrorCode::corrupt)
            << "nothing is appended to a witness that lies";
    }
}

TEST_P(WitnessTest, AFullDiskLeavesNoCheckpointByHalf)
{
    fill(3);
    Witness witness(path, vault);
    ASSERT_TRUE(witness.checkpoint(*db, clock.now()));
    const std::string before = content();
    fill(3);
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit all{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &all), 0);
    const rlimit few{before.size() + 10, all.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &few), 0);
    const auto refused = witness.checkpoint(*db, clock.now());
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &all), 0);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
    EXPECT_EQ(content(), before);
    EXPECT_TRUE(witness.checkpoint(*db, clock.now()).value()) << "there is room again";
    EXPECT_EQ(check(), "");
}

TEST_P(WitnessTest, AWitnessUnderOtherKeysIsNotBelieved)
{
    fill(1);
    checkpoint();
    const Vault other(std::make_shared<const KeyRing>(KeyRing::generate()));
    EXPECT_THAT(Witness(path, other).check(*db).value(), HasSubstr("altered"));
}

TEST_P(WitnessTest, AMissingFileIsAnErrorAndNotAnAllClear)
{
    EXPECT_EQ(Witness(path, vault).check(*db).error().code, ErrorCode::not_found);
    fill(1);
    EXPECT_EQ(Witness(db.dir.path() + "/no/folder", vault).checkpoint(*db, clock.now()).error().code,
              ErrorCode::unavailable);
}

} // namespace
} // namespace zikao::audit
