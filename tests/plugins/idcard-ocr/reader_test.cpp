#include <gtest/gtest.h>
#include <opencv2/core.hpp>

#include "kernel/plugin/plugins.hpp"
#include "plugins/idcard-ocr/reader.hpp"
#include "plugins/support/picture/picture.hpp"
#include "tests/plugins/idcard-ocr/card.hpp"

using namespace zikao;
using namespace zikao::idcard::testing_support;

namespace {

const std::string kNumber = withCheckDigit("65010219990307123");

std::unique_ptr<api::IdCardReader> reader()
{
    auto made = idcard::Reader::create({"{}", ""});
    EXPECT_TRUE(made) << made.error().message;
    return made ? std::move(*made) : nullptr;
}

Card card(const std::string& number)
{
    Card made;
    made.number = number;
    return made;
}

void expectWhole(const api::IdCardReading& reading)
{
    EXPECT_EQ(reading.name, "测试者");
    EXPECT_EQ(reading.sex, "男");
    EXPECT_EQ(reading.ethnicity, "汉族");
    EXPECT_EQ(reading.birth_date, "1999-03-07");
    EXPECT_EQ(reading.id_number, kNumber);
    EXPECT_EQ(reading.address, "测试省样例市明灯区中山路18号2单元301室");
    EXPECT_GT(reading.confidence, 50);
    EXPECT_LE(reading.confidence, 100);
}

std::string noise()
{
    cv::Mat made(638, 1012, CV_8UC3);
    cv::RNG(7).fill(made, cv::RNG::UNIFORM, 0, 256);
    return picture::encodePng(made).value();
}

idcard::Text textOf(const std::string& bytes)
{
    idcard::Text text;
    text.append(bytes, 90);
    return text;
}

} // namespace

TEST(IdCardReader, ReadsACleanCardWhole)
{
    const auto ocr = reader();
    ASSERT_TRUE(ocr);
    const auto reading = ocr->read(draw(card(kNumber)));
    ASSERT_TRUE(reading) << reading.error().message;
    expectWhole(*reading);
}

TEST(IdCardReader, NoiseIsUnreadableAndNotAPerson)
{
    const auto ocr = reader();
    ASSERT_TRUE(ocr);
    const auto reading = ocr->read(noise());
    ASSERT_FALSE(reading);
    EXPECT_EQ(reading.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(reading.error().reason, "card_unreadable");
}

TEST(IdCardReader, ANumberWithAWrongCheckDigitIsNotReported)
{
    std::string wrong = kNumber;
    wrong.back() = wrong.back() == '5' ? '6' : '5';
    const auto ocr = reader();
    ASSERT_TRUE(ocr);
    const auto reading = ocr->read(draw(card(wrong)));
    ASSERT_TRUE(reading) << reading.error().message;
    EXPECT_EQ(reading->id_number, "");
    EXPECT_EQ(reading->name, "测试者");
}

TEST(IdCardReader, LettersThatLookLikeDigitsAreRepairedAndTheNumberGivesAnIllegibleBirth)
{
    std::string misread = kNumber;
    misread.replace(misread.find('0'), 1, "O").replace(misread.find('1'), 1, "l");
    const auto fields = idcard::readFields(textOf("出生1999年月\n公民身份号码" + misread + "\n"));
    EXPECT_EQ(fields.id_number.text, kNumber);
    EXPECT_EQ(fields.birth_date.text, "1999-03-07");
    EXPECT_FLOAT_EQ(fields.id_number.confidence, 90);
}

TEST(IdCardReader, ReadsInTheConfinedWorkerAsOutsideOfIt)
{
    const auto loaded =
        plugin::loadIdCardReader({ZIKAO_BUILD_DIR "/lib/plugins/idcard-ocr",
                                  ZIKAO_BUILD_DIR "/bin/zikao-worker", Json::object(), "settings", 1});
    ASSERT_TRUE(loaded) << loaded.error().message;
    const auto reading = (*loaded)->get().read(draw(card(kNumber)));
    ASSERT_TRUE(reading) << reading.error().message << ' ' << reading.error().reason;
    expectWhole(*reading);
    const auto unreadable = (*loaded)->get().read(noise());
    ASSERT_FALSE(unreadable);
    EXPECT_EQ(unreadable.error().reason, "card_unreadable") << unreadable.error().message;
}
