#pragma once

#include <string>
#include <utility>
#include <vector>

#include "plugins/api/date.hpp"
#include "plugins/api/plugin.hpp"

namespace zikao::api {

/// One case in a file for an outside authority.
struct ExchangeRow
{
    std::string
        key; ///< ours; comes back with the answer and is never used for a second export of the same case
    std::string number; ///< what people know the person by; may come back with the answer
    std::vector<std::pair<std::string, std::string>>
        values;          ///< id and text, in the order that the province gave
    std::string picture; ///< name of the portrait's file beside the data; empty: there is none
};

/// What is handed over at once.
struct ExchangeBatch
{
    std::string exchange; ///< which of the province's exchanges: "ministry"
    Instant made_at;
    std::vector<ExchangeRow> rows;
};

struct ExchangeFile
{
    std::string name; ///< "ministry-20260712.csv"
    std::string bytes;
};

enum class ExchangeVerdict { pass, fail };

/// What the authority says of one case.
struct ExchangeAnswer
{
    int line = 0; ///< of the file, from 1: what an officer is shown when something is wrong with it
    std::string key, number; ///< number empty: the file does not repeat it
    ExchangeVerdict verdict = ExchangeVerdict::pass;
    std::string reason; ///< never empty with `fail`
};

/// Why a file of answers is not read at all.
struct ExchangeFault
{
    int line = 0;     ///< from 1; 0: the file as a whole
    std::string code; ///< "encoding", "empty", "header", "columns", "quote", "key", "verdict", "reason"
};

struct ExchangeReading
{
    std::vector<ExchangeAnswer> answers; ///< in the order of the file
    std::vector<ExchangeFault> faults;   ///< any: nothing of the file is acted upon
};

/// Writes and reads the files that a province exchanges with an authority that has no interface. Touches nothing
/// outside; the same batch gives the same bytes. Whose answer it is, and what follows from it, is the host's to judge.
class RecordExchange : public Plugin
{
public:
    static constexpr const char* kName = "RecordExchange";
    static constexpr int kVersion = 1;

    /// @errors `not_found`: it has no such exchange; `invalid_argument`: a value that the format needs is missing or
    ///         has no place in it
    virtual Result<ExchangeFile> encode(const ExchangeBatch& batch) = 0;

    /// @errors `not_found`: it has no such exchange. What is wrong with the bytes is told by `faults`.
    virtual Result<ExchangeReading> decode(const std::string& exchange, const std::string& bytes) = 0;
};

} // namespace zikao::api
