"""The part of Braintree's GraphQL schema that the sandbox answers."""

from __future__ import annotations

from typing import Final

SCHEMA: Final = """
scalar Amount
scalar Date
scalar Timestamp

enum UsBankAccountType { CHECKING SAVINGS }
enum UsBankAccountOwnershipType { PERSONAL BUSINESS }
enum AchStandardEntryClassCode { CCD PPD TEL WEB }
enum AchType { STANDARD SAME_DAY }
enum PaymentMethodUsage { SINGLE_USE MULTI_USE }
enum UsBankAccountVerificationMethod {
  INDEPENDENT_CHECK INSTANT_VERIFICATION_ACCOUNT_VALIDATION MICRO_TRANSFERS NETWORK_CHECK
  TOKENIZED_CHECK
}
enum UsBankAccountVerificationAddOn { CUSTOMER_VERIFICATION }
enum VerificationStatus { FAILED GATEWAY_REJECTED PENDING PROCESSOR_DECLINED VERIFIED }
enum PaymentStatus {
  AUTHORIZED FAILED GATEWAY_REJECTED PROCESSOR_DECLINED SETTLED SETTLEMENT_CONFIRMED
  SETTLEMENT_DECLINED SETTLEMENT_PENDING SETTLING SUBMITTED_FOR_SETTLEMENT VOIDED
}

interface Node { id: ID! }

type MonetaryAmount { value: Amount, currencyCode: String, currencyIsoCode: String }
type AchMandate { acceptanceText: String, acceptedAt: Timestamp }
type UsBankAccountDetails {
  accountholderName: String
  accountType: UsBankAccountType
  achMandate: AchMandate
  bankName: String
  last4: String
  ownershipType: UsBankAccountOwnershipType
  routingNumber: String
  verified: Boolean
}
type CreditCardDetails { brandCode: String, last4: String, bin: String }
union PaymentMethodDetails = CreditCardDetails | UsBankAccountDetails
type Customer implements Node { id: ID!, legacyId: ID }
type PaymentMethod implements Node {
  id: ID!
  legacyId: ID
  usage: PaymentMethodUsage
  createdAt: Timestamp
  customer: Customer
  details: PaymentMethodDetails
  verifications: VerificationConnection
}
type ProcessorResponse { legacyCode: String, message: String, additionalInformation: String }
type Verification implements Node {
  id: ID!
  legacyId: ID
  status: VerificationStatus
  verificationMethod: UsBankAccountVerificationMethod
  merchantAccountId: ID
  processorResponse: ProcessorResponse
  createdAt: Timestamp
  paymentMethod: PaymentMethod
}
type VerificationConnection { edges: [VerificationEdge] }
type VerificationEdge { cursor: String, node: Verification }
type PaymentStatusEvent {
  status: PaymentStatus
  timestamp: Timestamp
  amount: MonetaryAmount
  terminal: Boolean
}
type Transaction implements Node {
  id: ID!
  legacyId: ID
  createdAt: Timestamp
  amount: MonetaryAmount
  orderId: String
  merchantAccountId: ID
  status: PaymentStatus
  statusHistory: [PaymentStatusEvent]
  paymentMethodSnapshot: PaymentMethodDetails
  paymentMethod: PaymentMethod
  customer: Customer
  processorResponse: ProcessorResponse
  standardEntryClassCode: AchStandardEntryClassCode
}

input IndividualOwnerInput { firstName: String!, lastName: String! }
input BusinessOwnerInput { businessName: String! }
input UsBankAccountBillingAddressInput {
  streetAddress: String
  extendedAddress: String
  city: String
  state: String
  zipCode: String
}
input UsBankAccountInput {
  routingNumber: String!
  accountNumber: String!
  accountType: UsBankAccountType!
  individualOwner: IndividualOwnerInput
  businessOwner: BusinessOwnerInput
  achMandate: String!
  billingAddress: UsBankAccountBillingAddressInput
}
input UsBankLoginInput {
  publicToken: String!
  accountId: String
  accountType: UsBankAccountType!
  individualOwner: IndividualOwnerInput
  businessOwner: BusinessOwnerInput
  achMandate: String!
  billingAddress: UsBankAccountBillingAddressInput
}
input TokenizeUsBankAccountInput { clientMutationId: String, usBankAccount: UsBankAccountInput! }
input TokenizeUsBankLoginInput { clientMutationId: String, usBankLogin: UsBankLoginInput! }
input VaultUsBankAccountInput {
  clientMutationId: String
  paymentMethodId: ID!
  customerId: ID
  verificationMerchantAccountId: ID
  verificationMethod: UsBankAccountVerificationMethod
  verificationAddOns: [UsBankAccountVerificationAddOn!]
}
input VerifyUsBankAccountInput {
  clientMutationId: String
  paymentMethodId: ID!
  merchantAccountId: ID
  verificationMethod: UsBankAccountVerificationMethod!
  verificationAddOns: [UsBankAccountVerificationAddOn!]
}
input ConfirmMicroTransferAmountsInput {
  clientMutationId: String
  verificationId: ID!
  amountsInCents: [Int!]!
}
input CustomFieldInput { name: String!, value: String! }
input TransactionDescriptorInput { name: String, phone: String, url: String }
input TransactionInput {
  amount: Amount!
  merchantAccountId: ID
  orderId: String
  purchaseOrderNumber: String
  customerId: ID
  channel: String
  customFields: [CustomFieldInput!]
  descriptor: TransactionDescriptorInput
}
input ChargeUsBankAccountOptionsInput {
  standardEntryClassCode: AchStandardEntryClassCode
  achType: AchType
  achMandate: String
  achMandateAcceptedAt: Timestamp
}
input ChargeUsBankAccountInput {
  clientMutationId: String
  paymentMethodId: ID!
  transaction: TransactionInput!
  options: ChargeUsBankAccountOptionsInput
}

type TokenizeUsBankAccountPayload { clientMutationId: String, paymentMethod: PaymentMethod }
type TokenizeUsBankLoginPayload { clientMutationId: String, paymentMethod: PaymentMethod }
type VaultUsBankAccountPayload {
  clientMutationId: String
  paymentMethod: PaymentMethod
  verification: Verification
}
type VerifyUsBankAccountPayload { clientMutationId: String, verification: Verification }
type ConfirmMicroTransferAmountsPayload {
  clientMutationId: String
  status: VerificationStatus
  verification: Verification
}
type TransactionPayload { clientMutationId: String, transaction: Transaction }

type Query { ping: String!, node(id: ID!): Node }
type Mutation {
  tokenizeUsBankAccount(input: TokenizeUsBankAccountInput!): TokenizeUsBankAccountPayload
  tokenizeUsBankLogin(input: TokenizeUsBankLoginInput!): TokenizeUsBankLoginPayload
  vaultUsBankAccount(input: VaultUsBankAccountInput!): VaultUsBankAccountPayload
  verifyUsBankAccount(input: VerifyUsBankAccountInput!): VerifyUsBankAccountPayload
  confirmMicroTransferAmounts(input: ConfirmMicroTransferAmountsInput!):
    ConfirmMicroTransferAmountsPayload
  chargeUsBankAccount(input: ChargeUsBankAccountInput!): TransactionPayload
}
"""
