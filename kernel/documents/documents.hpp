#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plugins/api/date.hpp"
#include "plugins/api/result.hpp"

namespace zikao::documents {

/// A QR code (error correction M, quiet zone of four modules) as SVG text, crisp at any size. The SVG carries
/// its text nowhere: a payment code must not be readable in the page's source beyond the drawing itself.
/// @errors `invalid_argument`: empty, or longer than a code can hold (about 2 300 bytes)
/// @threads any
Result<std::string> qrSvg(const std::string& text);

/// The same code as a PNG of black and white pixels.
/// @param pixels_per_module  1-64
Result<std::string> qrPng(const std::string& text, int pixels_per_module = 8);

/// A printed page of labelled values and tables, A4 upright: receipts (订单), application sheets.
struct Sheet
{
    std::string title, subtitle;
    std::vector<std::pair<std::string, std::string>>
        values; ///< label and value, set in two columns, row by row
    struct Table
    {
        std::string title;
        std::vector<std::string> head;
        std::vector<std::vector<std::string>> rows;
        std::vector<bool> right_aligned; ///< by column; a missing entry means left
    };
    std::vector<Table> tables; ///< a head is repeated on every page its table reaches
    std::vector<std::string> notes;
    std::string footer;
    std::string qr_text; ///< drawn at the top right; empty: none
    Instant
        made_at{}; ///< the document's creation date; the only date in the file, so equal sheets give equal bytes
};

/// Typeset with Pango and Cairo in Noto Sans CJK. The text can be selected and searched.
/// @return PDF bytes
/// @errors `invalid_argument`: text that is not UTF-8, or a row with more cells than its head;
///         `internal`: Cairo failed
/// @threads any
Result<std::string> renderPdf(const Sheet& sheet);

/// A ruled form of an authority: blocks that are filled in, signed and sealed. A4 upright has one column; A3 lies across
/// and has two, each as wide as an A4 page, to be folded.
struct Form
{
    struct Cell
    {
        std::string label, value;
        bool whole_row = false;
    };
    struct Picture
    {
        std::string jpeg; ///< empty: an empty box that says where it belongs
        int width = 0, height = 0;
    };
    enum class Kind {
        cells,  ///< labels and values, `per_row` of them side by side, perhaps beside a picture
        table,  ///< a head and rows
        text,   ///< long text, and where it is signed
        opinion ///< room for an office's words, its seal and the day
    };
    struct Block
    {
        Kind kind = Kind::text;
        std::string title; ///< written downwards at the left; `cells` has none
        std::vector<Cell> cells;
        int per_row = 2;
        std::optional<Picture> picture;
        std::vector<std::string> head;
        std::vector<double> shares; ///< of the columns' widths; as many as the head has
        std::vector<std::vector<std::string>> rows;
        int least_rows = 0;       ///< the table is ruled at least so far
        std::string words;        ///< `text`: what was written; `opinion`: what is printed already
        std::string signed_by;    ///< "本人签名"; empty: no place for it
        std::string seal;         ///< "单位盖章"; empty: no place for it
        bool dated = false;       ///< with a place for the day
        double least_height = 60; ///< points, of `text` and `opinion`
    };
    enum class Paper { a4, a3 };

    std::string title;
    Paper paper = Paper::a4;
    std::vector<std::vector<Block>> columns; ///< one with A4, two with A3
    std::string mark;                        ///< across every page ("草稿"); empty: none
    std::string footer;
    Instant made_at{};
};

/// A column whose blocks need more room than it has is first set smaller, down to 8 points; then its longest text or
/// table goes on on a further page. Nothing is cut off.
/// @return PDF bytes, as of `renderPdf(const Sheet&)`
/// @errors `invalid_argument`: text that is not UTF-8, a wrong number of columns, a row with more cells than its head;
///         `internal`: Cairo failed
/// @threads any
Result<std::string> renderPdf(const Form& form);

} // namespace zikao::documents
