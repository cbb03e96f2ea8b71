#pragma once

#include "kernel/app/call.hpp"

namespace zikao::app {

// Each adds the routes of one topic; together they are the table that docs/openapi.yaml describes.
void addTenantRoutes(Routes& routes);   ///< profile, texts, captcha
void addAccountRoutes(Routes& routes);  ///< me, log-in and out, passwords
void addCodeRoutes(Routes& routes);     ///< one-time codes, log-ins by code
void addMessageRoutes(Routes& routes);  ///< what became of outgoing messages
void addCaseRoutes(Routes& routes);     ///< cases, drafts, actions, uploads, readings
void addCenterRoutes(Routes& routes);   ///< the candidate's centre and messages
void addCatalogRoutes(Routes& routes);  ///< lists, majors, plans, contacts, sittings
void addPaymentRoutes(Routes& routes);  ///< orders, codes, receipts, providers' notices
void addDegreeRoutes(Routes& routes);   ///< the previous degree: codes, choice, the register's callback
void addStaffRoutes(Routes& routes);    ///< queues, search, unmask
void addReviewRoutes(Routes& routes);   ///< many decisions at once, holds
void addWindowRoutes(Routes& routes);   ///< named windows
void addExchangeRoutes(Routes& routes); ///< files for outside authorities and their answers
void addSittingRoutes(Routes& routes);  ///< set-up of sittings
void addMoneyRoutes(Routes& routes);    ///< order search, exceptions, refunds
void addRuleRoutes(Routes& routes);     ///< the rule workshop

} // namespace zikao::app
