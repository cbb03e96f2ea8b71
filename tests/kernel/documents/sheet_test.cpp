#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "kernel/documents/documents.hpp"
#include "plugins/support/picture/picture.hpp"
#include "tests/support/outside_program.hpp"

using namespace zikao;
using documents::Sheet;

namespace {

/// A PDF on disk and what other people's programs read in it.
class Printed
{
public:
    explicit Printed(const std::string& pdf) : file_(folder_.write("sheet.pdf", pdf)) {}

    [[nodiscard]] std::string text() const { return test::run("pdftotext -layout " + file_ + " -"); }
    [[nodiscard]] std::string info() const { return test::run("pdfinfo -isodates " + file_); }
    [[nodiscard]] std::string fonts() const { return test::run("pdffonts " + file_); }
    [[nodiscard]] std::string firstPageFile() const
    {
        test::run("pdftoppm -r 100 -png -f 1 -l 1 -singlefile " + file_ + " " + folder_.path("page"));
        return folder_.path("page.png");
    }
    [[nodiscard]] cv::Mat firstPage() const
    {
        return picture::decode(test::readFile(firstPageFile())).value();
    }

private:
    test::OutputFolder folder_;
    std::string file_;
};

Sheet receipt()
{
    Sheet sheet;
    sheet.title = "高等教育自学考试缴费凭证";
    sheet.subtitle = "2026年4月考次 · 灯塔自学考试服务平台";
    sheet.values = {{"姓名", "林知远"},
                    {"准考证号", "990126100042"},
                    {"证件号码", "990************11"},
                    {"订单号", "R20260411000123"},
                    {"支付方式", "微信支付"},
                    {"支付时间", "2026-04-11 10:31:07"}};
    sheet.tables.push_back({"缴费明细",
                            {"课程代码", "课程名称", "考试时间", "金额（元）"},
                            {{"00023", "高等数学（工本）", "4月11日 上午", "37.00"},
                             {"13000", "英语（专升本）", "4月11日 下午", "37.00"},
                             {"", "合计", "", "1074.00"}},
                            {false, false, false, true}});
    sheet.notes = {"注：本凭证由系统生成，请妥善保管。如需报销，请以考试机构开具的票据为准。"};
    sheet.footer = "灯塔自学考试服务平台";
    sheet.qr_text = "https://lantern.example/verify/R20260411000123";
    sheet.made_at = beijingInstant(Date{2026, 4, 11}, std::chrono::hours{10});
    return sheet;
}

Sheet longSheet()
{
    Sheet sheet = receipt();
    for (int i = 0; i < 90; ++i)
        sheet.tables[0].rows.push_back(
            {std::to_string(20000 + i), "课程名称第" + std::to_string(i) + "门", "上午", "37.00"});
    return sheet;
}

int count(const std::string& text, const std::string& part)
{
    int found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++found;
    return found;
}

} // namespace

TEST(Sheet, WhatIsPrintedCanBeSearchedAndCopied)
{
    const Printed pdf(documents::renderPdf(receipt()).value());
    const std::string text = pdf.text();
    for (const char* part : {"高等教育自学考试缴费凭证", "林知远", "990126100042", "高等数学（工本）",
                             "1074.00", "第 1 页，共 1 页", "本凭证由系统生成"})
        EXPECT_NE(text.find(part), std::string::npos) << part;
}

TEST(Sheet, IsA4WithItsFontsEmbeddedSoThatEveryPrinterShowsTheSame)
{
    const Printed pdf(documents::renderPdf(receipt()).value());
    EXPECT_NE(pdf.info().find("A4"), std::string::npos) << pdf.info();
    std::istringstream lines(pdf.fonts());
    int fonts = 0;
    for (std::string line; std::getline(lines, line);)
        if (line.find("Type ") != std::string::npos) {
            ++fonts;
            EXPECT_EQ(line.substr(55, 17), "Custom           ") << line;
            EXPECT_EQ(line.substr(72, 3), "yes") << line;
        }
    EXPECT_GE(fonts, 2) << "regular and bold: " << pdf.fonts();
}

TEST(Sheet, CarriesOnlyTheDateItIsGivenSoThatEqualSheetsAreEqualBytes)
{
    const std::string first = documents::renderPdf(receipt()).value();
    EXPECT_EQ(first, documents::renderPdf(receipt()).value());
    EXPECT_NE(Printed(first).info().find("2026-04-11T10:00:00+08"), std::string::npos)
        << Printed(first).info();
}

TEST(Sheet, ATableThatReachesFourPagesRepeatsItsHeadAndNumbersThePages)
{
    const std::string text = Printed(documents::renderPdf(longSheet()).value()).text();
    EXPECT_EQ(count(text, "课程代码"), 4) << text;
    EXPECT_NE(text.find("第 4 页，共 4 页"), std::string::npos);
    for (int i = 0; i < 90; ++i)
        EXPECT_EQ(count(text, std::to_string(20000 + i)), 1) << i;
}

TEST(Sheet, FiguresOfAColumnEndAtOneEdge)
{
    const cv::Mat page = Printed(documents::renderPdf(receipt()).value()).firstPage();
    cv::Mat dark;
    cv::inRange(page, cv::Scalar(0, 0, 0), cv::Scalar(120, 120, 120), dark);
    // The amounts stand alone in the last eighth of the text width.
    std::vector<int> edges;
    int last = -1;
    bool in_text = false;
    const int left = page.cols * 78 / 100, from = page.rows * 34 / 100, to = page.rows * 44 / 100;
    for (int y = from; y < to; ++y) {
        int edge = -1;
        for (int x = left; x < page.cols; ++x)
            if (dark.at<unsigned char>(y, x) != 0)
                edge = x;
        if (edge >= 0)
            last = std::max(in_text ? last : -1, edge);
        else if (in_text)
            edges.push_back(last);
        in_text = edge >= 0;
    }
    ASSERT_GE(edges.size(), 3U);
    const auto [low, high] = std::minmax_element(edges.end() - 3, edges.end());
    EXPECT_LE(*high - *low, 1) << "37.00, 37.00 and 1074.00 must end at the same pixel";
}

TEST(Sheet, TheCodeAtTheTopRightCanBeScannedFromPaper)
{
    const Sheet sheet = receipt();
    const Printed pdf(documents::renderPdf(sheet).value());
    EXPECT_EQ(test::scanCode(pdf.firstPageFile()), sheet.qr_text);
}

TEST(Sheet, TextThatIsNoTextIsRefused)
{
    Sheet sheet = receipt();
    sheet.values[0].second = "\xC3\x28";
    EXPECT_EQ(documents::renderPdf(sheet).error().code, ErrorCode::invalid_argument);
    sheet = receipt();
    sheet.tables[0].rows[0].push_back("one cell too many");
    EXPECT_EQ(documents::renderPdf(sheet).error().code, ErrorCode::invalid_argument);
}
