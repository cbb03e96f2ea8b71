#include "provinces/anhui/plugin/csv.hpp"
#include "provinces/anhui/plugin/exchange.hpp"
#include "tests/provinces/anhui/province.hpp"
#include "tests/support/outside_program.hpp"

using namespace zikao;
using namespace zikao::test;
using api::ExchangeVerdict;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

const std::string kHead = "业务编号,准考证号,结论,说明\r\n";

std::string faults(const std::string& bytes)
{
    const auto reading = anhui::Exchange().decode("ministry", bytes);
    std::string all;
    for (const api::ExchangeFault& fault : reading->faults)
        all += std::to_string(fault.line) + " " + fault.code + ";";
    return all;
}

api::ExchangeBatch batch()
{
    api::ExchangeBatch made{"ministry", beijingInstant(Date{2026, 7, 12}, std::chrono::hours{9}), {}};
    made.rows = {{"01case-9",
                  "020026100001",
                  {{"school", "安徽财经大学"},
                   {"name", "测试考生"},
                   {"sex", "女"},
                   {"birth_date", "1999-05-12"},
                   {"ethnicity", "汉族"},
                   {"id_number", "990101199905120026"},
                   {"political_status", "群众"},
                   {"major_code", "530601"},
                   {"major_name", "工商企业管理"},
                   {"level", "专科"},
                   {"degree_level", ""}},
                  "photos/01case-9.jpg"},
                 {"02case-7",
                  "020026100002",
                  {{"name", "王,\"小\"一"},
                   {"sex", "男"},
                   {"birth_date", "2000-01-02"},
                   {"ethnicity", "回族"},
                   {"id_number", "990101200001020033"},
                   {"major_code", "080901"},
                   {"major_name", "计算机科学与\n技术"},
                   {"level", "专升本"},
                   {"school", "安徽大学"},
                   {"degree_level", "专科"},
                   {"degree_school", "某学院"}},
                  ""}};
    return made;
}

/// The whole way through the province's own plugin: what the officer downloads and uploads.
class AnhuiExchange : public Anhui
{
protected:
    std::string reported(int number)
    {
        const Student one = photographed(number);
        passAll(one, "REF-530601-2024");
        const std::string id = joint(one);
        mustDo(school, id, "agree");
        mustDo(province, id, "agree");
        return id;
    }
    cases::ExchangeExport handedOver(const std::string& exchange)
    {
        auto made = engine.exchangeRows(province, "graduation", exchange, 100, 0);
        need(made, exchange);
        return std::move(*made);
    }
    /// @return by line: the new state, or why not
    std::vector<std::string> takenBack(const std::string& exchange, const std::string& bytes)
    {
        const auto reading = plugin.decode(exchange, bytes);
        need(reading, exchange);
        EXPECT_THAT(reading->faults, IsEmpty());
        std::vector<std::string> all;
        for (const api::ExchangeAnswer& answer : reading->answers) {
            const auto outcome = engine.exchangeAnswer(province, "graduation", exchange, answer);
            need(outcome, "answer");
            all.push_back(outcome->decision.allowed ? outcome->state_title
                                                    : outcome->decision.reasons.front().code);
        }
        return all;
    }
    anhui::Exchange plugin;
};

} // namespace

INSTANTIATE_ON_BOTH_ENGINES(AnhuiExchange);

TEST(AnhuiExchangeFile, IsTheGoldenFileByteForByte)
{
    const auto file = anhui::Exchange().encode(batch());
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(file->name, "ministry-20260712-0900.csv");
    EXPECT_EQ(file->bytes, readFile(ZIKAO_SOURCE_DIR "/tests/provinces/anhui/golden/ministry.csv"));
}

TEST(AnhuiExchangeFile, ARowWithoutANeededValueIsRefused)
{
    api::ExchangeBatch lacking = batch();
    lacking.rows[1].values.erase(lacking.rows[1].values.begin());
    EXPECT_EQ(anhui::Exchange().encode(lacking).error().reason, "exchange_value");
    lacking = batch();
    lacking.rows[0].number.clear();
    EXPECT_EQ(anhui::Exchange().encode(lacking).error().reason, "exchange_value");
    lacking.exchange = "moon";
    EXPECT_EQ(anhui::Exchange().encode(lacking).error().code, ErrorCode::not_found);
}

TEST(AnhuiExchangeFile, AnswersAreReadWithOrWithoutMarkAndInAnyLineEnds)
{
    for (const std::string& mark : {std::string(), std::string("\xEF\xBB\xBF")})
        for (const char* end : {"\n", "\r\n"}) {
            const std::string file = mark + "业务编号,准考证号,结论,说明" + end + "A-1, 0200 ,通过," + end +
                                     end + "\"B-2\",,不通过,\"前置学历, 不一致\"" + end;
            const auto reading = anhui::Exchange().decode("register", file);
            ASSERT_TRUE(reading);
            EXPECT_THAT(reading->faults, IsEmpty());
            ASSERT_EQ(reading->answers.size(), 2u);
            EXPECT_EQ(reading->answers[0].number, "0200");
            EXPECT_EQ(reading->answers[0].verdict, ExchangeVerdict::pass);
            EXPECT_EQ(reading->answers[1].line, 4) << "an empty line counts as a line of the file";
            EXPECT_EQ(reading->answers[1].reason, "前置学历, 不一致");
        }
}

TEST(AnhuiExchangeFile, WhatIsWrongIsToldByLine)
{
    EXPECT_EQ(faults(""), "0 empty;");
    EXPECT_EQ(faults(kHead), "0 empty;");
    EXPECT_EQ(faults("\xB1\xE0\xBA\xC5,x\r\n"), "0 encoding;") << "GBK";
    EXPECT_EQ(faults(std::string("a\0b", 3)), "0 encoding;");
    EXPECT_EQ(faults("编号,结论\r\nA-1,通过\r\n"), "1 header;");
    EXPECT_EQ(faults(kHead + "A-1,1,通过\r\nA-2,1,通过,,\r\n"), "2 columns;3 columns;");
    EXPECT_EQ(faults(kHead + "A-1,1,通过,\r\n\"B-2,1,通过,\r\n"), "3 quote;");
    EXPECT_EQ(faults(kHead + "A\"-1,1,通过,\r\n"), "2 quote;");
    EXPECT_EQ(faults(kHead + ",1,通过,\r\nA-1,1,也许,\r\nA-2,1,不通过, \r\n"), "2 key;3 verdict;4 reason;");
    EXPECT_EQ(anhui::Exchange().decode("moon", "").error().code, ErrorCode::not_found);
}

TEST_P(AnhuiExchange, AH_REV_04_MinistryAndRegisterAnswerByFileUpToTheRegistration)
{
    const std::string one = reported(1), two = reported(2);
    const auto ministry = handedOver("ministry");
    ASSERT_EQ(ministry.batch.rows.size(), 2u);
    const auto file = plugin.encode(ministry.batch);
    need(file, "file");
    EXPECT_THAT(file->bytes,
                testing::AllOf(HasSubstr("530601,工商企业管理,专科,安徽财经大学"), HasSubstr("汉族")));
    const auto& rows = ministry.batch.rows;
    const std::string back = kHead + rows[0].key + "," + rows[0].number + ",通过,\r\n" + rows[1].key + "," +
                             rows[1].number + ",不通过,前置学历信息不一致\r\n";
    EXPECT_THAT(takenBack("ministry", back), ElementsAre("部级审核合格，学信网核验中", "注册异常"));
    EXPECT_THAT(takenBack("ministry", back), ElementsAre("exchange_decided", "exchange_decided"))
        << "a second upload does nothing new";
    const auto registering = handedOver("register");
    ASSERT_EQ(registering.batch.rows.size(), 1u);
    EXPECT_EQ(registering.pictures.at(0).sm3, ministry.pictures.at(0).sm3) << "AH-PHO-16: the same file";
    EXPECT_THAT(takenBack("register", kHead + registering.batch.rows[0].key + ",,通过,\r\n"),
                ElementsAre("电子注册完成"));
    const bool first = rows[0].key.starts_with(one);
    EXPECT_EQ(state(first ? one : two), "registered");
    EXPECT_EQ(state(first ? two : one), "exception") << "AH-REV-05";
}

TEST_P(AnhuiExchange, AH_REV_05_AfterAnExceptionTheCaseIsReportedAgainAndTheOldAnswerCountsNoMore)
{
    const std::string id = reported(1);
    const auto first = handedOver("ministry").batch.rows.at(0);
    EXPECT_THAT(takenBack("ministry", kHead + first.key + ",,不通过,照片不符\r\n"), ElementsAre("注册异常"));
    const auto owner = view(province, id).record.subject_id;
    identity::Actor candidate;
    candidate.kind = identity::ActorKind::candidate;
    candidate.id = owner;
    mustDo(candidate, id, "hand_in");
    mustDo(wuhu, id, "exception_agreed");
    EXPECT_THAT(takenBack("ministry", kHead + first.key + ",,通过,\r\n"), ElementsAre("exchange_old_round"));
    const auto second = handedOver("ministry").batch.rows.at(0);
    EXPECT_THAT(takenBack("ministry", kHead + second.key + ",,通过,\r\n"),
                ElementsAre("部级审核合格，学信网核验中"));
}
