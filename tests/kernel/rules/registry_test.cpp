#include "kernel/rules/registry.hpp"
#include "tests/kernel/rules/support.hpp"
#include "tests/support/database.hpp"

using namespace zikao;
using namespace zikao::rules;
using namespace testing_support;
using storage::Transaction;

namespace {

class RuleRegistry : public test::OnBothEngines
{
protected:
    RuleRegistry() { clock.set(Instant{1'000}); }

    Result<PublishOutcome> publish(const Source& source, const DefinitionCheck& check = nullptr)
    {
        return registry.publish(source, "author", check, [this](Transaction&, const Package& package) {
            audited.push_back(package.hash);
            return ok();
        });
    }
    std::string published(const Source& source)
    {
        auto outcome = publish(source);
        EXPECT_TRUE(outcome && outcome->package);
        return outcome && outcome->package ? outcome->package->hash : "";
    }

    Registry registry{*db, evaluator(), clock};
    std::vector<std::string> audited;
};

Source withFee(int fen)
{
    return smallPackage(
        {{"rules/fees.lua", "return { fee = function() return " + std::to_string(fen) + " end }"}});
}

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(RuleRegistry);

TEST_P(RuleRegistry, NothingIsActiveBeforeTheFirstPublication)
{
    EXPECT_EQ(registry.active().error().code, ErrorCode::not_found);
    EXPECT_TRUE(registry.history()->empty());
    EXPECT_EQ(registry.byHash("none").error().code, ErrorCode::not_found);
}

TEST_P(RuleRegistry, APublishedVersionIsActiveAndTheEarlierOneStaysReachable)
{
    const std::string first = published(withFee(3500));
    clock.advance(std::chrono::seconds{1});
    const std::string second = published(withFee(4000));
    EXPECT_EQ((*registry.active())->hash, second);
    Registry another_server{*db, evaluator(), clock};
    auto pinned = another_server.byHash(first);
    ASSERT_TRUE(pinned) << pinned.error().message;
    EXPECT_EQ(evaluator().run(**pinned, {{"fees.fee", Json::object()}})->front().value, 3500);
    const auto history = registry.history().value();
    ASSERT_EQ(history.size(), 2u);
    EXPECT_EQ(history[0].hash, second);
    EXPECT_TRUE(history[0].active);
    EXPECT_FALSE(history[1].active);
    EXPECT_EQ(history[1].published_by, "author");
    EXPECT_EQ(history[1].published_at.ms, 1'000);
    EXPECT_EQ(audited, (std::vector<std::string>{first, second}));
}

TEST_P(RuleRegistry, APublicationElsewhereIsSeenAtOnce)
{
    Registry another_server{*db, evaluator(), clock};
    published(withFee(3500));
    EXPECT_TRUE(another_server.active());
    const std::string second = published(withFee(4000));
    EXPECT_EQ((*another_server.active())->hash, second);
}

TEST_P(RuleRegistry, AFaultAFailedExampleOrARefusedDefinitionChangesNothing)
{
    const std::string good = published(withFee(3500));
    auto broken = publish(smallPackage({{"rules/fees.lua", "return {"}}));
    ASSERT_TRUE(broken);
    EXPECT_FALSE(broken->package);
    EXPECT_EQ(broken->faults.size(), 1u);

    auto failing = publish(smallPackage(
        {{"examples/a.lua",
          R"(return { { name = "x", call = "sign_up.may_submit", facts = { credits = 1 }, expect = { allowed = true } } })"}}));
    ASSERT_TRUE(failing);
    EXPECT_FALSE(failing->package);
    ASSERT_EQ(failing->failed_examples.size(), 1u);
    EXPECT_EQ(failing->failed_examples[0].name, "x");

    auto refused = publish(withFee(4000), [](const Package&) {
        return std::vector<Fault>{{"cases/sign_up.lua", 0, "states", "none"}};
    });
    ASSERT_TRUE(refused);
    EXPECT_FALSE(refused->package);
    EXPECT_EQ(refused->faults[0].path, "states");

    EXPECT_EQ((*registry.active())->hash, good);
    EXPECT_EQ(registry.history()->size(), 1u);
    EXPECT_EQ(audited.size(), 1u);
}

TEST_P(RuleRegistry, WhereTheAuditCannotBeWrittenNothingIsPublished)
{
    auto outcome =
        registry.publish(withFee(3500), "author", nullptr, [](Transaction&, const Package&) -> Result<void> {
            return fail(ErrorCode::unavailable, "no audit");
        });
    EXPECT_FALSE(outcome);
    EXPECT_EQ(registry.active().error().code, ErrorCode::not_found);
    EXPECT_TRUE(registry.history()->empty());
}

TEST_P(RuleRegistry, RollingBackMakesAnEarlierVersionActiveAgain)
{
    const std::string first = published(withFee(3500));
    const std::string second = published(withFee(4000));
    ASSERT_TRUE(registry.rollback(first, "author", nullptr));
    EXPECT_EQ((*registry.active())->hash, first);
    EXPECT_EQ(registry.rollback("none", "author", nullptr).error().code, ErrorCode::not_found);
    EXPECT_EQ((*registry.active())->hash, first);
    EXPECT_EQ(published(withFee(4000)), second) << "the same source is the same version";
    EXPECT_EQ((*registry.active())->hash, second);
    EXPECT_EQ(registry.history()->size(), 2u);
}

TEST_P(RuleRegistry, ASourceAlteredInStorageIsNotRun)
{
    const std::string hash = published(withFee(3500));
    auto rows = db->query("SELECT source FROM rule_package");
    std::string text = rows->front().text(0);
    text.replace(text.find("3500"), 4, "0001");
    ASSERT_TRUE(db->execute("UPDATE rule_package SET source = ? WHERE hash = ?", {text, hash}));
    Registry after_restart{*db, evaluator(), clock};
    EXPECT_EQ(after_restart.active().error().code, ErrorCode::corrupt);
}
