#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/documents/documents.hpp"
#include "kernel/documents/page_writer.hpp"

/// How a ruled form is laid out: every length in points.
namespace zikao::documents::form {

using Block = Form::Block;

inline constexpr double kSide = 42, kWidth = kPageWidth - 2 * kSide; ///< of one column
inline constexpr double kTitleWidth = 26, kLabelWidth = 66, kPictureWidth = 96,
                        kPictureHeight = kPictureWidth * 4 / 3;
inline constexpr double kPad = 5, kThin = 0.6, kThick = 1.3, kRow = 24, kSignLine = 20;

/// Cells as they stand side by side, with the height of each row.
struct CellRows
{
    std::vector<std::vector<const Form::Cell*>> cells;
    std::vector<double> heights;
};

/// How high blocks are in a size of letters, and where they may be parted. Draws nothing. @threads the writer's
class Measure
{
public:
    /// @param out  makes the paragraphs; must outlive this
    explicit Measure(PageWriter& out) : out_(out) {}

    /// The least height that holds everything.
    double natural(const Block& block, double size);
    std::vector<double> naturals(const std::vector<Block>& blocks, double size);
    /// Shortens a block to the height. @return the rest of it; nothing: it cannot be parted there
    std::optional<Block> split(Block& block, double height, double size);
    static bool canSplit(const Block& block);
    /// What is left over makes room where people write; without such blocks the tables' rows stand wider.
    static void spread(const std::vector<Block>& blocks, std::vector<double>& heights, double spare);

    TextBlock title(const Block& block);
    TextBlock words(const Block& block, double size);

    CellRows cellRows(const Block& block, double size);
    /// Of the row that begins at `y` below the block's top: those beside the picture are narrower.
    static double rowWidth(const Block& block, double y);
    TextBlock value(const Form::Cell& cell, double width, double size);

    static std::vector<double> columnWidths(const Block& block);
    /// Its head is one of them.
    static double tableRows(const Block& block);
    double headHeight(const Block& block, double size);
    double rowHeight(const Block& block, const std::vector<std::string>& cells, double size);
    double tableHeight(const Block& block, double size);
    TextBlock cellText(const std::string& words, double width, double size,
                       PangoAlignment align = PANGO_ALIGN_LEFT);
    /// Letters of a table never grow beyond these, so that its columns hold.
    static double headSize(double size);
    static double rowSize(double size);

private:
    PageWriter& out_;
};

/// Draws blocks where they are told to stand. @threads the writer's
class Drawing
{
public:
    Drawing(PageWriter& out, Measure& measure) : out_(out), measure_(measure) {}

    /// One block with its rules, `height` high, which is at least its natural one.
    void draw(const Block& block, double x, double y, double height, double size);
    /// Blocks one below the other, in a thick frame.
    void place(const std::vector<Block>& blocks, const std::vector<double>& heights, double x, double top,
               double size);

private:
    void drawCells(const Block& block, double x, double top, double size);
    void drawPicture(const Form::Picture& picture, double x, double y, double height);
    void drawTable(const Block& block, double x, double y, double whole, double size);
    void drawSigns(const Block& block, double x, double bottom);

    PageWriter& out_;
    Measure& measure_;
};

double sum(const std::vector<double>& heights);

} // namespace zikao::documents::form
