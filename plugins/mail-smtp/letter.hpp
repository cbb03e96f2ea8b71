#pragma once

#include <map>
#include <string>
#include <string_view>

#include "plugins/api/date.hpp"
#include "plugins/api/result.hpp"

namespace zikao::mail {

/// Whether a text can stand between the angle brackets of MAIL and RCPT: printable ASCII, one @, a domain with labels,
/// nothing that ends a line, an address or a quotation. Quoted local parts and addresses in other scripts are not taken.
bool isAddress(std::string_view text);

/// Puts the message's values where `${name}` stands.
/// @errors `unavailable`: a name without a value, or an unfinished one
Result<std::string> filled(const std::string& text, const std::map<std::string, std::string>& values);

/// A header's text as encoded words (RFC 2047), folded, whatever is in it: none is broken within a character, and no byte
/// of the text can begin a header.
std::string encodedWords(std::string_view text);

struct Letter
{
    std::string from, from_name, to, subject, text; ///< addresses are `isAddress`
    std::string message_id;                         ///< without its brackets
    Instant at;
};

/// The whole mail as DATA carries it, with CRLF, before dots are doubled: text/plain in UTF-8, base 64.
std::string written(const Letter& letter);

} // namespace zikao::mail
