#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/json.hpp"

namespace zikao::test {

/// Reads the part of YAML that docs/openapi.yaml is written in: block maps and lists by indentation, flow maps and
/// lists (also over several lines), quoted and plain scalars, `|` texts, comments on lines of their own. What it does
/// not know throws, so that the document cannot quietly mean something else here than elsewhere.
class YamlSubset
{
public:
    explicit YamlSubset(std::string_view text)
    {
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            const std::string_view line = text.substr(at, end - at);
            const std::size_t indent = line.find_first_not_of(' ');
            if (indent != std::string_view::npos && line[indent] != '#')
                lines_.push_back({indent, std::string(line.substr(indent))});
            at = end + 1;
        }
    }

    Json read()
    {
        Json document = block(0);
        if (at_ != lines_.size())
            throw std::runtime_error("unexpected indentation: " + lines_[at_].text);
        return document;
    }

private:
    struct Line
    {
        std::size_t indent;
        std::string text;
    };

    /// Everything from here on that is indented by exactly `indent`.
    Json block(std::size_t indent)
    {
        Json value;
        while (at_ < lines_.size() && lines_[at_].indent == indent) {
            if (lines_[at_].text.starts_with("- ")) {
                // The item is a block of its own, two columns further in.
                lines_[at_] = {indent + 2, lines_[at_].text.substr(2)};
                value.push_back(isFlow(lines_[at_].text) ? scalarLine() : block(indent + 2));
            } else {
                const std::size_t colon = keyEnd(lines_[at_].text);
                const std::string key = unquoted(lines_[at_].text.substr(0, colon));
                if (value.contains(key))
                    throw std::runtime_error("repeated key " + key);
                value[key] = valueAfter(colon + 1, indent);
            }
        }
        return value;
    }

    Json valueAfter(std::size_t from, std::size_t indent)
    {
        const std::string rest = trimmed(lines_[at_].text.substr(from));
        if (rest.empty()) {
            ++at_;
            if (at_ < lines_.size() && lines_[at_].indent > indent)
                return block(lines_[at_].indent);
            return nullptr;
        }
        if (rest == "|") {
            std::string text;
            for (++at_; at_ < lines_.size() && lines_[at_].indent > indent; ++at_)
                text += lines_[at_].text + "\n";
            return text;
        }
        lines_[at_].text = rest;
        return scalarLine();
    }

    /// A plain scalar, a quoted one, or a flow value that may go on over the next lines.
    Json scalarLine()
    {
        std::string text = lines_[at_++].text;
        if (!isFlow(text))
            return plain(text);
        std::size_t at = 0;
        for (;;) {
            try {
                at = 0;
                Json value = flow(text, at);
                return value;
            } catch (const std::out_of_range&) {
                if (at_ == lines_.size())
                    throw std::runtime_error("a flow value does not end: " + text);
                text += " " + lines_[at_++].text;
            }
        }
    }

    static bool isFlow(const std::string& text) { return text.front() == '{' || text.front() == '['; }

    static Json flow(const std::string& text, std::size_t& at)
    {
        skip(text, at);
        if (text.at(at) == '[') {
            Json list = Json::array();
            for (skip(text, ++at); text.at(at) != ']'; skip(text, at)) {
                list.push_back(flow(text, at));
                comma(text, at, ']');
            }
            ++at;
            return list;
        }
        if (text.at(at) == '{') {
            Json map = Json::object();
            for (skip(text, ++at); text.at(at) != '}'; skip(text, at)) {
                const std::string key = asKey(atom(text, at, true));
                skip(text, at);
                if (text.at(at) != ':')
                    throw std::runtime_error("no colon after " + key);
                ++at;
                map[key] = flow(text, at);
                comma(text, at, '}');
            }
            ++at;
            return map;
        }
        return atom(text, at, false);
    }

    static void comma(const std::string& text, std::size_t& at, char close)
    {
        skip(text, at);
        if (text.at(at) == ',')
            ++at;
        else if (text.at(at) != close)
            throw std::runtime_error("expected , in " + text);
    }

    static Json atom(const std::string& text, std::size_t& at, bool key)
    {
        const char quote = text.at(at);
        if (quote == '\'' || quote == '"') {
            std::string value;
            for (++at;; ++at) {
                if (text.at(at) == quote) {
                    if (quote == '\'' && at + 1 < text.size() && text[at + 1] == '\'')
                        ++at;
                    else
                        break;
                }
                value += text.at(at);
            }
            ++at;
            return value;
        }
        const std::size_t begin = at;
        while (text.at(at) != ',' && text.at(at) != '}' && text.at(at) != ']' && !(key && text.at(at) == ':'))
            ++at;
        return plain(trimmed(text.substr(begin, at - begin)));
    }

    static Json plain(const std::string& text)
    {
        if (text == "null")
            return nullptr;
        if (text == "true" || text == "false")
            return text == "true";
        if (!text.empty() && text.find_first_not_of("0123456789") == std::string::npos)
            return std::stoll(text);
        return unquoted(text);
    }

    static std::string asKey(const Json& key)
    {
        return key.is_string() ? key.get<std::string>() : key.dump();
    }

    static std::size_t keyEnd(const std::string& text)
    {
        const bool quoted = text.front() == '\'' || text.front() == '"';
        const std::size_t from = quoted ? text.find(text.front(), 1) : 0;
        for (std::size_t at = text.find(':', from); at != std::string::npos; at = text.find(':', at + 1))
            if (at + 1 == text.size() || text[at + 1] == ' ')
                return at;
        throw std::runtime_error("no key in: " + text);
    }

    static std::string unquoted(const std::string& text)
    {
        const bool quoted =
            text.size() >= 2 && (text.front() == '\'' || text.front() == '"') && text.back() == text.front();
        return quoted ? text.substr(1, text.size() - 2) : text;
    }

    static std::string trimmed(const std::string& text)
    {
        const std::size_t begin = text.find_first_not_of(' ');
        return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
    }

    static void skip(const std::string& text, std::size_t& at)
    {
        while (text.at(at) == ' ')
            ++at;
    }

    std::vector<Line> lines_;
    std::size_t at_ = 0;
};

} // namespace zikao::test
