#include "plugins/payment-ccb/xml.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace zikao::ccb {

namespace {

constexpr int kDeepest = 8;
constexpr int kMost = 20'000;
constexpr std::pair<std::string_view, char> kEntities[] = {
    {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};

class Reader
{
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    Result<Element> read()
    {
        skipBlanks();
        if (rest_.starts_with("<?xml")) {
            const std::size_t end = rest_.find("?>");
            if (end == std::string_view::npos)
                return broken();
            rest_.remove_prefix(end + 2);
            skipBlanks();
        }
        Element root;
        if (!element(root, 1))
            return broken();
        skipBlanks();
        if (!rest_.empty())
            return broken();
        return root;
    }

private:
    static Failure broken() { return fail(ErrorCode::invalid_argument, "not the XML of the bank"); }
    static bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

    void skipBlanks()
    {
        while (!rest_.empty() && blank(rest_.front()))
            rest_.remove_prefix(1);
    }

    bool name(std::string& into)
    {
        std::size_t length = 0;
        while (length < rest_.size() &&
               (std::isalnum(static_cast<unsigned char>(rest_[length])) != 0 || rest_[length] == '_'))
            ++length;
        into = rest_.substr(0, length);
        rest_.remove_prefix(length);
        return length > 0;
    }

    bool take(std::string_view mark)
    {
        if (!rest_.starts_with(mark))
            return false;
        rest_.remove_prefix(mark.size());
        return true;
    }

    /// Text up to the next tag; false for an entity that is none of the five.
    bool text(std::string& into)
    {
        while (!rest_.empty() && rest_.front() != '<') {
            if (rest_.front() != '&') {
                into += rest_.front();
                rest_.remove_prefix(1);
                continue;
            }
            const auto* const known =
                std::find_if(std::begin(kEntities), std::end(kEntities),
                             [&](const auto& entity) { return rest_.starts_with(entity.first); });
            if (known == std::end(kEntities))
                return false;
            into += known->second;
            rest_.remove_prefix(known->first.size());
        }
        return true;
    }

    bool element(Element& into, int depth)
    {
        if (depth > kDeepest || ++count_ > kMost || !take("<") || !name(into.name))
            return false;
        skipBlanks();
        if (take("/>"))
            return true;
        if (!take(">"))
            return false;
        for (;;) {
            if (!text(into.text))
                return false;
            if (rest_.starts_with("</"))
                break;
            if (!element(into.children.emplace_back(), depth + 1))
                return false;
        }
        std::string closing;
        if (!take("</") || !name(closing) || closing != into.name)
            return false;
        skipBlanks();
        if (!take(">"))
            return false;
        trim(into.text);
        return true;
    }

    static void trim(std::string& text)
    {
        const auto begin = std::find_if_not(text.begin(), text.end(), blank);
        const auto end = std::find_if_not(text.rbegin(), text.rend(), blank).base();
        text = begin < end ? std::string(begin, end) : std::string();
    }

    std::string_view rest_;
    int count_ = 0;
};

} // namespace

const Element* Element::child(std::string_view child_name) const
{
    const auto found = std::find_if(children.begin(), children.end(),
                                    [&](const Element& each) { return each.name == child_name; });
    return found == children.end() ? nullptr : &*found;
}

std::string Element::textOf(std::string_view child_name) const
{
    const Element* found = child(child_name);
    return found == nullptr ? std::string() : found->text;
}

Result<Element> parseXml(std::string_view text)
{
    return Reader(text).read();
}

std::string xmlText(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        const auto* const known = std::find_if(std::begin(kEntities), std::end(kEntities),
                                               [&](const auto& entity) { return entity.second == c; });
        out += known == std::end(kEntities) ? std::string(1, c) : std::string(known->first);
    }
    return out;
}

} // namespace zikao::ccb
