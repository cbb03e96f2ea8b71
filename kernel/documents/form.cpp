#include <algorithm>

#include "kernel/base/encoding.hpp"
#include "kernel/documents/form_layout.hpp"

namespace zikao::documents {

namespace {

using form::Block;
using form::kSide;
using form::kWidth;

constexpr PageSize kA4{kPageWidth, kPageHeight}, kA3{2 * kPageWidth, kPageHeight};
constexpr double kTopMargin = 44, kFoot = kPageHeight - 46;
constexpr double kSizes[] = {10.5, 10, 9.5, 9, 8.5, 8};
constexpr double kSmallest = 8;

/// Fills the pages: which block stands where, in which size, and what goes on elsewhere.
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
            std::vector<double> heights = measure_.naturals(blocks, size);
            const double spare = room - form::sum(heights);
            if (spare < 0)
                continue;
            form::Measure::spread(blocks, heights, spare);
            drawing_.place(blocks, heights, x, top, size);
            return {};
        }
        // Too long in any size: the longest of what can be parted leaves the others their places.
        std::vector<double> heights = measure_.naturals(blocks, kSmallest);
        std::size_t longest = blocks.size();
        for (std::size_t i = 0; i < blocks.size(); ++i)
            if (form::Measure::canSplit(blocks[i]) &&
                (longest == blocks.size() || heights[i] > heights[longest]))
                longest = i;
        constexpr double kWorthIt = 100;
        const double left_for_it =
            longest == blocks.size() ? 0 : room - form::sum(heights) + heights[longest];
        if (left_for_it < kWorthIt)
            return flow(blocks, x, top, kSmallest);
        std::vector<Block> fitted = blocks;
        std::vector<Block> rest;
        if (auto tail = measure_.split(fitted[longest], left_for_it, kSmallest))
            rest.push_back(std::move(*tail));
        heights = measure_.naturals(fitted, kSmallest);
        form::Measure::spread(fitted, heights, room - form::sum(heights));
        drawing_.place(fitted, heights, x, top, kSmallest);
        return rest;
    }

    /// From top to bottom, and on elsewhere with what does not fit.
    std::vector<Block> flow(std::vector<Block> blocks, double x, double top, double size)
    {
        double y = top;
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            double height = measure_.natural(blocks[i], size);
            std::vector<Block> rest;
            if (y + height > kFoot) {
                std::optional<Block> tail;
                if (form::Measure::canSplit(blocks[i]))
                    tail = measure_.split(blocks[i], kFoot - y, size);
                // What cannot be parted and stands alone on its page is drawn all the same.
                if (!tail && i > 0)
                    return {blocks.begin() + static_cast<std::ptrdiff_t>(i), blocks.end()};
                if (tail)
                    rest.push_back(std::move(*tail));
                height = measure_.natural(blocks[i], size);
            }
            drawing_.draw(blocks[i], x, y, height, size);
            y += height;
            if (!rest.empty()) {
                rest.insert(rest.end(), blocks.begin() + static_cast<std::ptrdiff_t>(i) + 1, blocks.end());
                return rest;
            }
        }
        return {};
    }

    const Form& form_;
    PageSize size_;
    PageWriter out_;
    form::Measure measure_{out_};
    form::Drawing drawing_{out_, measure_};
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
