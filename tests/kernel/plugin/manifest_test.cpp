#include "kernel/base/encoding.hpp"
#include "tests/kernel/plugin/support.hpp"

using namespace zikao;
using namespace zikao::plugin;
using namespace zikao::plugin::testing_support;
using testing::HasSubstr;

namespace {

std::string faultOf(const std::string& text, const std::string& id = "payment-example")
{
    PluginFolder folder(id);
    folder.manifest(text);
    auto manifest = Manifest::read(folder.dir.string());
    EXPECT_FALSE(manifest) << text;
    return manifest ? "" : manifest.error().message;
}

constexpr const char* kGood =
    R"({ "id": "payment-example", "implements": "PaymentProvider", "version": "1.2.0",
  "maturity": "stable", "network": true, "memory_mib": 128, "readable": ["/usr/share/x"],
  "settings": { "merchant_no": { "type": "string", "required": true, "about": "given by the bank" },
                "tries": { "type": "integer", "default": 3, "about": "how often" } } })";

} // namespace

TEST(Manifest, SaysWhatThePluginIsAndNeeds)
{
    PluginFolder folder("payment-example");
    folder.manifest(kGood);
    auto manifest = Manifest::read(folder.dir.string());
    ASSERT_TRUE(manifest) << manifest.error().message;
    EXPECT_EQ(manifest->id, "payment-example");
    EXPECT_TRUE(manifest->network);
    EXPECT_EQ(manifest->memory_mib, 128);
    EXPECT_EQ(manifest->readable, std::vector<std::string>{"/usr/share/x"});
}

TEST(Manifest, UnknownKeysMissingOnesAndWrongTypesAreAllNamed)
{
    const std::string fault =
        faultOf(R"({ "id": "payment-example", "implements": "PaymentProvider", "netwrok": true,
      "maturity": "stable", "settings": { "a": { "type": "strin", "about": "x" }, "b": { "type": "integer", "default": "3", "about": "x", "unit": "s" } } })");
    for (const char* part :
         {"netwrok", "version", "settings.a.type", "settings.b.default", "settings.b.unit"})
        EXPECT_THAT(fault, HasSubstr(part));
}

TEST(Manifest, AnInterfaceNobodyKnowsAndAFolderOfAnotherNameAreRefused)
{
    EXPECT_THAT(
        faultOf(R"({"id":"payment-example","implements":"TimeMachine","version":"1","maturity":"stable"})"),
        HasSubstr("implements"));
    EXPECT_THAT(faultOf(kGood, "payment-other"), HasSubstr("differs_from_folder"));
    EXPECT_FALSE(faultOf("{").empty());
    EXPECT_FALSE(Manifest::read("/nonexistent"));
}

TEST(Manifest, SettingsAreCheckedWithTheirPathAndDefaultsFilledIn)
{
    PluginFolder folder("payment-example");
    folder.manifest(kGood);
    const Manifest manifest = Manifest::read(folder.dir.string()).value();
    auto checked = manifest.check({{"merchant_no", "1"}}, "province.json: plugins[1].settings");
    ASSERT_TRUE(checked);
    EXPECT_EQ(*checked, (Json{{"merchant_no", "1"}, {"tries", 3}}));
    auto wrong = manifest.check({{"tries", "many"}, {"colour", 1}}, "plugins[1].settings");
    ASSERT_FALSE(wrong);
    for (const char* part :
         {"plugins[1].settings.merchant_no: is missing (given by the bank)",
          "plugins[1].settings.tries: must be of type integer", "plugins[1].settings.colour"})
        EXPECT_THAT(wrong.error().message, HasSubstr(part));
}

TEST(Manifest, ASecretIsNeverPartOfAMessage)
{
    PluginFolder folder("payment-example");
    folder.manifest(kGood);
    auto wrong = Manifest::read(folder.dir.string())
                     ->check({{"merchant_no", 1}, {"zkey", "s3cret-value"}}, "settings");
    ASSERT_FALSE(wrong);
    EXPECT_THAT(wrong.error().message, testing::Not(HasSubstr("s3cret-value")));
}

TEST(PluginsLock, PinsEachPluginByItsDigest)
{
    PluginFolder folder("payment-right");
    EXPECT_EQ(pinnedDigest(folder.dir.string()).value(), "");
    std::ofstream(folder.parent / "plugins.lock") << Json{{"payment-right", std::string(64, 'a')}}.dump();
    EXPECT_EQ(pinnedDigest(folder.dir.string()).value(), std::string(64, 'a'));
    EXPECT_FALSE(pinnedDigest((folder.parent / "payment-unlisted").string()));
    std::ofstream(folder.parent / "plugins.lock") << "[]";
    EXPECT_FALSE(pinnedDigest(folder.dir.string()));
}
