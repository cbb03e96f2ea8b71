#include <algorithm>

#include "kernel/documents/form_layout.hpp"

namespace zikao::documents::form {

namespace {

using Kind = Form::Kind;

constexpr double kPicturePad = 5;

} // namespace

void Drawing::draw(const Block& block, double x, double y, double height, double size)
{
    out_.frame(x, y, kWidth, height, kBlack, kThin);
    if (block.kind == Kind::cells)
        return drawCells(block, x, y, size);
    const auto title = measure_.title(block);
    out_.draw(title, x + 2, y + std::max(2.0, (height - title.height()) / 2));
    out_.frame(x, y, kTitleWidth, height, kBlack, kThin);
    if (block.kind == Kind::table)
        return drawTable(block, x + kTitleWidth, y, height, size);
    if (!block.words.empty())
        out_.draw(measure_.words(block, size), x + kTitleWidth + kPad + 3, y + kPad);
    drawSigns(block, x + kTitleWidth, y + height);
}

void Drawing::place(const std::vector<Block>& blocks, const std::vector<double>& heights, double x,
                    double top, double size)
{
    double y = top;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        draw(blocks[i], x, y, heights[i], size);
        y += heights[i];
    }
    out_.frame(x, top, kWidth, y - top, kBlack, kThick);
}

void Drawing::drawCells(const Block& block, double x, double top, double size)
{
    const CellRows rows = measure_.cellRows(block, size);
    double y = top, picture_bottom = top;
    for (std::size_t i = 0; i < rows.cells.size(); ++i) {
        const double width = Measure::rowWidth(block, y - top), height = rows.heights[i];
        const double each = width / static_cast<double>(rows.cells[i].size());
        double at = x;
        for (const Form::Cell* cell : rows.cells[i]) {
            const auto label =
                out_.text(cell->label, kLabelWidth - 6, {.size = 9.5, .align = PANGO_ALIGN_CENTER});
            out_.draw(label, at + 3, y + (height - label.height()) / 2);
            out_.frame(at, y, kLabelWidth, height, kBlack, kThin);
            const auto value = measure_.value(*cell, each - kLabelWidth, size);
            out_.draw(value, at + kLabelWidth + kPad, y + (height - value.height()) / 2);
            out_.frame(at + kLabelWidth, y, each - kLabelWidth, height, kBlack, kThin);
            at += each;
        }
        y += height;
        if (width < kWidth)
            picture_bottom = y;
    }
    if (block.picture)
        drawPicture(*block.picture, x + kWidth - kPictureWidth, top, picture_bottom - top);
}

void Drawing::drawPicture(const Form::Picture& picture, double x, double y, double height)
{
    out_.frame(x, y, kPictureWidth, height, kBlack, kThin);
    if (!picture.jpeg.empty()) {
        out_.picture(picture.jpeg, picture.width, picture.height, x + kPicturePad, y + kPicturePad,
                     kPictureWidth - 2 * kPicturePad, height - 2 * kPicturePad);
        return;
    }
    const auto word =
        out_.text("照片", kPictureWidth, {.size = 10.5, .ink = kGrey, .align = PANGO_ALIGN_CENTER});
    out_.draw(word, x, y + (height - word.height()) / 2);
}

void Drawing::drawTable(const Block& block, double x, double y, double whole, double size)
{
    const auto widths = Measure::columnWidths(block);
    const double wider = (whole - measure_.tableHeight(block, size)) / Measure::tableRows(block);
    const auto row = [&](const std::vector<std::string>& cells, double least, double cell_size,
                         PangoAlignment align) {
        const double height = least + wider;
        double at = x;
        for (std::size_t i = 0; i < widths.size(); ++i) {
            if (i < cells.size()) {
                const auto words = measure_.cellText(cells[i], widths[i], cell_size, align);
                out_.draw(words, at + 3, y + (height - words.height()) / 2);
            }
            out_.frame(at, y, widths[i], height, kBlack, kThin);
            at += widths[i];
        }
        y += height;
    };
    row(block.head, measure_.headHeight(block, size), Measure::headSize(size), PANGO_ALIGN_CENTER);
    for (const auto& cells : block.rows)
        row(cells, measure_.rowHeight(block, cells, size), Measure::rowSize(size), PANGO_ALIGN_LEFT);
    for (auto i = static_cast<int>(block.rows.size()); i < block.least_rows; ++i)
        row({}, kRow, size, PANGO_ALIGN_LEFT);
}

/// "（单位盖章）" and the day at the lower right, the signature beside them.
void Drawing::drawSigns(const Block& block, double x, double bottom)
{
    const double width = kWidth - kTitleWidth - 2 * kPad;
    double y = bottom - kPad;
    const TextStyle right{.size = 9.5, .align = PANGO_ALIGN_RIGHT};
    if (block.dated) {
        const auto day = out_.text("年　　　月　　　日", width, right);
        y -= day.height();
        out_.draw(day, x + kPad, y);
        y -= kPad;
    }
    std::string line;
    if (!block.signed_by.empty())
        line = block.signed_by + "：　　　　　　　　";
    if (!block.seal.empty())
        line += (line.empty() ? "" : "　　") + std::string("（") + block.seal + "）";
    if (line.empty())
        return;
    const auto sign = out_.text(line, width, right);
    out_.draw(sign, x + kPad, y - sign.height());
}

} // namespace zikao::documents::form
