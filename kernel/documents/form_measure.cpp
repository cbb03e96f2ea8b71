#include <algorithm>

#include "kernel/documents/form_layout.hpp"

namespace zikao::documents::form {

namespace {

using Kind = Form::Kind;

constexpr double kMostStretch = 12; // of one table row, in points
constexpr const char* kGoesOn = "(续)";

/// "本人简历" → one character below the other, as ruled forms have their headings.
std::string downwards(const std::string& title)
{
    const bool goes_on = title.ends_with(kGoesOn);
    std::string out;
    for (const char c : title.substr(0, title.size() - (goes_on ? std::string_view(kGoesOn).size() : 0))) {
        if (!out.empty() && (static_cast<unsigned char>(c) & 0xC0) != 0x80)
            out += '\n';
        out += c;
    }
    return goes_on ? out + "\n" + kGoesOn : out;
}

bool isPaper(const Block& block)
{
    return block.kind == Kind::text || block.kind == Kind::opinion;
}

double pictureRoom(const Block& block)
{
    return block.picture ? kPictureWidth : 0;
}

double cellWidth(const std::vector<const Form::Cell*>& row, double width)
{
    return width / static_cast<double>(row.size()) - kLabelWidth;
}

/// Rows of a long table stand closer than rows that people fill.
double rowPad(const Block& block)
{
    return block.least_rows > 0 ? kPad : 2;
}

} // namespace

double sum(const std::vector<double>& heights)
{
    double all = 0;
    for (const double height : heights)
        all += height;
    return all;
}

bool Measure::canSplit(const Block& block)
{
    return block.kind == Kind::text || block.kind == Kind::table;
}

double Measure::natural(const Block& block, double size)
{
    switch (block.kind) {
    case Kind::cells: return sum(cellRows(block, size).heights);
    case Kind::table: return tableHeight(block, size);
    case Kind::text:
    case Kind::opinion: break;
    }
    const double written = block.words.empty() ? 0 : words(block, size).height() + 2 * kPad;
    const double below =
        (block.seal.empty() && block.signed_by.empty() ? 0 : kSignLine) + (block.dated ? kSignLine : 0);
    return std::max({block.least_height, written + below, title(block).height() + 2 * kPad});
}

std::vector<double> Measure::naturals(const std::vector<Block>& blocks, double size)
{
    std::vector<double> heights;
    heights.reserve(blocks.size());
    for (const Block& block : blocks)
        heights.push_back(natural(block, size));
    return heights;
}

std::optional<Block> Measure::split(Block& block, double height, double size)
{
    Block tail = block;
    if (tail.title.empty() || !tail.title.ends_with(kGoesOn))
        tail.title += kGoesOn;
    if (block.kind == Kind::text) {
        const auto text = words(block, size);
        const std::size_t bytes = PageWriter::fitting(text, height - 2 * kPad);
        if (bytes == 0 || bytes >= block.words.size())
            return std::nullopt;
        tail.words = block.words.substr(bytes);
        block.words.resize(bytes);
        if (block.words.ends_with('\n'))
            block.words.pop_back(); // the edge of the page ends the line
        block.signed_by.clear();
        block.seal.clear();
        block.dated = false;
        block.least_height = tail.least_height = 0;
        return tail;
    }
    double used = headHeight(block, size);
    std::size_t fits = 0;
    for (; fits < block.rows.size(); ++fits) {
        used += rowHeight(block, block.rows[fits], size);
        if (used > height)
            break;
    }
    if (fits == 0 || fits >= block.rows.size())
        return std::nullopt;
    tail.rows.assign(block.rows.begin() + static_cast<std::ptrdiff_t>(fits), block.rows.end());
    block.rows.resize(fits);
    block.least_rows = tail.least_rows = 0;
    return tail;
}

void Measure::spread(const std::vector<Block>& blocks, std::vector<double>& heights, double spare)
{
    const auto papers = std::ranges::count_if(blocks, isPaper);
    double rows = 0;
    for (const Block& block : blocks)
        rows += block.kind == Kind::table ? tableRows(block) : 0;
    for (std::size_t i = 0; i < blocks.size(); ++i)
        if (isPaper(blocks[i]))
            heights[i] += spare / static_cast<double>(papers);
        else if (papers == 0 && blocks[i].kind == Kind::table)
            heights[i] += tableRows(blocks[i]) * std::min(kMostStretch, spare / rows);
}

TextBlock Measure::title(const Block& block)
{
    return out_.text(downwards(block.title), kTitleWidth - 4,
                     {.size = 10.5, .bold = true, .align = PANGO_ALIGN_CENTER});
}

TextBlock Measure::words(const Block& block, double size)
{
    return out_.text(block.words, kWidth - kTitleWidth - 2 * (kPad + 3), {.size = size, .tabular = true});
}

CellRows Measure::cellRows(const Block& block, double size)
{
    CellRows rows;
    for (const Form::Cell& cell : block.cells) {
        if (rows.cells.empty() || cell.whole_row || rows.cells.back().front()->whole_row ||
            rows.cells.back().size() == static_cast<std::size_t>(block.per_row))
            rows.cells.emplace_back();
        rows.cells.back().push_back(&cell);
    }
    double y = 0;
    for (const auto& row : rows.cells) {
        const double width = rowWidth(block, y);
        double height = kRow;
        for (const Form::Cell* cell : row)
            height = std::max(height, value(*cell, cellWidth(row, width), size).height() + 2 * kPad);
        rows.heights.push_back(height);
        y += height;
    }
    // The picture's box is never lower than the picture.
    if (block.picture && !rows.heights.empty() && y < kPictureHeight)
        for (double& height : rows.heights)
            height *= kPictureHeight / y;
    return rows;
}

double Measure::rowWidth(const Block& block, double y)
{
    return y < kPictureHeight - 1 ? kWidth - pictureRoom(block) : kWidth;
}

TextBlock Measure::value(const Form::Cell& cell, double width, double size)
{
    return out_.text(cell.value, width - 2 * kPad, {.size = size, .tabular = true});
}

double Measure::tableRows(const Block& block)
{
    return 1 + std::max(static_cast<double>(block.rows.size()), static_cast<double>(block.least_rows));
}

std::vector<double> Measure::columnWidths(const Block& block)
{
    double all = 0;
    for (std::size_t i = 0; i < block.head.size(); ++i)
        all += i < block.shares.size() ? block.shares[i] : 1;
    std::vector<double> widths;
    for (std::size_t i = 0; i < block.head.size(); ++i)
        widths.push_back((kWidth - kTitleWidth) * (i < block.shares.size() ? block.shares[i] : 1) / all);
    return widths;
}

double Measure::rowHeight(const Block& block, const std::vector<std::string>& cells, double size)
{
    const auto widths = columnWidths(block);
    double height = block.least_rows > 0 ? kRow : 0;
    for (std::size_t i = 0; i < cells.size(); ++i)
        height = std::max(height, cellText(cells[i], widths[i], rowSize(size)).height() + 2 * rowPad(block));
    return height;
}

double Measure::headHeight(const Block& block, double size)
{
    const auto widths = columnWidths(block);
    double height = 0;
    for (std::size_t i = 0; i < block.head.size(); ++i)
        height =
            std::max(height, cellText(block.head[i], widths[i], headSize(size)).height() + 2 * rowPad(block));
    return height;
}

TextBlock Measure::cellText(const std::string& words, double width, double size, PangoAlignment align)
{
    return out_.text(words, width - 6, {.size = size, .tabular = true, .align = align});
}

double Measure::tableHeight(const Block& block, double size)
{
    double height = headHeight(block, size);
    for (const auto& row : block.rows)
        height += rowHeight(block, row, size);
    const auto empty = static_cast<double>(block.least_rows) - static_cast<double>(block.rows.size());
    return std::max(height + std::max(0.0, empty) * kRow, title(block).height() + 2 * kPad);
}

double Measure::headSize(double size)
{
    return std::min(size, 9.0);
}

double Measure::rowSize(double size)
{
    return std::min(size, 9.5);
}

} // namespace zikao::documents::form
