#include <gtest/gtest.h>
#include <opencv2/core.hpp>

#include "kernel/plugin/plugins.hpp"
#include "plugins/idcard-ocr/middle_dot.hpp"
#include "plugins/idcard-ocr/reader.hpp"
#include "plugins/support/picture/picture.hpp"
#include "tests/tools/picture/degrade.hpp"
#include "tests/tools/picture/id_card.hpp"

using namespace zikao;

namespace {

const std::string kNumber = "650102199903071230";

std::unique_ptr<api::IdCardReader> reader()
{
    auto made = idcard::Reader::create({"{}", ""});
    EXPECT_TRUE(made) << made.error().message;
    return made ? std::move(*made) : nullptr;
}

cv::Mat drawn(const std::string& number, const std::string& name = "测试者")
{
    return drawing::drawIdCardFront(
        {name, "男", "汉", "1999-03-07", number, "测试省样例市明灯区中山路18号2单元301室"});
}

std::string card(const std::string& number, const std::string& name = "测试者")
{
    return picture::encodePng(drawn(number, name)).value();
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
    const auto reading = ocr->read(card(kNumber));
    ASSERT_TRUE(reading) << reading.error().message;
    expectWhole(*reading);
}

TEST(IdCardReader, ACardThatIsBlurredAndAskewIsReadToo)
{
    const auto ocr = reader();
    ASSERT_TRUE(ocr);
    const auto photographed =
        picture::encodeJpeg(drawing::degrade(drawn(kNumber), {.blur = 1.2, .noise = 6, .rotate = 1.5}), 70);
    ASSERT_TRUE(photographed);
    const auto reading = ocr->read(*photographed);
    ASSERT_TRUE(reading) << reading.error().message;
    EXPECT_EQ(reading->name, "测试者");
    EXPECT_EQ(reading->id_number, kNumber);
    EXPECT_EQ(reading->birth_date, "1999-03-07");
}

TEST(IdCardReader, BoxesThatDoNotAgreeHaveNoDotBetweenThem)
{
    const cv::Mat line(40, 400, CV_8U, cv::Scalar(255));
    EXPECT_FALSE(idcard::dotBetween(line, {0, 0, 400, 40}, {20, 60, 30, 30}, {500, 60, 30, 30}));
    EXPECT_FALSE(idcard::dotBetween(line, {}, {20, 0, 30, 40}, {60, 0, 30, 40}));
}

TEST(IdCardReader, KeepsTheDotThatPartsANameAndFindsNoneWhereThereIsNone)
{
    const auto ocr = reader();
    ASSERT_TRUE(ocr);
    for (const char* name :
         {"尼玛·次仁", "阿依古丽·买买提", "王心必", "必小忠", "不以忠", "沙吾列·木拉提·哈孜"}) {
        const auto reading = ocr->read(card(kNumber, name));
        ASSERT_TRUE(reading) << reading.error().message;
        EXPECT_EQ(reading->name, name);
    }
}

TEST(IdCardReader, OtherDotsOfTheRecognizerAreTheDotOfAName)
{
    EXPECT_EQ(idcard::readFields(textOf("姓名尼玛•次仁\n")).name.text, "尼玛·次仁");
    EXPECT_EQ(idcard::readFields(textOf("姓名·尼玛.·次仁-\n")).name.text, "尼玛·次仁");
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
    const auto reading = ocr->read(card(wrong));
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

TEST(IdCardReader, AnEthnicityThatDoesNotExistIsNotReported)
{
    EXPECT_EQ(idcard::readFields(textOf("性别女民族到\n")).ethnicity.text, "");
    EXPECT_EQ(idcard::readFields(textOf("性别女民族维吾尔\n")).ethnicity.text, "维吾尔族");
    EXPECT_EQ(idcard::readFields(textOf("性别女民族哈萨克族\n")).ethnicity.text, "哈萨克族");
}

TEST(IdCardReader, LettersSeenInThePortraitDoNotEndTheAddress)
{
    EXPECT_EQ(idcard::readFields(textOf("住址样例路18号301室Im\n公民身份号码")).address.text,
              "样例路18号301室");
    EXPECT_EQ(idcard::readFields(textOf("住址样例路18号B\n公民身份号码")).address.text, "样例路18号B");
}

TEST(IdCardReader, ReadsInTheConfinedWorkerAsOutsideOfIt)
{
    const auto loaded =
        plugin::loadIdCardReader({ZIKAO_BUILD_DIR "/lib/plugins/idcard-ocr",
                                  ZIKAO_BUILD_DIR "/bin/zikao-worker", Json::object(), "settings", 1});
    ASSERT_TRUE(loaded) << loaded.error().message;
    const auto reading = (*loaded)->get().read(card(kNumber));
    ASSERT_TRUE(reading) << reading.error().message << ' ' << reading.error().reason;
    expectWhole(*reading);
    const auto unreadable = (*loaded)->get().read(noise());
    ASSERT_FALSE(unreadable);
    EXPECT_EQ(unreadable.error().reason, "card_unreadable") << unreadable.error().message;
}
