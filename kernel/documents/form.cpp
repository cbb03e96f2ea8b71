#include <algorithm>

#include "kernel/base/encoding.hpp"
#include "kernel/documents/documents.hpp"
#include "kernel/documents/page_writer.hpp"

namespace zikao::documents {

namespace {

using Block = Form::Block;
using Kind = Form::Kind;

constexpr PageSize kA4{kPageWidth, kPageHeight}, kA3{2 * kPageWidth, kPageHeight};
constexpr double kSide = 42, kTopMargin = 44, kFoot = kPageHeight - 46;
constexpr double kTitleWidth = 26, kLabelWidth = 66, kPictureWidth = 96, kPicturePad = 5;
constexpr double kPad = 5, kThin = 0.6, kThick = 1.3, kRow = 24, kSignLine = 20;
constexpr double kSizes[] = {10.5, 10, 9.5, 9, 8.5, 8};
constexpr double kSmallest = 8;
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

bool canSplit(const Block& block)
{
    return block.kind == Kind::text || block.kind == Kind::table;
}

class FormWriter
{
public:
    explicit FormWriter(const Form& form)
        : form_(form),
          size_(form.paper == Form::Paper::a3 ? kA3 : kA4),
          out_(form.title, isoTime(form.made_at), size_)
    {}

    Result<std::string> write()
    {
        beginPage();
        std::vector<Block> rest;
        for (std::size_t i = 0; i < form_.columns.size(); ++i) {
            double top = kTopMargin;
            if (i == 0)
                top = heading();
            for (Block& block : column(form_.columns[i], left(i), top))
                rest.push_back(std::move(block));
        }
        while (!rest.empty()) {
            out_.nextPage();
            beginPage();
            for (std::size_t i = 0; i < form_.columns.size() && !rest.empty(); ++i)
                rest = flow(std::move(rest), left(i), kTopMargin, kSizes[0]);
        }
        return out_.finish();
    }

private:
    static std::string isoTime(Instant at)
    {
        std::string text = beijingText(at);
        text[10] = 'T';
        return text + "+08:00";
    }
    static double left(std::size_t column) { return static_cast<double>(column) * kPageWidth + kSide; }
    static constexpr double kWidth = kPageWidth - 2 * kSide;

    void beginPage()
    {
        if (!form_.mark.empty())
            out_.mark(form_.mark, size_);
        const std::string page = "第 " + std::to_string(out_.page()) + " 页";
        out_.draw(out_.text(form_.footer, kWidth - 60, {.size = 7.5, .ink = kGrey}), kSide, kFoot + 8);
        out_.draw(out_.text(page, 56, {.size = 7.5, .ink = kGrey, .align = PANGO_ALIGN_RIGHT}),
                  size_.width - kSide - 56, kFoot + 8);
    }

    double heading()
    {
        const auto title =
            out_.text(form_.title, kWidth, {.size = 18, .bold = true, .align = PANGO_ALIGN_CENTER});
        out_.draw(title, kSide, kTopMargin - 6);
        return kTopMargin + title.height() + 8;
    }

    /// One column of the first page. @return what has to go on elsewhere
    std::vector<Block> column(const std::vector<Block>& blocks, double x, double top)
    {
        const double room = kFoot - top;
        for (const double size : kSizes) {
            std::vector<double> heights = naturals(blocks, size);
            const double spare = room - sum(heights);
            if (spare < 0)
                continue;
            spread(blocks, heights, spare);
            place(blocks, heights, x, top, size);
            return {};
        }
        // Too long in any size: the longest of what can be parted leaves the others their places.
        std::vector<double> heights = naturals(blocks, kSmallest);
        std::size_t longest = blocks.size();
        for (std::size_t i = 0; i < blocks.size(); ++i)
            if (canSplit(blocks[i]) && (longest == blocks.size() || heights[i] > heights[longest]))
                longest = i;
        constexpr double kWorthIt = 100;
        const double left_for_it = longest == blocks.size() ? 0 : room - sum(heights) + heights[longest];
        if (left_for_it < kWorthIt)
            return flow(blocks, x, top, kSmallest);
        std::vector<Block> fitted = blocks;
        std::vector<Block> rest;
        if (auto tail = split(fitted[longest], left_for_it, kSmallest))
            rest.push_back(std::move(*tail));
        heights = naturals(fitted, kSmallest);
        spread(fitted, heights, room - sum(heights));
        place(fitted, heights, x, top, kSmallest);
        return rest;
    }

    /// From top to bottom, and on elsewhere with what does not fit.
    std::vector<Block> flow(std::vector<Block> blocks, double x, double top, double size)
    {
        double y = top;
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            double height = natural(blocks[i], size);
            std::vector<Block> rest;
            if (y + height > kFoot) {
                std::optional<Block> tail;
                if (canSplit(blocks[i]))
                    tail = split(blocks[i], kFoot - y, size);
                // What cannot be parted and stands alone on its page is drawn all the same.
                if (!tail && i > 0)
                    return {blocks.begin() + static_cast<std::ptrdiff_t>(i), blocks.end()};
                if (tail)
                    rest.push_back(std::move(*tail));
                height = natural(blocks[i], size);
            }
            draw(blocks[i], x, y, height, size);
            y += height;
            if (!rest.empty()) {
                rest.insert(rest.end(), blocks.begin() + static_cast<std::ptrdiff_t>(i) + 1, blocks.end());
                return rest;
            }
        }
        return {};
    }

    /// Shortens a block to the height. @return the rest of it; nothing: it cannot be parted there
    std::optional<Block> split(Block& block, double height, double size)
    {
        Block tail = block;
        if (tail.title.empty() || !tail.title.ends_with(kGoesOn))
            tail.title += kGoesOn;
        if (block.kind == Kind::text) {
            const auto words = textBlock(block, size);
            const std::size_t bytes = PageWriter::fitting(words, height - 2 * kPad);
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

    static double sum(const std::vector<double>& heights)
    {
        double all = 0;
        for (const double height : heights)
            all += height;
        return all;
    }

    std::vector<double> naturals(const std::vector<Block>& blocks, double size)
    {
        std::vector<double> heights;
        heights.reserve(blocks.size());
        for (const Block& block : blocks)
            heights.push_back(natural(block, size));
        return heights;
    }

    /// What is left over makes room where people write; without such blocks the tables' rows stand wider.
    static void spread(const std::vector<Block>& blocks, std::vector<double>& heights, double spare)
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
    /// Its head is one of them.
    static double tableRows(const Block& block)
    {
        return 1 + std::max(static_cast<double>(block.rows.size()), static_cast<double>(block.least_rows));
    }

    void place(const std::vector<Block>& blocks, const std::vector<double>& heights, double x, double top,
               double size)
    {
        double y = top;
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            draw(blocks[i], x, y, heights[i], size);
            y += heights[i];
        }
        out_.frame(x, top, kWidth, y - top, kBlack, kThick);
    }

    double natural(const Block& block, double size)
    {
        switch (block.kind) {
        case Kind::cells: return sum(cellRows(block, size).heights);
        case Kind::table: return tableHeight(block, size);
        case Kind::text:
        case Kind::opinion: break;
        }
        const double words = block.words.empty() ? 0 : textBlock(block, size).height() + 2 * kPad;
        const double below =
            (block.seal.empty() && block.signed_by.empty() ? 0 : kSignLine) + (block.dated ? kSignLine : 0);
        return std::max({block.least_height, words + below, titleBlock(block).height() + 2 * kPad});
    }

    TextBlock titleBlock(const Block& block)
    {
        return out_.text(downwards(block.title), kTitleWidth - 4,
                         {.size = 10.5, .bold = true, .align = PANGO_ALIGN_CENTER});
    }
    TextBlock textBlock(const Block& block, double size)
    {
        return out_.text(block.words, kWidth - kTitleWidth - 2 * (kPad + 3), {.size = size, .tabular = true});
    }

    void draw(const Block& block, double x, double y, double height, double size)
    {
        out_.frame(x, y, kWidth, height, kBlack, kThin);
        if (block.kind == Kind::cells)
            return drawCells(block, x, y, size);
        const auto title = titleBlock(block);
        out_.draw(title, x + 2, y + std::max(2.0, (height - title.height()) / 2));
        out_.frame(x, y, kTitleWidth, height, kBlack, kThin);
        if (block.kind == Kind::table)
            return drawTable(block, x + kTitleWidth, y, height, size);
        if (!block.words.empty())
            out_.draw(textBlock(block, size), x + kTitleWidth + kPad + 3, y + kPad);
        drawSigns(block, x + kTitleWidth, y + height);
    }

    /// "（单位盖章）" and the day at the lower right, the signature beside them.
    void drawSigns(const Block& block, double x, double bottom)
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

    struct Rows
    {
        std::vector<std::vector<const Form::Cell*>> cells;
        std::vector<double> heights;
    };

    static double pictureRoom(const Block& block) { return block.picture ? kPictureWidth : 0; }
    static constexpr double kPictureHeight = kPictureWidth * 4 / 3;

    /// The rows beside the picture are narrower than those below it.
    Rows cellRows(const Block& block, double size)
    {
        Rows rows;
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
                height = std::max(height, valueBlock(*cell, cellWidth(row, width), size).height() + 2 * kPad);
            rows.heights.push_back(height);
            y += height;
        }
        // The picture's box is never lower than the picture.
        if (block.picture && !rows.heights.empty() && y < kPictureHeight)
            for (double& height : rows.heights)
                height *= kPictureHeight / y;
        return rows;
    }

    static double rowWidth(const Block& block, double y)
    {
        return y < kPictureHeight - 1 ? kWidth - pictureRoom(block) : kWidth;
    }
    static double cellWidth(const std::vector<const Form::Cell*>& row, double width)
    {
        return width / static_cast<double>(row.size()) - kLabelWidth;
    }
    TextBlock valueBlock(const Form::Cell& cell, double width, double size)
    {
        return out_.text(cell.value, width - 2 * kPad, {.size = size, .tabular = true});
    }

    void drawCells(const Block& block, double x, double top, double size)
    {
        const Rows rows = cellRows(block, size);
        double y = top, picture_bottom = top;
        for (std::size_t i = 0; i < rows.cells.size(); ++i) {
            const double width = rowWidth(block, y - top), height = rows.heights[i];
            const double each = width / static_cast<double>(rows.cells[i].size());
            double at = x;
            for (const Form::Cell* cell : rows.cells[i]) {
                const auto label =
                    out_.text(cell->label, kLabelWidth - 6, {.size = 9.5, .align = PANGO_ALIGN_CENTER});
                out_.draw(label, at + 3, y + (height - label.height()) / 2);
                out_.frame(at, y, kLabelWidth, height, kBlack, kThin);
                const auto value = valueBlock(*cell, each - kLabelWidth, size);
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

    void drawPicture(const Form::Picture& picture, double x, double y, double height)
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

    static double tableWidth() { return kWidth - kTitleWidth; }
    static std::vector<double> columnWidths(const Block& block)
    {
        double all = 0;
        for (std::size_t i = 0; i < block.head.size(); ++i)
            all += i < block.shares.size() ? block.shares[i] : 1;
        std::vector<double> widths;
        for (std::size_t i = 0; i < block.head.size(); ++i)
            widths.push_back(tableWidth() * (i < block.shares.size() ? block.shares[i] : 1) / all);
        return widths;
    }
    /// Rows of a long table stand closer than rows that people fill.
    static double rowPad(const Block& block) { return block.least_rows > 0 ? kPad : 2; }

    double rowHeight(const Block& block, const std::vector<std::string>& cells, double size)
    {
        const auto widths = columnWidths(block);
        double height = block.least_rows > 0 ? kRow : 0;
        for (std::size_t i = 0; i < cells.size(); ++i)
            height = std::max(height, cellText(cells[i], widths[i], std::min(size, 9.5)).height() +
                                          2 * rowPad(block));
        return height;
    }
    double headHeight(const Block& block, double size)
    {
        const auto widths = columnWidths(block);
        double height = 0;
        for (std::size_t i = 0; i < block.head.size(); ++i)
            height = std::max(height, cellText(block.head[i], widths[i], std::min(size, 9.0)).height() +
                                          2 * rowPad(block));
        return height;
    }
    TextBlock cellText(const std::string& words, double width, double size,
                       PangoAlignment align = PANGO_ALIGN_LEFT)
    {
        return out_.text(words, width - 6, {.size = size, .tabular = true, .align = align});
    }
    double tableHeight(const Block& block, double size)
    {
        double height = headHeight(block, size);
        for (const auto& row : block.rows)
            height += rowHeight(block, row, size);
        const auto empty = static_cast<double>(block.least_rows) - static_cast<double>(block.rows.size());
        return std::max(height + std::max(0.0, empty) * kRow, titleBlock(block).height() + 2 * kPad);
    }

    void drawTable(const Block& block, double x, double y, double whole, double size)
    {
        const auto widths = columnWidths(block);
        const double wider = (whole - tableHeight(block, size)) / tableRows(block);
        const auto row = [&](const std::vector<std::string>& cells, double least, double cell_size,
                             PangoAlignment align) {
            const double height = least + wider;
            double at = x;
            for (std::size_t i = 0; i < widths.size(); ++i) {
                if (i < cells.size()) {
                    const auto words = cellText(cells[i], widths[i], cell_size, align);
                    out_.draw(words, at + 3, y + (height - words.height()) / 2);
                }
                out_.frame(at, y, widths[i], height, kBlack, kThin);
                at += widths[i];
            }
            y += height;
        };
        row(block.head, headHeight(block, size), std::min(size, 9.0), PANGO_ALIGN_CENTER);
        for (const auto& cells : block.rows)
            row(cells, rowHeight(block, cells, size), std::min(size, 9.5), PANGO_ALIGN_LEFT);
        for (auto i = static_cast<int>(block.rows.size()); i < block.least_rows; ++i)
            row({}, kRow, size, PANGO_ALIGN_LEFT);
    }

    const Form& form_;
    PageSize size_;
    PageWriter out_;
};

bool isText(const std::string& text)
{
    return isUtf8(text) && text.find('\0') == std::string::npos;
}

Result<void> check(const Form& form)
{
    const std::size_t columns = form.paper == Form::Paper::a3 ? 2 : 1;
    if (form.columns.size() != columns)
        return fail(ErrorCode::invalid_argument, "A4 has one column, A3 two");
    bool texts = isText(form.title) && isText(form.mark) && isText(form.footer);
    for (const auto& column : form.columns)
        for (const Block& block : column) {
            texts = texts && isText(block.title) && isText(block.words) && isText(block.seal) &&
                    isText(block.signed_by) && std::ranges::all_of(block.head, isText);
            for (const Form::Cell& cell : block.cells)
                texts = texts && isText(cell.label) && isText(cell.value);
            for (const auto& row : block.rows) {
                if (row.size() > block.head.size())
                    return fail(ErrorCode::invalid_argument, "a row has more cells than its head");
                texts = texts && std::ranges::all_of(row, isText);
            }
        }
    if (!texts)
        return fail(ErrorCode::invalid_argument, "the form holds text that is not UTF-8");
    return ok();
}

} // namespace

Result<std::string> renderPdf(const Form& form)
{
    if (auto fine = check(form); !fine)
        return fail(fine.error());
    return FormWriter(form).write();
}

} // namespace zikao::documents
