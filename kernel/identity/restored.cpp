#include "kernel/identity/restored.hpp"

namespace zikao::identity {

Result<std::int64_t> endEverySession(storage::Transaction& tx)
{
    const auto voided = tx.execute("UPDATE security_code SET state = 'void' WHERE state = 'open'");
    if (!voided)
        return fail(voided.error());
    return tx.execute("DELETE FROM login_session WHERE kind <> 'guest'");
}

} // namespace zikao::identity
