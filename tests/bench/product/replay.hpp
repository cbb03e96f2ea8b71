#pragma once

#include <string>
#include <vector>

#include "tests/bench/product/recording.hpp"

namespace zikao::bench {

/// Sends the traces again through the bare connector, on `threads` connections with prepared statements.
/// @param database  a copy of what the product began with (`copyMysql`, `copySqlite`)
/// @return traces per second. @throws when a statement fails: then it is not the same work
double replayMysql(const storage::MysqlOptions& database, const std::vector<Trace>& traces, int threads);
/// One connection, since SQLite has one writer; journal and syncing as the product sets them.
double replaySqlite(const std::string& path, const std::vector<Trace>& traces);

void copyMysql(const storage::MysqlOptions& server, const std::string& from, const std::string& to);
void copySqlite(const std::string& from, const std::string& to);
void dropMysql(const storage::MysqlOptions& server, const std::string& database);

} // namespace zikao::bench
