#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include <gmock/gmock.h>

#include "kernel/tenant/tenant.hpp"
#include "tests/support/database.hpp"

namespace zikao::tenant {
namespace {

class KeyFileTest : public testing::Test
{
protected:
    test::TempDir dir;
    const std::string path = dir.path() + "/keys";
};

TEST_F(KeyFileTest, ARingComesBackAsWrittenAndOnlyItsOwnerMayReadIt)
{
    KeyRing ring = KeyRing::generate();
    ring.rotate(Sealing::aes_256_gcm);
    ASSERT_TRUE(writeKeyRing(path, ring));
    struct stat about = {};
    ASSERT_EQ(::stat(path.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600u);
    const auto read = readKeyRing(path);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->serialise(), ring.serialise());
    EXPECT_FALSE(std::filesystem::exists(path + ".new"));
}

TEST_F(KeyFileTest, AFileThatOthersMayReadIsRefused)
{
    ASSERT_TRUE(writeKeyRing(path, KeyRing::generate()));
    ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
    EXPECT_EQ(readKeyRing(path).error().code, ErrorCode::forbidden);
}

TEST_F(KeyFileTest, AMissingRingAndADamagedOneAreToldApart)
{
    EXPECT_EQ(readKeyRing(path).error().code, ErrorCode::not_found);
    std::ofstream(path) << "zikao-key-ring 1\nindex ???\n";
    ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
    EXPECT_EQ(readKeyRing(path).error().code, ErrorCode::corrupt);
}

TEST_F(KeyFileTest, WritingOverAnOldRingKeepsItUntilTheNewOneIsWhole)
{
    ASSERT_TRUE(writeKeyRing(path, KeyRing::generate()));
    const std::string before = readKeyRing(path)->serialise();
    std::filesystem::create_directory(path + ".new"); // the new file cannot be made
    EXPECT_FALSE(writeKeyRing(path, KeyRing::generate()));
    EXPECT_EQ(readKeyRing(path)->serialise(), before);
}

} // namespace
} // namespace zikao::tenant
