import type { ComponentType } from "react";
import { createHashRouter, Navigate } from "react-router";
// Before the router is made: it hears first.
import "./typedAddress";
import { fetched } from "./fetched";
import { PasswordChange } from "./PasswordChange";
import { RouteFailure, NotFound } from "./RouteFailure";
import { Shell } from "./Shell";

/** One page, one chunk. */
const page = (load: () => Promise<{ default: ComponentType }>) => async () => ({ Component: (await fetched(load)).default });

/** After the hash, so that one file serves every deep link, wherever a proxy puts it. */
export const router = createHashRouter([
  {
    path: "/",
    Component: Shell,
    errorElement: <RouteFailure />,
    children: [
      {
        errorElement: <RouteFailure />,
        children: [
          { index: true, lazy: page(() => import("@/pages/home/Home")) },
          { path: "password", Component: PasswordChange },
          { path: "customers", lazy: page(() => import("@/pages/customers/Customers")) },
          { path: "customers/new", lazy: page(() => import("@/pages/customers/CustomerForm")) },
          { path: "customers/groups", lazy: page(() => import("@/pages/customers/Groups")) },
          { path: "customers/disputes", lazy: page(() => import("@/pages/customers/Disputes")) },
          { path: "customers/merges", lazy: page(() => import("@/pages/customers/Merges")) },
          { path: "customers/merges/:id", lazy: page(() => import("@/pages/customers/Merge")) },
          { path: "customers/:id/merge", lazy: page(() => import("@/pages/customers/MergeForm")) },
          { path: "customers/:id/edit", lazy: page(() => import("@/pages/customers/CustomerForm")) },
          { path: "customers/:id/:tab?", lazy: page(() => import("@/pages/customers/Customer")) },
          { path: "documents", lazy: page(() => import("@/pages/documents/Documents")) },
          { path: "documents/drafts", lazy: page(() => import("@/pages/documents/Drafts")) },
          { path: "documents/review", lazy: page(() => import("@/pages/documents/Review")) },
          { path: "documents/new/:kind", lazy: page(() => import("@/pages/documents/DraftForm")) },
          { path: "documents/drafts/:id", lazy: page(() => import("@/pages/documents/Draft")) },
          { path: "documents/drafts/:id/edit", lazy: page(() => import("@/pages/documents/DraftForm")) },
          { path: "documents/:id", lazy: page(() => import("@/pages/documents/Document")) },
          { path: "bank", lazy: page(() => import("@/pages/bank/Workbench")) },
          { path: "bank/review", lazy: page(() => import("@/pages/bank/Proposals")) },
          { path: "bank/files", lazy: page(() => import("@/pages/bank/Files")) },
          { path: "bank/suspense", lazy: page(() => import("@/pages/bank/Suspense")) },
          { path: "bank/clearing", lazy: page(() => import("@/pages/bank/Clearing")) },
          { path: "bank/details", lazy: page(() => import("@/pages/bank/Details")) },
          { path: "bank/accounts", lazy: page(() => import("@/pages/bank/Accounts")) },
          { path: "statements", lazy: page(() => import("@/pages/statements/Statements")) },
          { path: "statements/run", lazy: page(() => import("@/pages/statements/Run")) },
          { path: "statements/:id", lazy: page(() => import("@/pages/statements/Statement")) },
          { path: "reports", element: <Navigate to="/reports/aging" replace /> },
          { path: "reports/:name", lazy: page(() => import("@/pages/reports/Reports")) },
          { path: "bills", lazy: page(() => import("@/pages/bills/Bills")) },
          { path: "bills/new", lazy: page(() => import("@/pages/bills/BillForm")) },
          { path: "bills/:id", lazy: page(() => import("@/pages/bills/Bill")) },
          { path: "deliveries", lazy: page(() => import("@/pages/deliveries/Deliveries")) },
          { path: "deliveries/new", lazy: page(() => import("@/pages/deliveries/DeliveryForm")) },
          { path: "deliveries/unbilled", lazy: page(() => import("@/pages/deliveries/Unbilled")) },
          { path: "deliveries/:id", lazy: page(() => import("@/pages/deliveries/Delivery")) },
          { path: "items", lazy: page(() => import("@/pages/documents/Catalogue")) },
          { path: "tax-invoices", lazy: page(() => import("@/pages/taxInvoices/TaxInvoices")) },
          { path: "tax-invoices/new", lazy: page(() => import("@/pages/taxInvoices/TaxInvoiceForm")) },
          { path: "tax-invoices/missing", lazy: page(() => import("@/pages/taxInvoices/WithoutEachOther")) },
          { path: "tax-invoices/:id", lazy: page(() => import("@/pages/taxInvoices/TaxInvoice")) },
          { path: "books", element: <Navigate to="/books/vouchers" replace /> },
          { path: "books/vouchers", lazy: page(() => import("@/pages/books/Vouchers")) },
          { path: "books/chart", lazy: page(() => import("@/pages/books/Chart")) },
          { path: "books/series", lazy: page(() => import("@/pages/books/Series")) },
          { path: "plugins", lazy: page(() => import("@/pages/plugins/Plugins")) },
          { path: "plugins/bindings", lazy: page(() => import("@/pages/plugins/Bindings")) },
          { path: "plugins/bind/:digest", lazy: page(() => import("@/pages/plugins/Bind")) },
          { path: "plugins/:digest", lazy: page(() => import("@/pages/plugins/Plugin")) },
          { path: "admin", element: <Navigate to="/admin/company" replace /> },
          { path: "admin/company", lazy: page(() => import("@/pages/admin/Company")) },
          { path: "admin/users", lazy: page(() => import("@/pages/admin/Users")) },
          { path: "admin/roles", lazy: page(() => import("@/pages/admin/Roles")) },
          { path: "admin/approvals", lazy: page(() => import("@/pages/admin/Approvals")) },
          { path: "admin/exceptions", lazy: page(() => import("@/pages/admin/Exceptions")) },
          { path: "admin/periods", lazy: page(() => import("@/pages/admin/Periods")) },
          { path: "admin/close", lazy: page(() => import("@/pages/admin/Closes")) },
          { path: "admin/close/:period", lazy: page(() => import("@/pages/admin/Close")) },
          { path: "admin/billing", lazy: page(() => import("@/pages/admin/Billing")) },
          { path: "admin/samples", lazy: page(() => import("@/pages/admin/Samples")) },
          { path: "admin/rates", lazy: page(() => import("@/pages/admin/Rates")) },
          { path: "admin/imports", lazy: page(() => import("@/pages/admin/Imports")) },
          { path: "admin/imports/:id", lazy: page(() => import("@/pages/admin/Import")) },
          { path: "admin/keys", lazy: page(() => import("@/pages/admin/Keys")) },
          { path: "admin/jobs", lazy: page(() => import("@/pages/admin/Jobs")) },
          { path: "admin/audit", lazy: page(() => import("@/pages/admin/Audit")) },
          { path: "admin/health", lazy: page(() => import("@/pages/admin/Health")) },
          { path: "*", Component: NotFound },
        ],
      },
    ],
  },
]);
