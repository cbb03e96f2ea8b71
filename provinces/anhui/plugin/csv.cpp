#include "provinces/anhui/plugin/csv.hpp"

namespace zikao::anhui {

std::optional<std::vector<CsvRecord>> readCsv(const std::string& text, int& line)
{
    std::vector<CsvRecord> records;
    CsvRecord record;
    std::string field;
    bool quoted = false, was_quoted = false;
    line = 1;
    int opened = 1;
    record.line = 1;
    const auto endField = [&] {
        record.fields.push_back(std::move(field));
        field.clear();
        was_quoted = false;
    };
    const auto endRecord = [&](bool wanted) {
        if (wanted) {
            endField();
            records.push_back(std::move(record));
        }
        record = {line, {}};
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
                field += '"';
                ++i;
            } else if (c == '"') {
                quoted = false;
            } else {
                line += c == '\n';
                field += c;
            }
        } else if (c == '"') {
            if (!field.empty() || was_quoted)
                return std::nullopt;
            quoted = was_quoted = true;
            opened = line;
        } else if (c == ',') {
            endField();
        } else if (c == '\n') {
            ++line;
            endRecord(!record.fields.empty() || !field.empty() || was_quoted);
        } else if (c != '\r') {
            if (was_quoted)
                return std::nullopt; // something behind a closing quote
            field += c;
        }
    }
    if (quoted) {
        line = opened;
        return std::nullopt;
    }
    endRecord(!record.fields.empty() || !field.empty() || was_quoted);
    return records;
}

bool isUtf8(const std::string& bytes)
{
    for (std::size_t i = 0; i < bytes.size();) {
        const auto lead = static_cast<unsigned char>(bytes[i]);
        const std::size_t more = lead < 0x80                   ? 0
                                 : lead >= 0xC2 && lead < 0xE0 ? 1
                                 : lead >= 0xE0 && lead < 0xF0 ? 2
                                 : lead >= 0xF0 && lead < 0xF5 ? 3
                                                               : 9;
        if (more == 9 || i + more >= bytes.size())
            return false;
        for (std::size_t k = 1; k <= more; ++k)
            if ((static_cast<unsigned char>(bytes[i + k]) & 0xC0) != 0x80)
                return false;
        const auto second = more > 0 ? static_cast<unsigned char>(bytes[i + 1]) : 0;
        if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second >= 0xA0) ||
            (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second >= 0x90))
            return false;
        i += more + 1;
    }
    return true;
}

std::string csvLine(const std::vector<std::string>& fields)
{
    std::string out;
    for (const std::string& field : fields) {
        if (&field != &fields.front())
            out += ',';
        if (field.find_first_of(",\"\r\n") == std::string::npos) {
            out += field;
            continue;
        }
        out += '"';
        for (const char c : field)
            out += c == '"' ? "\"\"" : std::string(1, c);
        out += '"';
    }
    return out + "\r\n";
}

} // namespace zikao::anhui
