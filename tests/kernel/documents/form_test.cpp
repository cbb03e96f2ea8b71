#include <gtest/gtest.h>

#include <opencv2/core.hpp>

#include "kernel/documents/documents.hpp"
#include "plugins/support/picture/picture.hpp"
#include "tests/support/outside_program.hpp"

using namespace zikao;
using documents::Form;
using Kind = Form::Kind;

namespace {

/// A PDF on disk and what other people's programs read in it. It lies in the test's output folder, where its pages are
/// kept as pictures for people to look at.
class Paper
{
public:
    explicit Paper(const std::string& pdf) : file_(folder_.write("form.pdf", pdf)) {}

    void keepPictures() const { test::run("pdftoppm -r 80 -png " + file_ + " " + folder_.path("look")); }
    [[nodiscard]] std::string text() const { return test::run("pdftotext -layout " + file_ + " -"); }
    [[nodiscard]] std::string info() const { return test::run("pdfinfo " + file_); }
    [[nodiscard]] std::string pictures() const { return test::run("pdfimages -list " + file_); }
    [[nodiscard]] cv::Mat page(int number = 1, int dpi = 80) const
    {
        const std::string at = std::to_string(number);
        test::run("pdftoppm -r " + std::to_string(dpi) + " -png -f " + at + " -l " + at + " -singlefile " +
                  file_ + " " + folder_.path("page"));
        return picture::decode(test::readFile(folder_.path("page.png"))).value();
    }

private:
    test::OutputFolder folder_;
    std::string file_;
};

std::string portrait()
{
    cv::Mat image(640, 480, CV_8UC3, cv::Scalar(255, 197, 100));
    image(cv::Rect(150, 180, 180, 240)) = cv::Scalar(120, 150, 220);
    return picture::encodeJpeg(image, 90).value();
}

Form::Block opinion(const std::string& title, const std::string& seal)
{
    Form::Block block;
    block.kind = Kind::opinion;
    block.title = title;
    block.seal = seal;
    block.signed_by = "负责人签名";
    block.dated = true;
    block.least_height = 84;
    return block;
}

std::string essay(int characters)
{
    std::string text;
    for (int i = 0; i < characters; ++i)
        text += i % 20 == 19 ? "。" : "善";
    return text;
}

/// The form of an invented guild, as long as its longest text.
Form form(const std::string& appraisal, int courses = 22)
{
    Form::Block person;
    person.kind = Kind::cells;
    person.picture = Form::Picture{portrait(), 480, 640};
    person.cells = {{"姓名", "林知远"},
                    {"性别", "女"},
                    {"出生日期", "1999-04-11"},
                    {"民族", "汉族"},
                    {"准考证号", "990126100042"},
                    {"政治面貌", "群众"},
                    {"证件号码", "990101199904110029", true},
                    {"专业", "530601 灯具制造 专科", true},
                    {"工作单位", "灯塔镇第一制灯厂", true}};
    Form::Block history;
    history.kind = Kind::table;
    history.title = "本人简历";
    history.head = {"起止日期", "在何地、何单位学习或工作", "证明人"};
    history.shares = {3, 6, 2};
    history.rows = {{"2015-09-01 至 2018-06-30", "灯塔镇中学 学习", "王老师"},
                    {"2018-07-01 至今", "待业", ""}};
    history.least_rows = 5;
    Form::Block ledger;
    ledger.kind = Kind::table;
    ledger.title = "课程成绩";
    ledger.head = {"课程", "学分", "成绩", "课程", "学分", "成绩"};
    ledger.shares = {5, 1, 1, 5, 1, 1};
    for (int i = 0; i < courses; i += 2)
        ledger.rows.push_back({std::to_string(10000 + i) + " 灯光学", "6", "70",
                               std::to_string(10001 + i) + " 灯油化学（实践）", "2", "免考"});
    Form::Block words;
    words.kind = Kind::text;
    words.title = "自我鉴定";
    words.words = appraisal;
    words.signed_by = "本人签名";
    words.dated = true;
    Form out;
    out.title = "灯塔行会结业生登记表";
    out.paper = Form::Paper::a3;
    out.columns = {{person, history, ledger},
                   {words, opinion("品德鉴定", "单位盖章"), opinion("市级意见", "盖章"),
                    opinion("主考院校意见", "盖章"), opinion("省级意见", "盖章")}};
    out.footer = "灯塔自学考试服务平台　业务编号 01m8npbryjrkxrfnnqahszgtc4";
    out.made_at = beijingInstant(Date{2026, 5, 20}, std::chrono::hours{9});
    return out;
}

std::string squeezed(const std::string& text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text.compare(i, 3, "　") == 0)
            i += 2;
        else if (text[i] != ' ' && text[i] != '\n' && text[i] != '\f')
            out += text[i];
    return out;
}

int count(const std::string& text, const std::string& part)
{
    int found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
        ++found;
    return found;
}

std::string pages(const Paper& paper)
{
    const std::string info = paper.info();
    const auto at = info.find("Pages:");
    return info.substr(at + 6, info.find('\n', at) - at - 6);
}

} // namespace

TEST(Form, AH_FRM_01_IsOneA3SheetWhoseTextCanBeSelectedAndWhosePictureIsThePortraitItself)
{
    const Paper paper(documents::renderPdf(form(essay(600))).value());
    paper.keepPictures();
    EXPECT_NE(paper.info().find("1190.55 x 841.89"), std::string::npos) << paper.info();
    EXPECT_EQ(squeezed(pages(paper)), "1");
    const std::string text = paper.text();
    for (const char* part : {"灯塔行会结业生登记表", "林知远", "990126100042", "灯塔镇中学",
                             "2018-07-01 至今", "负责人签名", "单位盖章", "本人签名", "10021 灯油化学"})
        EXPECT_NE(text.find(part), std::string::npos) << part;
    EXPECT_NE(paper.pictures().find("480   640"), std::string::npos) << paper.pictures();
    EXPECT_NE(paper.pictures().find("jpeg"), std::string::npos)
        << "drawn as it was approved: " << paper.pictures();
    const cv::Mat page = paper.page();
    cv::Mat ground;
    cv::inRange(page, cv::Scalar(240, 180, 85), cv::Scalar(255, 215, 115), ground);
    EXPECT_GT(cv::countNonZero(ground), 5000) << "the portrait's ground must be seen on the paper";
}

TEST(Form, AH_FRM_04_EveryOfficeHasItsBlockWithThePlaceOfTheSeal)
{
    const std::string text = Paper(documents::renderPdf(form(essay(400))).value()).text();
    EXPECT_EQ(count(text, "（单位盖章）"), 1) << text;
    EXPECT_EQ(count(text, "（盖章）"), 3);
    EXPECT_EQ(count(squeezed(text), "年月日"), 5) << "and of the day";
}

TEST(Form, TheLongestAppraisalIsSetSmallerAndStaysOnTheSheet)
{
    const std::string words = essay(1500);
    const Paper paper(documents::renderPdf(form(words)).value());
    paper.keepPictures();
    EXPECT_EQ(squeezed(pages(paper)), "1");
    EXPECT_EQ(count(paper.text(), "善"), count(words, "善")) << "and nothing is lost";
}

TEST(Form, WhatFitsInNoSizeGoesOnOnTheNextPageAndNothingIsCutOff)
{
    std::string words;
    for (int i = 0; i < 120; ++i)
        words += "第" + std::to_string(1000 + i) + "行\n";
    const Paper paper(documents::renderPdf(form(words, 160)).value());
    paper.keepPictures();
    const std::string text = paper.text();
    for (int i = 0; i < 120; ++i)
        EXPECT_EQ(count(text, std::to_string(1000 + i) + "行"), 1) << i;
    for (int i = 0; i < 160; ++i)
        EXPECT_EQ(count(text, std::to_string(10000 + i) + " 灯"), 1) << i;
    EXPECT_EQ(count(text, "（单位盖章）"), 1);
    EXPECT_NE(squeezed(pages(paper)), "1");
}

TEST(Form, RareCharactersOfNamesArePrinted)
{
    Form rare = form(essay(400));
    rare.columns[0][0].cells[0].value = "龘㛃𠀀";
    Form without = rare;
    without.columns[0][0].cells[0].value = "";
    const Paper paper(documents::renderPdf(rare).value());
    EXPECT_NE(paper.text().find("龘㛃𠀀"), std::string::npos);
    cv::Mat difference;
    cv::absdiff(paper.page(1, 150), Paper(documents::renderPdf(without).value()).page(1, 150), difference);
    EXPECT_GT(cv::countNonZero(difference.reshape(1)), 300) << "each must leave ink";
}

TEST(Form, ADraftSaysSoAcrossThePageAndAMissingPictureHasItsPlace)
{
    Form draft = form(essay(400));
    draft.mark = "草稿";
    draft.columns[0][0].picture = Form::Picture{};
    const Paper paper(documents::renderPdf(draft).value());
    paper.keepPictures();
    EXPECT_EQ(count(paper.text(), "草"), 1) << "each of the two may stand on a line of its own";
    EXPECT_EQ(count(paper.text(), "稿"), 1);
    EXPECT_NE(paper.text().find("照片"), std::string::npos);
}

TEST(Form, EqualFormsAreEqualBytes)
{
    EXPECT_EQ(documents::renderPdf(form(essay(500))).value(), documents::renderPdf(form(essay(500))).value());
}

TEST(Form, WhatCannotBeSetIsRefused)
{
    Form one = form("\xC3\x28");
    EXPECT_EQ(documents::renderPdf(one).error().code, ErrorCode::invalid_argument);
    one = form("");
    one.paper = Form::Paper::a4;
    EXPECT_EQ(documents::renderPdf(one).error().code, ErrorCode::invalid_argument);
    one = form("");
    one.columns[0][1].rows[0].resize(9);
    EXPECT_EQ(documents::renderPdf(one).error().code, ErrorCode::invalid_argument);
}
