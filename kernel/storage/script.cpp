#include "kernel/storage/script.hpp"

namespace zikao::storage {

namespace {

std::string lastWord(std::string_view text)
{
    const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    std::size_t end = text.size();
    while (end > 0 && !isLetter(text[end - 1]) && text[end - 1] <= ' ')
        --end;
    std::size_t begin = end;
    while (begin > 0 && isLetter(text[begin - 1]))
        --begin;
    std::string word(text.substr(begin, end - begin));
    for (char& c : word)
        c = static_cast<char>(c & ~0x20);
    return word;
}

bool startsTrigger(std::string_view statement)
{
    std::string upper(statement.substr(0, 32));
    for (char& c : upper)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c;
    return upper.rfind("CREATE TRIGGER", 0) == 0;
}

} // namespace

std::vector<std::string> splitScript(std::string_view script)
{
    std::vector<std::string> statements;
    std::string current;
    bool has_body = false;
    for (std::size_t i = 0; i < script.size(); ++i) {
        const char c = script[i];
        const std::string_view two = script.substr(i, 2);
        if (two == "--") {
            i = std::min(script.find('\n', i), script.size()) - 1;
        } else if (two == "/*") {
            const std::size_t end = script.find("*/", i + 2);
            i = end == std::string_view::npos ? script.size() : end + 1;
        } else if (c == '\'' || c == '"' || c == '`') {
            const std::size_t end = std::min(script.find(c, i + 1), script.size() - 1);
            current += script.substr(i, end - i + 1);
            i = end;
        } else if (c == ';' && (!has_body || lastWord(current) == "END")) {
            if (!current.empty())
                statements.push_back(std::move(current));
            current.clear();
            has_body = false;
        } else if (!current.empty() || c > ' ') {
            if (c <= ' ' && !has_body && lastWord(current) == "BEGIN" && startsTrigger(current))
                has_body = true;
            current += c;
        }
    }
    while (!current.empty() && current.back() <= ' ')
        current.pop_back();
    if (!current.empty())
        statements.push_back(std::move(current));
    return statements;
}

} // namespace zikao::storage
