#pragma once

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

} // namespace zikao::documents
