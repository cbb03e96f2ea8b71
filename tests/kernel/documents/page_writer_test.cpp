#include <gtest/gtest.h>

#include <opencv2/core.hpp>

#include "kernel/documents/page_writer.hpp"
#include "plugins/support/picture/picture.hpp"
#include "tests/support/outside_program.hpp"

using namespace zikao;

namespace {

constexpr int kColumns = 24, kRows = 35, kCell = 20;

std::string utf8(int code)
{
    return {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3F)),
            static_cast<char>(0x80 | (code & 0x3F))};
}

/// Every 20th of the unified ideographs, and 如 (U+5982), which Cairo is known to lose.
std::vector<int> sample()
{
    std::vector<int> codes{0x5982};
    for (int code = 0x4E00; static_cast<int>(codes.size()) < kColumns * kRows; code += 20)
        codes.push_back(code);
    return codes;
}

} // namespace

TEST(PageWriter, NoCharacterOfANameVanishesFromThePaper)
{
    const auto codes = sample();
    documents::PageWriter writer("grid", "2026-04-11T10:00:00+08:00");
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const std::size_t column = i % kColumns, row = i / kColumns;
        writer.draw(writer.text(utf8(codes[i]), kCell, {.size = 12}),
                    40 + static_cast<double>(column) * kCell, 40 + static_cast<double>(row) * kCell);
    }
    const test::OutputFolder folder;
    const std::string pdf = folder.write("grid.pdf", writer.finish().value());
    test::run("pdftoppm -r 72 -png -singlefile " + pdf + " " + folder.path("grid"));
    const cv::Mat page = picture::decode(test::readFile(folder.path("grid.png"))).value();
    const std::string text = test::run("pdftotext " + pdf + " -");
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const cv::Rect cell(40 + static_cast<int>(i % kColumns) * kCell,
                            40 + static_cast<int>(i / kColumns) * kCell, kCell, kCell);
        EXPECT_LT(cv::mean(page(cell))[0], 250) << utf8(codes[i]) << " left no ink";
        EXPECT_NE(text.find(utf8(codes[i])), std::string::npos) << utf8(codes[i]) << " cannot be searched";
    }
}
