#include "kernel/base/encoding.hpp"
#include "kernel/documents/documents.hpp"
#include "kernel/documents/page_writer.hpp"

namespace zikao::documents {

namespace {

constexpr double kWidth = kRight - kLeft;
constexpr double kCodeSide = 84;
constexpr double kCellPadding = 6;
constexpr double kRowPadding = 4.5;

std::string creationDate(Instant at)
{
    std::string text = beijingText(at);
    text[10] = 'T';
    return text + "+08:00";
}

bool isRight(const Sheet::Table& table, std::size_t column)
{
    return column < table.right_aligned.size() && table.right_aligned[column];
}

/// Lays a sheet out from top to bottom; whatever does not fit goes to the next page.
class SheetWriter
{
public:
    /// @param pages  how many pages there will be, for the footer; 0 while that is being found out
    SheetWriter(const Sheet& sheet, int pages)
        : sheet_(sheet),
          pages_(pages),
          out_(sheet.title, creationDate(sheet.made_at))
    {}

    Result<std::string> write(const QrMatrix* code)
    {
        heading(code);
        values();
        for (const auto& table : sheet_.tables)
            this->table(table);
        notes();
        footer();
        return out_.finish();
    }

    [[nodiscard]] int page() const { return out_.page(); }

private:
    void footer()
    {
        const double y = kBottom + 14;
        out_.line(kLeft, kRight, y - 5, kHair, 0.5);
        out_.draw(out_.text(sheet_.footer, kWidth - 110, {.size = 8, .ink = kGrey}), kLeft, y);
        const std::string number =
            "第 " + std::to_string(out_.page()) + " 页，共 " + std::to_string(pages_) + " 页";
        out_.draw(
            out_.text(number, 104, {.size = 8, .tabular = true, .ink = kGrey, .align = PANGO_ALIGN_RIGHT}),
            kRight - 104, y);
    }

    void breakPage()
    {
        footer();
        out_.nextPage();
        y_ = kTop;
    }

    /// @return whether a new page was begun
    bool need(double height)
    {
        if (y_ + height <= kBottom)
            return false;
        breakPage();
        return true;
    }

    void heading(const QrMatrix* code)
    {
        const double top = y_;
        const bool centred = code == nullptr;
        const double width = centred ? kWidth : kWidth - kCodeSide - 20;
        const PangoAlignment align = centred ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT;
        const auto title = out_.text(sheet_.title, width, {.size = 20, .bold = true, .align = align});
        out_.draw(title, kLeft, y_);
        y_ += title.height() + 4;
        if (!sheet_.subtitle.empty()) {
            const auto subtitle =
                out_.text(sheet_.subtitle, width, {.size = 10.5, .ink = kGrey, .align = align});
            out_.draw(subtitle, kLeft, y_);
            y_ += subtitle.height() + 4;
        }
        if (code != nullptr) {
            out_.code(*code, kRight - kCodeSide, top, kCodeSide);
            y_ = std::max(y_, top + kCodeSide);
        }
        y_ += 8;
        out_.line(kLeft, kRight, y_, kAccent, 1.4);
        y_ += 10;
    }

    void values()
    {
        if (sheet_.values.empty())
            return;
        constexpr double kLabel = 84;
        constexpr double kColumn = kWidth / 2;
        for (std::size_t i = 0; i < sheet_.values.size(); i += 2) {
            std::vector<TextBlock> labels, texts;
            double height = 0;
            for (std::size_t j = i; j < std::min(i + 2, sheet_.values.size()); ++j) {
                labels.push_back(out_.text(sheet_.values[j].first, kLabel - 8, {.size = 9.5, .ink = kGrey}));
                texts.push_back(out_.text(sheet_.values[j].second, kColumn - kLabel - 12, {.tabular = true}));
                height = std::max({height, labels.back().height(), texts.back().height()});
            }
            need(height + 2 * kRowPadding);
            for (std::size_t j = 0; j < labels.size(); ++j) {
                const double x = kLeft + static_cast<double>(j) * kColumn;
                out_.draw(labels[j], x, y_ + kRowPadding + 0.8);
                out_.draw(texts[j], x + kLabel, y_ + kRowPadding);
            }
            y_ += height + 2 * kRowPadding;
            out_.line(kLeft, kRight, y_, kHair, 0.5);
        }
        y_ += 12;
    }

    /// Widths that follow the longest text of each column, so that a short number does not take a title's
    /// room.
    std::vector<double> columnWidths(const Sheet::Table& table)
    {
        std::vector<double> longest;
        for (const auto& name : table.head)
            longest.push_back(static_cast<double>(utf8Length(name)) + 1);
        for (const auto& row : table.rows)
            for (std::size_t c = 0; c < row.size(); ++c)
                longest[c] = std::max(longest[c], std::min(static_cast<double>(utf8Length(row[c])), 40.0));
        double total = 0;
        for (double& width : longest)
            total += width = std::max(width, 5.0);
        for (double& width : longest)
            width *= kWidth / total;
        return longest;
    }

    struct Row
    {
        std::vector<TextBlock> cells;
        double height = 0;
    };

    Row layOut(const Sheet::Table& table, const std::vector<std::string>& cells,
               const std::vector<double>& widths, TextStyle style)
    {
        Row row;
        for (std::size_t c = 0; c < cells.size(); ++c) {
            style.align = isRight(table, c) ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT;
            row.cells.push_back(out_.text(cells[c], widths[c] - 2 * kCellPadding, style));
            row.height = std::max(row.height, row.cells.back().height() + 2 * kRowPadding);
        }
        return row;
    }

    void drawRow(const Row& row, const std::vector<double>& widths)
    {
        double x = kLeft;
        for (std::size_t c = 0; c < row.cells.size(); ++c) {
            out_.draw(row.cells[c], x + kCellPadding, y_ + kRowPadding);
            x += widths[c];
        }
        y_ += row.height;
    }

    void drawHead(const Row& head, const std::vector<double>& widths)
    {
        out_.shade(kLeft, y_, kWidth, head.height, kShade);
        out_.line(kLeft, kRight, y_, kAccent, 0.8);
        drawRow(head, widths);
        out_.line(kLeft, kRight, y_, kHair, 0.5);
    }

    void table(const Sheet::Table& table)
    {
        const auto widths = columnWidths(table);
        const Row head = layOut(table, table.head, widths, {.size = 9.5, .bold = true});
        constexpr TextStyle kCell{.size = 9.5, .tabular = true};
        const double first = table.rows.empty() ? 0 : layOut(table, table.rows.front(), widths, kCell).height;
        // A title or a head alone at the foot of a page would lead the eye nowhere.
        if (!table.title.empty()) {
            const auto title = out_.text(table.title, kWidth, {.size = 12, .bold = true});
            need(title.height() + 6 + head.height + first);
            out_.draw(title, kLeft, y_);
            y_ += title.height() + 6;
        } else {
            need(head.height + first);
        }
        drawHead(head, widths);
        for (const auto& cells : table.rows) {
            const Row row = layOut(table, cells, widths, kCell);
            if (need(row.height))
                drawHead(head, widths);
            drawRow(row, widths);
            out_.line(kLeft, kRight, y_, kHair, 0.5);
        }
        y_ += 14;
    }

    void notes()
    {
        for (const auto& note : sheet_.notes) {
            const auto block = out_.text(note, kWidth, {.size = 9, .ink = kGrey});
            need(block.height() + 3);
            out_.draw(block, kLeft, y_);
            y_ += block.height() + 3;
        }
    }

    const Sheet& sheet_;
    int pages_;
    PageWriter out_;
    double y_ = kTop;
};

Result<void> checkTexts(const Sheet& sheet)
{
    std::vector<const std::string*> texts{&sheet.title, &sheet.subtitle, &sheet.footer};
    for (const auto& [label, value] : sheet.values)
        texts.insert(texts.end(), {&label, &value});
    for (const auto& note : sheet.notes)
        texts.push_back(&note);
    for (const auto& table : sheet.tables) {
        texts.push_back(&table.title);
        for (const auto& name : table.head)
            texts.push_back(&name);
        for (const auto& row : table.rows) {
            if (row.size() > table.head.size())
                return fail(ErrorCode::invalid_argument, "a row has more cells than the table has columns");
            for (const auto& cell : row)
                texts.push_back(&cell);
        }
    }
    for (const std::string* text : texts)
        if (!isUtf8(*text) || text->find('\0') != std::string::npos)
            return fail(ErrorCode::invalid_argument, "the sheet holds text that is not UTF-8");
    return ok();
}

} // namespace

Result<std::string> renderPdf(const Sheet& sheet)
{
    if (auto texts = checkTexts(sheet); !texts)
        return fail(texts.error());
    QrMatrix matrix;
    if (!sheet.qr_text.empty()) {
        auto made = qrMatrix(sheet.qr_text);
        if (!made)
            return fail(made.error());
        matrix = std::move(made).value();
    }
    const QrMatrix* code = sheet.qr_text.empty() ? nullptr : &matrix;
    // The footer names the number of pages, which only laying everything out can tell.
    SheetWriter measure(sheet, 0);
    if (auto measured = measure.write(code); !measured)
        return measured;
    return SheetWriter(sheet, measure.page()).write(code);
}

} // namespace zikao::documents
