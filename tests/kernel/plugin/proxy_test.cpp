#include <sstream>

#include "kernel/base/encoding.hpp"
#include "tests/kernel/plugin/support.hpp"

using namespace zikao;
using namespace zikao::plugin;
using namespace zikao::plugin::testing_support;
using namespace std::chrono_literals;
using testing::HasSubstr;

namespace {

std::unique_ptr<Loaded<api::PaymentProvider>> payment(const std::string& id)
{
    auto loaded = loadPaymentProvider(loadOptions(id));
    EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().message);
    return loaded ? std::move(*loaded) : nullptr;
}

} // namespace

TEST(PluginProxy, CarriesEveryFieldOfAPaymentBothWays)
{
    auto loaded = payment("payment-right");
    ASSERT_TRUE(loaded);
    api::PaymentProvider& provider = loaded->get();
    EXPECT_EQ(provider.charge({"A1", Money::fen(3500), "报考费", Instant{99}, "http://x/n"})->qr_text,
              "A1|3500|报考费|99|http://x/n");
    const api::Trade trade = provider.query("A1").value();
    EXPECT_EQ(trade.attempt_no, "A1");
    EXPECT_EQ(trade.state, api::TradeState::paid);
    EXPECT_EQ(trade.provider_trade_no, "PA1");
    EXPECT_EQ(trade.amount, Money::fen(3500));
    EXPECT_EQ(trade.paid_at, Instant{1234567890123});
    EXPECT_FALSE(provider.close("A1")->paid_at.has_value());
    const api::Refund refund =
        provider.refund({"A1", "R1", Money::fen(9), Money::fen(4), "退考", "http://x/r"}).value();
    EXPECT_EQ(refund.refund_no, "R1");
    EXPECT_EQ(refund.provider_refund_no, "A1|退考|9|http://x/r");
    EXPECT_EQ(refund.amount, Money::fen(4));
    EXPECT_EQ(provider.queryRefund("A1", "R1")->state, api::RefundState::succeeded);
    const api::Notice notice =
        provider.readNotice({{{"Signature", "s"}}, std::string("\0\xff\x80", 3)}, Instant{5}).value();
    EXPECT_EQ(notice.kind, api::Notice::Kind::refund);
    EXPECT_EQ(notice.notice_id, "Signature=s@5");
    EXPECT_EQ(notice.trade.attempt_no, "3");
    EXPECT_EQ(notice.refund.refund_no, "zero");
    EXPECT_EQ(provider.acknowledge(false).status, 503);
    EXPECT_EQ(provider.acknowledge(true).body, R"({"code":"SUCCESS"})");
    const auto rows = provider.bill({2026, 4, 1}).value();
    ASSERT_EQ(rows.size(), 20'001u);
    EXPECT_EQ(rows[0].attempt_no, "A\n1");
    EXPECT_EQ(rows.back().refund_no, "R2");
    EXPECT_EQ(rows.back().kind, api::BillRow::Kind::refund);
}

TEST(PluginProxy, APluginsOwnErrorsKeepCodeAndReason)
{
    auto loaded = payment("payment-right");
    ASSERT_TRUE(loaded);
    auto forged = loaded->get().readNotice({{}, "x"}, Instant{1});
    ASSERT_FALSE(forged);
    EXPECT_EQ(forged.error().code, ErrorCode::forbidden);
    EXPECT_EQ(forged.error().reason, "signature");
    EXPECT_EQ(loaded->get().bill({2026, 1, 1}).error().code, ErrorCode::not_found);
}

TEST(PluginProxy, CarriesMessagesPicturesAndReadings)
{
    auto sender = loadMessageSender(loadOptions("sender-right"));
    ASSERT_TRUE(sender) << sender.error().message;
    EXPECT_EQ((*sender)->get().send({"m", "13900000000", "k", {{"a", "1"}, {"b", "二"}}})->provider_id,
              "m|13900000000|k|a=1|b=二");
    EXPECT_EQ((*sender)->get().send({"m", "full", "k", {}}).error().reason, "isv.BUSINESS_LIMIT_CONTROL");

    const api::DeliveryReports read = (*sender)->get().readReports("m").value();
    ASSERT_EQ(read.reports.size(), 2u);
    EXPECT_EQ(read.reports[0].message_id, "m");
    EXPECT_TRUE(read.reports[0].delivered);
    EXPECT_FALSE(read.reports[1].delivered);
    EXPECT_EQ(read.reports[1].code, "MK:0001");
    EXPECT_EQ(read.answer, "heard");
    EXPECT_EQ((*sender)->get().readReports("").error().code, ErrorCode::invalid_argument);

    auto inspector = loadImageInspector(loadOptions("inspector-right"));
    ASSERT_TRUE(inspector) << inspector.error().message;
    const api::Inspection found = (*inspector)
                                      ->get()
                                      .inspect(std::string(1000, '\xff'), {{"jpg", "png"},
                                                                           1,
                                                                           2,
                                                                           3,
                                                                           4,
                                                                           true,
                                                                           {"1,2,3"},
                                                                           0.5,
                                                                           300,
                                                                           60,
                                                                           true,
                                                                           true,
                                                                           {50, 110},
                                                                           {1, 2},
                                                                           {3, 4},
                                                                           5,
                                                                           6,
                                                                           7})
                                      .value();
    EXPECT_EQ(found.width, 1000);
    ASSERT_EQ(found.checks.size(), 3u);
    EXPECT_EQ(found.checks[0].found,
              "1,2,3,4,face,0.500000,300,60,colourplain,50-110,1-2,3-4,5,6,7,jpg,png;1,2,3");
    EXPECT_EQ(found.checks[0].verdict, api::PhotoVerdict::passed);
    EXPECT_EQ(found.checks[1].verdict, api::PhotoVerdict::failed);
    EXPECT_EQ(found.checks[2].verdict, api::PhotoVerdict::borderline);
    ASSERT_EQ(found.points.size(), 1u);
    EXPECT_EQ(found.points[0].name, "hairline");
    EXPECT_EQ(found.points[0].y, 80);
    EXPECT_EQ(found.checks[1].allowed, "1");
    EXPECT_FALSE(found.checks[1].passed);
    EXPECT_EQ(found.eyes[1].x, -1);
    EXPECT_EQ(found.faces[0].height, 4);
    const api::CleanImage clean = (*inspector)->get().clean(std::string("a\0b", 3), {.dpi = 300}).value();
    EXPECT_EQ(clean.bytes, std::string("a\0ba\0b", 6));
    EXPECT_EQ(clean.preview_jpg, std::string("p\0q300", 6));
    EXPECT_EQ((*inspector)->get().clean("", {}).error().reason, "image_unreadable");

    auto reader = loadIdCardReader(loadOptions("reader-right"));
    ASSERT_TRUE(reader) << reader.error().message;
    const api::IdCardReading reading = (*reader)->get().read("x").value();
    EXPECT_EQ(reading.name, "测试者");
    EXPECT_EQ(reading.address, "测试路 1 号");
    EXPECT_EQ(reading.confidence, 88);
}

TEST(PluginProxy, CarriesEveryFieldOfAnExchangeBothWays)
{
    auto loaded = loadRecordExchange(loadOptions("exchange-right"));
    ASSERT_TRUE(loaded) << loaded.error().message;
    api::RecordExchange& exchange = (*loaded)->get();
    const auto file = exchange.encode(
        {"ministry", Instant{1234567890123}, {{"K1", "N1", {{"b", "乙"}, {"a", ""}}, "p/1.jpg"}}});
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(file->name, "ministry.csv");
    EXPECT_EQ(file->bytes, "1234567890123|K1|N1|p/1.jpg|b=乙|a=") << "values keep their order";
    EXPECT_EQ(exchange.encode({"ministry", {}, {}}).error().reason, "exchange_value");
    const auto reading = exchange.decode("register", std::string("N\0N", 3));
    ASSERT_TRUE(reading) << reading.error().message;
    ASSERT_EQ(reading->answers.size(), 2u);
    const api::ExchangeAnswer& answer = reading->answers[0];
    EXPECT_EQ(answer.line, 2);
    EXPECT_EQ(answer.key, "register");
    EXPECT_EQ(answer.number.size(), 3u);
    EXPECT_EQ(answer.verdict, api::ExchangeVerdict::fail);
    EXPECT_EQ(answer.reason, "why");
    EXPECT_EQ(reading->answers[1].verdict, api::ExchangeVerdict::pass);
    ASSERT_EQ(reading->faults.size(), 1u);
    EXPECT_EQ(reading->faults[0].line, 7);
    EXPECT_EQ(reading->faults[0].code, "columns");
}

TEST(PluginProxy, CarriesEveryFieldOfADegreeBothWays)
{
    auto loaded = loadDegreeChecker(loadOptions("degree-right"));
    ASSERT_TRUE(loaded) << loaded.error().message;
    api::DegreeChecker& checker = (*loaded)->get();
    const auto code = checker.create({"R1", api::DegreePurpose::exemption, "张三", "990101200001020017", "ab",
                                      std::chrono::seconds{61}, "http://x/c"});
    ASSERT_TRUE(code) << code.error().message;
    EXPECT_EQ(code->qr_text, "R1|2|张三|990101200001020017|ab|61|http://x/c");
    EXPECT_EQ(code->expires_at, Instant{1234567890123});
    EXPECT_EQ(checker.query("R1")->state, api::DegreeState::pending);
    EXPECT_FALSE(checker.query("R1")->authorized_at);
    EXPECT_EQ(checker.query("NONE").error().code, ErrorCode::not_found);
    EXPECT_EQ(checker.readCallback({{}, "x"}, Instant{7}).error().reason, "signature");
    const auto answer = checker.readCallback({{{"Key", "k"}}, std::string("\0\xff", 2)}, Instant{7});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->request_no, "Key=k");
    EXPECT_EQ(answer->code_nonce, "2");
    EXPECT_EQ(answer->state, api::DegreeState::authorized);
    EXPECT_EQ(answer->authorized_at, Instant{7});
    EXPECT_EQ(answer->event_id, "event");
    EXPECT_EQ(answer->raw_digest, "digest");
    ASSERT_EQ(answer->records.size(), 2u);
    const api::DegreeRecord& first = answer->records[0];
    EXPECT_EQ(first.record_id + first.name + first.id_number + first.school + first.major + first.level,
              "r1张三990101200001020017学院会计专科");
    EXPECT_EQ(first.study_form + first.type + first.conclusion + first.certificate_no, "全日制普通毕业C1");
    EXPECT_EQ(first.verify_code + first.verify_code_expires, "V12026-09-02");
    EXPECT_EQ(first.admission_year, 2018);
    EXPECT_EQ(first.graduation_year, 2021);
    EXPECT_EQ(answer->records[1].record_id, "r2");
    EXPECT_EQ(checker.acknowledge(true).status, 204);
    EXPECT_EQ(checker.acknowledge(false).content_type, "application/json");
}

TEST(PluginProxy, ACrashAnExceptionAndALieCostOneCall)
{
    auto loaded = payment("payment-misbehaves");
    ASSERT_TRUE(loaded);
    const std::pair<const char*, const char*> ways[] = {{"throws", "exception"},
                                                        {"crashes", "crashed"},
                                                        {"lies", "broken_answer"},
                                                        {"executes", "forbidden_call"}};
    for (const auto& [how, reason] : ways) {
        auto answer = loaded->get().query(how);
        ASSERT_FALSE(answer) << how;
        EXPECT_EQ(answer.error().code, ErrorCode::plugin_fault) << how;
        EXPECT_EQ(answer.error().reason, reason) << how << ": " << answer.error().message;
        EXPECT_TRUE(loaded->get().query("fine")) << how;
    }
}

#ifndef ZIKAO_SANITIZE
TEST(PluginProxy, APluginThatEatsItsMemoryIsToldSoAndOthersLiveOn)
{
    auto hungry = payment("payment-misbehaves");
    auto other = payment("payment-right");
    ASSERT_TRUE(hungry && other);
    auto answer = hungry->get().query("leaks");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, "memory");
    EXPECT_TRUE(other->get().query("fine"));
}
#endif

TEST(PluginProxy, APluginThatHangsIsKilledWhileAnotherAnswers)
{
    auto stuck = payment("payment-misbehaves");
    auto other = payment("payment-right");
    ASSERT_TRUE(stuck && other);
    std::thread hanging([&] {
        auto answer = stuck->get().query("hangs");
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code, ErrorCode::timeout);
    });
    for (int i = 0; i < 50; ++i)
        EXPECT_TRUE(other->get().query("fine"));
    hanging.join();
    EXPECT_TRUE(stuck->get().query("fine"));
    EXPECT_EQ(stuck->stats().killed, 1);
}

TEST(PluginProxy, NothingIsStartedWhenManifestSettingsOrStampDisagree)
{
    auto wrong_interface = loadMessageSender(loadOptions("payment-right"));
    ASSERT_FALSE(wrong_interface);
    EXPECT_THAT(wrong_interface.error().message, HasSubstr("implements PaymentProvider"));

    LoadOptions no_settings = loadOptions("payment-right");
    no_settings.settings = Json::object();
    EXPECT_THAT(loadPaymentProvider(no_settings).error().message,
                HasSubstr("settings.merchant_no: is missing"));

    EXPECT_EQ(loadPaymentProvider(loadOptions("wrong-stamp")).error().reason, "stamp");
    EXPECT_EQ(loadPaymentProvider(loadOptions("no-stamp")).error().code, ErrorCode::plugin_fault);

    LoadOptions refused = loadOptions("payment-right");
    refused.settings["merchant_no"] = "refuse these";
    auto answer = loadPaymentProvider(refused);
    ASSERT_FALSE(answer);
    EXPECT_THAT(answer.error().message, HasSubstr("the merchant is unknown"));
}

TEST(PluginProxy, AnAlteredLibraryDoesNotPassTheLock)
{
    PluginFolder folder("payment-right");
    folder.copyOf("payment-right");
    const auto bytes = [&] {
        std::ifstream file(folder.dir / "plugin.so", std::ios::binary);
        std::ostringstream all;
        all << file.rdbuf();
        return all.str();
    };
    std::ofstream(folder.parent / "plugins.lock") << Json{{"payment-right", hex(sm3(bytes()))}}.dump();
    LoadOptions options = loadOptions("payment-right");
    options.plugin_dir = folder.dir.string();
    {
        auto loaded = loadPaymentProvider(options);
        ASSERT_TRUE(loaded) << loaded.error().message;
        EXPECT_TRUE((*loaded)->get().query("A"));
    }
    std::ofstream(folder.dir / "plugin.so", std::ios::app | std::ios::binary) << '\0';
    auto altered = loadPaymentProvider(options);
    ASSERT_FALSE(altered);
    EXPECT_EQ(altered.error().reason, "digest");
}

TEST(PluginProxy, AReplacedPluginServesAfterDrainingAndABrokenOneDoesNot)
{
    PluginFolder folder("payment-right");
    folder.copyOf("payment-right");
    LoadOptions options = loadOptions("payment-right");
    options.plugin_dir = folder.dir.string();
    auto loaded = loadPaymentProvider(options);
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_TRUE((*loaded)->drainAndReplace());
    EXPECT_TRUE((*loaded)->get().query("A"));
    std::filesystem::remove(folder.dir / "plugin.so");
    std::filesystem::copy(fixtureDir("wrong-version") + "/plugin.so", folder.dir / "plugin.so");
    auto done = (*loaded)->drainAndReplace();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().reason, "stamp");
    EXPECT_TRUE((*loaded)->get().query("A")) << "the old worker was lost";
}
